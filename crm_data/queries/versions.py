"""What a version holds, and which values a dimension has."""

import pandas as pd
from sqlalchemy import Connection

from crm_data.queries.cut import Cut
from crm_data.queries.metrics import measure_frame
from crm_data.queries.version_facts import version_facts
from crm_data.scope import AccessScope

__all__ = ["dimension_counts", "dimension_values", "version_facts"]


def dimension_counts(
    conn: Connection, *, scope: AccessScope, dim: str, cut: Cut | None = None
) -> pd.DataFrame:
    """Return the values of a dimension with their counted orders, most first.

    Returns
    -------
    DataFrame
        ``value`` (missing last among equals) and ``orders``.
    """
    narrowed = Cut(cut.start, cut.end, (dim,), cut.where) if cut else Cut(by=(dim,))
    frame = measure_frame(conn, scope=scope, measures=("orders",), cut=narrowed)
    return frame.rename(columns={dim: "value"}).sort_values(
        "orders", ascending=False, kind="stable", ignore_index=True
    )


def dimension_values(conn: Connection, *, scope: AccessScope, dim: str) -> list[str | None]:
    """Return the distinct values of a dimension, most orders first; None stands for missing."""
    values = dimension_counts(conn, scope=scope, dim=dim)["value"]
    return [None if missing else str(v) for v, missing in zip(values, values.isna(), strict=True)]
