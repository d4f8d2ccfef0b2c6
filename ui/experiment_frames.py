"""Frames behind the charts and tables of experiments, in the viewer's words and numbers."""

from collections.abc import Callable
from html import escape

import pandas as pd

from analytics.sample_ratio import SampleRatio
from ui.campaigns import arm_name
from ui.context import PageContext
from ui.experiment_view import Experiment
from ui.filter_bar import value_label
from ui.formats import NOT_DEFINED, is_missing
from ui.frames import records

_SMALL = 10.0  # money per member: differences below it are written with four decimals


def write_mean(ctx: PageContext, seen: Experiment) -> Callable[[float], str]:
    """Return how a mean of the outcome is written."""
    return (lambda v: ctx.formats.share(v, 2)) if seen.kind == "rate" else ctx.formats.money


def write_gap(ctx: PageContext, seen: Experiment) -> Callable[[float], str]:
    """Return how a difference is written: points, or money with its sign."""
    f = ctx.formats
    if seen.kind == "rate":
        return lambda v: (
            NOT_DEFINED if is_missing(v) else f"{_signed(f.number(v * 100, 3), v)}{f.points_unit}"
        )
    if _is_small(seen):  # cents would round an effect away
        return lambda v: NOT_DEFINED if is_missing(v) else _signed(f.number(v, 4), v)
    return lambda v: NOT_DEFINED if is_missing(v) else _signed(f.money(v), v)


def axis_gap(ctx: PageContext, seen: Experiment) -> Callable[[float], str]:
    """Return how a difference is written along an axis."""
    f = ctx.formats
    if seen.kind == "rate":
        return lambda v: _signed(f.number(v * 100, 1), v)
    return lambda v: _signed(f.number(v, 2), v)


def gap_words(ctx: PageContext, seen: Experiment, row: dict[str, object]) -> str:
    """Return a difference with its interval."""
    write = write_gap(ctx, seen)
    gap = write(row["difference"])  # type: ignore[arg-type]  # a number
    if is_missing(row["low"]) or is_missing(row["high"]):
        return gap
    unit = ctx.formats.points_unit if seen.kind == "rate" else ""
    low, high = (
        write(row[side]).removesuffix(unit)  # type: ignore[arg-type]  # numbers
        for side in ("low", "high")
    )
    return ctx.t("experiments.between", value=gap, low=low, high=high)


def verdict_words(ctx: PageContext, seen: Experiment, row: dict[str, object]) -> str:
    """Return what may be said of an effect; with sizes that are not as planned, nothing."""
    if seen.is_blocked:
        return ctx.t("experiments.verdict_blocked")
    if row["verdict"] == "cannot_tell" and row.get("reason"):
        key = f"experiments.reason_{row['reason']}"
        if key in ctx.t:
            return ctx.t(key)
    return ctx.t(f"experiments.verdict_{row['verdict']}")


def expected_words(ctx: PageContext, seen: Experiment) -> str:
    """Return which sizes were expected, and who says so."""
    ratio, f = seen.ratio, ctx.formats
    whole = sum(ratio.expected.values()) or 1
    sizes = ctx.t("filter.joiner").join(
        f"{arm_name(ctx, arm)} {f.share(n / whole)}" for arm, n in ratio.expected.items()
    )
    return ctx.t(f"experiments.expected_{ratio.expected_from}", sizes=sizes)


def evidence_words(ctx: PageContext, seen: Experiment, compared: int) -> str:
    """Return the grade of the evidence and how intervals and p-values were made."""
    corrected = ctx.t("experiments.corrected", n=ctx.formats.count(compared))
    if seen.is_blocked:
        return corrected
    grade = "experiments.grade_a" if seen.ratio.is_checked else "experiments.grade_a_unchecked"
    return ctx.t("experiments.evidence", grade=ctx.t(grade), corrected=corrected)


def sizes_shown(ctx: PageContext, seen: Experiment) -> pd.DataFrame:
    """Return sizes of arms against the plan."""
    arms = seen.arms.set_index("arm")
    names = list(seen.ratio.counts)
    total = sum(seen.ratio.counts.values()) or 1
    shares = [ctx.formats.share(seen.ratio.counts[one] / total, 2) for one in names]
    return pd.DataFrame(
        {
            "arm": [arm_name(ctx, one) for one in names],
            "assigned": [seen.ratio.counts[one] for one in names],
            "arm_share": shares,
            "planned_size": [seen.ratio.expected[one] for one in names],
            "known_outcomes": arms["n"].reindex(names).tolist(),
            "missing_outcomes": arms["missing"].reindex(names).tolist(),
        }
    )


def drawn_shown(ctx: PageContext, ratio: SampleRatio) -> pd.DataFrame:
    """Return sizes of arms that were drawn, against those that were asked for."""
    total = sum(ratio.counts.values()) or 1
    return pd.DataFrame(
        {
            "arm": [arm_name(ctx, one) for one in ratio.counts],
            "assigned": list(ratio.counts.values()),
            "arm_share": [ctx.formats.share(n / total, 2) for n in ratio.counts.values()],
            "planned_size": list(ratio.expected.values()),
        }
    )


def effect_rows(
    ctx: PageContext, seen: Experiment, effects: pd.DataFrame, names: list[str] | None = None
) -> pd.DataFrame:
    """Return the points of the chart: ``name``, ``difference``, ``low``, ``high``, ``hover``."""
    said = names or [arm_name(ctx, one) for one in effects["arm"]]
    hovers = [
        f"<b>{escape(name)}</b><br>{escape(gap_words(ctx, seen, row))}"
        f"<br>{escape(verdict_words(ctx, seen, row))}"
        for name, row in zip(said, records(effects), strict=True)
    ]
    return pd.DataFrame(
        {
            "name": [escape(name) for name in said],
            "difference": effects["difference"],
            "low": effects["low"],
            "high": effects["high"],
            "is_told": effects["verdict"].isin(["higher", "lower"]) & (not seen.is_blocked),
            "hover": hovers,
        }
    )


