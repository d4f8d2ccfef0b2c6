"""What is said of open deals, from frames that queries give: for pages and the command line."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import pandas as pd

from analytics.coverage import coverage
from analytics.deal_amounts import usual_amounts
from analytics.deal_attention import Attention, attention
from analytics.quota import attainment, team_attainment
from analytics.stage_history import limits_of, rates_of
from analytics.weighted_pipeline import WeightedPipeline, weighted_pipeline
from crm_data.calendar import floor_to, step
from crm_data.queries.cohorts import NOT, Where


@dataclass(frozen=True)
class Coverage:
    """Open value expected in a period against its quotas.

    Attributes
    ----------
    start, end : date
        Half-open period.
    quota, won, left, open_value : float
        Money; left is what is still to be won.
    of_quota, of_left : float
        Open value by the whole quota, and by what is left; NaN: nothing left.
    people, blank : int
        Sellers, and of them without a quota.
    """

    start: date
    end: date
    quota: float
    won: float
    left: float
    open_value: float
    of_quota: float
    of_left: float
    people: int
    blank: int


def weighted(opened: pd.DataFrame, evidence: pd.DataFrame) -> WeightedPipeline:
    """Weigh open deals (``OPEN_AMOUNTS``) by what closed deals say of their stage."""
    valued = opened["amount"].notna().astype("int64")
    return weighted_pipeline(opened.assign(deals=1, valued=valued), rates_of(evidence))


def to_look_at(
    opened: pd.DataFrame,
    evidence: pd.DataFrame,
    won: pd.DataFrame,
    as_of: date,
    *,
    with_task: Collection[str] = (),
    is_past: bool = False,
) -> Attention:
    """Return the open deals with reasons to look at them, at the end of a (past) day."""
    return attention(
        opened, pd.Timestamp(as_of), limits=limits_of(evidence), rates=rates_of(evidence),
        amounts=usual_amounts(won), with_task=with_task, is_past=is_past,
    )  # fmt: skip


def quarter_of(day: date) -> tuple[date, date]:
    """Return the calendar quarter of a day, half-open."""
    start = floor_to(day, "quarter")
    return start, step(start, "quarter")


def attained(
    quotas: pd.DataFrame,
    sellers: pd.DataFrame,
    results: pd.DataFrame,
    period: tuple[date, date],
    until: date,
) -> pd.DataFrame | None:
    """Return ``attainment`` of sellers; None where none of them has a quota.

    Parameters
    ----------
    quotas, sellers, results : DataFrame
        ``QUOTAS`` (those of these sellers count), ``SELLERS``, ``RESULTS`` of the period.
    until : date
        First day that is not known yet.
    """
    own = quotas[quotas["owner_id"].isin(sellers["owner_id"])]
    if own.empty:
        return None
    won = results[["owner_id", "won_amount"]].rename(columns={"won_amount": "won"})
    return attainment(own, won, sellers.reset_index(drop=True), period, until=until)


def covered(
    parts: pd.DataFrame | None, opened: pd.DataFrame, period: tuple[date, date]
) -> Coverage | None:
    """Hold open deals expected in a period against the quotas of sellers; None without a quota.

    Parameters
    ----------
    parts : DataFrame or None
        Of ``attained``.
    opened : DataFrame
        ``OPEN_AMOUNTS``.
    """
    if parts is None:
        return None
    start, end = (pd.Timestamp(day) for day in period)
    due = opened[(opened["expected_close_on"] >= start) & (opened["expected_close_on"] < end)]
    value = pd.DataFrame({"open_value": [float(due["amount"].sum())]})
    row = coverage(team_attainment(parts), value, ()).iloc[0]
    if not row["quota"] > 0:
        return None
    return Coverage(
        *period, float(row["quota"]), float(row["won_with_quota"]), float(row["left"]),
        float(row["open_value"]), float(row["of_quota"]), float(row["of_left"]),
        int(row["people"]), int(row["blank"]),
    )  # fmt: skip


def kept(frame: pd.DataFrame, where: Where) -> pd.DataFrame:
    """Return the rows of a frame of people that filters leave: as queries filter, without one."""
    for name, values in where:
        column = frame[name.removesuffix(NOT)]
        is_in = column.isin([value for value in values if value is not None])
        is_in = is_in | column.isna() if None in values else is_in
        frame = frame[~is_in if name.endswith(NOT) else is_in]
    return frame
