"""Frames behind the charts and tables of lifetimes, in the viewer's words and numbers."""

import numpy as np
import pandas as pd

from analytics.contract_lifetimes import NO_REASON, OTHER_REASONS
from crm_data.calendar import MONTH_DAYS
from ui.context import PageContext
from ui.filter_bar import value_label
from ui.formats import is_missing, plain
from ui.frames import records
from ui.survival_view import Lasted

MOST_POINTS = 240  # of a curve in the chart; files hold all
_MONTHS = ("median", "median_low", "median_high", "mean", "mean_low", "mean_high")


def curve_points(ctx: PageContext, found: Lasted) -> pd.DataFrame:
    """Return the points of the curves: ``series``, ``age``, ``value``, ``low``, ``high``, …"""
    f = ctx.formats
    parts = []
    for group, own in found.lifetimes.curves.curves.groupby("group", sort=False):
        part = _thinned(own, own["ended"] > 0)
        points = pd.DataFrame(
            {
                "age": part["duration"] / MONTH_DAYS,
                "value": part["survival"],
                "low": part["low"],
                "high": part["high"],
                "at_risk": part["at_risk"],
            }
        )
        first = {"age": 0.0, "value": 1.0, "at_risk": own["at_risk"].iloc[0]}
        points = pd.concat([pd.DataFrame([first]), points], ignore_index=True)
        name = found.names[str(group)]
        hovers = [
            ctx.t(
                "survival.hover",
                name=plain(name),
                age=f.number(row["age"], 1),
                value=f.share(row["value"]),
                low=f.share(row["low"]),
                high=f.share(row["high"]),
                n=f.count(row["at_risk"]),
            )
            for row in records(points)
        ]
        parts.append(points.assign(series=name, hover=hovers))
    return pd.concat(parts, ignore_index=True)


def at_risk_points(found: Lasted) -> pd.DataFrame:
    """Return the numbers below the curves: ``series``, ``age``, ``at_risk``."""
    frame = found.lifetimes.at_risk
    named = frame.assign(series=frame["group"].map(found.names))
    return named.rename(columns={"age_months": "age"})[["series", "age", "at_risk"]]


def curves_table(found: Lasted) -> pd.DataFrame:
    """Return every step of every curve, for files."""
    frame = found.lifetimes.curves.curves
    return pd.DataFrame(
        {
            "member": frame["group"].map(found.names).astype("str"),
            "age_days": frame["duration"],
            "spells_at_risk": frame["at_risk"],
            "ended_spells": frame["ended"],
            "running_spells": frame["censored"],
            "still_under_contract": frame["survival"],
            "low": frame["low"],
            "high": frame["high"],
        }
    )


def summaries_table(found: Lasted) -> pd.DataFrame:
    """Return median and restricted mean lifetime by group, in months, for files."""
    frame = found.lifetimes.summaries
    months = {f"{name}_months": frame[name].astype(float) / MONTH_DAYS for name in _MONTHS}
    tau = frame["tau"].astype(float) / MONTH_DAYS
    return pd.DataFrame(
        {
            "member": frame["group"].map(found.names).astype("str"),
            "spells": frame["n"].astype("int64"),
            "ended_spells": frame["ended"].astype("int64"),
            **months,
            "tau_months": tau,
        }
    )


def summaries_shown(ctx: PageContext, table: pd.DataFrame) -> pd.DataFrame:
    """Return ``summaries_table`` with each number and its interval in one cell."""
    shown = table[["member", "spells", "ended_spells"]].copy()
    for name in ("median", "mean"):
        shown[f"{name}_months"] = [_with_interval(ctx, row, name) for row in records(table)]
    return shown


def hazard_points(ctx: PageContext, found: Lasted) -> pd.DataFrame:
    """Return the points of the rate by age: ``start``, ``middle``, ``value``, …, ``hover``."""
    f, frame = ctx.formats, found.lifetimes.hazard
    hovers = [
        ctx.t(
            "survival.hazard_hover",
            start=f.count(row["start"]),
            end=f.count(row["end"]),
            value=f.share(row["hazard"], 2),
            low=f.share(row["low"], 2),
            high=f.share(row["high"], 2),
            ended=f.count(row["ended"]),
            n=f.count(row["at_risk"]),
        )
        for row in records(frame)
    ]
    return pd.DataFrame(
        {
            "start": frame["start"],
            "middle": (frame["start"] + frame["end"]) / 2,
            "value": frame["hazard"],
            "low": frame["low"],
            "high": frame["high"],
            "hover": hovers,
        }
    )


