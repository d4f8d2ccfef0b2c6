"""What is said of campaigns: grades of evidence, effects with their intervals, verdicts."""

from collections.abc import Callable, Mapping
from typing import Any

from analytics.stats import LEVEL
from ui.context import PageContext
from ui.formats import NOT_DEFINED, is_missing

COLOURS = {"higher": "green", "lower": "red", "no_effect": "gray", "cannot_tell": "orange"}
Row = Mapping[str, Any]


def sides(ctx: PageContext, row: Row, name: str, write: Callable[[Any], str]) -> str:
    """Return a value with its 95 % interval; a dash where it is not known."""
    value, low, high = row[name], row[f"{name}_low"], row[f"{name}_high"]
    if is_missing(value):
        return NOT_DEFINED
    if is_missing(low) or is_missing(high):
        return write(value)
    return ctx.t("campaigns.sides", value=write(value), low=write(low), high=write(high))


def grade(ctx: PageContext, row: Row) -> str:
    """Return the grade of a campaign's claim and what it means."""
    said = ctx.t(f"campaigns.grade_{row['grade']}")
    return f"{said} · {ctx.t('campaigns.sizes_unchecked')}" if is_unchecked(row) else said


def grade_short(ctx: PageContext, row: Row) -> str:
    """Return the letter of the grade; with a mark where the sizes of arms were not checked."""
    letter = ctx.t(f"campaigns.grade_short_{row['grade']}")
    return ctx.t("campaigns.grade_unchecked", grade=letter) if is_unchecked(row) else letter


def is_unchecked(row: Row) -> bool:
    """Whether a claim of grade A rests on arms whose planned sizes nobody knows."""
    return bool(row["grade"] == "A" and row["sizes"] == "unchecked")


def verdict(ctx: PageContext, row: Row, outcome: str = "conversion") -> str:
    """Return what the claim comes to; why it is none where nothing is claimed."""
    if row["grade"] == "C":
        return ctx.t(f"campaigns.reason_{row['reason']}")
    said = ctx.t(f"campaigns.verdict_{row[f'{outcome}_verdict']}")
    return said if holds(row, outcome) else ctx.t("campaigns.verdict_alone", verdict=said)


def told(row: Row, outcome: str) -> str:
    """Return the verdict that holds: among many claims some stand out by chance."""
    if row["grade"] == "C":
        return "cannot_tell"
    return str(row[f"{outcome}_verdict"]) if holds(row, outcome) else "no_effect"


def holds(row: Row, outcome: str) -> bool:
    """Whether a verdict of an effect stands once all claims beside it are counted."""
    is_effect = row[f"{outcome}_verdict"] in ("higher", "lower")
    return not is_effect or row[f"{outcome}_p_adjusted"] <= 1 - LEVEL


def effect(ctx: PageContext, row: Row, outcome: str) -> str:
    """Return an effect a member: points of conversion or money, with its interval."""
    write = ctx.formats.points_told if outcome == "conversion" else ctx.formats.money_change
    named = {"effect": row[f"{outcome}_effect"], "effect_low": row[f"{outcome}_low"],
             "effect_high": row[f"{outcome}_high"]}  # fmt: skip
    return sides(ctx, named, "effect", write)


def total(ctx: PageContext, row: Row, outcome: str) -> str:
    """Return what a campaign caused in all, with its interval."""
    f = ctx.formats
    write = (lambda v: f.number(v, 0)) if outcome == "conversion" else f.money_compact
    named = {"total": row[f"{outcome}_total"], "total_low": row[f"{outcome}_total_low"],
             "total_high": row[f"{outcome}_total_high"]}  # fmt: skip
    return sides(ctx, named, "total", write)
