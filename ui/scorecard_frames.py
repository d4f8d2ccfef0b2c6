"""Tables of the scorecard: numbers for files, words for the page and reports."""

import pandas as pd

from analytics.before_after import Against, Change
from analytics.metric_registry import metric
from ui import scorecard_words as words
from ui.context import PageContext
from ui.defined_tile import DefinedFigure
from ui.formats import NOT_DEFINED, is_missing
from ui.scorecard_answers import Measured
from ui.scorecard_series import Series
from ui.scorecard_view import ScorecardView

_NUMBERS = ["value", "low", "high"]


def figures(ctx: PageContext, view: ScorecardView, found: list[Measured]) -> list[DefinedFigure]:
    """Return a figure for each measure: after, with before and the verdict below."""
    return [_figure(ctx, view, one) for one in found]


def table(found: list[Measured]) -> pd.DataFrame:
    """Return a row for each measure, in numbers; what is not known is missing."""
    rows = [_row(one) for one in found]
    return pd.DataFrame(rows)


def shown(ctx: PageContext, found: list[Measured]) -> pd.DataFrame:
    """Return the table in words: value before and after, difference, verdict, the year before."""
    rows = []
    for one in found:
        change, name = one.change, one.name
        row = {"measure": ctx.t(f"metric.{name}.name"), "answer": words.answer(ctx, one)}
        if change is None:
            none = ("score_before", "score_after", "moved_by", "interval", "year_moved",
                    "months_compared", "counted_sides")  # fmt: skip
            rows.append(row | dict.fromkeys(none, NOT_DEFINED))
            continue
        rows.append(
            row | {
                "score_before": words.written(ctx, name, change.before.value),
                "score_after": words.written(ctx, name, change.after.value),
                "moved_by": words.difference(ctx, name, change.value),
                "interval": words.interval(ctx, name, change.low, change.high),
                "year_moved": _year(ctx, one),
                "months_compared": words.months(ctx, one.at),
                "counted_sides": _counted(ctx, change),
            }
        )  # fmt: skip
    order = ["measure", "score_before", "score_after", "moved_by", "interval", "answer",
             "year_moved", "counted_sides", "months_compared"]  # fmt: skip
    return pd.DataFrame(rows, columns=order)


def against_shown(ctx: PageContext, found: list[Measured]) -> pd.DataFrame:
    """Return the comparison with the other group in words; no row where there is none."""
    rows = []
    for one in found:
        against, change, name = one.against, one.change, one.name
        if against is None or change is None:
            continue
        other = against.other
        write = words.writer(ctx, name, is_relative=against.is_relative)
        rows.append({
            "measure": ctx.t(f"metric.{name}.name"),
            "moved_by": write(_gap(change, against)),
            "other_moved": write(_gap(other, against)),
            "more_than_other": write(against.value),
            "interval": words.between(ctx, write, against.low, against.high),
            "answer": words.verdict(ctx, name, against.verdict),
            "pretrend": words.fairness(ctx, against),
        })  # fmt: skip
    return pd.DataFrame(rows)


def points(ctx: PageContext, one: Measured) -> pd.DataFrame:
    """Return a measure by month for the chart, with that of the comparison group.

    ``month_on``, ``label``, ``side`` (``before``, ``after``, ``neither``), ``value``, ``other``,
    ``hover``.
    """
    mine, theirs = _values(one.series), None if one.other is None else _values(one.other)
    from_month = min(one.at.earlier(12).before[0], one.at.before[0])
    kept = mine[mine.index >= pd.Timestamp(from_month)]
    rows = []
    for month, value in kept.items():
        day = pd.Timestamp(str(month)).date()
        side = next(
            (name for name, (start, end) in (("before", one.at.before), ("after", one.at.after))
             if start <= day < end),
            "neither",
        )  # fmt: skip
        other = float("nan") if theirs is None else float(theirs.get(month, float("nan")))
        label = ctx.formats.month_short(day)
        hover = f"{ctx.formats.month(day)}<br>{words.written(ctx, one.name, value)}"
        rows.append((day, label, side, value, other, hover))
    return pd.DataFrame(rows, columns=["month_on", "label", "side", "value", "other", "hover"])


