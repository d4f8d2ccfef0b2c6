"""One question about deals: which, in what period, as known when. What it leaves open is filled."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from analytics.metric_registry import Metric
from crm_data.calendar import floor_to, step
from crm_data.errors import UsageError
from crm_data.queries.cohorts import NOT
from crm_data.queries.cut import Cut
from crm_data.queries.deals import DealCut
from crm_data.scope import AccessScope
from crm_data.sql import Connection
from ui.metric_bases import units, where_of

OF_QUOTAS = ("pipeline_coverage", "quota_attainment")
_OF_PEOPLE = ("owner_id", "team", "office")
_OF_QUARTERS = (*OF_QUOTAS, "slippage_rate")
_ONE = timedelta(days=1)


@dataclass(frozen=True, eq=False)
class Asked:
    """A question.

    Attributes
    ----------
    cut : Cut
        Period, groups and filters, by the clock of the metric.
    as_of : date or None
        Deals as known at the end of that day.
    first, last : date or None
        First and last day on which anything is known of any deal, whoever sees it.
    """

    conn: Connection
    scope: AccessScope
    cut: Cut
    as_of: date | None
    first: date | None
    last: date | None

    @property
    def known(self) -> date | None:
        """Return the last day that may be told of."""
        return min((day for day in (self.last, self.as_of) if day is not None), default=None)

    @property
    def at_end(self) -> date | None:
        """Return the day whose end a state is asked for: that of the period, if it is known."""
        days = (self.cut.end and self.cut.end - _ONE, self.as_of, self.last)
        return min((day for day in days if day is not None), default=None)

    @property
    def has_days(self) -> bool:
        """Whether anything is known of some day of the period."""
        if self.first is None or self.known is None:
            return False
        if self.cut.clock.endswith(".known_on"):
            return self.at_end is not None and self.at_end >= self.first
        start, end = self.cut.start or self.first, self.cut.end or self.known + _ONE
        return start <= self.known and end > self.first

    @property
    def is_complete(self) -> bool:
        """Whether all days of the period are known; of a state, the day that it is asked for."""
        if self.first is None or self.known is None:
            return False
        end = self.cut.end or self.known + _ONE
        if self.cut.clock.endswith(".known_on"):
            return self.has_days and (end - _ONE <= self.known or self.as_of is not None)
        return (self.cut.start or self.first) >= self.first and end - _ONE <= self.known

    def deals(self, day: date | None = None) -> DealCut:
        """Return the deals asked for, as known at the end of a day; without one, of ``as_of``."""
        return DealCut(where_of(self.cut), self.cut.among, self._then(day or self.as_of))

    def history(self, day: date | None = None) -> DealCut:
        """Return all deals of the pipelines, whatever else is filtered: stages are theirs."""
        of = tuple(one for one in where_of(self.cut) if one[0].removesuffix(NOT) == "pipeline")
        return DealCut(of, "", self._then(day or self.as_of))

    def within(self, start: date | None, end: date | None) -> "Asked":
        """Return the same question of another period."""
        return replace(self, cut=replace(self.cut, start=start, end=end))

    def _then(self, day: date | None) -> date | None:
        """What is known on the last day is what is known now, and cheaper to ask for."""
        return None if day is None or (self.last is not None and day >= self.last) else day


def with_period(asked: Asked, definition: Metric) -> Asked:
    """Return the question with the period that it is of where it names none.

    Of quotas the quarter of the last day known, of slippage the last quarter that is complete; by
    calendar unit, from the first day known to the last.

    Raises
    ------
    UsageError
        ``quota_cut``: quotas are of people, and cannot be held against some of what they sell.
    """
    cut, known = asked.cut, asked.known
    if definition.name in OF_QUOTAS:
        _require_people(cut)
    if definition.name not in _OF_QUARTERS or known is None:
        return asked
    if units(cut):
        return asked.within(cut.start or asked.first, cut.end or known + _ONE)
    start = floor_to(known, "quarter")
    if definition.name not in OF_QUOTAS and step(start, "quarter") > known + _ONE:
        start = step(start, "quarter", -1)
    if cut.start is not None:
        return asked.within(cut.start, cut.end or step(cut.start, "quarter"))
    if cut.end is not None:
        return asked.within(floor_to(cut.end - _ONE, "quarter"), cut.end)
    return asked.within(start, step(start, "quarter"))


def _require_people(cut: Cut) -> None:
    timed = {name for name, _ in units(cut)}
    named = [*(n for n in cut.by if n not in timed), *(n.removesuffix(NOT) for n, _ in cut.where)]
    others = [name for name in named if name not in _OF_PEOPLE]
    if others or cut.among:
        what = others[0] if others else "a segment"
        raise UsageError(
            "quota_cut",
            f"Quotas are of people, for all that they sell: {what} cannot be used with them. "
            f"Group and filter by {', '.join(_OF_PEOPLE)}.",
            what=what,
            fields=", ".join(_OF_PEOPLE),
        )
