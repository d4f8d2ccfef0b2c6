"""Scenarios of the page Forecast: in the address, in words, beside each other."""

from datetime import date

import pandas as pd
import streamlit as st

from forecasting.scenarios import MOST, Scenario, scenario_of
from ui import urls
from ui.context import PageContext
from ui.forecast_answers import Answer
from ui.forecast_frames import SHOWN, signed
from ui.forecast_view import ForecastView
from ui.forecast_words import axis_label, bucket, value
from ui.formats import NOT_DEFINED, is_missing
from ui.scenario_answers import PARAMETER, made_under, move_limit, read


def scenarios() -> list[Scenario]:
    """Return the scenarios that the address holds, each name once."""
    return read(urls.query().get(PARAMETER, []))


def unread() -> int:
    """Return how many parts of the address are no scenario that can be."""
    return sum(scenario_of(text) is None for text in urls.query().get(PARAMETER, []))


def add(one: Scenario) -> None:
    """Write a scenario into the address; one of the same name is replaced."""
    kept = [s for s in scenarios() if s.name != one.name]
    _write([*kept, one][-MOST:])


def remove(name: str) -> None:
    """Take a scenario out of the address."""
    _write([one for one in scenarios() if one.name != name])


def _write(found: list[Scenario]) -> None:
    changes = {PARAMETER: [one.to_text() for one in found]} if found else {}
    urls.write(changes, clears=(PARAMETER,))


def in_words(ctx: PageContext, view: ForecastView, answer: Answer | None, one: Scenario) -> str:
    """Return the assumptions of a scenario, and where an answer cannot meet them."""
    f, t = ctx.formats, ctx.t
    told = [
        t(f"forecast.assume_{name}", share=f.change(share))
        for name, share in (
            ("growth", one.growth), ("price", one.price), ("win_rate", one.win_rate)
        )
        if share
    ]  # fmt: skip
    if one.extra and one.extra_on:
        told.append(t("forecast.assume_extra", amount=signed(ctx, view, one.extra),
                      period=_period(ctx, view, one.extra_on)))  # fmt: skip
    if one.moved and one.moved_from and one.moved_to:
        told.append(
            t("forecast.assume_moved", amount=value(ctx, view, one.moved),
              before=_period(ctx, view, one.moved_from), after=_period(ctx, view, one.moved_to))
        )  # fmt: skip
        limit = None if answer is None else move_limit(view, answer, one)
        if limit is not None:
            told.append(t("forecast.move_limited", amount=value(ctx, view, limit)))
    return t("filter.joiner").join(told) or t("forecast.assume_nothing")


def lines_of(
    ctx: PageContext, view: ForecastView, answer: Answer, found: list[Scenario]
) -> tuple[pd.DataFrame, list[tuple[str, str]]]:
    """Return the points of ``charts.forecast_parts.lines``: history, forecast, scenarios."""
    ahead = answer.made.forecast
    past = answer.known.over.iloc[-SHOWN[view.frequency] // 2 :]
    days = past.index.union(pd.DatetimeIndex(ahead["ds"]))
    table = pd.DataFrame({"actual": past.reindex(days)}, index=days)
    table["yhat"] = ahead.set_index("ds")["yhat"].reindex(days)
    columns = [("actual", ctx.t("forecast.actual")), ("yhat", ctx.t("forecast.base"))]
    for place, one in enumerate(found):
        made = made_under(view, answer, one)
        table[f"what_if_{place}"] = made.reindex(days)
        columns.append((f"what_if_{place}", one.name))
    hovers = []
    for day in days:
        told = [f"{name}: {value(ctx, view, table.loc[day, column])}"
                for column, name in columns if pd.notna(table.loc[day, column])]  # fmt: skip
        hovers.append("<br>".join([f"<b>{bucket(ctx, day, view.frequency)}</b>", *told]))
    labels = [axis_label(ctx, day, view.frequency) for day in days]
    return table.assign(label=labels, hover=hovers).reset_index(drop=True), columns


def compared_shown(
    ctx: PageContext, view: ForecastView, answer: Answer, found: list[Scenario],
    table: pd.DataFrame,
) -> pd.DataFrame:  # fmt: skip
    """Return ``compared`` as a page shows it: all cells are text."""
    base = table.iloc[0]
    words = {one.name: in_words(ctx, view, answer, one) for one in found}
    rows = []
    for name, ahead, total in table.itertuples(index=False):
        moved = total - base["review_total"]
        rows.append(
            {
                "scenario": name or ctx.t("forecast.base"),
                "ahead_sum": value(ctx, view, ahead),
                "review_total": value(ctx, view, total),
                "to_base": NOT_DEFINED if is_missing(moved) or not name else (
                    signed(ctx, view, moved)
                ),
                "assumptions": words.get(name, ctx.t("forecast.assume_nothing")),
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def period_select(ctx: PageContext, view: ForecastView, answer: Answer, key: str) -> date | None:
    """Draw a select of the periods ahead inside a form, and return the first day of one."""
    days = [day.date() for day in answer.made.forecast["ds"]]
    chosen = st.selectbox(
        ctx.t(f"forecast.{key}"), days, format_func=lambda day: _period(ctx, view, day),
        key=f"scenario_{key}", filter_mode=None,
    )  # fmt: skip
    return chosen if isinstance(chosen, date) else None


def _period(ctx: PageContext, view: ForecastView, day: date) -> str:
    return bucket(ctx, pd.Timestamp(day), view.frequency)
