"""The days that histories of letters are about."""

from datetime import date, timedelta

from crm_data.calendar import add_months

HISTORY = 25  # 24 month ends and today


def month_ends(as_of: date, count: int = HISTORY) -> list[date]:
    """Return ``as_of`` and the ends of the calendar months before its own, oldest first.

    Examples
    --------
    >>> [str(day) for day in month_ends(date(2025, 3, 14), 3)]
    ['2025-01-31', '2025-02-28', '2025-03-14']
    """
    firsts = [add_months(as_of, -back) for back in range(count - 2, -1, -1)]
    return [*(first - timedelta(days=1) for first in firsts), as_of]