def _figure(ctx: PageContext, view: ScorecardView, one: Measured) -> DefinedFigure:
    t, f, change, name = ctx.t, ctx.formats, one.change, one.name
    if change is None:
        return DefinedFigure(
            f"metric.{name}", NOT_DEFINED, words.answer(ctx, one)
        )  # fmt: skip
    was = t("scorecard.was", value=words.written(ctx, name, change.before.value))
    note = [was, words.answer(ctx, one), words.unseen(ctx, one)]
    gap = "" if is_missing(change.low) else words.interval(ctx, name, change.low, change.high)
    is_ratio = metric(name).is_ratio
    return DefinedFigure(
        f"metric.{name}", words.written(ctx, name, change.after.value),
        " · ".join(part for part in note if part),
        numerator=f.number(change.after.numerator, 0),
        denominator=f.number(change.after.denominator, 0) if is_ratio else "",
        base=words.written(ctx, name, change.before.value),
        n=f"{f.count(change.before.n)} → {f.count(change.after.n)}",
        interval=gap and t("scorecard.of_difference", interval=gap),
        period=words.months(ctx, one.at), pick=one.pick(view.asked.group, "after"),
    )  # fmt: skip


def _row(one: Measured) -> dict[str, object]:
    nothing = float("nan")
    row: dict[str, object] = {"metric": one.name, "state": one.state, "months": one.at.months}
    starts = {"before_on": one.at.before[0], "after_on": one.at.after[0]}
    row |= {name: pd.Timestamp(day) for name, day in starts.items()}
    change, year, against = one.change, one.year, one.against
    for side in ("before", "after"):
        of = None if change is None else getattr(change, side)
        row |= {
            f"{side}_{part}": nothing if of is None else getattr(of, part)
            for part in ("value", "numerator", "denominator", "n")
        }
    row |= _numbers("difference", change) | {"verdict": change.verdict if change else None,
                                             "drift": change.drift if change else None}  # fmt: skip
    row |= {"year_difference": nothing if year is None else year.value}
    row |= _numbers("against", against)
    row |= {"against_verdict": against.verdict if against else None,
            "pretrend": against.pretrend if against else None}  # fmt: skip
    return row


def _numbers(name: str, of: Change | Against | None) -> dict[str, object]:
    labels = {"value": name, "low": f"{name}_low", "high": f"{name}_high"}
    return {
        labels[part]: float("nan") if of is None else getattr(of, part) for part in _NUMBERS
    }  # fmt: skip


def _gap(change: Change, against: Against) -> float:
    """Return a difference; of counts as a share of before, as groups differ in size."""
    if not against.is_relative:
        return change.value
    return change.value / change.before.value if change.before.value else float("nan")


def _year(ctx: PageContext, one: Measured) -> str:
    if one.year is None or is_missing(one.year.value):
        return NOT_DEFINED
    return words.difference(ctx, one.name, one.year.value)


def _counted(ctx: PageContext, change: Change) -> str:
    f = ctx.formats
    return f"{f.count(change.before.n)} → {f.count(change.after.n)}"


def _values(series: Series) -> pd.Series:
    """Return a measure of every month that is known whole; a count of nothing is 0."""
    monthly = series.monthly
    if monthly.first is None or monthly.until is None or monthly.until <= monthly.first:
        return pd.Series(dtype="float64")
    every = pd.date_range(monthly.first, monthly.until, freq="MS", inclusive="left", unit="us")
    frame = monthly.frame.set_index("month_on").reindex(every)
    if monthly.is_count:
        return frame["numerator"].fillna(0.0)
    found: pd.Series = monthly.factor * frame["numerator"] / frame["denominator"]
    return found
