"""Counts of the levels of categories by cell."""

from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Select, func, select, tuple_

from crm_data.frames import FrameSpec, columns_of
from crm_data.queries.cell_rows import cell_rows
from crm_data.queries.portrait_features import category_features
from crm_data.sql import read_frame

MOST_LEVELS = 12  # of a category; the rarer ones are counted, but not listed
_OF_SCORES = ("rfm_segment", "stage")
_OF_CUSTOMERS = ("size", "gender", "consent_email", "consent_phone")
_JOINED = (*_OF_SCORES, *_OF_CUSTOMERS)


def category_sums(
    conn: Connection,
    where: ColumnElement[bool],
    cell: ColumnElement[str],
    listed: dict[str, list[str]] | None,
) -> list[pd.DataFrame]:
    """Count levels, tables apart: joins of those that need none would cost more than the rest."""
    features = category_features()
    parts = [[n for n in features if n not in _JOINED], list(_OF_SCORES), list(_OF_CUSTOMERS)]
    return [
        frame
        for names in parts
        for frame in _counts(conn, where, cell, {n: features[n] for n in names}, listed)
    ]


def _counts(
    conn: Connection,
    where: ColumnElement[bool],
    cell: ColumnElement[str],
    features: dict[str, ColumnElement[Any]],
    listed: dict[str, list[str]] | None,
) -> list[pd.DataFrame]:
    """Count combinations of levels first, and levels among those: they are few."""
    names = list(features)
    rows = cell_rows(where, cell, features)
    every = [rows.c[name] for name in ("cell", *names)]
    counted = func.count().label("customers")
    base = select(*every, counted).where(rows.c.cell.is_not(None)).group_by(*every).subquery()
    columns = [base.c[name] for name in names]
    statement: Select[Any] = select(
        base.c.cell,
        *columns,
        func.grouping(*columns).label("left_out"),
        func.sum(base.c.customers).label("customers"),
    ).group_by(func.grouping_sets(*(tuple_(base.c.cell, column) for column in columns)))
    contract = FrameSpec(
        "wide_counts", "one row per cell, category and level", (),
        columns_of(
            " ".join(["cell:text", *(f"{n}:text" for n in names), "left_out:count customers:count"])
        ),
    )  # fmt: skip
    wide = read_frame(conn, statement, contract)
    left_out = wide["left_out"].astype("int64")
    places = enumerate(reversed(names))  # the last name is the lowest bit
    frames = {
        name: _levels(wide[left_out // 2**bit % 2 == 0], name, (listed or {}).get(name))
        for bit, name in places
        if not wide.empty
    }
    return [frames[name] for name in names if name in frames]


def _levels(counted: pd.DataFrame, name: str, listed: list[str] | None) -> pd.DataFrame:
    """Count customers by level; everybody whose level is known is what shares are of."""
    customers = counted["customers"].astype("float64")
    is_known = counted[name].notna()
    known = customers.where(is_known, 0.0).groupby(counted["cell"]).sum()
    missing = customers.where(~is_known, 0.0).groupby(counted["cell"]).sum()
    table_ = counted[is_known].pivot_table(
        index="cell", columns=name, values="customers", aggfunc="sum", fill_value=0
    )
    common = table_.sum().sort_values(ascending=False, kind="stable").index[:MOST_LEVELS]
    wanted = list(common) if listed is None else listed
    if not wanted:
        return pd.DataFrame()
    long = (
        table_.reindex(index=known.index, columns=wanted, fill_value=0)
        .melt(var_name="level", value_name="total", ignore_index=False)
        .reset_index()
    )
    total, n = long["total"].astype("float64"), long["cell"].map(known)
    return long.assign(
        feature=name, unit="share", n=n, missing=long["cell"].map(missing), total=total,
        total_sq=total, under=n, under_sq=n, cross=total, scaled_total=total,
        scaled_total_sq=total,
    )  # fmt: skip