def hazard_table(found: Lasted) -> pd.DataFrame:
    """Return the rate by age, for the table and files."""
    return found.lifetimes.hazard.rename(
        columns={
            "start": "from_months",
            "end": "to_months",
            "at_risk": "spells_at_risk",
            "ended": "ended_spells",
            "time_at_risk": "months_at_risk",
            "hazard": "ends_per_month",
        }
    )


def reason_points(ctx: PageContext, found: Lasted) -> pd.DataFrame:
    """Return the curves of the reasons, the commonest first, as ``curve_points``."""
    f, frame = ctx.formats, found.lifetimes.incidence
    last = frame.groupby("cause")["incidence"].last().sort_values(ascending=False)
    parts = []
    for cause in last.index:
        own = frame[frame["cause"] == cause]
        part = _thinned(own, own["ended"] > 0)
        points = pd.DataFrame(
            {
                "age": part["duration"] / MONTH_DAYS,
                "value": part["incidence"],
                "low": part["low"],
                "high": part["high"],
            }
        )
        points = pd.concat([pd.DataFrame([{"age": 0.0, "value": 0.0}]), points], ignore_index=True)
        name = reason_name(ctx, str(cause))
        hovers = [
            ctx.t(
                "survival.reason_hover",
                name=plain(name),
                age=f.number(row["age"], 1),
                value=f.share(row["value"]),
                low=f.share(row["low"]),
                high=f.share(row["high"]),
            )
            for row in records(points)
        ]
        parts.append(points.assign(series=name, hover=hovers))
    return pd.concat(parts, ignore_index=True)


def reasons_table(ctx: PageContext, found: Lasted) -> pd.DataFrame:
    """Return the share ended by each reason at the end of each year of age, and at the last age."""
    frame = found.lifetimes.incidence
    year = np.floor(frame["duration"] / (12 * MONTH_DAYS))
    last = frame.assign(year=year).groupby(["cause", "year"], sort=False).tail(1)
    ended = frame.groupby("cause")["ended"].cumsum().loc[last.index]
    return pd.DataFrame(
        {
            "end_reason": [reason_name(ctx, str(cause)) for cause in last["cause"]],
            "age_days": last["duration"],
            "ended_spells": ended.astype("int64"),
            "ended_share": last["incidence"],
            "low": last["low"],
            "high": last["high"],
        }
    ).reset_index(drop=True)


def reason_name(ctx: PageContext, cause: str) -> str:
    """Return why times ended, in the viewer's words."""
    if cause in (NO_REASON, OTHER_REASONS):
        return ctx.t(f"survival.{cause}")
    return value_label(ctx, "end_reason", cause)


def _thinned(frame: pd.DataFrame, changes: pd.Series) -> pd.DataFrame:
    """Return the steps of a curve and its end, at most ``MOST_POINTS``, evenly among them."""
    kept = changes.to_numpy(dtype=bool).copy()
    kept[-1] = True
    places = np.flatnonzero(kept)
    if len(places) > MOST_POINTS:
        places = places[np.unique(np.linspace(0, len(places) - 1, MOST_POINTS).astype(int))]
    return frame.iloc[places]


def _with_interval(ctx: PageContext, row: dict[str, object], name: str) -> str:
    f = ctx.formats
    value, low, high = (row[f"{name}{part}_months"] for part in ("", "_low", "_high"))
    if is_missing(value):
        if is_missing(low):
            return ctx.t("survival.not_reached")
        return ctx.t("survival.not_reached_from", low=f.number(float(str(low)), 1))
    sides = {
        "low": f.number(float(str(low)), 1),
        "high": ctx.t("survival.open") if is_missing(high) else f.number(float(str(high)), 1),
    }
    return ctx.t("survival.with_interval", value=f.number(float(str(value)), 1), **sides)
