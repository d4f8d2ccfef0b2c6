"""The forecast of a period from what queries give: for the page and the command line."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from analytics.closing_curves import chances_between
from analytics.deal_model import MODEL
from analytics.quota import attainment, team_attainment
from analytics.team_quotas import all_teams, team_quotas
from crm_data.calendar import add_months, months_between
from crm_data.queries import pipeline_forecast as queries
from crm_data.queries import sales_team
from crm_data.queries.deals import DealCut, deal_days
from crm_data.queries.forecast_submissions import teams_seen, whole_teams
from crm_data.queries.model_cards import deal_terms
from crm_data.queries.pipeline_forecast import Window
from crm_data.scope import EVERYTHING, AccessScope
from crm_data.sql import Connection
from forecasting.lead_times import lead_of
from forecasting.new_business import MOST_WINDOWS, new_business
from forecasting.pipeline import PipelineForecast, pipeline_forecast
from forecasting.pipeline_deals import days_left
from forecasting.pipeline_record import stretch_at
from ui.deal_answers import kept

Period = tuple[date, date]
_PEOPLE = {"team", "owner_id"}
_LEVELS = {"pipeline": "pipeline", "team": "team", "owner_id": "owner"}


@dataclass(frozen=True, eq=False)
class Outlook:
    """A forecast of a period and what it is held against.

    Attributes
    ----------
    forecast : PipelineForecast
    lead_weeks : int
        Of the back-test that the width of its band is from.
    windows : int
        Past windows behind new business; 0: cannot tell.
    quota, gap : float
        Money: of the period, and what is missing to it at present; NaN without a quota.
    chance : float
        That the quota is reached, 0 to 1; NaN without one.
    open_value, needed : float
        Value of the open deals in the forecast; the value that would have to be open for ``gap``,
        at what such deals brought in time (``open_expected`` by ``open_value``). NaN where there is
        nothing to divide by.
    """

    forecast: PipelineForecast
    lead_weeks: int
    windows: int
    quota: float
    gap: float
    chance: float
    open_value: float
    needed: float


def outlook_at(
    conn: Connection, cut: DealCut, *, as_of: date, period: Period, scope: AccessScope
) -> Outlook:
    """Read what is known of a cut, and forecast a period from the last day with news of deals.

    Raises
    ------
    UsageError
        ``scores_as_of``: the cut is of a past day.
    """
    start, end = period
    deals = queries.period_deals(conn, cut, start=start, end=end, scope=scope)
    curves = queries.closing_curves(conn, scope=scope)
    first, _ = deal_days(conn, scope=EVERYTHING)
    windows = windows_before(period, as_of, first or as_of)
    terms = deal_terms(conn, scope=scope)
    quota = float("nan")
    if has_quota(cut):  # quotas are of people, for all that they sell
        whole = not any(name == "owner_id" for name, _ in cut.where)
        own = kept(sales_team.sellers(conn, scope=scope), cut.where)
        quotas = sales_team.quotas(conn, start=start, end=end, scope=scope)
        quota = quota_of(quotas, own, period, with_teams=whole)
    rows = queries.pipeline_backtest(conn, scope=scope, teams=whole_teams(conn, scope=scope))
    horizon = None if terms is None else terms["horizon_days"]
    return outlook(
        with_chances(deals, curves, as_of, period, horizon),
        queries.new_won(conn, cut, windows, scope=scope),
        backtest_of(rows, cut, scope.owner_ids, teams_seen(conn, scope=scope)),
        as_of=as_of, period=period, quota=quota,
    )  # fmt: skip


def has_quota(cut: DealCut) -> bool:
    """Whether quotas can be held against these deals: they are cut by people, or not at all."""
    return {name for name, _ in cut.where} <= _PEOPLE and not cut.among


def windows_before(period: Period, as_of: date, first: date) -> list[Window]:
    """Return the past windows like what is left of a period, oldest first.

    Those of as many months, that many months apart, over by ``as_of`` and none of before ``first``.
    """
    start, end = period
    months = months_between(start, end)
    found: list[Window] = []
    for back in range(1, 200):
        begin, stop = add_months(start, -months * back), add_months(end, -months * back)
        if stop > as_of + timedelta(days=1):
            continue
        after = stop - (end - as_of)
        if min(begin, after) < first or len(found) == MOST_WINDOWS:
            break
        found.append((after, begin, stop))
    return found[::-1]


def with_chances(
    deals: pd.DataFrame, curves: pd.DataFrame, as_of: date, period: Period, horizon_days: int | None
) -> pd.DataFrame:
    """Return ``PERIOD_DEALS`` with ``chance`` to be won in what is left of a period, and ``basis``.

    A deal that a model knows has the model's chance, of which the part counts that deals of its
    stage and age win in time: a model's horizon is ``horizon_days``.
    """
    now = pd.Timestamp(as_of)
    asked = deals[["pipeline", "stage_no"]].assign(
        stage_days=(now - deals["stage_since_on"]).dt.days,
        age_days=(now - deals["created_on"]).dt.days,
    )
    in_time = chances_between(asked, curves, *days_left(as_of, period))
    chance, basis = in_time["chance"].to_numpy(), in_time["basis"].to_numpy()
    if horizon_days is not None:
        ever = chances_between(asked, curves, 0, horizon_days)["chance"].to_numpy()
        model = deals["win_probability"].to_numpy(dtype="float64", na_value=np.nan)
        by_model = (deals["method"] == MODEL).to_numpy(dtype=bool, na_value=False) & (ever > 0)
        with np.errstate(invalid="ignore", divide="ignore"):
            chance = np.where(by_model, np.clip(model * chance / ever, 0, 1), chance)
        basis = np.where(by_model, MODEL, basis)
    return deals.assign(chance=chance, basis=basis)


def outlook(
    deals: pd.DataFrame,
    new: pd.DataFrame,
    backtest: pd.DataFrame,
    *,
    as_of: date,
    period: Period,
    quota: float,
) -> Outlook:
    """Forecast a period.

    Parameters
    ----------
    deals : DataFrame
        Of ``with_chances``.
    new : DataFrame
        ``NEW_WON`` of ``windows_before``.
    backtest : DataFrame
        ``PIPELINE_BACKTEST`` of the same deals, or empty: then the band is that of independent
        deals.
    quota : float
        Money; NaN without one.
    """
    weeks = lead_of((period[1] - as_of).days)
    extra = new_business(new)
    found = pipeline_forecast(
        deals, as_of, period[1], period_start=period[0], new=extra,
        stretch=stretch_at(backtest, weeks),
    )  # fmt: skip
    told = found.per_deal["contribution"].notna()
    opened = float(found.per_deal.loc[told, "amount"].sum())
    gap = max(quota - found.won, 0.0) if np.isfinite(quota) else np.nan
    rate = found.open_expected / opened if opened > 0 else np.nan
    return Outlook(
        found, weeks, 0 if extra is None else extra.windows, quota, gap, found.chance_of(quota),
        opened, gap / rate if rate > 0 else np.nan,
    )  # fmt: skip


def quota_of(
    quotas: pd.DataFrame, sellers: pd.DataFrame, period: Period, *, with_teams: bool
) -> float:
    """Return the quota of sellers in a period, pro-rated by working days; NaN without any.

    ``with_teams``: quotas of whole teams count for these, as on the page Team.
    """
    nothing = pd.DataFrame({"owner_id": [], "won": []}).astype({"owner_id": "str", "won": "float"})
    own = quotas[quotas["owner_id"].notna()]
    parts = attainment(own, nothing, sellers, period, until=period[1])
    if not with_teams:
        total = team_attainment(parts)
        return float(total["quota"].iloc[0]) if len(total) else float("nan")
    teams = quotas[quotas["owner_id"].isna() & quotas["team"].isin(parts["team"])]
    ids = teams["team"].unique()
    always = pd.Series([None] * len(ids), dtype="datetime64[us]")
    people = pd.DataFrame({"owner_id": ids, "hired_on": always, "left_on": always})
    of_team = attainment(
        teams.assign(owner_id=teams["team"]), nothing, people, period, until=period[1]
    )
    named = of_team.rename(columns={"owner_id": "team"})[["team", "quota", "due"]]
    total = all_teams(team_quotas(team_attainment(parts, ["team"]), named))
    return float(total["quota"].iloc[0]) if len(total) else float("nan")


def backtest_of(
    rows: pd.DataFrame,
    cut: DealCut,
    owners: frozenset[str] | None,
    teams: frozenset[str | None] = frozenset(),
) -> pd.DataFrame:
    """Return the past quarters of the deals of a cut; empty where none are kept.

    Forecasts of the past are kept for all deals, single pipelines, teams and owners. ``teams`` are
    those of the sellers that a viewer of some owners sees: the past of a team is theirs only if
    there is no other.
    """
    level, subject = "all", ""
    if cut.among:
        return rows.iloc[:0]
    if cut.where:
        (name, values), *more = cut.where
        if more or name not in _LEVELS or len(values) != 1 or values[0] is None:
            return rows.iloc[:0]
        level, subject = _LEVELS[name], values[0]
    elif owners is not None:
        (team, *others) = teams or (None,)
        if len(owners) == 1:
            level, subject = "owner", next(iter(owners))
        elif team is None or others:
            return rows.iloc[:0]
        else:
            level, subject = "team", team
    return rows[(rows["level"] == level) & (rows["subject"] == subject)]
