"""What the deals closed in a period say together. Pages and the command line share it."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pandas as pd

from analytics.closed_deals import closed_by_period
from analytics.velocity import Velocity, velocity
from analytics.win_rates import WinRates, win_rates
from crm_data.calendar import months_between
from crm_data.queries.cut import Cut
from crm_data.queries.deal_measures import open_counts
from crm_data.queries.deals import DealCut
from crm_data.scope import AccessScope
from crm_data.sql import Connection

_MONTHS_SHOWN = 24  # in longer periods, quarters


@dataclass(frozen=True, eq=False)
class Closed:
    """Deals closed in a period.

    Attributes
    ----------
    rates : WinRates
    speed : Velocity
    periods : DataFrame
        ``closed_by_period`` by ``unit`` (``month`` or ``quarter``).
    """

    rates: WinRates
    speed: Velocity
    periods: pd.DataFrame
    unit: str

    @property
    def won_value(self) -> float:
        """Return the money won."""
        return float(self.periods["won_value"].sum())

    @property
    def won_unvalued(self) -> int:
        """Return how many won deals have no amount."""
        return int(self.periods["won_unvalued"].sum())


def open_at_end(
    conn: Connection, cut: DealCut, end: date, as_of: date, *, scope: AccessScope
) -> int:
    """Return how many deals were open at the end of a period, or of ``as_of`` if that is before."""
    last = end - timedelta(days=1)
    then = replace(cut, as_of=last) if last < as_of else cut
    return int(open_counts(conn, then, Cut(), scope=scope)["deals"].sum())


def closed_results(rated: pd.DataFrame, opened: int, start: date, end: date, as_of: date) -> Closed:
    """Return what ``RATED_DEALS`` say of [start, end), as known at the end of ``as_of``.

    ``opened`` are the deals open at the end of the period.
    """
    first, until = pd.Timestamp(start), pd.Timestamp(end)
    closed = rated[(rated["closed_on"] >= first) & (rated["closed_on"] < until)]
    months = months_between(start, end)
    unit = "month" if months <= _MONTHS_SHOWN else "quarter"
    return Closed(
        win_rates(rated, first, until, as_of=pd.Timestamp(as_of)),
        velocity(closed, opened),
        closed_by_period(closed, first, until, unit="month" if unit == "month" else "quarter"),
        unit,
    )
