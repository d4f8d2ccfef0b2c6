"""What the page Team is asked to show, read from the address, and what was found."""

from dataclasses import dataclass
from datetime import date

import pandas as pd
import streamlit as st

from analytics.coverage import coverage
from analytics.pace import pace, pace_curve
from analytics.quota import attainment, team_attainment
from analytics.team_quotas import all_teams, team_quotas
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from ui import deal_loaders
from ui import team_loaders as load
from ui.context import PageContext
from ui.deal_answers import kept
from ui.deal_drawer import DEALS
from ui.defined_tile import Behind
from ui.loaders import TTL
from ui.sales_filters import SalesFilters, in_words
from ui.sales_periods import past_periods, whole_period

FILTERS = ("team", "owner_id", "source", "campaign_id", "category")
_PEOPLE = ("team", "owner_id")


@dataclass(frozen=True)
class TeamView:
    """The choices of the page, and the days that they come to.

    Attributes
    ----------
    start, end : date
        Half-open period of whole calendar units.
    first, until : date
        First day with news of a deal, and the first day that is not told of.
    """

    chosen: SalesFilters
    start: date
    end: date
    first: date
    until: date

    @property
    def known_end(self) -> date:
        """Return the end of the period, or of what is known of it."""
        return max(min(self.end, self.until), self.start)

    @property
    def people(self) -> load.Where:
        """Return the filters that say whose deals, not which."""
        return tuple(kept for kept in self.chosen.where if kept[0] in _PEOPLE)

    @property
    def is_cut_by_deals(self) -> bool:
        """Whether less than all deals of these people are chosen: quotas are for all of them."""
        return bool(self.chosen.of_pipeline) or self.people != self.chosen.where

    @property
    def cut(self) -> load.DealCut:
        """Return the deals chosen."""
        return load.DealCut((*self.chosen.of_pipeline, *self.chosen.where), as_of=self._then)

    @property
    def quota_cut(self) -> load.DealCut:
        """Return all deals of the people chosen: what quotas are held against."""
        return load.DealCut(self.people, as_of=self._then)

    @property
    def team_cut(self) -> load.DealCut:
        """Return the deals chosen, whoever's: one person alone has no team to be held against."""
        where = tuple(kept for kept in self.chosen.where if kept[0] != "owner_id")
        return load.DealCut((*self.chosen.of_pipeline, *where), as_of=self._then)

    @property
    def _then(self) -> date | None:
        """What is known on the last day is what is known now, and cheaper to ask for."""
        return None if self.chosen.is_now else self.chosen.as_of


@dataclass(frozen=True, eq=False)
class Quotas:
    """What was won by the quotas.

    Attributes
    ----------
    people : DataFrame
        ``pace`` and ``coverage`` of each person employed or with wins: by team, then name.
    teams, total : DataFrame
        ``team_quotas``, and one row of all with the columns of ``pace``.
    curve : DataFrame
        How past periods ran; empty without one.
    days : DataFrame
        ``WON_DAYS`` of the period.
    without_owner : int
        Deals won in the period that nobody owns.
    """

    people: pd.DataFrame
    teams: pd.DataFrame
    total: pd.DataFrame
    curve: pd.DataFrame
    days: pd.DataFrame
    without_owner: int


def team_view(ctx: PageContext, chosen: SalesFilters) -> TeamView:
    """Return the view; the data has a deal."""
    first, _ = deal_loaders.known_days(ctx.settings, ctx.version)
    start, end = whole_period(chosen.period, chosen.until)
    return TeamView(chosen, start, end, first or start, chosen.until)


def behind(ctx: PageContext, view: TeamView) -> Behind:
    """Return what every figure rests on."""
    period = ctx.formats.period(view.start, view.known_end) if view.known_end > view.start else ""
    chosen = view.chosen
    filters = in_words(ctx, chosen)
    return Behind(period, filters, chosen.as_of, chosen.last, DEALS, "pipeline.show_deals")


def kept_sellers(ctx: PageContext, view: TeamView) -> pd.DataFrame:
    """Return the sellers chosen, by team and name."""
    return _kept_sellers(ctx.settings, ctx.version, ctx.scope, view)


def _kept_sellers(
    settings: Settings, version: str, scope: AccessScope, view: TeamView
) -> pd.DataFrame:
    found = load.sellers(settings, version, scope)
    return kept(found, view.people).sort_values(
        ["team", "name", "owner_id"], na_position="last", ignore_index=True
    )


def quotas(ctx: PageContext, view: TeamView) -> Quotas:
    """Hold what was won in the period against the quotas."""
    return _quotas(ctx.settings, ctx.version, ctx.scope, view)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def _quotas(settings: Settings, version: str, scope: AccessScope, view: TeamView) -> Quotas:
    """Figures and view both ask, and so does every click that changes neither."""
    key, span = (settings, version, scope), (view.start, view.end)
    sellers, found = _kept_sellers(settings, version, scope, view), load.quotas(*key, *span)
    past = past_periods(*span, view.first)
    begin = min([view.start, *(start for start, _ in past)])
    won = load.won_days(*key, view.quota_cut, begin, view.known_end)
    days = won[won["closed_on"] >= pd.Timestamp(view.start)]
    amounts = days.rename(columns={"amount": "won"}).fillna({"won": 0.0})
    own = found[found["owner_id"].notna()]
    parts = attainment(own, amounts, sellers, span, until=view.until)
    teams = team_quotas(team_attainment(parts, ["team"]), _own(view, found, parts))
    # Deals of past periods, whose owners may have gone since: how a period runs, not who ran it.
    curve = pace_curve(won, past)
    total = pace(all_teams(teams), span, until=view.until, curve=curve)
    people = pace(parts, span, until=view.until)
    opened = _due(deal_loaders.open_amounts(*key, view.quota_cut), view)
    covered = coverage(people, opened.groupby("owner_id", as_index=False)[["open_value"]].sum(),
                       ["owner_id"])  # fmt: skip
    alone = days.loc[days["owner_id"].isna(), "deals"].sum()
    return Quotas(covered, teams, total, curve, days, int(alone))


def _own(view: TeamView, found: pd.DataFrame, parts: pd.DataFrame) -> pd.DataFrame:
    """Return the quotas that teams have themselves; none where single people are chosen."""
    own = found[found["owner_id"].isna() & found["team"].notna()]
    own = own[own["team"].isin(parts["team"])]
    if any(name == "owner_id" for name, _ in view.people):
        own = own.iloc[:0]
    # A team as if it were a person who is always there.
    ids = own["team"].unique()
    always = pd.Series([None] * len(ids), dtype="datetime64[us]")
    teams = pd.DataFrame({"owner_id": ids, "hired_on": always, "left_on": always})
    nothing = pd.DataFrame({"owner_id": [], "won": []}).astype({"owner_id": "str", "won": "float"})
    made = own.assign(owner_id=own["team"])
    told = attainment(made, nothing, teams, (view.start, view.end), until=view.until)
    return told.rename(columns={"owner_id": "team"})[["team", "quota", "due"]]


def _due(opened: pd.DataFrame, view: TeamView) -> pd.DataFrame:
    """Return the open value that is expected to close in the period, by owner."""
    expected = opened["expected_close_on"]
    start, end = pd.Timestamp(view.start), pd.Timestamp(view.end)
    due = opened[(expected >= start) & (expected < end) & opened["owner_id"].notna()]
    return due.rename(columns={"amount": "open_value"})[["owner_id", "open_value"]]
