"""What would be if: a forecast with assumptions, which nobody has tested."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from forecasting.grid import PER_YEAR, Floats

MOST = 4  # scenarios beside each other
_PARTS = 9
_LONGEST = 40  # of a name
MOST_AMOUNT = 1e13  # beyond which an amount is a slip of the keyboard
_MOST_SHARE = 10  # eleven times as much


@dataclass(frozen=True)
class Scenario:
    """Assumptions about the periods ahead.

    Attributes
    ----------
    name : str
    growth : float
        Share a year beyond what the forecast has: 0.1 is a tenth more after a year, less before.
    price : float
        Share by which prices are other than in the forecast, all else equal.
    win_rate : float
        Share by which deals are won more or less often: of won value only.
    extra : float
        Amount that comes on top in the period with ``extra_on``; below zero: is lost.
    moved : float
        Amount that a campaign brings, moved from the period with ``moved_from`` to that with
        ``moved_to``: not more than is still to come there, and nothing unless both are ahead.
    """

    name: str
    growth: float = 0.0
    price: float = 0.0
    win_rate: float = 0.0
    extra: float = 0.0
    extra_on: date | None = None
    moved: float = 0.0
    moved_from: date | None = None
    moved_to: date | None = None

    def to_text(self) -> str:
        """Return the scenario as a parameter of an address."""
        numbers = [_exact(value) for value in (self.growth, self.price, self.win_rate)]
        days = ["" if day is None else day.isoformat()
                for day in (self.extra_on, self.moved_from, self.moved_to)]  # fmt: skip
        name = self.name.replace("~", " ")[:_LONGEST]
        amounts = [_exact(self.extra), days[0], _exact(self.moved)]
        return "~".join([name, *numbers, *amounts, *days[1:]])


def _exact(value: float) -> str:
    """Return the shortest digits that are read as the same number."""
    return str(np.format_float_positional(value, trim="-"))


def scenario_of(text: str) -> Scenario | None:
    """Return the scenario that an address holds; None where it is none.

    Shares go from -1 to 10, amounts to ``MOST_AMOUNT``, and what is moved is not below zero.

    Examples
    --------
    >>> one = Scenario("price up", price=0.05, extra=-200.0, extra_on=date(2026, 12, 1))
    >>> scenario_of(one.to_text()) == one
    True
    """
    parts = text.split("~")
    if len(parts) != _PARTS or not parts[0].strip():
        return None
    try:
        growth, price, win_rate, extra, moved = (float(parts[place]) for place in (1, 2, 3, 4, 6))
        days = [date.fromisoformat(parts[p]) if parts[p] else None for p in (5, 7, 8)]
    except ValueError:
        return None
    shares = (growth, price, win_rate)
    if not all(-1 <= one <= _MOST_SHARE for one in shares):  # nor what is no number
        return None
    if not (abs(extra) <= MOST_AMOUNT and 0 <= moved <= MOST_AMOUNT):
        return None
    name = parts[0].strip()[:_LONGEST].strip()
    return Scenario(name, *shares, extra, days[0], moved, days[1], days[2])


def with_assumptions(
    ahead: pd.DataFrame,
    scenario: Scenario,
    frequency: str,
    *,
    so_far: float = 0.0,
    is_never_negative: bool = True,
) -> "pd.Series[float]":
    """Return the forecast under a scenario, by period.

    Parameters
    ----------
    ahead : DataFrame
        ``ds`` and ``yhat`` of consecutive periods.
    scenario : Scenario
        Shares are multiplied, amounts added last.
    frequency : str
    so_far : float
        What has come of the first period: no assumption changes that.
    is_never_negative : bool
        Nothing below zero is returned.
    """
    made, least = _with_shares(ahead, scenario, frequency, so_far, is_never_negative)
    days = pd.DatetimeIndex(ahead["ds"])
    extra_on = place_of(days, scenario.extra_on)
    if extra_on is not None:
        made[extra_on] = max(made[extra_on] + scenario.extra, least[extra_on])
    source, target = (place_of(days, day) for day in (scenario.moved_from, scenario.moved_to))
    if source is not None and target is not None:
        moved = min(scenario.moved, max(made[source] - least[source], 0.0))
        made[source] -= moved
        made[target] += moved
    return pd.Series(made, index=days)


def _with_shares(
    ahead: pd.DataFrame, scenario: Scenario, frequency: str, so_far: float, is_never_negative: bool
) -> tuple[Floats, Floats]:
    """Return the values with growth, price and win rate, and what each cannot go below."""
    years = np.arange(1, len(ahead) + 1) / PER_YEAR[frequency]
    factor = (1 + scenario.growth) ** years * (1 + scenario.price) * (1 + scenario.win_rate)
    came = np.zeros(len(ahead))
    came[:1] = so_far
    made = came + (ahead["yhat"].to_numpy(dtype="float64") - came) * factor
    least = came if is_never_negative else np.full(len(ahead), -np.inf)
    return np.maximum(made, least), least


def place_of(days: pd.DatetimeIndex, day: date | None) -> int | None:
    """Return in which of the periods that begin on ``days`` a day lies; None: in none of them."""
    if day is None or not len(days) or pd.Timestamp(day) < days[0]:
        return None
    place = int(days.searchsorted(pd.Timestamp(day), side="right")) - 1
    is_past_end = place == len(days) - 1 and len(days) > 1 and (
        pd.Timestamp(day) - days[-1] > (days[-1] - days[-2]) * 1.1
    )  # fmt: skip
    return None if is_past_end else place
