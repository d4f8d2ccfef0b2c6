"""Saved comparisons of scenarios in the viewer's words: the list, and one made again."""

import pandas as pd

from crm_data.saved_scenarios import SavedComparison
from ui import people
from ui import saved_comparison_answers as answers
from ui.context import PageContext
from ui.filter_bar import filters_in_words
from ui.forecast_frames import signed
from ui.forecast_loaders import Answer
from ui.forecast_scenarios import in_words
from ui.forecast_view import ForecastView
from ui.forecast_words import value
from ui.formats import NOT_DEFINED, is_missing
from ui.saved_comparison_answers import Against
from ui.segment_filter import segments_by_id


def listed(ctx: PageContext, found: list[SavedComparison]) -> pd.DataFrame:
    """Return the list as a page shows it: all cells are text."""
    return pd.DataFrame([_row(ctx, one) for one in found])


def about(ctx: PageContext, one: SavedComparison, view: ForecastView | None) -> list[str]:
    """Return who saved a comparison, when and of what, and what has changed since."""
    f, t = ctx.formats, ctx.t
    told = [
        t("comparison.saved_by", who=people.person(ctx, one.owner), at=f.instant(one.saved_at),
          day=f.day(one.as_of), version=one.version)
    ]  # fmt: skip
    if view is not None:
        of = t("comparison.of", metric=t(f"metric.{view.metric}.name"),
               unit=t(f"forecast.frequency_{view.frequency}"),
               period=f.period(view.start, view.end))  # fmt: skip
        words = filters(ctx, one, view)
        told.append(t("filter.joiner").join([of, words]) if words else of)
    if one.totals is None:
        told.append(t("comparison.not_yours"))
    elif one.scope != ctx.scope:
        told.append(t("comparison.narrower"))
    return told


def filters(ctx: PageContext, one: SavedComparison, view: ForecastView) -> str:
    """Return segment and filters in words; empty without any."""
    segment = [_segment(ctx, one)] if one.among else []
    return ctx.t("filter.joiner").join([*segment, *filters_in_words(ctx, view.where)])


def headline(ctx: PageContext, view: ForecastView, one: SavedComparison, found: Against) -> str:
    """Return what the forecast without assumptions was then, is now, and what came."""
    t, row = ctx.t, found.table.iloc[0]
    then, now, came = (value(ctx, view, row[name]) for name in ("then", "now", "came"))
    before = "" if one.totals is None else t("comparison.told_then", value=then)
    if found.is_over:
        return before + t("comparison.told_came", value=came)
    return before + t("comparison.told_now", value=now, so_far=value(ctx, view, found.so_far),
                      day=ctx.formats.day(view.as_of))  # fmt: skip


def shown(
    ctx: PageContext, view: ForecastView, answer: Answer, one: SavedComparison, found: Against
) -> pd.DataFrame:
    """Return forecast and scenarios then, and now or what came: all cells are text."""
    known = None if found.is_over or answer.made.forecast.empty else answer
    words = {s.name: in_words(ctx, view, known, s) for s in answers.scenarios_of(one)}
    column = "came" if found.is_over else "now"
    rows = []
    for row in found.table.to_dict("records"):
        cells = {"scenario": row["scenario"] or ctx.t("forecast.base")}
        if one.totals is not None:
            cells["comparison_then"] = value(ctx, view, row["then"])
        cells[f"comparison_{column}"] = value(ctx, view, row[column])
        if one.totals is not None:
            cells["comparison_moved"] = _moved(ctx, view, row[column] - row["then"])
        cells["assumptions"] = words.get(row["scenario"], ctx.t("forecast.assume_nothing"))
        rows.append(cells)
    return pd.DataFrame(rows)


def exported(one: SavedComparison, found: Against) -> pd.DataFrame:
    """Return the same for files: numbers, and nothing that the viewer may not see."""
    names = {"then": "comparison_then", "now": "comparison_now", "came": "comparison_came"}
    table = found.table if one.totals is not None else found.table.drop(columns="then")
    return table.rename(columns=names)


def _row(ctx: PageContext, one: SavedComparison) -> dict[str, str]:
    f, day = ctx.formats, one.as_of
    view = answers.view_of(one, day, day)
    names = [scenario.name for scenario in answers.scenarios_of(one)]
    then = {} if one.totals is None else {t.scenario: t.review_total for t in one.totals}
    base, *others = [NOT_DEFINED if view is None else value(ctx, view, then.get(name))
                     for name in ("", *names)]  # fmt: skip
    told = [f"{name} {total}" if one.totals is not None else name
            for name, total in zip(names, others, strict=True)]  # fmt: skip
    return {
        "comparison_name": one.name,
        "comparison_then": base,
        "comparison_scenarios": " · ".join(told),
        "forecast_period": f.period(one.period_start, one.period_end),
        "comparison_metric": NOT_DEFINED if view is None else ctx.t(f"metric.{view.metric}.name"),
        "comparison_by": people.person(ctx, one.owner),
        "comparison_at": f.instant(one.saved_at),
    }


def _segment(ctx: PageContext, one: SavedComparison) -> str:
    """Return the segment of a comparison, and whether it is still what it was."""
    key = next(iter(one.question.get("segment", ())), "")
    now = segments_by_id(ctx).get(key)
    if now is None:
        return ctx.t("comparison.segment_gone")
    state = "segment" if now.among == one.among else "segment_changed"
    return ctx.t(f"comparison.{state}", name=now.name)


def _moved(ctx: PageContext, view: ForecastView, number: float) -> str:
    return NOT_DEFINED if is_missing(number) else signed(ctx, view, number)
