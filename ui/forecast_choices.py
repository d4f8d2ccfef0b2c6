"""Choices above the page Forecast, all of them in the address."""

from collections.abc import Sequence
from datetime import date
from functools import partial

import streamlit as st

from ui import deal_loaders, loaders, team_loaders, urls
from ui.as_of import as_of_asked, as_of_choice
from ui.attribute_filters import attribute_filters, described
from ui.context import PageContext
from ui.deal_loaders import Where
from ui.filters import MISSING
from ui.forecast_answers import HORIZONS, SERIES_METRICS
from ui.forecast_view import (
    DEAL_FIELDS,
    DEAL_VIEWS,
    FREQUENCIES,
    ORDER_FIELDS,
    REVIEW_PERIODS,
    ForecastView,
    is_of_deals,
    review_days,
)
from ui.segment_filter import segment_picker

_REVIEWED = (*DEAL_VIEWS, "number", "scenarios")  # views that speak of the period under review


def forecast_view(ctx: PageContext, name: str) -> ForecastView | None:
    """Draw the choices that the view ``name`` has, and return them.

    None where neither orders nor deals are known: there is nothing to choose.
    """
    metrics = metrics_known(ctx)
    days = known_days(ctx)
    if not metrics or (name in DEAL_VIEWS and days["deals"] is None):
        return None
    metric = urls.choice("metric", metrics)
    frequency = urls.choice("frequency", FREQUENCIES)
    horizon = int(urls.choice("horizon", HORIZONS[frequency]))
    period = urls.choice("period", REVIEW_PERIODS)
    known = days["deals" if is_of_deals(name, metric) else "orders"]
    if known is None:
        return None
    first, last = known
    as_of = as_of_asked(first, last)
    offered = _offered(ctx, is_of_deals=is_of_deals(name, metric))
    where = _where(offered)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        if name not in DEAL_VIEWS:
            _series_choices(ctx, metrics, frequency)
        if name in _REVIEWED:
            _select(ctx, "period", REVIEW_PERIODS, "forecast.period", 190)
        among = segment_picker(ctx)
        if offered:
            attribute_filters(ctx, where, offered, names=tuple({*DEAL_FIELDS, *ORDER_FIELDS}))
        as_of_choice(ctx, as_of, first, last)
    if as_of < last:
        st.caption(ctx.t("forecast.as_of_note", day=ctx.formats.day(as_of)))
    days_of = review_days(period, as_of)
    return ForecastView(
        name, metric, frequency, horizon, period, *days_of, where, among, as_of, first, last
    )


def metrics_known(ctx: PageContext) -> list[str]:
    """Return the metrics of which the data holds anything."""
    days = known_days(ctx)
    return [
        name
        for name in SERIES_METRICS
        if days["deals" if is_of_deals("", name) else "orders"] is not None
    ]


def in_words(ctx: PageContext, view: ForecastView) -> str:
    """Return segment and filters in words; empty without any."""
    return described(ctx, view.where, view.among)


def _series_choices(ctx: PageContext, metrics: Sequence[str], frequency: str) -> None:
    _select(ctx, "metric", metrics, "forecast.metric", 190)
    _select(ctx, "frequency", FREQUENCIES, "forecast.frequency", 130)
    write = partial(_ahead, ctx, frequency)
    st.selectbox(
        ctx.t("forecast.horizon"), HORIZONS[frequency], format_func=write, key="horizon",
        on_change=urls.write_choice, args=("horizon",), width=150, filter_mode=None,
    )  # fmt: skip


def _select(ctx: PageContext, name: str, options: Sequence[str], label: str, width: int) -> None:
    names = {"metric": "metric.{}.name", "period": "forecast.period_{}"}
    pattern = names.get(name, "forecast.frequency_{}")
    st.selectbox(
        ctx.t(label), options, format_func=lambda one: ctx.t(pattern.format(one)), key=name,
        on_change=urls.write_choice, args=(name,), width=width, filter_mode=None,
    )  # fmt: skip


def _ahead(ctx: PageContext, frequency: str, count: str) -> str:
    return ctx.t(f"forecast.ahead_{frequency}", n=count)


def known_days(ctx: PageContext) -> dict[str, tuple[date, date] | None]:
    """Return the first and last day with news of orders and of deals; None without any."""
    horizon = loaders.horizon(ctx.settings, ctx.version)
    first, last = deal_loaders.known_days(ctx.settings, ctx.version)
    seen = team_loaders.options(ctx.settings, ctx.version, ctx.scope)
    has_orders = any(loaders.offered(ctx.settings, ctx.version, ctx.scope).values())
    return {
        "orders": (horizon.first, horizon.watermark) if horizon and has_orders else None,
        "deals": (first, last) if first and last and len(seen) else None,
    }


def _offered(ctx: PageContext, *, is_of_deals: bool) -> dict[str, list[str]]:
    """Return what can be filtered by; a field with one value is no choice."""
    key = (ctx.settings, ctx.version, ctx.scope)
    if not is_of_deals:
        found = loaders.offered(*key)
        return {name: found[name] for name in ORDER_FIELDS if len(found.get(name, ())) > 1}
    values = {
        str(field): [MISSING if v is None or v != v else str(v) for v in part["value"]]
        for field, part in team_loaders.options(*key).groupby("field")
    }
    return {
        name: sorted(v for v in values[name] if v != MISSING)
        + [MISSING] * (MISSING in values[name])
        for name in ("pipeline", *DEAL_FIELDS)
        if len(values.get(name, ())) > 1
    }


def _where(offered: dict[str, list[str]]) -> Where:
    query = urls.query()
    return tuple(
        (name, tuple(None if v == MISSING else v for v in kept))
        for name, found in offered.items()
        if (kept := [v for v in found if v in set(query.get(name, ()))])
    )
