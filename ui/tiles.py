"""Tiles of metrics: value, change, sparkline, and behind each its whole definition."""

import streamlit as st

from analytics.metric_registry import METRICS, Metric
from ui import filter_bar, loaders, rows
from ui.context import PageContext
from ui.filters import Filters, Horizon
from ui.formats import NOT_DEFINED
from ui.glossary import fact_lines
from ui.overview import Measured, Overview

SMALL_N = 400
_PER_ROW = 4


def tiles(ctx: PageContext, seen: Overview, filters: Filters, horizon: Horizon) -> None:
    """Draw a tile for every metric: four in a row, two on a telephone."""
    measured = list(seen.measured.values())
    for first in range(0, len(measured), _PER_ROW):
        with st.container(horizontal=True, gap="small"):
            for one in measured[first : first + _PER_ROW]:
                with st.container(
                    border=True, key=f"tile_{one.name}", gap="xxsmall", height="stretch"
                ):
                    _tile(ctx, one, has_base=seen.base is not None)
                    _definition_popover(ctx, one, seen, filters, horizon)


def change_text(ctx: PageContext, one: Measured) -> str:
    """Return the change in words: points for shares, percent for the rest, or why there is none."""
    if one.base_value is None or one.change is None:
        return ctx.t("tile.not_defined")
    if METRICS[one.name].unit == "share":
        return ctx.formats.points(one.change)
    if one.relative_change is None:
        return ctx.t("tile.not_defined")
    return ctx.formats.change(one.relative_change)


def change_colour(one: Measured) -> str:
    """Return green for a change for the better, red for the worse, gray for neither."""
    direction = METRICS[one.name].direction
    change = one.change or 0.0
    if one.base_value is None or change == 0 or direction == "neutral":
        return "gray"
    return "green" if (change > 0) == (direction == "up") else "red"


def interval_text(ctx: PageContext, one: Measured, key: str = "tile.interval") -> str:
    """Return the 95 % interval, or a dash where the metric has none."""
    unit = METRICS[one.name].unit
    if one.low is None or one.high is None:
        return NOT_DEFINED
    low, high = (ctx.formats.value_short(v, unit) for v in (one.low, one.high))
    return ctx.t(key, low=low, high=high, n=ctx.formats.count(one.n))


def _tile(ctx: PageContext, one: Measured, *, has_base: bool) -> None:
    definition = METRICS[one.name]
    delta = change_text(ctx, one) if has_base else None
    is_change = delta is not None and shows_change(delta)
    st.metric(
        ctx.t(f"metric.{one.name}.name"),
        ctx.formats.value_short(one.value, definition.unit),
        delta,
        delta_color=change_colour(one) if is_change else "off",  # type: ignore[arg-type]  # a named colour
        delta_arrow=_arrow(one) if is_change else "off",  # type: ignore[arg-type]  # up, down or off
        chart_data=list(one.spark) or None,
        chart_type="line",
    )
    marks = []
    if not one.is_complete:
        marks.append(ctx.t("tile.unfinished"))
    if one.low is not None and one.n < SMALL_N:
        marks.append(interval_text(ctx, one))
    if marks:
        st.caption(" · ".join(marks))


def shows_change(delta: str) -> bool:
    """Whether a written change is one: 0.0 is neither better nor worse, nor is a dash."""
    return any(digit in "123456789" for digit in delta)


def _arrow(one: Measured) -> str:
    change = one.change or 0.0
    return "off" if change == 0 else "up" if change > 0 else "down"


def _definition_popover(
    ctx: PageContext, one: Measured, seen: Overview, filters: Filters, horizon: Horizon
) -> None:
    """Draw the button; what is behind it is only made when it is open."""
    opened = st.popover(
        ctx.t("tile.define"),
        type="tertiary",
        icon=":material/info:",
        key=f"define_{one.name}",
        on_change="rerun",
    )
    if opened.open:
        with opened:
            _definition(ctx, one, seen, filters, horizon)


def _definition(
    ctx: PageContext, one: Measured, seen: Overview, filters: Filters, horizon: Horizon
) -> None:
    metric, f, t = METRICS[one.name], ctx.formats, ctx.t
    described = filter_bar.describe(ctx, filters)
    st.markdown(f"**{t(f'metric.{one.name}.name')}** — {t(f'metric.{one.name}.meaning')}")
    facts = {
        "definition.formula": t(f"metric.{one.name}.formula"),
        "definition.value": f.value(one.value, metric.unit),
        "definition.numerator": _part(ctx, metric, "numerator", one.numerator),
        "definition.denominator": _part(ctx, metric, "denominator", one.denominator),
        "definition.n": f.count(one.n),
        "definition.interval": interval_text(ctx, one, "tile.interval_only"),
        "definition.base": f.value(one.base_value, metric.unit),
        "definition.period": f.period(seen.start, seen.end),
        "definition.filters": described or t("filter.none"),
        "definition.watermark": f.day(horizon.watermark),
        "definition.version": ctx.version,
        "definition.clock": t(f"dimension.{metric.date_column}"),
        "definition.name": metric.name,
    }
    facts["definition.pitfalls"] = t(f"metric.{one.name}.pitfalls")
    st.markdown(fact_lines((t(key), value) for key, value in facts.items() if value))
    cut = loaders.cut_of(filters, seen.start, seen.end)
    st.button(
        t("definition.rows"),
        key=f"rows_{one.name}",
        icon=":material/table_rows:",
        on_click=_ask_rows,
        args=(
            one.name,
            rows.RowsRequest(t(f"metric.{one.name}.name"), metric.rows, cut, described),  # type: ignore[arg-type]  # registry test checks kinds
        ),
    )
    st.caption(t("definition.sql"))
    st.code(
        loaders.sql_text(ctx.settings, ctx.version, ctx.scope, metric.measures(), cut),
        language="sql",
        height=200,
    )


def _ask_rows(name: str, request: rows.RowsRequest) -> None:
    """Ask for the rows and close the definition, which would lie on top of them."""
    st.session_state[f"define_{name}"] = False
    rows.ask(request)


def _part(ctx: PageContext, metric: Metric, part: str, value: float | None) -> str:
    """Return what the numerator or denominator is, and how much."""
    if part == "denominator" and not metric.is_ratio:
        return ""
    is_count = metric.unit == "count" or (value is not None and value == int(value))
    written = ctx.formats.count(value) if is_count else ctx.formats.number(value)
    return f"{ctx.t(f'metric.{metric.name}.{part}')} = {written}"
