"""An experiment over time: after each day of assignment, and week by week after it."""

from dataclasses import replace
from datetime import timedelta
from html import escape
from typing import Any

import pandas as pd

from analytics.always_valid import always_valid
from analytics.novelty import Novelty
from ui import experiment_frames as frames
from ui import experiment_loaders as load
from ui import loaders
from ui.campaigns import arm_name
from ui.context import PageContext
from ui.experiment_looks import WEEKS, novelty_of_units, orders_told
from ui.experiment_view import Experiment
from ui.formats import plain
from ui.frames import records


def daily(ctx: PageContext, seen: Experiment) -> pd.DataFrame:
    """Return ``ALWAYS_VALID``."""
    units = load.units(ctx.settings, ctx.version, ctx.scope, *seen.key)
    return always_valid(units, "arm", "outcome", seen.control, "assigned_on")


def decided(ctx: PageContext, seen: Experiment, last: pd.DataFrame) -> list[str]:
    """Return what the last look says of each arm."""
    lines = []
    for row in records(last):
        key = "decided" if row["is_decided"] else "undecided"
        gap = frames.gap_words(ctx, seen, row)
        if seen.is_blocked:
            key = "look_blocked"
        arm = plain(arm_name(ctx, row["arm"]))
        lines.append(ctx.t(f"experiments.{key}", arm=arm, gap=plain(gap)))
    return lines


def daily_points(ctx: PageContext, seen: Experiment, looks: pd.DataFrame) -> pd.DataFrame:
    """Return the points of the chart."""
    hovers = [
        f"<b>{escape(arm_name(ctx, row['arm']))}</b><br>{ctx.formats.day(row['look'].date())}"
        f"<br>{escape(frames.gap_words(ctx, seen, row))}"
        for row in records(looks)
    ]
    return looks.assign(
        name=[escape(arm_name(ctx, one)) for one in looks["arm"]], at=looks["look"], hover=hovers
    ).sort_values(["arm", "look"])


def daily_shown(ctx: PageContext, seen: Experiment, looks: pd.DataFrame) -> pd.DataFrame:
    """Return the looks in words."""
    rows = records(looks)
    return pd.DataFrame(
        {
            "look_on": looks["look"],
            "arm": [arm_name(ctx, row["arm"]) for row in rows],
            "members": looks["n"],
            "effect_told": [frames.gap_words(ctx, seen, row) for row in rows],
            "is_decided": looks["is_decided"],
        }
    )


def by_week(ctx: PageContext, seen: Experiment) -> tuple[Experiment, Novelty | None]:
    """Return the outcome looked at by week, and what was found; None without weeks.

    Orders are what is known week by week: revenue for amounts, else purchases.
    """
    told, outcome = seen, orders_told(seen.outcome, seen.kind)
    if outcome != seen.outcome:
        told = replace(seen, outcome=outcome)
    horizon = loaders.horizon(ctx.settings, ctx.version)
    if horizon is None:
        return told, None
    units = load.units(ctx.settings, ctx.version, ctx.scope, *seen.key)
    bought = load.weeks(ctx.settings, ctx.version, ctx.scope, seen.campaign_id, WEEKS)
    until = horizon.watermark + timedelta(days=1)
    return told, novelty_of_units(units, bought, told.kind, seen.control, until)


def courses(ctx: PageContext, seen: Experiment, found: Novelty) -> list[str]:
    """Return whether each arm's effect changes with time."""
    if seen.is_blocked:
        return [ctx.t("experiments.verdict_blocked")]
    return [
        ctx.t(f"experiments.course_{course}", arm=plain(arm_name(ctx, arm)))
        for arm, course in found.course.items()
    ]


def week_points(ctx: PageContext, told: Experiment, found: Novelty) -> pd.DataFrame:
    """Return the points of the chart."""
    effects = found.effects.sort_values(["arm", "period"])
    points = frames.effect_rows(ctx, told, effects)
    return points.assign(at=effects["period"].to_numpy(dtype="float64"))


def week_ticks(ctx: PageContext, found: Novelty) -> dict[float, str]:
    """Return the weeks as they are written along the axis."""
    return {float(week): _week(ctx, week) for week in sorted(found.effects["period"].unique())}


def weeks_shown(ctx: PageContext, told: Experiment, found: Novelty) -> pd.DataFrame:
    """Return effects by week in words."""
    effects: pd.DataFrame = found.effects
    shown = frames.effects_shown(ctx, told, effects).drop(columns=["interval_method"])
    weeks: list[Any] = [_week(ctx, week) for week in effects["period"]]
    shown.insert(0, "week_after", pd.Series(weeks, dtype="str"))
    return shown


def _week(ctx: PageContext, week: int) -> str:
    return ctx.t("experiments.week", n=ctx.formats.count(int(week) + 1))
