"""Forecasts that sellers and team managers submitted: one who promises too much, one too little.

They live in the app database, where what people did in the app is kept, not in a batch.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import pandas as pd
from sqlalchemy.dialects import postgresql, sqlite

from crm_data.app_db import ForecastSubmissionRow, session
from crm_data.calendar import floor_to, step
from crm_data.settings import Settings
from sample_data.company import SampleCompany
from sample_data.planted import truth

LEADS = (12, 10, 8, 6, 4, 2, 1)  # weeks before the end of a quarter
OPTIMIST, SANDBAGGER = 0.45, -0.40  # of what is still to come, promised beyond it
_NOISE, _TEAM_BIAS = 0.12, 0.05
_QUARTERS = 9  # the last ones, the running one included
_AT = time(10, 30)  # UTC
_NOTES = ("", "", "", "two large ones hang on the budget", "预算审批还没下来", "大客户下周签")


@dataclass(frozen=True)
class Submissions:
    """Rows of ``forecast_submissions``, and the planted truth about them."""

    rows: list[dict[str, Any]]
    planted: dict[str, Any]


_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def make_submissions(company: SampleCompany) -> Submissions:
    """Return what sellers who stay said of their quarters, and managers of their teams'.

    The two who win the most carry the planted biases: theirs are seen beside chance.
    """
    about = company.planted["company"]
    end = date.fromisoformat(about["end"])
    rng = np.random.default_rng([about["seed"], 61])
    won, staff = _won(company), _sellers(company)
    sums = won.groupby("owner_id")["amount"].sum().reindex(staff["employee_id"]).fillna(0.0)
    first, second = sums.sort_values(ascending=False, kind="stable").index[:2]
    biases = {one: float(rng.normal(0, 0.03)) for one in staff["employee_id"]}
    biases |= {first: OPTIMIST, second: SANDBAGGER}
    rows: list[dict[str, Any]] = []
    for start in _quarters(date.fromisoformat(about["start"]), end):
        period = (start, step(start, "quarter"))
        for one in staff.to_dict("records"):
            own = won[won["owner_id"] == one["employee_id"]]
            named = ("owner", one["employee_id"], one["employee_id"])
            rows += _said(rng, own, period, end, biases[one["employee_id"]], named)
        for team, members in staff.groupby("team"):
            own = won[won["team"] == team]
            named = ("team", str(team), str(members["manager_id"].iloc[0]))
            rows += _said(rng, own, period, end, _TEAM_BIAS, named)
    planted = truth(
        "One seller promises too much of what is still to come, one too little.",
        {"optimist": first, "beyond": OPTIMIST, "sandbagger": second, "short": SANDBAGGER},
        {"submissions": len(rows)},
        ["app database, forecast_submissions: commit_amount against what was won"],
    )
    return Submissions(rows, planted)


def write_submissions(settings: Settings, rows: list[dict[str, Any]], version: str) -> None:
    """Store the submissions that are not there yet; their ids tell.

    Two pages may build the sample company at once: who comes second has nothing to add.
    """
    with session(settings) as db:
        insert = _INSERTS[db.get_bind().dialect.name](ForecastSubmissionRow)
        made = [{**row, "version": version} for row in rows]
        if made:
            db.execute(insert.on_conflict_do_nothing(), made)


def _won(company: SampleCompany) -> pd.DataFrame:
    """Return won deals: ``owner_id``, ``team``, ``closed_on``, ``amount``."""
    names = ["owner_id", "outcome", "closed_at", "amount"]
    deals = company.frames["opportunities"].select(names).to_pandas()
    staff = company.frames["employees"].select(["employee_id", "team"]).to_pandas()
    won = deals[deals["outcome"] == "won"]
    team = won["owner_id"].map(staff.set_index("employee_id")["team"])
    return pd.DataFrame(
        {"owner_id": won["owner_id"], "team": team,
         "closed_on": pd.to_datetime(won["closed_at"]).dt.normalize(),
         "amount": won["amount"].astype("float64")}
    )  # fmt: skip


def _sellers(company: SampleCompany) -> pd.DataFrame:
    """Return who has a quota in the newest quarter and has not left: id, team and manager."""
    staff = company.frames["employees"].to_pandas()
    quotas = company.frames["quotas"].to_pandas()
    newest = quotas[quotas["period_start"] == quotas["period_start"].max()]
    there = staff["left_on"].isna() & staff["employee_id"].isin(newest["owner_id"].dropna())
    found: pd.DataFrame = staff.loc[there, ["employee_id", "team", "manager_id"]]
    return found.reset_index(drop=True)


def _quarters(first: date, last: date) -> list[date]:
    """Return the first days of the last quarters that begin in the history, oldest first."""
    found: list[date] = []
    start = floor_to(last, "quarter")
    while start >= first and len(found) < _QUARTERS:
        found.append(start)
        start = step(start, "quarter", -1)
    return found[::-1]


def _said(
    rng: np.random.Generator, won: pd.DataFrame, period: tuple[date, date], last: date, bias: float,
    named: tuple[str, str, str],
) -> list[dict[str, Any]]:  # fmt: skip
    """Return the submissions of one forecaster for one quarter, as far as it has come."""
    start, end = period
    level, subject, by = named
    closed = won["closed_on"]
    own = won[(closed >= pd.Timestamp(start)) & (closed < pd.Timestamp(end))]
    total = float(own["amount"].sum())
    if end > last:  # the quarter that runs: as much will come by day as by now
        total *= (end - start).days / max((last - start).days + 1, 1)
    rows = []
    for weeks in LEADS:
        day = end - timedelta(weeks=weeks)
        noise, more, number = rng.normal(0, _NOISE), rng.uniform(0.1, 0.3), rng.bytes(16)
        note = str(rng.choice(_NOTES))
        if day > last:
            continue
        so_far = float(own.loc[own["closed_on"] <= pd.Timestamp(day), "amount"].sum())
        to_come = total - so_far
        commit = so_far + to_come * max(1 + bias + noise, 0.0)
        rows.append(
            {
                "submission_id": UUID(bytes=number).hex, "level": level, "subject": subject,
                "period_start": start, "period_end": end, "commit_amount": round(commit, -2),
                "best_amount": round(commit + to_come * more, -2), "note": note,
                "submitted_by": by, "submitted_at": datetime.combine(day, _AT),
            }
        )  # fmt: skip
    return rows
