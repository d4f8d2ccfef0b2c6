"""The forecast of tickets by week that a refresh keeps, so that the page need not make it.

The card ``ticket_forecast`` holds how it was chosen (``forecasting.stored.choice_of``) and its
``horizon``; rows are in ``forecasts`` and ``forecast_backtests`` under the measure ``tickets``.
"""

from datetime import timedelta
from typing import Any

import pandas as pd

from analytics.service_flow import AHEAD_WEEKS, FEWEST_WEEKS, QUICK, weekly
from analytics.service_outcomes import backlog
from crm_data.marts import score_inputs_forecast as inputs
from crm_data.score_store import ScoreStore
from forecasting.sales import known_of, sales_forecast
from forecasting.stored import ahead_rows, backtest_rows, choice_of

CARD, MEASURE = "ticket_forecast", "tickets"


def ticket_forecast(
    store: ScoreStore,
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, Any]] | None:
    """Return rows ahead, rows of the back-test and the card; None with too few weeks."""
    flow = store.frame(inputs.TICKET_DAYS_SQL, inputs.TICKET_DAYS)
    if flow.empty:
        return None
    until = flow["known_on"].iloc[0].date() + timedelta(days=1)
    found = weekly(backlog(flow[["day_on", "created", "solved"]]), until)
    if int(found["is_complete"].sum()) < FEWEST_WEEKS:
        return None
    over = known_of(found).over
    made = sales_forecast(over, AHEAD_WEEKS, "week", candidates=QUICK)
    key = {"measure": MEASURE, "frequency": "week"}
    ahead = ahead_rows(made).assign(made="now", **key)
    return ahead, backtest_rows(made).assign(**key), {**choice_of(made), "horizon": AHEAD_WEEKS}
