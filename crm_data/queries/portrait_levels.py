"""Counts of the levels of categories by cell."""

from typing import Any

import numpy as np
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
    """Place counts by cell and level; everybody whose level is known is what shares are of.

    In arrays: a page makes fourteen of these at each change of a condition, and pivoting frames
    of a few rows would take longer than the queries.
    """
    customers = counted["customers"].to_numpy("float64")
    cell, cells = pd.factorize(counted["cell"], sort=True)
    level, levels = pd.factorize(counted[name], sort=True)
    is_known = level >= 0
    table = np.zeros((len(cells), len(levels) + 1))  # one more, of nobody: listed and not found
    table[cell[is_known], level[is_known]] = customers[is_known]
    common = np.argsort(-table.sum(axis=0)[:-1], kind="stable")[:MOST_LEVELS]
    wanted = list(levels[common]) if listed is None else listed
    if not wanted:
        return pd.DataFrame()
    total = table[:, pd.Index(levels).get_indexer(wanted)].T.ravel()
    n = np.tile(table.sum(axis=1), len(wanted))
    missing = np.bincount(cell[~is_known], customers[~is_known], len(cells))
    return pd.DataFrame(
        {
            "cell": np.tile(cells.to_numpy(object), len(wanted)),
            "level": np.repeat(np.array(wanted, dtype=object), len(cells)),
            "feature": name, "unit": "share", "n": n, "missing": np.tile(missing, len(wanted)),
            "total": total, "total_sq": total, "under": n, "under_sq": n, "cross": total,
            "scaled_total": total, "scaled_total_sq": total,
        }
    )  # fmt: skip
