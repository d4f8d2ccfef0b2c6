"""Frames behind the charts and tables of satisfaction, in the viewer's words and numbers."""

from dataclasses import replace
from html import escape

import pandas as pd

from analytics.group_means import GroupMeans
from analytics.satisfaction_behaviour import LaterBehaviour
from analytics.satisfaction_drivers import Drivers
from analytics.satisfaction_groups import score_groups, unfinished_month
from analytics.satisfaction_trend import Trend, trend
from ui import survey_loaders as load
from ui.context import PageContext
from ui.filter_bar import value_label
from ui.formats import is_missing
from ui.frames import records
from ui.survey_figures import difference, written
from ui.survey_view import SurveyView
from ui.team_rates_view import LEAST_OTHERS

_MOST_MONTHS = 36
_CLASSES = {
    "nps": ("promoters", "passives", "detractors"),
    "csat": ("satisfied", "neutral", "dissatisfied"),
    "ces": ("easy", "neutral", "hard"),
}


def months(ctx: PageContext, view: SurveyView, scale: int) -> Trend:
    """Return the score by month, of all times: limits rest on more than a short period."""
    found = load.counts(ctx.settings, ctx.version, ctx.scope, view.of_all_times, "month", "")
    return trend(found, view.kind, scale, unfinished=unfinished_month(view.last))


def trend_rows(ctx: PageContext, view: SurveyView, found: Trend, scale: int) -> pd.DataFrame:
    """Return the newest months with ``label`` and ``hover``; limits end where the score does."""
    shown = found.periods.tail(_MOST_MONTHS).reset_index(drop=True)
    bounds = {"nps": (-100, 100), "csat": (0, 1), "ces": (1, scale)}[view.kind]
    limits = ["lower", "upper"]
    shown[limits] = shown[limits].clip(*bounds)
    f = ctx.formats
    hovers = []
    for row in records(shown):
        lines = [f"<b>{escape(f.month(row['period'].date()))}</b>"]
        value = written(ctx, view.kind, row["value"])
        lines.append(f"{value} · {ctx.t('survey.n_answers', n=f.count(row['n']))}")
        if not is_missing(row["low"]):
            sides = (written(ctx, view.kind, row[side]) for side in ("low", "high"))
            low, high = sides
            lines.append(ctx.t("tile.interval_only", low=low, high=high))
        if not is_missing(row["change"]):
            moved = difference(ctx, view.kind, row["change"])
            lines.append(ctx.t("survey.against_before", change=moved))
        lines.append(ctx.t(f"code.answer_verdict.{row['verdict']}"))
        hovers.append("<br>".join(lines))
    labels = [f.month_short(day.date()) for day in shown["period"]]
    return shown.assign(label=labels, hover=hovers)


def trend_note(ctx: PageContext, found: Trend) -> str:
    """Return how many months are outside the limits, and what these rest on."""
    if is_missing(found.centre):
        return ctx.t("survey.no_limits")
    key = "survey.months_outside" if found.changes else "survey.months_inside"
    said = ctx.t(key, n=ctx.formats.count(found.changes))
    if found.widened > 1:
        said += " " + ctx.t("survey.widened", times=ctx.formats.number(found.widened, 2))
    return said


def trend_table(ctx: PageContext, found: Trend) -> pd.DataFrame:
    """Return the months as a table and a file."""
    del ctx
    names = {
        "period": "answer_month_on", "value": "answer_value", "low": "answer_low",
        "high": "answer_high", "n": "answers_given", "change": "answer_change",
        "p_adjusted": "answer_p_adjusted", "lower": "limit_lower", "upper": "limit_upper",
        "verdict": "answer_verdict",
    }  # fmt: skip
    return found.periods[list(names)].rename(columns=names)


def groups(ctx: PageContext, view: SurveyView, scale: int) -> GroupMeans:
    """Return the means of the groups, drawn toward all.

    Of colleagues whose names the viewer may not see, too few are left out: it would be plain who
    is who.
    """
    cut = view.of(view.kind)
    counts = load.counts(ctx.settings, ctx.version, ctx.scope, cut, None, view.by)
    found = score_groups(counts, view.kind, scale)
    own = [_is_named(ctx, view, one) for one in found.groups["group"]]
    if not 0 < own.count(False) < LEAST_OTHERS:
        return found
    return replace(found, groups=found.groups[own].reset_index(drop=True))


def hides_names(ctx: PageContext, view: SurveyView) -> bool:
    """Return whether the groups are people of whom the viewer may know only some."""
    return view.by == "agent_id" and not ctx.scope.is_everything


