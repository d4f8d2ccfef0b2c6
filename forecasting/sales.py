"""A company's own series, from what a query gives to a forecast with the period in progress."""

from dataclasses import dataclass

import pandas as pd

from forecasting.candidates import CANDIDATES
from forecasting.engine import Options, forecast
from forecasting.events import Events
from forecasting.result import Forecast

PROPHET = tuple(name for name in CANDIDATES if name.startswith("prophet"))
DIGITS = 4  # sums of the same amounts in another order are the same: Prophet is moved by 1e-10
# Values: with fewer, most origins of its back-test know less than two years, and Prophet without a
# season is slow and far off.
FEWEST_FOR_PROPHET = {"day": 60, "week": 120, "month": 36, "quarter": 16}


@dataclass(frozen=True, eq=False)
class Known:
    """What is known of a series.

    Attributes
    ----------
    over : Series
        By period that is over.
    running : Series
        The period in progress, with what came so far; empty without one.
    """

    over: "pd.Series[float]"
    running: "pd.Series[float]"


def known_of(found: pd.DataFrame) -> Known:
    """Return what is known of one member.

    Parameters
    ----------
    found : DataFrame
        ``period_on``, ``value`` and ``is_complete`` of consecutive periods. A first period that the
        data do not cover whole is left out: it would look like a rise.
    """
    index = pd.DatetimeIndex(found["period_on"], name="period_on")
    values = pd.Series(found["value"].to_numpy(dtype="float64"), index=index)
    over = found["is_complete"].to_numpy(dtype=bool)
    if not over.any():
        return Known(values[over], values[-1:])
    last = int(over.nonzero()[0].max())
    return Known(values[over], values.iloc[last + 1 :].iloc[:1])


def candidates_for(size: int, frequency: str) -> tuple[str, ...]:
    """Return the candidates for a series of ``size`` values."""
    is_long = size >= FEWEST_FOR_PROPHET[frequency]
    return tuple(name for name in CANDIDATES if is_long or name not in PROPHET)


def sales_forecast(
    values: "pd.Series[float]",
    horizon: int,
    frequency: str,
    *,
    events: Events | None = None,
    candidates: tuple[str, ...] | None = None,
) -> Forecast:
    """Forecast a series of sums: a period without a value is 0.

    Parameters
    ----------
    values : Series
        By period that is over.
    horizon, frequency
        See ``forecast``; the first period ahead is the one in progress.
    events : Events, optional
    candidates : tuple of str, optional
        Those of ``candidates_for`` when left out.

    Raises
    ------
    BadInputError
        Those of ``forecast``.
    """
    names = candidates_for(len(values), frequency) if candidates is None else candidates
    options = Options(gaps="zero", events=events or Events())
    return forecast(values.round(DIGITS), horizon, frequency, candidates=names, options=options)
