"""What people submitted, what came of it, and how they score: for the page and the command line."""

from collections.abc import Sequence
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd

from crm_data.calendar import months_between
from crm_data.queries.forecast_submissions import Period
from forecasting.pipeline_record import WAYS
from forecasting.scoreboard import scoreboard
from forecasting.submitted import standing

Measure = Literal["commit", "best"]
MEASURES: tuple[Measure, ...] = ("commit", "best")
_AMOUNT = {"commit": "commit_amount", "best": "best_amount"}
_QUARTER = 3  # months
_WHO = ["level", "subject", "submitted_by"]


def periods_of(submissions: pd.DataFrame, until: date) -> tuple[Period, ...]:
    """Return the periods of submissions that are over: whose last day comes before ``until``."""
    spans = submissions[["period_start", "period_end"]].drop_duplicates()
    over = spans[spans["period_end"] <= pd.Timestamp(until)].sort_values("period_end")
    return tuple(
        (start.date(), end.date())
        for start, end in zip(over["period_start"], over["period_end"], strict=True)
    )


def with_results(
    submissions: pd.DataFrame, won: pd.DataFrame, periods: Sequence[Period], timezone: str
) -> pd.DataFrame:
    """Return ``SUBMISSIONS`` with what came of them.

    Parameters
    ----------
    submissions : DataFrame
    won : DataFrame
        ``PERIOD_WON`` of ``periods``.
    periods : sequence of (date, date)
        Those that are over: what is not in ``won`` is 0 there, and not known elsewhere.
    timezone : str
        Of the company.

    Returns
    -------
    DataFrame
        And ``submitted_on`` (day there), ``weeks_before`` (whole weeks to the end of the period),
        ``won``, ``off`` (commit less won), both missing while the period runs.
    """
    at = submissions["submitted_at"].dt.tz_localize("UTC").dt.tz_convert(timezone)
    day = at.dt.tz_localize(None).dt.normalize()
    left = (submissions["period_end"] - day).dt.days
    known = pd.MultiIndex.from_tuples(
        [(pd.Timestamp(start), pd.Timestamp(end)) for start, end in periods] or [(pd.NaT, pd.NaT)]
    )
    spans = pd.MultiIndex.from_frame(submissions[["period_start", "period_end"]])
    is_over = spans.isin(known)
    result = _won_of(submissions, won)
    found = submissions.assign(
        submitted_on=day, weeks_before=np.maximum(left, 0) // 7,
        won=result.where(is_over),
    )  # fmt: skip
    return found.assign(off=found["commit_amount"] - found["won"])


def _won_of(submissions: pd.DataFrame, won: pd.DataFrame) -> pd.Series:
    """Return what was won of the deals of each submission."""
    amounts = []
    for row in submissions.to_dict("records"):
        own = won[
            (won["period_start"] == row["period_start"]) & (won["period_end"] == row["period_end"])
        ]
        if row["level"] != "all":
            own = own[own["owner_id" if row["level"] == "owner" else "team"] == row["subject"]]
        amounts.append(float(own["won"].sum()))
    return pd.Series(amounts, index=submissions.index, dtype="float64")


def errors_of_people(results: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    """Return what stood at each lead time beside the result: what ``scoreboard`` takes.

    ``who`` is level, subject and submitter as one text; people of a level are a group.
    """
    stood = standing(results[results["won"].notna()])
    who = stood[_WHO].astype("str").agg("\0".join, axis=1) if len(stood) else stood["level"]
    return pd.DataFrame(
        {"who": who, "group": stood["level"].astype("object"), "lead_weeks": stood["lead_weeks"],
         "forecast": stood[_AMOUNT[measure]], "actual": stood["won"]}
    )  # fmt: skip


def errors_of_models(past: pd.DataFrame) -> pd.DataFrame:
    """Return forecasts of past quarters beside the result; each way is on its own."""
    parts = [
        pd.DataFrame(
            {"who": way, "group": None, "lead_weeks": past["lead_weeks"],
             "forecast": past[column], "actual": past["won"]}
        )
        for way, column in WAYS.items()
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def board(
    results: pd.DataFrame, past: pd.DataFrame, measure: Measure, *, period: Period | None = None
) -> pd.DataFrame:
    """Score people and models by lead time, in periods as long as ``period``; see ``scoreboard``.

    Twelve weeks before its end a month has not begun and a year is nearly over: periods of
    different lengths are never scored together, nor are the same deals scored twice. Without a
    period quarters are scored.

    Beside its columns ``level``, ``subject``, ``submitted_by`` of people, missing for models, whose
    ``who`` is a way of ``pipeline_record.WAYS``.
    """
    months = _QUARTER if period is None else months_between(*period)
    people = errors_of_people(_of_length(results, months), measure)
    models = errors_of_models(_of_length(past, months))
    parts = [scoreboard(one) for one in (people, models) if len(one)]
    if not parts:
        return scoreboard(people).assign(level=None, subject=None, submitted_by=None)
    found = pd.concat([one for one in parts if len(one)] or parts[:1], ignore_index=True)
    named = found["who"].astype("str").str.split("\0", expand=True).reindex(columns=range(3))
    return found.assign(**dict(zip(_WHO, _people(named), strict=True)))


def _of_length(rows: pd.DataFrame, months: int) -> pd.DataFrame:
    start, end = rows["period_start"].dt, rows["period_end"].dt
    found: pd.DataFrame = rows[(end.year - start.year) * 12 + end.month - start.month == months]
    return found


def _people(named: pd.DataFrame) -> list[pd.Series]:
    is_person = named[1].notna()
    return [named[number].where(is_person) for number in range(3)]