def _is_named(ctx: PageContext, view: SurveyView, one: object) -> bool:
    is_missing_ = one is None or one != one
    return not hides_names(ctx, view) or is_missing_ or one in (ctx.scope.owner_ids or ())


def member(ctx: PageContext, view: SurveyView, name: object) -> str:
    """Return what a group is called."""
    if not _is_named(ctx, view, name):
        return ctx.t("survey.colleague")
    return value_label(ctx, view.by, name)


def group_rows(ctx: PageContext, view: SurveyView, found: GroupMeans) -> pd.DataFrame:
    """Return ``name``, ``value``, ``low``, ``high``, ``standing``, ``hover``, the highest first."""
    f = ctx.formats
    rows = found.groups.rename(columns={"shrunk": "value"})
    names = [member(ctx, view, one) for one in rows["group"]]
    hovers = [
        f"<b>{escape(name)}</b><br>"
        + ctx.t("survey.group_hover", shrunk=f.number(row["value"]), own=f.number(row["mean"]),
                n=f.count(row["n"]))
        + "<br>" + ctx.t(f"code.answer_standing.{row['standing']}")
        for name, row in zip(names, records(rows), strict=True)
    ]  # fmt: skip
    return rows.assign(name=[escape(name) for name in names], hover=hovers).reset_index(drop=True)


def outermost(rows: pd.DataFrame, most: int) -> pd.DataFrame:
    """Return at most so many rows: the first half and the last."""
    if len(rows) <= most:
        return rows
    return pd.concat([rows.head(most // 2), rows.tail(most - most // 2)], ignore_index=True)


def group_table(ctx: PageContext, view: SurveyView, found: GroupMeans) -> pd.DataFrame:
    """Return the groups as a table and a file."""
    names = {
        "group": "answer_group", "n": "answers_given", "mean": "answer_mean",
        "shrunk": "answer_shrunk", "low": "answer_low", "high": "answer_high",
        "standing": "answer_standing",
    }  # fmt: skip
    shown = found.groups[list(names)].rename(columns=names)
    return shown.assign(answer_group=[member(ctx, view, one) for one in shown["answer_group"]])


def later_table(view: SurveyView, found: LaterBehaviour) -> pd.DataFrame:
    """Return who bought again, by class."""
    words = dict(zip(("best", "middle", "worst"), _CLASSES[view.kind], strict=True))
    names = {
        "class": "answer_class", "customers": "answer_customers", "did": "customers_again",
        "rate": "bought_again", "low": "answer_share_low", "high": "answer_share_high",
    }  # fmt: skip
    shown = found.classes[list(names)].rename(columns=names)
    return shown.assign(answer_class=shown["answer_class"].map(words))


def left_table(view: SurveyView, found: LaterBehaviour) -> pd.DataFrame:
    """Return who left, by class."""
    names = {"customers_again": "customers_left", "bought_again": "left_share"}
    return later_table(view, found).rename(columns=names)


def later_words(ctx: PageContext, found: LaterBehaviour, what: str = "later") -> str:
    """Return what can be said of the difference of the best and the worst."""
    if is_missing(found.low):
        return ctx.t("survey.later_cannot_tell")
    key = "more" if found.low > 0 else "less" if found.high < 0 else "same"
    f = ctx.formats
    sides = {"low": f.points(found.low), "high": f.points(found.high)}
    return ctx.t(f"survey.{what}_{key}", gap=f.points(found.gap), **sides)


def driver_rows(ctx: PageContext, found: Drivers) -> pd.DataFrame:
    """Return the points of the map."""
    f = ctx.formats
    names = [ctx.t(f"code.driver.{one}") for one in found.drivers["driver"]]
    hovers = [
        f"<b>{escape(name)}</b><br>{f.share(row['share'])} "
        f"({f.share(row['low'])} – {f.share(row['high'])})<br>"
        + ctx.t(f"code.driver_quadrant.{row['quadrant']}")
        for name, row in zip(names, records(found.drivers), strict=True)
    ]
    return found.drivers.assign(name=names, hover=hovers).reset_index(drop=True)


def driver_table(found: Drivers) -> pd.DataFrame:
    """Return the drivers as a table and a file."""
    names = {
        "driver": "driver", "share": "driver_share", "low": "answer_share_low",
        "high": "answer_share_high",
        "slope": "driver_slope", "performance": "driver_performance",
        "quadrant": "driver_quadrant",
    }  # fmt: skip
    return found.drivers[list(names)].rename(columns=names)
