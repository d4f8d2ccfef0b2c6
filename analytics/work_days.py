"""Working days between two days: what a period is made of when it is asked how far it has come."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analytics.risk_sets import Ints

_DAY = "datetime64[D]"


@dataclass(frozen=True)
class WorkDays:
    """Which days people work.

    Attributes
    ----------
    week : str
        Seven signs from Monday, 1 for a working day.
    holidays : tuple of str
        Days off, as 2025-10-01.
    worked : tuple of str
        Days worked though the week or a holiday says otherwise: the make-up days of China.
    """

    week: str = "1111100"
    holidays: tuple[str, ...] = ()
    worked: tuple[str, ...] = ()

    def between(self, start: Any, end: Any) -> Ints:
        """Count working days in ``[start, end)``, 0 where it ends before it starts.

        Days or arrays of days, none missing; they are broadcast against each other.
        """
        first, last = np.broadcast_arrays(_days(start), _days(end))
        last = np.maximum(first, last)
        off = np.array(self.holidays, dtype=_DAY)
        counted = np.busday_count(first, last, weekmask=self.week, holidays=off)
        extra = np.array(self.worked, dtype=_DAY)
        extra = np.unique(extra[~np.is_busday(extra, weekmask=self.week, holidays=off)])
        more = np.searchsorted(extra, last) - np.searchsorted(extra, first)
        return np.asarray(counted + more, dtype=np.int64)


def _days(values: Any) -> Any:
    """Return days without their time; a Series, a list, a date or a timestamp."""
    return np.asarray(pd.to_datetime(values), dtype="datetime64[us]").astype(_DAY)
