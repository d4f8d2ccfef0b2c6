"""The forecast of the pipeline and that of the series of won value, as one number."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analytics.metric_registry import METRICS
from crm_data.queries.deals import DealCut
from crm_data.queries.forecast_submissions import whole_teams
from crm_data.queries.forecasts import Kept, kept_forecast
from crm_data.queries.model_cards import model_card
from crm_data.queries.pipeline_forecast import pipeline_backtest
from crm_data.queries.series import SeriesCut, metric_series
from crm_data.scope import AccessScope
from crm_data.sql import Connection
from forecasting.blend import blend
from forecasting.landing import with_landing
from forecasting.period_total import period_total
from forecasting.pipeline_record import errors_at
from forecasting.sales import known_of
from forecasting.series_quarters import quarter_errors, with_series
from forecasting.stored import from_stored
from ui.forecast_answers import now_of
from ui.pipeline_forecast_answers import Outlook, Period

_MEASURE, _FREQUENCY = METRICS["won_value"].numerator, "month"
_MONTHS = 3


@dataclass(frozen=True)
class Blended:
    """Two forecasts of a quarter in one.

    Attributes
    ----------
    value, series : float
        Money: both together, and what the series says alone.
    share : float
        Of the pipeline in ``value``, 0 to 1.
    quarters : int
        That both were tested on at this lead time.
    is_told : bool
        Whether these are enough; else both count half.
    """

    value: float
    series: float
    share: float
    quarters: int
    is_told: bool


def blended(
    conn: Connection, cut: DealCut, found: Outlook, past: pd.DataFrame, *, period: Period,
    scope: AccessScope,
) -> Blended | None:  # fmt: skip
    """Blend a forecast of all deals for a quarter with that of the series; None elsewhere.

    Series are kept for the whole company, to who sees everything.
    """
    start, end = (pd.Timestamp(day) for day in period)
    is_quarter = start + pd.DateOffset(months=_MONTHS) == end and start.month % _MONTHS == 1
    if cut != DealCut() or not is_quarter:
        return None
    kept = kept_forecast(conn, _MEASURE, _FREQUENCY, scope=scope)
    told = _told(conn) if kept is not None else None
    if kept is None or told is None:
        return None
    value = _series_value(conn, kept, told, period, scope)
    if not np.isfinite(value):
        return None
    tests = kept.tests[kept.tests["candidate"] == told["chosen"]]
    both = pd.concat(
        [errors_at(past, found.lead_weeks), quarter_errors(tests, found.lead_weeks)], axis=1
    ).to_numpy(dtype="float64")
    weights = blend(both[:, 0], both[:, 1])
    together = weights.of(found.forecast.expected, value)
    return Blended(together, value, weights.first, weights.periods, weights.is_told)


def past_quarters(conn: Connection, *, scope: AccessScope) -> pd.DataFrame:
    """Return ``PIPELINE_BACKTEST``, and ``series``: see ``with_series``."""
    teams = whole_teams(conn, scope=scope)
    rows = pipeline_backtest(conn, scope=scope, teams=teams)
    kept = kept_forecast(conn, _MEASURE, _FREQUENCY, scope=scope)
    if kept is None:
        return rows.assign(series=np.nan)
    chosen = (_told(conn) or {}).get("chosen")
    return with_series(rows, kept.tests[kept.tests["candidate"] == chosen])


def _series_value(
    conn: Connection, kept: Kept, told: dict[str, Any], period: Period, scope: AccessScope
) -> float:
    """Return what the series says of a period, as the view of the number does; else NaN."""
    cut = SeriesCut(_MEASURE, _FREQUENCY)
    known = known_of(metric_series(conn, cut, scope=scope))
    made = from_stored(known.over, _FREQUENCY, kept.ahead, kept.tests, told)
    if made is None:
        return float("nan")
    days = metric_series(conn, SeriesCut(_MEASURE, "day"), scope=scope)
    landed, _ = with_landing(made, known, now_of(days, cut))
    return period_total(known, landed, *period).value


def _told(conn: Connection) -> dict[str, Any] | None:
    """Return what the card says of the kept series."""
    card = model_card(conn, "forecast") or {}
    for one in card.get("series", []):
        if (one["measure"], one["frequency"]) == (_MEASURE, _FREQUENCY):
            return dict(one)
    return None
