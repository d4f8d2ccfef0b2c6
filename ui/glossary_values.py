"""What a metric and its rivals are now: of the last twelve complete months, side by side."""

from datetime import date, timedelta

import pandas as pd
import streamlit as st

from analytics.metric_registry import METRICS, Metric, metric
from crm_data.calendar import add_months, floor_to
from crm_data.commands.campaign_plans import planned_shares
from crm_data.errors import CrmError
from crm_data.queries.cut import parse_cut
from crm_data.rules import stored_rules
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from ui.context import PageContext
from ui.formats import NOT_DEFINED, is_missing
from ui.loaders import TTL, horizon, reading
from ui.metrics import metric_values

_MONTHS = 12


def period(ctx: PageContext) -> tuple[date, date] | None:
    """Return ``[start, end)`` of the last twelve complete months; None without an order."""
    known = horizon(ctx.settings, ctx.version) if ctx.version else None
    if known is None:
        return None
    end = floor_to(known.watermark + timedelta(days=1), "month")
    return add_months(end, -_MONTHS), end


def side_by_side(ctx: PageContext, definition: Metric) -> pd.DataFrame:
    """Return a row for the metric and each rival, in words: name, value, interval, n.

    What cannot be told of these months is said so, not left out.
    """
    days = period(ctx)
    names = [definition.name, *(name for name in definition.rivals if name in METRICS)]
    rows = []
    for name in names:
        told = None if days is None else value_of(ctx.settings, ctx.version, ctx.scope, name, *days)
        rows.append({"rival_metric": ctx.t(f"metric.{name}.name"), **_words(ctx, name, told)})
    return pd.DataFrame(rows, columns=["rival_metric", "rival_value", "interval", "n"])


@st.cache_data(ttl=TTL, max_entries=400, show_spinner=False)
def value_of(
    settings: Settings, version: str, scope: AccessScope, name: str, start: date, end: date
) -> tuple[float, float, float, int] | None:
    """Return value, low, high and n of a metric; None where it cannot be told of the period."""
    definition = metric(name)
    begins, ends = (None, None) if definition.is_of_now else (start, end)
    cut = parse_cut(begins, ends, (), (), "", definition.clock_column)
    try:
        with reading(settings, version) as conn:
            found = metric_values(
                conn,
                scope=scope,
                names=(name,),
                cut=cut,
                rules=stored_rules(settings),
                planned=planned_shares(settings),
            )[name]
    except CrmError:
        return None
    row = found.iloc[0]
    numbers = [float("nan") if pd.isna(row[one]) else float(row[one])
               for one in ("value", "low", "high")]  # fmt: skip
    return numbers[0], numbers[1], numbers[2], 0 if pd.isna(row["n"]) else int(row["n"])


def _words(
    ctx: PageContext, name: str, told: tuple[float, float, float, int] | None
) -> dict[str, object]:
    f, unit = ctx.formats, metric(name).unit
    if told is None or is_missing(told[0]):
        return {"rival_value": NOT_DEFINED, "interval": NOT_DEFINED, "n": None}
    value, low, high, n = told
    interval = NOT_DEFINED
    if not (is_missing(low) or is_missing(high)):
        sides = {"low": f.value_short(low, unit), "high": f.value_short(high, unit)}
        interval = ctx.t("tile.interval_only", **sides)
    return {"rival_value": f.value_short(value, unit), "interval": interval, "n": n}
