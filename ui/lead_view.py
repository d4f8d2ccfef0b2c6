"""What the page Leads is asked to show, read from the address, and what was found."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pandas as pd

from analytics.lead_flow import is_converted_within, is_old_enough
from analytics.lead_sources import LeadSources, lead_sources
from analytics.stats import wilson_interval
from crm_data.calendar import begins_at
from ui import lead_loaders as load
from ui import urls
from ui.context import PageContext
from ui.defined_tile import Behind
from ui.lead_drawer import LEADS
from ui.periods import grain_for
from ui.sales_filters import SalesFilters, in_words
from ui.sales_periods import lead_period

FILTERS = ("source", "campaign_id", "team", "owner_id")
DAYS = ("30", "7", "14", "60", "90", "180")
GROUPS = ("source", "campaign_id", "team", "owner_id")
COSTED = ("source", "campaign_id")  # what spend is known by; owners and teams spend nothing


@dataclass(frozen=True)
class LeadView:
    """The choices of the page.

    Attributes
    ----------
    start, end : date
        Half-open: leads created in it.
    until : date
        First day that is not told of.
    known_before : datetime or None
        When that day begins, where more is known today than is told.
    days : int
        Days that a lead has to convert in.
    by : str
        One of ``GROUPS``.
    unit : str
        Calendar unit of volume and cohorts.
    """

    chosen: SalesFilters
    start: date
    end: date
    until: date
    known_before: datetime | None
    days: int
    by: str
    unit: str

    @property
    def cut(self) -> load.LeadCut:
        """Return the leads of the period."""
        return load.LeadCut(self.start, self.end, self.chosen.where, self.known_before)

    @property
    def of_all_times(self) -> load.LeadCut:
        """Return the leads chosen, whenever they came."""
        return load.LeadCut(where=self.chosen.where, known_before=self.known_before)

    @property
    def old_enough(self) -> load.LeadCut:
        """Return the leads of the period that have had the days to convert in."""
        return replace(self.cut, end=min(self.end, self.until - timedelta(days=self.days)))

    @property
    def has_costs(self) -> bool:
        """Whether spend can be held against these leads.

        It is known by source and campaign; leads cut by anything else are a part of what it bought.
        """
        fields = {name for name, _ in self.chosen.where}
        return self.by in COSTED and fields <= {self.by}


@dataclass(frozen=True)
class Converted:
    """Conversion within the days of a view: of leads that had them."""

    old_enough: int
    converted: int
    share: float
    low: float
    high: float


def lead_view(ctx: PageContext, chosen: SalesFilters) -> LeadView:
    """Return the view; the data has a lead."""
    first, _ = load.known_days(ctx.settings, ctx.version)
    until = chosen.until
    start, end = lead_period(chosen.period, first or until, until)
    unit = grain_for(start, end)
    days, by = int(urls.choice("days", DAYS)), urls.choice("by", GROUPS)
    known_before = None if chosen.is_now else begins_at(until, ctx.settings.timezone)
    return LeadView(chosen, start, max(end, start), until, known_before, days, by, unit)


def behind(ctx: PageContext, view: LeadView) -> Behind:
    """Return what every figure rests on."""
    period = ctx.formats.period(view.start, view.end) if view.end > view.start else ""
    chosen = view.chosen
    return Behind(period, in_words(ctx, chosen), chosen.as_of, chosen.last, LEADS, "leads.show")


def waiting_of(view: LeadView) -> load.LeadPick:
    """Return the leads that wait for a first contact, whenever they came."""
    return load.LeadPick(view.of_all_times, is_waiting=True)


def leads(ctx: PageContext, view: LeadView) -> pd.DataFrame:
    """Return the leads of the period."""
    return load.listed(ctx.settings, ctx.version, ctx.scope, view.cut)


def converted(view: LeadView, found: pd.DataFrame) -> Converted:
    """Return conversion within the days of the view."""
    is_old = is_old_enough(found, view.days, pd.Timestamp(view.until))
    n = int(is_old.sum())
    won = int((is_old & is_converted_within(found, view.days)).sum())
    low, high = (float(side) for side in wilson_interval(won, n))
    return Converted(n, won, won / n if n else float("nan"), low, high)


def by_source(ctx: PageContext, view: LeadView, found: pd.DataFrame) -> LeadSources:
    """Return conversion, and costs where they can be known, by the group of the view."""
    costs = None
    if view.has_costs and ctx.scope.is_everything:
        spent = load.costs(ctx.settings, ctx.version, ctx.scope, view.cut)
        # A source is what brought the lead: the channel of the campaign that was paid for.
        name = "channel" if view.by == "source" else "campaign_id"
        costs = spent[spent[name].notna()].rename(columns={name: view.by, "amount": "cost"})
        costs = costs[[view.by, "cost"]]
    until = pd.Timestamp(view.until)
    return lead_sources(found, days=view.days, until=until, by=view.by, costs=costs)
