"""What the page Budget shows: curves by channel, and the move that the address asks for."""

from collections.abc import Mapping
from math import isfinite
from typing import Any

import pandas as pd

from analytics.budget_moves import Move, curve_frame
from ui import budget_answers as told
from ui import campaign_loaders, loaders, urls
from ui.campaign_loaders import CampaignCut
from ui.context import PageContext
from ui.formats import NOT_DEFINED
from ui.frames import records
from ui.translations import value_name

CHANNEL, SOURCE, TARGET, AMOUNT = "of", "move_from", "move_to", "amount"
MOST = 1e9


def card(ctx: PageContext) -> dict[str, Any] | None:
    """Return the card ``budget``; costs are of nobody, so only who sees everything has it."""
    return loaders.card(ctx.settings, ctx.version, ctx.scope, "budget")


def has_costs(ctx: PageContext) -> bool:
    """Whether any campaign has a cost on record, scored or not."""
    every = campaign_loaders.totals(ctx.settings, ctx.version, ctx.scope, CampaignCut())
    return bool((every["cost"] > 0).any())


def name_of(ctx: PageContext, channel: str) -> str:
    """Return what a channel is called."""
    return value_name(ctx.t, "channel", channel)


def amount(default: float) -> float:
    """Return the money to move that the address says."""
    text = (urls.query().get(AMOUNT) or [""])[-1]
    try:
        asked = float(text) if text.isascii() else float("nan")
    except ValueError:
        return default
    return asked if isfinite(asked) and 0 <= asked <= MOST else default


def refusal(ctx: PageContext, said: Mapping[str, Any]) -> str:
    """Return why a channel has no curve, or how good the one that it has is."""
    t, f = ctx.t, ctx.formats
    if said["verdict"] == "too_little_data":
        missing = [
            t(f"budget.needs_{one['name']}", found=f.count(one["found"]),
              needed=f.count(one["needed"]))
            for one in said["requirements"] if not one["is_met"]
        ]  # fmt: skip
        return t("budget.told_too_little_data", missing=t("filter.joiner").join(missing))
    words = {name: f.share(said[name], 0) for name in ("gain", "gain_low", "gain_high")}
    return t(f"budget.told_{said['verdict']}", **words)


def calibrated(ctx: PageContext, said: Mapping[str, Any], outcome: str) -> str:
    """Return how attribution compares with experiments in the channel."""
    t, f, measured = ctx.t, ctx.formats, said["calibration"]
    if measured is None:
        return t(f"budget.not_calibrated_{outcome}")
    half = 1.959964 * measured["error"]
    return t(
        "budget.calibrated", factor=f.number(measured["factor"]),
        low=f.number(measured["factor"] - half), high=f.number(measured["factor"] + half),
        names=t("filter.joiner").join(measured["campaigns"]),
    )  # fmt: skip


def observed(ctx: PageContext, able: Mapping[str, Mapping[str, Any]], *names: str) -> str:
    """Return the warning of a move by curves without an experiment; empty where both have one."""
    open_ones = [name_of(ctx, name) for name in names if able[name]["calibration"] is None]
    if not open_ones:
        return ""
    return ctx.t("budget.move_observed", channels=ctx.t("filter.joiner").join(open_ones))


def shown(ctx: PageContext, found: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    """Return the table of channels in words."""
    f = ctx.formats
    frame = told.summary(found)
    rows = []
    for row in records(frame):
        has = row["verdict"] in told.TELLS
        rows.append(
            {
                "channel": row["channel"],
                "curve_verdict": ctx.t(f"budget.short_{row['verdict']}"),
                "spent_now": row["spent_now"],
                "returned": row["returned"],
                "returned_between": _between(ctx, row, "returned", f.money_compact, has=has),
                "marginal": f.number(row["marginal"]) if has else NOT_DEFINED,
                "marginal_between": _between(ctx, row, "marginal", f.number, has=has),
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def curve_rows(ctx: PageContext, said: Mapping[str, Any]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the curve and the weeks as the chart takes them."""
    f = ctx.formats
    curve = curve_frame(told.curve_of(said))
    hover = [
        ctx.t(
            "budget.curve_hover", spend=f.money_compact(row["spend"]),
            returned=f.money_compact(row["returned"]), low=f.money_compact(row["low"]),
            high=f.money_compact(row["high"]), marginal=f.number(row["marginal"]),
        )
        for row in records(curve)
    ]  # fmt: skip
    return curve.assign(hover=hover), week_rows(ctx, said)


def week_rows(ctx: PageContext, said: Mapping[str, Any]) -> pd.DataFrame:
    """Return spend and what was credited by week."""
    f = ctx.formats
    weeks = pd.DataFrame(said["points"])
    weeks["week_on"] = pd.to_datetime(weeks["week_on"])
    hover = [
        ctx.t("budget.week_hover", week=f.day(row["week_on"].date()),
              spend=f.money_compact(row["spend"]), returned=f.money_compact(row["returned"]))
        for row in records(weeks)
    ]  # fmt: skip
    return weeks.assign(hover=hover)


def moved(ctx: PageContext, found: Move, source: str, target: str) -> str:
    """Return what moving money should change, in a sentence."""
    f = ctx.formats
    words = {
        "source": name_of(ctx, source), "target": name_of(ctx, target),
        "change": f.money_change(found.change) if found.verdict != "refused" else "",
        "low": f.money_change(found.low) if found.verdict != "refused" else "",
        "high": f.money_change(found.high) if found.verdict != "refused" else "",
        "spent_to": f.money_compact(found.spent_to),
    }  # fmt: skip
    return ctx.t(f"budget.move_{found.reason or found.verdict}", **words)


def _between(ctx: PageContext, row: Mapping[str, Any], name: str, write: Any, *, has: bool) -> str:
    if not has:
        return NOT_DEFINED
    low, high = (write(row[f"{name}_{side}"]) for side in ("low", "high"))
    return ctx.t("response.between", low=low, high=high)
