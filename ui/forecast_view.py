"""What the page Forecast is asked to show: the object that every one of its views is given."""

from dataclasses import dataclass
from datetime import date, timedelta

from analytics.metric_registry import METRICS
from crm_data.calendar import add_months, floor_to, step
from crm_data.queries.cohorts import Where
from crm_data.queries.deals import DealCut
from crm_data.queries.series import SeriesCut
from ui.forecast_answers import HORIZONS

FREQUENCIES = tuple(HORIZONS)
# What is reviewed against quotas and by pipeline; the first is the default.
REVIEW_PERIODS = ("this_quarter", "next_quarter", "this_month", "next_month", "this_year")
DEAL_VIEWS = ("pipeline", "people")
DEAL_FIELDS = ("team", "owner_id", "source", "campaign_id", "category")
ORDER_FIELDS = ("region", "country", "channel", "category", "source")


@dataclass(frozen=True)
class ForecastView:
    """The choices of the page.

    Attributes
    ----------
    name : str
        The view that is shown: one of the page's ``VIEWS``.
    metric, frequency, horizon : str, str, int
        What is forecast, by which unit, how many units ahead.
    period : str
        The period under review: one of ``REVIEW_PERIODS``.
    start, end : date
        Its half-open days. It ends in the future unless a past day is looked at.
    where : tuple
        Filters: fields of deals where ``is_of_deals``, else of orders; None is a missing value.
    among : str
        A saved segment as JSON; empty without one.
    as_of, first, last : date
        Day at whose end things are seen, and the first and last day with news.
    """

    name: str
    metric: str
    frequency: str
    horizon: int
    period: str
    start: date
    end: date
    where: Where
    among: str
    as_of: date
    first: date
    last: date

    @property
    def is_of_deals(self) -> bool:
        """Whether it is about deals: the views of these, and metrics that count them."""
        return is_of_deals(self.name, self.metric)

    @property
    def is_now(self) -> bool:
        """Whether things are seen as they are now."""
        return self.as_of >= self.last

    @property
    def until(self) -> date:
        """Return the first day that is not known."""
        return self.as_of + timedelta(days=1)

    @property
    def deal_cut(self) -> DealCut:
        """Return the deals chosen, as known then. What is known on the last day is known now."""
        return DealCut(self.where, self.among, None if self.is_now else self.as_of)

    def series_cut(self, by: str = "") -> SeriesCut:
        """Return the series chosen; one per value of ``by``, where that is given."""
        measure = METRICS[self.metric].numerator
        as_of = None if self.is_now else self.as_of
        return SeriesCut(measure, self.frequency, by, self.where, self.among, as_of)


def is_of_deals(name: str, metric: str) -> bool:
    """Return whether a view of a metric is about deals."""
    return name in DEAL_VIEWS or METRICS[metric].source == "deals"


def review_days(period: str, as_of: date) -> tuple[date, date]:
    """Return the half-open days of a review period: whole calendar units around ``as_of``."""
    which, _, unit = period.partition("_")
    start = floor_to(as_of, unit)
    if which == "next":
        start = step(start, unit)
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    return start, add_months(start, months)
