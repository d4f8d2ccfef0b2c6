"""What closed deals of a view say, computed once and kept with its version."""

from dataclasses import dataclass
from datetime import date

import pandas as pd
import streamlit as st

from analytics.closed_deals import closed_by_period
from analytics.velocity import Velocity, velocity
from analytics.win_rates import WinRates, win_rates
from crm_data.queries.deal_counts import rated_deals
from crm_data.queries.deals import DealCut
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from ui.loaders import TTL, reading

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


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def closed_in(
    settings: Settings,
    version: str,
    scope: AccessScope,
    cut: DealCut,
    start: date,
    end: date,
    as_of: date,
) -> Closed:
    """Return what the deals closed in [start, end) say, as known at the end of ``as_of``."""
    with reading(settings, version) as conn:
        rated = rated_deals(conn, cut, scope=scope)
    return closed_results(rated, start, end, as_of)


def closed_results(rated: pd.DataFrame, start: date, end: date, as_of: date) -> Closed:
    """Return the same from ``RATED_DEALS``."""
    first, until = pd.Timestamp(start), pd.Timestamp(end)
    closed = rated[(rated["closed_on"] >= first) & (rated["closed_on"] < until)]
    months = (end.year - start.year) * 12 + end.month - start.month
    unit = "month" if months <= _MONTHS_SHOWN else "quarter"
    return Closed(
        win_rates(rated, first, until, as_of=pd.Timestamp(as_of)),
        velocity(closed),
        closed_by_period(closed, first, until, unit="month" if unit == "month" else "quarter"),
        unit,
    )
