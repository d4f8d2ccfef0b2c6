"""Choices above the pages Team and Leads, all of them in the address."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

import pandas as pd
import streamlit as st

from crm_data.queries.cohorts import Where
from ui import urls
from ui.as_of import as_of_asked, as_of_choice
from ui.attribute_filters import attribute_filters, described
from ui.context import PageContext
from ui.filter_bar import value_label
from ui.filters import MISSING

ALL = "*"  # every pipeline, in the address
_PERIOD, _PIPELINE = "period", "pipeline"


@dataclass(frozen=True)
class SalesFilters:
    """What is chosen.

    Attributes
    ----------
    period : str
        By name.
    pipeline : str
        A name, ``ALL``, or empty for leads.
    where : tuple
        Fields and their values.
    as_of, last : date
        Day at whose end things are seen, and the last day with news.
    """

    period: str
    pipeline: str
    where: Where
    as_of: date
    last: date

    @property
    def is_now(self) -> bool:
        """Whether things are seen as they are now."""
        return self.as_of >= self.last

    @property
    def until(self) -> date:
        """Return the first day that is not told of."""
        return self.as_of + timedelta(days=1)

    @property
    def of_pipeline(self) -> Where:
        """Return the pipeline as a filter."""
        if self.pipeline in (ALL, ""):
            return ()
        return ((_PIPELINE, (None if self.pipeline == MISSING else self.pipeline,)),)


def sales_filters(
    ctx: PageContext,
    options: pd.DataFrame,
    *,
    periods: Sequence[str],
    names: tuple[str, ...],
    known: tuple[date | None, date | None],
    note: str,
) -> SalesFilters:
    """Draw day, period, pipeline and filters, and return what is chosen.

    Parameters
    ----------
    options : DataFrame
        ``SALES_OPTIONS``: fields with one value are no choice.
    periods : sequence of str
        On offer; the first is the default.
    names : tuple of str
        Fields to filter by.
    known : (first, last)
        Days with news; without any, things are seen as of today.
    note : str
        Label: what is not as it was then on a past day.
    """
    last = known[1] or ctx.today
    first = min(known[0] or last, last)
    as_of = as_of_asked(first, last)
    values = {
        str(field): [MISSING if v is None or v != v else str(v) for v in part["value"]]
        for field, part in options.groupby("field")
    }
    offered = {
        name: sorted(v for v in values[name] if v != MISSING)
        + [MISSING] * (MISSING in values[name])
        for name in names
        if len(values.get(name, ())) > 1
    }
    query = urls.query()
    where = tuple(
        (name, tuple(None if v == MISSING else v for v in kept))
        for name, found in offered.items()
        if (kept := [v for v in found if v in set(query.get(name, ()))])
    )
    pipelines = values.get(_PIPELINE, [])
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        period = _select(ctx, _PERIOD, periods, "filter.period", partial(_period_name, ctx))
        pipeline = pipelines[0] if pipelines else ""
        if len(pipelines) > 1:
            name = partial(pipeline_name, ctx)
            pipeline = _select(ctx, _PIPELINE, [*pipelines, ALL], "sales.pipeline", name)
        if offered:
            attribute_filters(ctx, where, offered, names=names)
        as_of_choice(ctx, as_of, first, last)
    if as_of < last:
        st.caption(ctx.t(note, day=ctx.formats.day(as_of)))
    return SalesFilters(period, pipeline, where, as_of, last)


def in_words(ctx: PageContext, filters: SalesFilters) -> str:
    """Return pipeline and filters in words; empty without any."""
    pipeline = []
    if filters.pipeline:
        pipeline = [ctx.t("sales.in_pipeline", name=pipeline_name(ctx, filters.pipeline))]
    return ctx.t("filter.joiner").join(
        p for p in [*pipeline, described(ctx, filters.where, "")] if p
    )


def pipeline_name(ctx: PageContext, pipeline: str) -> str:
    """Return what a pipeline is called."""
    if pipeline == ALL:
        return ctx.t("sales.all_pipelines")
    return value_label(ctx, _PIPELINE, pipeline)


def _select(
    ctx: PageContext, name: str, options: Sequence[str], label: str, write: Callable[[str], str]
) -> str:
    chosen = urls.choice(name, options)
    st.selectbox(
        ctx.t(label), options, format_func=write, key=name, on_change=urls.write_choice,
        args=(name,), width=270, filter_mode=None,
    )  # fmt: skip
    return chosen


def _period_name(ctx: PageContext, name: str) -> str:
    return ctx.t(f"period.{name}")
