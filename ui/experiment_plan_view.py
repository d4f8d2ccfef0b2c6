"""A plan on the page Experiments: what it starts from, and what it takes, in words."""

from dataclasses import dataclass

import pandas as pd

from analytics.experiment_plan import Design, Plan
from ui.context import PageContext
from ui.experiment_view import Experiment

_RATE, _AMOUNT, _SPREAD = 0.05, 100.0, 200.0


@dataclass(frozen=True)
class Start:
    """What a plan starts from: the control's mean, its spread (None: a rate), and the arms."""

    baseline: float
    sd: float | None
    arms: int
    units: int


def start_of(seen: Experiment | None, *, is_rate: bool = True) -> Start:
    """Return the control of an experiment as the start; usual numbers without one."""
    if seen is None or seen.problem:
        return Start(_RATE, None, 2, 0) if is_rate else Start(_AMOUNT, _SPREAD, 2, 0)
    base = seen.arms[seen.arms["arm"] == seen.control].iloc[0]
    n = int(base["n"])
    mean = float(base["total"]) / n if n else 0.0
    variance = float(base["variance"]) if n > 1 else 0.0
    sd = None if seen.kind == "rate" else variance**0.5
    return Start(mean, sd, len(seen.arms), int(seen.arms["n"].sum()))


def plan_table(ctx: PageContext, made: Plan, design: Design, *, is_rate: bool) -> pd.DataFrame:
    """Return what the plan takes, a line each."""
    t, f = ctx.t, ctx.formats
    lines = [
        ("total", f.count(made.total)),
        ("control", f.count(made.control)),
        ("each_arm", f.count(made.each_arm)),
        ("power", f.share(design.power, 0)),
        ("level", f.share(design.level, 0)),
    ]
    if made.days is not None:
        lines.append(("days", f.count(made.days)))
    if made.available is not None:
        lines.append(("available", f.count(made.available)))
        shows = made.detectable
        told = (
            t("experiments.nothing_shows") if shows is None
            else gap_text(ctx, shows, is_rate=is_rate)
        )  # fmt: skip
        lines.append(("detectable", told))
    return pd.DataFrame(
        {
            "plan_item": [t(f"experiments.plan_{name}") for name, _ in lines],
            "plan_value": [value for _, value in lines],
        }
    )


def gap_text(ctx: PageContext, gap: float, *, is_rate: bool) -> str:
    """Return a difference of a plan, with the decimals that rare outcomes take."""
    f = ctx.formats
    return f"{f.number(gap * 100, 3)}{f.points_unit}" if is_rate else f.number(gap, 4)
