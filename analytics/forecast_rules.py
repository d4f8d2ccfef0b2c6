"""Which series a refresh forecasts and keeps, with the back-test of every candidate."""

from collections.abc import Mapping
from typing import Any

from analytics.metric_registry import METRICS
from crm_data.errors import BadInputError

RULES = "forecast"  # {"series": [[metric, frequency], …]}
FREQUENCIES = ("day", "week", "month", "quarter")
DEFAULT = (("net_revenue", "month"), ("won_value", "month"))
MOST = 24  # a month takes half a second, a day several
Kept = tuple[tuple[str, str], ...]


def kept_series(stored: Any) -> Kept:
    """Return metric and frequency of the series to keep; the default where the rule is not one."""
    try:
        found = tuple((str(metric), str(frequency)) for metric, frequency in stored["series"])
    except (TypeError, ValueError, KeyError):
        return DEFAULT
    return tuple(one for one in found if one[0] in METRICS and one[1] in FREQUENCIES)


def as_stored(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return the rule as it is stored, each series once.

    Raises
    ------
    BadInputError
        ``forecast_series``: more than ``MOST`` series.
    """
    found = list(dict.fromkeys(kept_series(value)))
    if len(found) > MOST:
        raise BadInputError(
            "forecast_series",
            f"{len(found)} series are more than the {MOST} that a refresh keeps. Leave some out.",
            found=len(found),
            most=MOST,
        )
    return {"series": [list(one) for one in found]}
