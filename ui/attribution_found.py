"""Paths from touchpoints to paid orders, as the page and the command line both make them."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import ceil
from typing import Literal, get_args

import pandas as pd

from analytics.attribution_journeys import CONVERSIONS as ENDS
from analytics.attribution_journeys import journeys, journeys_of_touched
from analytics.attribution_paths import Paths
from crm_data.errors import BadInputError
from crm_data.queries.journeys import purchases_since, touch_channels, touch_extent, touched
from crm_data.queries.version_facts import version_facts
from crm_data.scope import AccessScope
from crm_data.sql import Connection

Conversion = Literal["first_orders", "orders"]
CONVERSIONS: tuple[Conversion, ...] = get_args(Conversion)


@dataclass(frozen=True, eq=False)
class Found:
    """Paths, and what is in none of them.

    Attributes
    ----------
    since, until : date
        First day with a touch, and last with orders: conversions in between count.
    open_journeys, touches_too_old, touches_unknown : int
        As in ``Journeys``.
    early, early_value : float
        Untouched conversions, and their value, so soon after ``since`` that the look-back begins
        before any touch is on record: an earlier touch may be missing. Part of ``untouched``.
    """

    paths: Paths
    since: date
    until: date
    open_journeys: int
    touches_too_old: int
    touches_unknown: int
    early: float = 0.0
    early_value: float = 0.0


def paths_before_leaving(
    touched: pd.DataFrame, ended: pd.DataFrame, lookback: float, last_on: date
) -> Paths | None:
    """Return journeys before the ends of contracts; None where none ended after a contact.

    Arguments are ``TOUCHES`` (tickets included), ``CONTRACT_ENDS``, and the last day with data.
    """
    if touched.empty or ended.empty:
        return None
    until = pd.Timestamp(last_on) + pd.Timedelta(days=1)
    ends = ENDS.conform(ended.rename(columns={"ended_on": "occurred_at"}))
    ends = ends[ends["occurred_at"] < until]
    made = journeys(
        touched, ends, lookback_days=lookback, known_until=until.to_pydatetime()
    )  # fmt: skip
    return made.paths if float(made.paths.conversions.sum()) else None


def paths_found(
    connection: Connection,
    conversion: Conversion,
    lookback: float,
    *,
    scope: AccessScope,
    among: str = "",
) -> Found:
    """Return the paths to paid orders of whom the viewer sees, or of a segment of them.

    Raises
    ------
    BadInputError
        There are no touchpoints, or no dated orders.
    """
    is_first = conversion == "first_orders"
    since, unknown = touch_extent(connection, scope=scope, among=among)
    watermark = version_facts(connection).set_index("table_name")["watermark_on"].get("orders")
    if watermark is None or pd.isna(watermark) or since is None:
        raise BadInputError(
            "no_touchpoints",
            "Attribution needs touchpoints and dated orders. Import both, or give --paths.",
        )
    orders, value = purchases_since(
        connection, since.date(), scope=scope, first_only=is_first, among=among
    )
    rows = touched(connection, first_only=is_first, scope=scope, among=among)
    until = (pd.Timestamp(watermark) + timedelta(days=1)).to_pydatetime()
    made = journeys_of_touched(
        rows, touch_channels(connection), lookback_days=lookback, known_until=until
    )
    # Before the first touch on record nothing could be credited: that is not known, not untouched.
    # Conversions that no touch led to are those of customers without any, too.
    paths = replace(
        made.paths,
        untouched=orders - float(made.paths.conversions.sum()),
        untouched_value=value - float(made.paths.value.sum()),
    )
    last = pd.Timestamp(watermark).date()
    whole_from = since.date() + timedelta(days=ceil(lookback))
    later = purchases_since(connection, whole_from, scope=scope, first_only=is_first, among=among)
    led, led_value = _led_before(rows, lookback, pd.Timestamp(whole_from))
    early, early_value = orders - later[0] - led, value - later[1] - led_value
    return Found(
        paths, since.date(), last, made.open, made.too_old, unknown, early, early_value
    )  # fmt: skip


def _led_before(rows: pd.DataFrame, lookback: float, day: pd.Timestamp) -> tuple[int, float]:
    """Return number and value of conversions before a day that some touch led to."""
    near = rows[(rows["occurred_at"] < day) & (rows["days"].astype("float64") <= lookback)]
    ends = near["occurred_at"] + pd.to_timedelta(near["days"].astype("float64"), unit="D")
    # An order without a time is at the end of its day.
    led = near[ends <= day].drop_duplicates("end_no")
    return len(led), float(led["value"].fillna(0).sum())
