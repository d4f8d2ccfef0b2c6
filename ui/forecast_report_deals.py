"""What the review report says of deals: the forecast of the pipeline, submissions, scoreboard."""

from dataclasses import replace
from datetime import date

import pandas as pd

from forecasting.lead_times import LEADS
from ui import forecast_people_frames as people
from ui import forecast_people_loaders, pipeline_forecast_frames, pipeline_forecast_loaders
from ui.context import PageContext
from ui.forecast_choices import known_days
from ui.forecast_people_answers import board
from ui.forecast_view import ForecastView, review_days
from ui.formats import NOT_DEFINED, is_missing
from ui.pipeline_forecast_tiles import blend_text, figures, notes
from ui.report import Fact, Section
from ui.report_parts import facts_of, headed

_MONEY = ("contribution", "amount", "commit_amount", "best_amount", "won_in_period")


def deal_sections(ctx: PageContext, view: ForecastView) -> list[Section | None]:
    """Return the parts about deals; none without deals, a sentence where filters are of orders."""
    title = ctx.t("forecast.view_pipeline")
    days = known_days(ctx)["deals"]
    if days is None:
        return []
    if view.where and not view.is_of_deals:
        return [Section(title, sentences=(ctx.t("forecast.report_no_deals"),))]
    own = _of_deals(view, *days)
    past = pipeline_forecast_loaders.past(
        ctx.settings, ctx.version, ctx.scope, own.deal_cut, own.until
    )
    results = forecast_people_loaders.results(ctx, own.until, is_now=own.is_now)
    return [
        _pipeline(ctx, own, title),
        _submitted(ctx, own, results),
        _board(ctx, results, past),
    ]


def _of_deals(view: ForecastView, first: date, last: date) -> ForecastView:
    """Return the same choices for the view of the pipeline: by the days with news of deals."""
    as_of = last if view.is_now else min(view.as_of, last)
    start, end = review_days(view.period, as_of)
    return replace(
        view, name="pipeline", start=start, end=end, as_of=as_of, first=first, last=last
    )  # fmt: skip


def _pipeline(ctx: PageContext, view: ForecastView, title: str) -> Section:
    t = ctx.t
    if not view.is_now:
        day = ctx.formats.day(view.last)
        return Section(title, sentences=(t("forecast.report_today_only", day=day),))
    key = (ctx.settings, ctx.version, ctx.scope, view.deal_cut, view.as_of)
    found = pipeline_forecast_loaders.outlook(*key, (view.start, view.end))
    if is_missing(found.forecast.expected):
        return Section(title, sentences=(t("pipe_forecast.nothing"),))
    period = Fact(t("forecast.period"), ctx.formats.period(view.start, view.end))
    together = pipeline_forecast_loaders.together(*key, (view.start, view.end))
    said = [] if together is None else [blend_text(ctx, together).replace("**", "")]
    said += notes(ctx, view, found)
    table = pipeline_forecast_frames.categories(ctx, found.forecast)
    return Section(
        title, (period, *facts_of(ctx, figures(ctx, view, found))), tuple(said), _worded(ctx, table)
    )


def _submitted(ctx: PageContext, view: ForecastView, results: pd.DataFrame) -> Section:
    """Return what was submitted for the period under review."""
    title = ctx.t("forecast_people.history")
    spans = (results["period_start"], results["period_end"])
    is_own = (spans[0] == pd.Timestamp(view.start)) & (spans[1] == pd.Timestamp(view.end))
    if not is_own.any():
        return Section(title, sentences=(ctx.t("forecast_people.none_in_period"),))
    found = people.history(ctx, results[is_own])
    return Section(title, table=_worded(ctx, people.history_shown(ctx, found)))


def _board(ctx: PageContext, results: pd.DataFrame, past: pd.DataFrame) -> Section:
    """Return how people and models did at each distance, the furthest first."""
    t = ctx.t
    title, parts = t("forecast_people.board"), []
    every = board(results, past, "commit")
    for weeks in LEADS:
        found = every[every["lead_weeks"] == weeks]
        if len(found):
            shown = people.board_shown(ctx, people.board_rows(ctx, found))
            shown.insert(0, "lead_time", t(f"pipe_forecast.lead_{weeks}"))
            parts.append(shown)
    if not parts:
        return Section(title, sentences=(t("forecast_people.no_board"),))
    said = [t("forecast_people.board_note")]
    if every["level"].isna().all():
        said.insert(0, t("forecast_people.only_models"))
    return Section(title, sentences=tuple(said), table=_worded(ctx, pd.concat(parts)))


def _worded(ctx: PageContext, table: pd.DataFrame) -> pd.DataFrame:
    """Return a table as a page shows it: all cells are text."""
    f = ctx.formats

    def cell(name: str, value: object) -> str:
        if is_missing(value):
            return NOT_DEFINED
        if name in _MONEY:
            return f.money_compact(float(str(value)))
        return value if isinstance(value, str) else f.count(float(str(value)))

    cells = {name: [cell(str(name), one) for one in table[name]] for name in table}
    return headed(ctx, pd.DataFrame(cells))
