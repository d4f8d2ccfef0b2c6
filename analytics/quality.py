"""Data quality: how full fields are, which kind of fault a rule is, whether data still arrive.

Completeness, validity, uniqueness, consistency and timeliness are the dimensions of ISO/IEC 25012
and of DAMA's data management body of knowledge (2nd ed., chapter 13).
"""

from datetime import date
from typing import Literal

import numpy as np
import pandas as pd

Dimension = Literal["completeness", "validity", "uniqueness", "consistency"]
DIMENSIONS: tuple[Dimension, ...] = ("completeness", "validity", "uniqueness", "consistency")
Rhythm = Literal["in_rhythm", "late", "later_than_ever", "cannot_tell"]

_DIMENSION: dict[Dimension, tuple[str, ...]] = {
    "completeness": (
        "orders_without_customer", "lines_without_customer", "orders_without_day",
        "orders_without_value", "contracts_without_customer", "contracts_without_start",
        "contracts_without_amount", "tickets_without_creation", "deals_without_customer",
        "closed_without_day", "closed_without_outcome", "won_without_value",
    ),
    "validity": (
        "email_invalid", "phone_invalid", "name_damaged", "birth_impossible", "negative",
        "outside_0_1", "in_future", "too_old", "answers_with_impossible_score",
    ),
    "uniqueness": ("shared", "repeated"),
    "consistency": (
        "orphans", "amount_differs_from_lines", "before_begin", "contracts_end_before_start",
        "tickets_response_before_creation", "tickets_resolution_before_creation",
        "tickets_resolution_before_response",
    ),
}  # fmt: skip
DIMENSION_OF = {rule: dimension for dimension, rules in _DIMENSION.items() for rule in rules}

FEWEST_GAPS = 10
_YEAR = 365
_GRACE = 1  # days: the day it is looked at is not over, and the one before may still be on its way


def completeness(fields: pd.DataFrame, by: tuple[str, ...] = ()) -> pd.DataFrame:
    """Return how full the fields in use are.

    A field is in use when any row of its table has a value in it: one that the company's sources
    never carry is no hole. Not yet known and not applicable cannot be told from forgotten.

    Parameters
    ----------
    fields : DataFrame
        ``table_name``, ``field``, ``rows``, ``present``, and ``by``.
    by : tuple of str
        Columns to keep apart beside table and field, such as ``batch_id``.

    Returns
    -------
    DataFrame
        ``table_name``, ``by``, ``field``, ``rows``, ``present``, ``missing``, ``share`` (0-1).
    """
    held = fields.astype({"rows": "int64", "present": "int64"})
    used = held.groupby(["table_name", "field"], sort=False)["present"].transform("sum") > 0
    keys = ["table_name", *by, "field"]
    found = held[used].groupby(keys, sort=False, as_index=False)[["rows", "present"]].sum()
    return found.assign(
        missing=found["rows"] - found["present"], share=found["present"] / found["rows"]
    )


def overall(complete: pd.DataFrame) -> tuple[int, int]:
    """Return values that are there and values that could be, of ``completeness``."""
    return int(complete["present"].sum()), int(complete["rows"].sum())


def rhythms(days: pd.DataFrame, today: date) -> pd.DataFrame:
    """Return how long ago each table had its newest row, beside what is usual.

    The usual gap between days with rows is taken from the last 365 days before the newest one, or
    from all there are when those hold fewer than ``FEWEST_GAPS``.

    Parameters
    ----------
    days : DataFrame
        ``table_name``, ``day_on``; one row per table and day with a row.
    today : date
        The day it is looked at; the age of data from that day is 0.

    Returns
    -------
    DataFrame
        ``table_name``, ``newest_on``, ``age_days``, ``gaps`` (how many the next three are of),
        ``usual_days`` (median), ``long_days`` (19 of 20 are no longer), ``longest_days``,
        ``rhythm``: ``in_rhythm`` up to a day more than ``long_days``, ``late``,
        ``later_than_ever`` past a day more than the longest, ``cannot_tell`` with fewer than
        ``FEWEST_GAPS`` gaps.
    """
    rows = []
    for name, own in days.groupby("table_name", sort=True):
        known = own["day_on"].sort_values()
        gaps = known.diff().dt.days.iloc[1:]
        recent = gaps[known.iloc[1:] > known.iloc[-1] - pd.Timedelta(days=_YEAR)]
        if len(recent) >= FEWEST_GAPS:
            gaps = recent
        age = (pd.Timestamp(today) - known.iloc[-1]).days
        rows.append({"table_name": name, "newest_on": known.iloc[-1], "age_days": age,
                     **_usual(gaps.to_numpy(dtype="float64"), age)})  # fmt: skip
    columns = [
        "table_name", "newest_on", "age_days", "gaps", "usual_days", "long_days", "longest_days",
        "rhythm",
    ]  # fmt: skip
    kinds = {
        "newest_on": "datetime64[us]", "age_days": "Int64", "gaps": "Int64",
        "usual_days": "float64", "long_days": "float64", "longest_days": "float64",
    }  # fmt: skip
    return pd.DataFrame(rows, columns=columns).astype(kinds)


def _usual(gaps: np.ndarray, age: int) -> dict[str, object]:
    if len(gaps) < FEWEST_GAPS:
        nothing = {"usual_days": np.nan, "long_days": np.nan, "longest_days": np.nan}
        return {"gaps": len(gaps), **nothing, "rhythm": "cannot_tell"}
    # The smallest gap that 19 of 20 do not exceed: a gap that was seen, not one between two.
    long = float(np.quantile(gaps, 0.95, method="inverted_cdf"))
    longest = float(gaps.max())
    rhythm: Rhythm = "in_rhythm"
    if age > longest + _GRACE:
        rhythm = "later_than_ever"
    elif age > long + _GRACE:
        rhythm = "late"
    return {"gaps": len(gaps), "usual_days": float(np.median(gaps)), "long_days": long,
            "longest_days": longest, "rhythm": rhythm}  # fmt: skip


def faults(findings: pd.DataFrame, tables: pd.DataFrame) -> pd.DataFrame:
    """Return findings with their dimension and the share of their table that they touch.

    Parameters
    ----------
    findings : DataFrame
        ``rule``, ``table_name``, ``field``, ``rows``.
    tables : DataFrame
        ``table_name`` and ``rows`` of all of it.

    Returns
    -------
    DataFrame
        ``dimension``, ``rule``, ``table_name``, ``field``, ``rows``, ``of_rows``, ``share``; by
        dimension, the largest share first. A rule of no dimension (of another release) is left out.
    """
    found = findings.assign(
        dimension=findings["rule"].map(DIMENSION_OF),
        of_rows=findings["table_name"].map(tables.set_index("table_name")["rows"]).astype("Int64"),
    )
    found = found[found["dimension"].notna() & (found["rows"] > 0)]
    found = found.assign(share=found["rows"].astype("float64") / found["of_rows"].astype("float64"))
    order = found["dimension"].map({name: place for place, name in enumerate(DIMENSIONS)})
    found = found.assign(_order=order).sort_values(
        ["_order", "share", "rule", "table_name"], ascending=[True, False, True, True],
        ignore_index=True,
    )  # fmt: skip
    return found[["dimension", "rule", "table_name", "field", "rows", "of_rows", "share"]]
