"""Charts of one customer. Plotly only: no queries, no calculations."""

from collections.abc import Callable
from datetime import date

import pandas as pd
import plotly.graph_objects as go

from charts.sales import TrendLabels, trend
from charts.theme import Mode

_MOST_TICKS = 3  # their labels touch on a telephone where there are more


def order_months(
    months: pd.DataFrame,
    *,
    watermark: date,
    label: Callable[[date], str],
    hover: Callable[[date, int, float], str],
    write: Callable[[float], str],
    names: tuple[str, str],
    mode: Mode = "light",
) -> go.Figure:
    """Draw net value by calendar month, from the first order to the month of the watermark.

    Parameters
    ----------
    months : DataFrame
        ``CUSTOMER_ORDER_MONTHS`` with at least one row and no missing month. A month that is not
        there had no order: its bar has no height.
    watermark : date
        Last day with orders in the data. Its month is drawn as unfinished unless that day ends it.
    label, hover : callable
        Write a month, and a month with its orders and value.
    write : callable
        Writes an axis value.
    names : tuple of str
        Names of the finished and of the unfinished bars.
    mode : str
        ``light`` or ``dark``.

    Returns
    -------
    Figure
        Finished bars, then the unfinished one, if any.
    """
    last = max(months["month_on"].max(), pd.Timestamp(watermark))
    every = pd.date_range(months["month_on"].min(), last, freq="MS")
    known = months.set_index("month_on").reindex(every)
    orders = known["orders"].astype("float64").fillna(0.0).astype("int64")
    # Not known is not nothing: only months without an order are zero.
    value = known["net_amount"].where(orders > 0, 0.0)
    ends = every + pd.DateOffset(months=1)
    buckets = pd.DataFrame(
        {
            "starts_on": every,
            "label": [label(month.date()) for month in every],
            "value": value.to_numpy(),
            "is_complete": ends <= pd.Timestamp(watermark) + pd.Timedelta(days=1),
            "compare_value": float("nan"),
            "hover": [
                hover(month.date(), int(n), float(amount))
                for month, n, amount in zip(every, orders, value, strict=True)
            ],
        }
    )
    figure = trend(buckets, labels=TrendLabels(*names, ""), write=write, mode=mode, height=260)
    ticks = list(range(0, len(every), -(-len(every) // _MOST_TICKS)))
    figure.update_xaxes(tickvals=ticks, ticktext=[buckets["label"].iloc[tick] for tick in ticks])
    return figure
