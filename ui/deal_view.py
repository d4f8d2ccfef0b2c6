"""Which deals a page is about, in the address: pipeline, day, period, filters, segment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

import streamlit as st

from ui import deal_loaders as load
from ui import urls
from ui.as_of import as_of_asked, as_of_choice
from ui.attribute_filters import attribute_filters, described
from ui.context import PageContext
from ui.filter_bar import filter_bar, value_label
from ui.filters import MISSING, Horizon
from ui.segment_filter import segment_picker

ALL = "*"  # every pipeline, in the address
PIPELINE = "pipeline"
FILTERS = ("owner_id", "team", "office", "region", "source", "category")
QUOTA_FILTERS = {"owner_id", "team", "office"}  # those of people, who have quotas
MOST_PIPELINES = 200


@dataclass(frozen=True)
class DealView:
    """The choices of a page.

    Attributes
    ----------
    pipeline : str
        A name, ``MISSING`` for deals without one, or ``ALL``.
    first, last : date
        First and last day with news of any deal.
    as_of : date
        Day at whose end deals are seen.
    start, end : date
        Half-open period.
    """

    pipeline: str
    pipelines: tuple[str, ...]
    first: date
    last: date
    as_of: date
    start: date
    end: date
    where: load.Where = ()
    among: str = ""

    @property
    def is_now(self) -> bool:
        """Whether deals are seen as they are now."""
        return self.as_of >= self.last

    @property
    def of_pipeline(self) -> load.Where:
        """Return the pipeline as a filter."""
        if self.pipeline == ALL:
            return ()
        return ((PIPELINE, (None if self.pipeline == MISSING else self.pipeline,)),)

    @property
    def cut(self) -> load.DealCut:
        """Return the deals of the view."""
        as_of = None if self.is_now else self.as_of
        return load.DealCut((*self.of_pipeline, *self.where), self.among, as_of)

    @property
    def history(self) -> load.DealCut:
        """Return all deals of the pipeline, whatever is filtered: what is learned is of them."""
        return load.DealCut(self.of_pipeline, "", None if self.is_now else self.as_of)

    @property
    def has_quota_filters_only(self) -> bool:
        """Whether quotas can be held against this view: it is cut by people, or not at all."""
        return {name for name, _ in self.where} <= QUOTA_FILTERS and not self.among


def deal_view(ctx: PageContext, *, with_as_of: bool = True) -> DealView | None:
    """Draw the choices and return them; None (and a sentence) where the viewer sees no deal.

    ``with_as_of`` pages have one day and a period; the others have dates of their own.
    """
    key = (ctx.settings, ctx.version, ctx.scope)
    first, last = load.known_days(ctx.settings, ctx.version)
    values = load.values(*key)
    if first is None or last is None or values.empty:
        st.info(ctx.t("pipeline.no_deals"), icon=":material/inbox:")
        return None
    offered = {
        field: [MISSING if v != v or v is None else str(v) for v in part["value"]]
        for field, part in values.groupby("field")
    }
    names = offered[PIPELINE][:MOST_PIPELINES]
    pipelines = (*names, ALL) if len(names) > 1 else tuple(names)
    pipeline = urls.choice(PIPELINE, pipelines)
    as_of = as_of_asked(first, last) if with_as_of else last
    kept = {name: offered[name] for name in FILTERS if len(offered.get(name, ())) > 1}
    where = _kept(kept)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        if len(names) > 1:
            _pipelines(ctx, pipelines)
        if with_as_of:
            as_of_choice(ctx, as_of, first, last)
        attribute_filters(ctx, where, _sorted(kept), names=FILTERS)
        among = "" if with_as_of else segment_picker(ctx)
    start, end = first, last + timedelta(days=1)
    if with_as_of:
        chosen = filter_bar(
            ctx, offered={}, horizon=Horizon(first, as_of), dimensions=(), with_compare=False
        )
        start, end = chosen.bounds(Horizon(first, as_of))
        among = chosen.segment.among if chosen.segment else ""
        if as_of < last:
            st.caption(ctx.t("pipeline.as_of_note", day=ctx.formats.day(as_of)))
    return DealView(pipeline, pipelines, first, last, as_of, start, end, where, among)


def filters_text(ctx: PageContext, view: DealView) -> str:
    """Return pipeline, filters and segment in words."""
    pipeline = ctx.t("pipeline.described", name=pipeline_name(ctx, view.pipeline))
    return ctx.t("filter.joiner").join(
        part for part in (pipeline, described(ctx, view.where, view.among)) if part
    )


def pipeline_name(ctx: PageContext, pipeline: str) -> str:
    """Return what a pipeline is called."""
    return ctx.t("pipeline.all") if pipeline == ALL else value_label(ctx, PIPELINE, pipeline)


def _kept(offered: Mapping[str, Sequence[str]]) -> load.Where:
    query = urls.query()
    return tuple(
        (name, tuple(None if v == MISSING else v for v in kept))
        for name, values in offered.items()
        if (kept := [v for v in values if v in set(query.get(name, ()))])
    )


def _sorted(offered: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return values in alphabetical order, missing last."""
    return {
        name: sorted(v for v in values if v != MISSING) + [MISSING] * (MISSING in values)
        for name, values in offered.items()
    }


def _pipelines(ctx: PageContext, pipelines: tuple[str, ...]) -> None:
    st.selectbox(
        ctx.t("pipeline.pipeline"),
        pipelines,
        format_func=partial(pipeline_name, ctx),
        key=PIPELINE,
        on_change=urls.write_choice,
        args=(PIPELINE,),
        help=ctx.t("pipeline.pipeline_help"),
        width=210,
        filter_mode=None,
    )