def effects_shown(ctx: PageContext, seen: Experiment, effects: pd.DataFrame) -> pd.DataFrame:
    """Return effects in words, as narrow as a page is."""
    mean = write_mean(ctx, seen)
    rows = records(effects)
    columns = {
        "arm": [arm_name(ctx, row["arm"]) for row in rows],
        "evidence": [verdict_words(ctx, seen, row) for row in rows],
        "mean_outcome": [mean(row["mean"]) for row in rows],
        "control_outcome": [mean(row["control_mean"]) for row in rows],
        "effect_told": [gap_words(ctx, seen, row) for row in rows],
        "relative_lift": [relative_words(ctx, row) for row in rows],
        "p_adjusted": [p_words(ctx, row["p_value"]) for row in rows],
        "interval_method": [method_words(ctx, row["method"]) for row in rows],
    }
    return pd.DataFrame(columns, dtype="str")


def slices_shown(
    ctx: PageContext, seen: Experiment, effects: pd.DataFrame, names: list[str]
) -> pd.DataFrame:
    """Return effects by slice, in words."""
    shown = effects_shown(ctx, seen, effects).drop(columns=["interval_method"])
    shown.insert(0, "slice", pd.Series(names, dtype="str"))
    shown.insert(2, "known_outcomes", effects["n"].to_numpy())
    return shown


def relative_words(ctx: PageContext, row: dict[str, object]) -> str:
    """Return the relative lift with its interval."""
    change = ctx.formats.change
    value = change(row["relative"])  # type: ignore[arg-type]  # a number
    if is_missing(row["relative_low"]) or is_missing(row["relative_high"]):
        return value
    low, high = change(row["relative_low"]), change(row["relative_high"])  # type: ignore[arg-type]  # numbers
    return ctx.t("experiments.between", value=value, low=low, high=high)


def p_words(ctx: PageContext, p: object) -> str:
    """Return a p-value; below a thousandth only that it is."""
    if is_missing(p):
        return NOT_DEFINED
    value = float(p)  # type: ignore[arg-type]  # a number
    if value < 0.001:
        return f"< {ctx.formats.number(0.001, 3)}"
    return ctx.formats.number(value, 3)


def method_words(ctx: PageContext, method: object) -> str:
    """Return the name of an interval's method."""
    return ctx.t(f"experiments.method_{method}") if method else NOT_DEFINED


def balance_shown(ctx: PageContext, balance: pd.DataFrame) -> pd.DataFrame:
    """Return the balance table in words, the farthest apart first."""
    f = ctx.formats
    order = balance["apart"].abs().sort_values(ascending=False, na_position="last").index
    rows = records(balance.loc[order])

    def write(row: dict[str, object], name: str) -> str:
        is_amount = row["field"] == "net_before"
        return f.money(row[name]) if is_amount else f.share(row[name])  # type: ignore[arg-type]  # a number

    return pd.DataFrame(
        {
            "arm": [arm_name(ctx, row["arm"]) for row in rows],
            "balance_field": [ctx.t(f"column.{row['field']}") for row in rows],
            "balance_value": [_value_words(ctx, row) for row in rows],
            "balance_here": [write(row, "here") for row in rows],
            "balance_rest": [write(row, "rest") for row in rows],
            "balance_apart": [f.number(row["apart"], 3) for row in rows],
            "is_balanced": [bool(row["is_balanced"]) for row in rows],
        }
    )


def _value_words(ctx: PageContext, row: dict[str, object]) -> str:
    if row["field"] == "net_before":
        return NOT_DEFINED
    return slice_name(ctx, str(row["field"]), row["value"])


def effects_file(effects: pd.DataFrame, *, blocked: bool) -> pd.DataFrame:
    """Return effects as numbers for a file; with sizes that are not as planned, no verdict."""
    names = {
        "n": "known_outcomes", "missing": "missing_outcomes", "mean": "mean_outcome",
        "control_mean": "control_outcome", "relative": "relative_lift", "p_value": "p_adjusted",
        "method": "interval_method", "verdict": "evidence", "kind": "outcome_kind",
    }  # fmt: skip
    told = effects.assign(verdict="blocked") if blocked else effects
    return told.rename(columns=names)[[
        "arm", "known_outcomes", "missing_outcomes", "mean_outcome", "control_n",
        "control_outcome", "difference", "low", "high", "relative_lift", "relative_low",
        "relative_high", "p_adjusted", "p_alone", "outcome_kind", "interval_method", "evidence",
    ]]  # fmt: skip


def together(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Return effects one below the other."""
    return pd.concat(parts, ignore_index=True)


def is_delivery(seen: Experiment) -> bool:
    """Whether responding takes the message: the control got none, and none of it responded."""
    base = seen.arms[seen.arms["arm"] == seen.control].iloc[0]
    return bool(
        seen.outcome == "responded"
        and not base["total"] and not base["sent"] and seen.arms["total"].sum()
    )  # fmt: skip


def slice_name(ctx: PageContext, field: str, value: object) -> str:
    """Return the name of a value of a field of customers."""
    return value_label(ctx, field, None if is_missing(value) else str(value))


def _is_small(seen: Experiment) -> bool:
    means = seen.arms["total"] / seen.arms["n"].where(seen.arms["n"] > 0)
    return bool(means.abs().max() < _SMALL)


def _signed(text: str, value: float) -> str:
    return f"+{text}" if value > 0 else text
