"""Customers as they are today, for companies whose file says itself who has left.

A snapshot has no past: nothing in it is dated, and any field may be written after the outcome. Runs
in DuckDB; ``crm_data.queries.snapshot`` is the same for a viewer, on either engine.
"""

from collections.abc import Sequence

from crm_data.frames import Column, FrameSpec, columns_of
from crm_data.marts.score_inputs_churn import ATTRIBUTES, pointer, quoted

MOST_KEYS = 100
# What describes a customer. lifecycle may be the outcome, but describes what became of one.
DESCRIBES = ("kind", "gender", "city", "region", "country", "industry", "size", "source")
COLUMNS = (*DESCRIBES, "lifecycle")

SNAPSHOT = FrameSpec(
    "snapshot",
    "one row per customer with a row of their own, by id; everything as text, as it was imported",
    ("customer_id",),
    columns_of("customer_id:text " + " ".join(f"{name}:text" for name in COLUMNS)),
)


def snapshot(keys: Sequence[str]) -> FrameSpec:
    """Return ``SNAPSHOT`` with one text column ``attributes.<key>`` per key."""
    added = tuple(Column(ATTRIBUTES + key, "text") for key in keys)
    return FrameSpec(SNAPSHOT.name, SNAPSHOT.grain, SNAPSHOT.key, SNAPSHOT.columns + added)


def snapshot_sql(keys: Sequence[str]) -> str:
    """Return the SELECT of ``snapshot(keys)``."""
    held = "".join(
        f", json_extract_string(attributes, {pointer(key)}) AS {quoted(ATTRIBUTES + key)}"
        for key in keys
    )
    return f"SELECT customer_id, {', '.join(COLUMNS)}{held} FROM customers ORDER BY customer_id"
