"""What the back-test of the pipeline forecast reads: past quarters, and deals as known then."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from analytics.closing_curves import chances_between, closing_curves
from crm_data.calendar import floor_to, step
from crm_data.marts import score_inputs_pipeline as sql
from forecasting.lead_times import LEADS
from forecasting.pipeline_deals import days_left
from scoring.deals_data import DealSpan
from scoring.value_data import Reader

MOST_QUARTERS = 8
LEAST_HISTORY = timedelta(days=180)  # of which curves are learnt
_LEAST_CLOSED = 20  # visits of a stage below which it has no rate


@dataclass(frozen=True)
class Origin:
    """A day, and the quarter that is forecast from it."""

    start: date
    end: date
    weeks: int

    @property
    def day(self) -> date:
        """Day at whose end the forecast is made."""
        return self.end - timedelta(weeks=self.weeks)


@dataclass(frozen=True, eq=False)
class Then:
    """What was known on the day of an origin, and what became of it.

    Attributes
    ----------
    deals : DataFrame
        ``FORECAST_DEALS`` with ``chance`` (won in what is left) and ``rate`` (won at all, of what
        closed in the stage).
    results : DataFrame
        ``PERIOD_RESULTS``.
    """

    origin: Origin
    deals: pd.DataFrame
    results: pd.DataFrame


def quarters(span: DealSpan) -> list[tuple[date, date]]:
    """Return the whole quarters that are over and known from their first day on, oldest first."""
    found = []
    end = floor_to(span.last_on + timedelta(days=1), "quarter")
    while (start := step(end, "quarter", -1)) >= span.first_on:
        found.append((start, end))
        end = start
    return found[::-1]


def origins(span: DealSpan) -> list[Origin]:
    """Return the days that are forecast from, oldest quarter first."""
    last = quarters(span)[-MOST_QUARTERS:]
    found = [Origin(start, end, weeks) for start, end in last for weeks in LEADS]
    return [one for one in found if one.day >= span.first_on + LEAST_HISTORY]


def curves_at(reader: Reader, day: date) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return closing curves, and rates of stages, as known on a day."""
    visits = reader.frame(sql.closing_visits_sql(day), sql.CLOSING_VISITS)
    closed = visits[visits["outcome"].notna() & visits["stage_no"].notna()]
    won = closed["deals"].where(closed["outcome"] == "won", 0)
    sums = closed.assign(won=won).groupby(["pipeline", "stage_no"], dropna=False)[["won", "deals"]]
    total = sums.sum().reset_index()
    rate = total["won"].astype("float64") / total["deals"].astype("float64")
    rates = total[["pipeline", "stage_no"]].assign(rate=rate.where(total["deals"] >= _LEAST_CLOSED))
    return closing_curves(visits), rates


def read_then(reader: Reader, origin: Origin) -> Then:
    """Read what was known on the day of an origin, and what was won in its quarter."""
    day, start, end = origin.day, origin.start, origin.end
    deals = reader.frame(sql.forecast_deals_sql(day, start, end), sql.FORECAST_DEALS)
    curves, rates = curves_at(reader, day)
    chances = chances_between(deals, curves, *days_left(day, (start, end)))
    known = deals.merge(rates, on=["pipeline", "stage_no"], how="left")
    is_open = deals["outcome"].isna().to_numpy()
    chance = np.where(is_open, chances["chance"], np.nan)
    results = reader.frame(sql.period_results_sql(start, end, day), sql.PERIOD_RESULTS)
    return Then(origin, known.assign(chance=chance), results)


def new_before(
    reader: Reader, span: DealSpan, wanted: list[Origin]
) -> Mapping[tuple[date, int], pd.DataFrame]:
    """Return ``PERIOD_RESULTS`` of each quarter and lead time, by its first day and weeks."""
    leads = {one.weeks for one in wanted}
    return {
        (start, weeks): reader.frame(
            sql.period_results_sql(start, end, end - timedelta(weeks=weeks)), sql.PERIOD_RESULTS
        )
        for start, end in quarters(span)
        for weeks in sorted(leads)
    }
