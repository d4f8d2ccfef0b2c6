"""The row of filters above a page: draws what the address says and writes choices back to it."""

import calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import streamlit as st

from ui import campaigns, people, periods, urls
from ui.context import PageContext
from ui.filters import COMPARISONS, DIMENSIONS, MISSING, QUERY_NAMES, Filters, Horizon
from ui.segment_filter import segment_picker, segments_by_id
from ui.translations import value_name

_PREFIX = "filter_"
_PARTS = ("year", "month", "day")
Offered = Mapping[str, Sequence[str]]


def filter_bar(
    ctx: PageContext,
    *,
    offered: Offered,
    horizon: Horizon,
    dimensions: Sequence[str] = DIMENSIONS,
    with_compare: bool = True,
) -> Filters:
    """Draw the filters and return what is chosen.

    Parameters
    ----------
    offered : mapping
        Values of each dimension in the data (``MISSING`` among them where rows have none). A
        dimension with one value is not shown.
    horizon : Horizon
        What relative periods are relative to.
    dimensions : sequence of str
        Dimensions that make sense on the page.
    """
    shown = {d: offered[d] for d in dimensions if len(offered.get(d, ())) > 1}
    segments = segments_by_id(ctx)
    chosen = Filters.from_query(urls.query(), offered=shown, segments=segments)
    _seed(chosen, horizon, shown)
    args = (chosen, horizon, shown)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.selectbox(
            ctx.t("filter.period"),
            periods.PERIODS,
            format_func=lambda name: ctx.t(f"period.{name}"),
            key=_PREFIX + "period",
            on_change=_apply,
            args=args,
            width=210,
            filter_mode=None,
        )
        if with_compare:
            st.selectbox(
                ctx.t("filter.compare"),
                COMPARISONS,
                format_func=lambda name: ctx.t(f"compare.{name}"),
                key=_PREFIX + "compare",
                on_change=_apply,
                args=args,
                width=210,
                filter_mode=None,
            )
        segment_picker(ctx, segments)
        if shown:
            _more(ctx, chosen, shown, args)
        if chosen != Filters():
            reset_button(ctx)
    if chosen.period == "custom":
        _custom(ctx, chosen, horizon, args)
    return chosen


def reset_button(ctx: PageContext, key: str = "filter_reset") -> None:
    """Draw the button that puts every filter back to its default."""
    st.button(
        ctx.t("filter.reset"),
        key=key,
        icon=":material/restart_alt:",
        type="tertiary",
        on_click=urls.write,
        args=({},),
        kwargs={"clears": QUERY_NAMES},
    )


def describe(ctx: PageContext, filters: Filters) -> str:
    """Return segment and dimension filters in words, for captions and exports; or nothing."""
    segment = filters.segment
    first = [] if segment is None else [ctx.t("segments.described", name=segment.name)]
    return ctx.t("filter.joiner").join([*first, *filters_in_words(ctx, filters.chosen().items())])


def filters_in_words(ctx: PageContext, where: Iterable[tuple[str, Sequence[Any]]]) -> list[str]:
    """Return each attribute and the values kept; None or ``MISSING`` is a missing value."""
    return [
        ctx.t(
            "filter.described",
            dimension=ctx.t(f"dimension.{name}"),
            values=ctx.t("filter.separator").join(value_label(ctx, name, v) for v in values),
        )
        for name, values in where
    ]


def value_label(ctx: PageContext, dimension: str, value: object) -> str:
    """Return a dimension's value as shown; rows without one are named so."""
    if value is None or value == MISSING or value != value:
        return ctx.t("filter.missing_value")
    if dimension in people.FIELDS:
        return people.person(ctx, str(value))
    if dimension == "campaign_id":
        return campaigns.campaign(ctx, str(value))
    return value_name(ctx.t, dimension, value)


def _more(
    ctx: PageContext, chosen: Filters, shown: Offered, args: tuple[Filters, Horizon, Offered]
) -> None:
    active = len(chosen.chosen())
    label = ctx.t("filter.more_active", n=active) if active else ctx.t("filter.more")
    with st.popover(label, icon=":material/filter_alt:"):
        for name, values in shown.items():
            st.multiselect(
                ctx.t(f"dimension.{name}"),
                values,
                format_func=partial(value_label, ctx, name),  # no Markdown here
                key=_PREFIX + name,
                on_change=_apply,
                args=args,
                placeholder=ctx.t("filter.all"),
                select_all=False,
            )
        st.caption(ctx.t("filter.link_note"))


def _custom(
    ctx: PageContext, chosen: Filters, horizon: Horizon, args: tuple[Filters, Horizon, Offered]
) -> None:
    """Draw year, month and day selects: Streamlit's calendar knows no Chinese."""
    years = list(
        range(min(horizon.first.year, _of(chosen, "since").year), horizon.watermark.year + 1)
    )
    years = sorted({*years, _of(chosen, "since").year, _of(chosen, "until").year})
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        for side in ("since", "until"):
            day = _of(chosen, side)
            options = {
                "year": years,
                "month": list(range(1, 13)),
                "day": list(range(1, calendar.monthrange(day.year, day.month)[1] + 1)),
            }
            for part in _PARTS:
                st.selectbox(
                    ctx.t(f"filter.{side}_{part}"),
                    options[part],
                    key=f"{_PREFIX}{side}_{part}",
                    on_change=_apply,
                    args=args,
                    width=104,
                    filter_mode=None,
                )


def _of(chosen: Filters, side: str) -> date:
    day: date = getattr(chosen, side)
    return day


def _seed(chosen: Filters, horizon: Horizon, shown: Offered) -> None:
    """Set the widgets to what the address says; the address is the only truth."""
    state = st.session_state
    state[_PREFIX + "period"], state[_PREFIX + "compare"] = chosen.period, chosen.compare
    for name in shown:
        state[_PREFIX + name] = list(getattr(chosen, name))
    start, end = chosen.bounds(horizon)
    for side, day in (("since", start), ("until", date.fromordinal(end.toordinal() - 1))):
        for part in _PARTS:
            state[f"{_PREFIX}{side}_{part}"] = getattr(day, part)


def _apply(before: Filters, horizon: Horizon, shown: Offered) -> None:
    """Write what the widgets say into the address."""
    state = st.session_state
    period = state[_PREFIX + "period"]
    since = until = None
    if period == "custom":
        if before.period == "custom":
            since, until = sorted((_read("since"), _read("until")))
        else:
            start, end = before.bounds(horizon)
            since, until = start, date.fromordinal(end.toordinal() - 1)
    chosen = replace(
        before,
        period=period,
        since=since,
        until=until,
        compare=state.get(_PREFIX + "compare", before.compare),
    ).where({name: tuple(state.get(_PREFIX + name, ())) for name in shown})
    urls.write(chosen.to_query(), clears=QUERY_NAMES)


def _read(side: str) -> date:
    year, month, day = (st.session_state[f"{_PREFIX}{side}_{part}"] for part in _PARTS)
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))
