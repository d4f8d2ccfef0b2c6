"""Figures of the Overview page, cached as they are sent to the browser."""

from typing import Literal

import pandas as pd
import streamlit as st

from charts.sales import TrendLabels, movers, trend
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from ui import loaders
from ui.figures import Spec, spec_of
from ui.filters import Filters, Horizon
from ui.formats import Formats
from ui.frames import records
from ui.overview import Overview, overview
from ui.translations import Catalogue, catalogue, value_name

MOVERS_DRAWN = 8


@st.cache_data(ttl=loaders.TTL, max_entries=200, show_spinner=False)
def trend_figure(
    settings: Settings,
    version: str,
    scope: AccessScope,
    filters: Filters,
    horizon: Horizon,
    language: str,
    theme: Literal["light", "dark"],
) -> Spec:
    """Build the trend of ``overview`` in a language and theme."""
    seen = overview(settings, version, scope, filters, horizon)
    t, f = catalogue(language), Formats(language, settings.currency, settings.timezone)
    labels = TrendLabels(
        t("metric.net_revenue.name"),
        t("overview.legend_unfinished"),
        t(f"compare.{filters.compare}"),
    )
    return spec_of(
        trend(_trend_frame(seen, t, f), labels=labels, write=f.money_compact, mode=theme)
    )


@st.cache_data(ttl=loaders.TTL, max_entries=400, show_spinner=False)
def movers_figure(
    settings: Settings,
    version: str,
    scope: AccessScope,
    filters: Filters,
    horizon: Horizon,
    dimension: str,
    language: str,
    theme: Literal["light", "dark"],
) -> Spec:
    """Build the movers of one dimension of ``overview`` in a language and theme."""
    seen = overview(settings, version, scope, filters, horizon)
    t, f = catalogue(language), Formats(language, settings.currency, settings.timezone)
    return spec_of(movers(_movers_frame(seen.moves[dimension], dimension, t, f), mode=theme))


def bucket_label(f: Formats, start: pd.Timestamp, grain: str) -> str:
    """Return how a bucket is called on an axis."""
    if grain in ("day", "week"):
        return f.day_short(start)
    if grain == "month":
        return f.month_short(start)
    return f.quarter_short(start) if grain == "quarter" else str(start.year)


def _trend_frame(seen: Overview, t: Catalogue, f: Formats) -> pd.DataFrame:
    frame = seen.buckets
    hover = []
    for row in records(frame):
        lines = [f"<b>{f.bucket(row['starts_on'], seen.grain)}</b>", f.money(row["value"])]
        if not pd.isna(row["compare_value"]):
            lines.append(t("overview.hover_base", value=f.money(row["compare_value"])))
        if not row["is_complete"]:
            lines.append(t("overview.legend_unfinished"))
        hover.append("<br>".join(lines))
    labels = [bucket_label(f, start, seen.grain) for start in frame["starts_on"]]
    return frame.assign(label=labels, hover=hover)


def _movers_frame(moves: pd.DataFrame, dimension: str, t: Catalogue, f: Formats) -> pd.DataFrame:
    drawn = moves.head(MOVERS_DRAWN)
    labels = [
        t("filter.missing_value")
        if member is None
        else _no_markup(value_name(t, dimension, member))
        for member in drawn["member"]
    ]
    text = [f.money_change(value) for value in drawn["change"]]
    hover = [
        "<br>".join(
            [
                f"<b>{label}</b>",
                t("overview.hover_move", before=f.money(row["before"]), now=f.money(row["now"])),
                f"{f.money_change(row['change'])} ({f.change(row['relative'])})",
            ]
        )
        for label, row in zip(labels, records(drawn), strict=True)
    ]
    return pd.DataFrame({"label": labels, "change": drawn["change"], "text": text, "hover": hover})


def _no_markup(text: object) -> str:
    """Return text from data without the tags that Plotly would read."""
    return str(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
