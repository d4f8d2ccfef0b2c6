"""Who came and who fell silent, counted in NumPy: thirteen lengths of silence of every pause.

SQL grouped what these make of seven million pauses, one row per pause and length, by three columns;
the groups are numbered, and so are the months, so that counting needs no look-up at all.
"""

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from crm_data.marts.orders import ORDERS_END
from crm_data.silence import SILENCE_DAYS, STILL

_Whole = npt.NDArray[np.int64]
_PAUSES = f"""
SELECT CAST(owner_group AS BIGINT) AS owner_group, from_on - DATE '1970-01-01' AS from_day,
       coalesce(until_on - DATE '1970-01-01', {STILL}) AS until_day
FROM order_pauses JOIN buyer_groups USING (customer_no)
WHERE pause_days > {SILENCE_DAYS[0]}
"""
_FIRSTS = f"""
SELECT CAST(owner_group AS BIGINT) AS owner_group, first_paid_on - DATE '1970-01-01' AS first_day
FROM customer_facts JOIN buyer_groups USING (customer_no)
WHERE first_paid_on <= {ORDERS_END}
"""


def counts_of_silence(con: duckdb.DuckDBPyConnection) -> pa.Table:
    """Return ``silence_flows`` by ``owner_group``, in no order; rows of nobody are left out."""
    known = con.execute(f"SELECT {ORDERS_END} - DATE '1970-01-01'").fetchone()
    new_groups, new_on = _whole(con, _FIRSTS, "owner_group", "first_day")
    if not len(new_on) or known is None:
        return _SCHEMA.empty_table()
    groups, started, until = _whole(con, _PAUSES, "owner_group", "from_day", "until_day")
    last = int(known[0])
    first = int(new_on.min())
    ordered = np.concatenate([new_on, np.minimum(until, last)]) - first
    numbers = _months(np.flatnonzero(np.bincount(ordered)) + first)
    # the place of its month for every day that counts; what has not ended is after all of them
    place = np.searchsorted(numbers, _month(np.arange(first, last + 2)))
    place[-1] = len(numbers)
    until_at = place[np.minimum(until, last + 1) - first]
    many = (int(max(groups.max(initial=0), new_groups.max())) + 1) * len(numbers)

    def counted(of: _Whole, at: _Whole) -> _Whole:
        return np.bincount(of * len(numbers) + at, minlength=many)

    new = counted(new_groups, place[new_on - first])
    parts = []
    for days in SILENCE_DAYS:
        known_silent = started + (days + 1) <= last
        groups, started, until_at = (one[known_silent] for one in (groups, started, until_at))
        at = place[started + (days + 1 - first)]
        gone = at < until_at
        back = gone & (until_at < len(numbers))
        lost, returned = counted(groups[gone], at[gone]), counted(groups[back], until_at[back])
        held = np.flatnonzero(new + returned + lost)
        group, month = np.divmod(held, len(numbers))
        firsts = numbers[month].astype("datetime64[M]").astype("datetime64[D]")
        columns = (np.full(len(held), days), firsts, group, new[held], returned[held], lost[held])
        parts.append(pa.table(list(columns), schema=_SCHEMA))
    return pa.concat_tables(parts)


def _whole(con: duckdb.DuckDBPyConnection, sql: str, *names: str) -> list[_Whole]:
    found = con.execute(sql).fetchnumpy()
    return [np.asarray(found[name], dtype="int64") for name in names]


def _months(days: _Whole) -> _Whole:
    """Return the months that anything can fall into, ascending: up to two years after an order.

    A day that was mistyped by a thousand years adds a few months, and not twelve thousand.
    """
    found = np.unique(_month(days))
    return np.unique(found[:, None] + np.arange(SILENCE_DAYS[-1] // 28 + 2))


_SCHEMA = pa.schema(
    [
        ("silence_days", pa.int64()),
        ("month_on", pa.date32()),
        ("owner_group", pa.int64()),
        ("new_customers", pa.int64()),
        ("returned_customers", pa.int64()),
        ("lost_customers", pa.int64()),
    ]
)


def _month(days: _Whole) -> _Whole:
    """Return the number of the month of days since 1970, as ``datetime64[M]`` numbers them."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype("int64")
