"""Exchange rates to yuan: one random walk a currency."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from sample_data.columns import Floats, Ints, days, labels, table
from sample_data.history import History
from sample_data.places import CURRENCIES

_LEVEL = np.array([1.0, 7.15, 9.10, 7.75, 5.35, 0.0485, 4.70])
_DAILY_SPREAD = 0.003
_YEN = CURRENCIES.index("JPY")


@dataclass(frozen=True)
class Rates:
    """Yuan for one unit: a row per currency (yuan first), a column per day."""

    first: int
    values: Floats

    def to_original(self, fen: Ints, currency: Ints, times: Floats) -> Ints:
        """Return amounts in hundredths of the original currency, at the rate of the day.

        Yen have no hundredths.
        """
        day = np.floor(times).astype(np.int64) - self.first
        smallest = np.where(currency == _YEN, 100, 1)
        return np.rint(fen / self.values[currency, day] / smallest).astype(np.int64) * smallest


def make_rates(rng: np.random.Generator, history: History) -> Rates:
    """Return rates of every day, to four significant decimals; the yuan is 1."""
    steps = rng.normal(0, _DAILY_SPREAD, (len(CURRENCIES), history.days))
    pulled = np.cumsum(steps, axis=1) * 0.5
    values = np.round(_LEVEL[:, None] * np.exp(pulled - pulled[:, :1]), 6)
    values[0] = 1.0
    return Rates(history.first, values)


def exchange_table(rates: Rates) -> pa.Table:
    """Return the table ``exchange_rates``, without the yuan itself."""
    foreign, width = len(CURRENCIES) - 1, rates.values.shape[1]
    currency = np.repeat(np.arange(1, foreign + 1), width)
    return table(
        "exchange_rates",
        foreign * width,
        currency=labels(CURRENCIES, currency),
        rate_on=days(np.tile(rates.first + np.arange(width), foreign)),
        rate_to_company=rates.values[1:].ravel(),
    )
