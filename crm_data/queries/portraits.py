"""Sums over groups of customers, from which portraits and comparisons are made.

Customers are sorted into cells that do not overlap (in segment A but not in B, …); the sums of a
group are those of its cells added up. One pass for the numbers, one for the categories.
"""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, Select, Subquery, case, func, select, tuple_

from crm_data.frames import FrameSpec
from crm_data.queries.portrait_features import (
    Numeric,
    category_features,
    literal_text,
    numeric_features,
)
from crm_data.scope import AccessScope, visible_to
from crm_data.sql import read_frame
from crm_data.tables import mart, table
from crm_data.tables.marts import columns_of

MOST_LEVELS = 12  # of a category; the rarer ones are counted, but not listed
GROUP_SUMS = FrameSpec(
    "group_sums",
    "one row per cell, feature and level of a category (missing for numbers)",
    ("cell", "feature", "level"),
    columns_of(
        "cell:text feature:text level:text unit:text n:count missing:count total:number "
        "total_sq:number under:number under_sq:number cross:number scaled_total:number "
        "scaled_total_sq:number"
    ),
)
CELL_SIZES = FrameSpec(
    "cell_sizes",
    "one row per cell: its customers, and what they have bought for",
    ("cell",),
    columns_of("cell:text customers:count buyers:count net_amount:money"),
)
_SUMS = ("n", "total", "total_sq", "under", "under_sq", "cross", "scaled_total", "scaled_total_sq")


def segment_cells(conditions: Sequence[ColumnElement[bool]]) -> ColumnElement[str]:
    """Return the cell of a customer as one sign for each segment: ``1`` is in it, ``0`` is not.

    Parameters
    ----------
    conditions : sequence of ColumnElement
        Membership, over the columns of the mart ``customer_facts``.
    """
    yes, no = literal_text("1"), literal_text("0")
    signs = [case((condition, yes), else_=no) for condition in conditions]
    cell: ColumnElement[str] = signs[0]
    for sign in signs[1:]:
        cell = cell.concat(sign)
    return cell


def group_sums(
    conn: Connection, *, scope: AccessScope, cell: ColumnElement[str] | None = None
) -> pd.DataFrame:
    """Return sums of every feature by cell: ``GROUP_SUMS``.

    Parameters
    ----------
    conn : Connection
        Read-only connection to a version.
    scope : AccessScope
        Whose customers the viewer may see; the rest of a group are those of the rest whom the
        viewer may see.
    cell : ColumnElement or None
        Text over the columns of ``customer_facts`` and ``customer_scores``; customers without one
        are left out. The clusters by default.
    """
    by = mart("customer_scores").c.cluster if cell is None else cell
    frames = [_numbers(conn, scope, by), *_categories(conn, scope, by)]
    return GROUP_SUMS.conform(pd.concat(frames, ignore_index=True))


def cell_sizes(
    conn: Connection, *, scope: AccessScope, cell: ColumnElement[str] | None = None
) -> pd.DataFrame:
    """Return how large the cells are: ``CELL_SIZES``, by name."""
    by = mart("customer_scores").c.cluster if cell is None else cell
    facts = mart("customer_facts").c
    base = _base(scope, by, {"orders": facts.orders, "net_amount": facts.net_amount})
    statement = (
        select(
            base.c.cell,
            func.count().label("customers"),
            func.count().filter(base.c.orders > 0).label("buyers"),
            func.coalesce(func.sum(base.c.net_amount), 0).label("net_amount"),
        )
        .where(base.c.cell.is_not(None))
        .group_by(base.c.cell)
        .order_by(base.c.cell)
    )
    return read_frame(conn, statement, CELL_SIZES)


def _base(
    scope: AccessScope, cell: ColumnElement[str], columns: dict[str, ColumnElement[Any]]
) -> Subquery:
    """One row per visible customer. A cell has a name here, as it may hold bound parameters."""
    facts, scores, own = mart("customer_facts"), mart("customer_scores"), table("customers")
    source = facts.outerjoin(scores, scores.c.customer_no == facts.c.customer_no)
    if any(name in ("size", "gender", "consent_email", "consent_phone") for name in columns):
        source = source.outerjoin(own, own.c.customer_id == facts.c.customer_id)
    return (
        select(cell.label("cell"), *(value.label(name) for name, value in columns.items()))
        .select_from(source)
        .where(visible_to(scope, facts.c.owner_id))
        .subquery()
    )


def _numbers(conn: Connection, scope: AccessScope, cell: ColumnElement[str]) -> pd.DataFrame:
    features = numeric_features()
    values: dict[str, ColumnElement[Any]] = {
        f"{f.name}__x": sa.cast(f.value, sa.Double()) for f in features
    }
    values |= {
        f"{f.name}__y": sa.cast(f.under, sa.Double()) for f in features if f.under is not None
    }
    base = _base(scope, cell, values)
    statement: Select[Any] = (
        select(
            base.c.cell,
            func.count().label("customers"),
            *(sums for f in features for sums in _sums_of(f, base)),
        )
        .where(base.c.cell.is_not(None))
        .group_by(base.c.cell)
    )
    wanted = [f"{f.name}__{name}:number" for f in features for name in _SUMS]
    contract = FrameSpec(
        "wide_sums", "one row per cell", ("cell",),
        columns_of(" ".join(["cell:text", "customers:count", *wanted])),
    )  # fmt: skip
    wide = read_frame(conn, statement, contract)
    return pd.concat([_long(wide, f) for f in features], ignore_index=True)


def _sums_of(f: Numeric, base: Subquery) -> list[ColumnElement[Any]]:
    x = base.c[f"{f.name}__x"]
    y = None if f.under is None else base.c[f"{f.name}__y"]
    one = x if y is None else x / func.nullif(y, 0)
    scaled = func.sign(one) * func.ln(1 + func.abs(one)) if f.is_log else one
    counted = func.count(x)
    sums: dict[str, ColumnElement[Any]] = {
        "n": counted,
        "total": func.sum(x),
        "total_sq": func.sum(x * x),
        "under": counted if y is None else func.sum(y),
        "under_sq": counted if y is None else func.sum(y * y),
        "cross": func.sum(x) if y is None else func.sum(x * y),
        "scaled_total": func.sum(scaled),
        "scaled_total_sq": func.sum(scaled * scaled),
    }
    return [value.label(f"{f.name}__{name}") for name, value in sums.items()]


def _long(wide: pd.DataFrame, f: Numeric) -> pd.DataFrame:
    sums = {name: wide[f"{f.name}__{name}"].fillna(0.0) for name in _SUMS}
    named = {"cell": wide["cell"], "feature": f.name, "level": None, "unit": f.unit}
    frame = pd.DataFrame(named | sums, index=wide.index)
    return frame.assign(missing=wide["customers"].astype("float64") - frame["n"])


def _categories(
    conn: Connection, scope: AccessScope, cell: ColumnElement[str]
) -> list[pd.DataFrame]:
    names = list(category_features())
    base = _base(scope, cell, category_features())
    columns = [base.c[name] for name in names]
    statement: Select[Any] = (
        select(
            base.c.cell,
            *columns,
            func.grouping(*columns).label("left_out"),
            func.count().label("customers"),
        )
        .where(base.c.cell.is_not(None))
        .group_by(func.grouping_sets(*(tuple_(base.c.cell, column) for column in columns)))
    )
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
        name: _levels(wide[left_out // 2**bit % 2 == 0], name)
        for bit, name in places
        if not wide.empty
    }
    return [frames[name] for name in names if name in frames]


def _levels(counted: pd.DataFrame, name: str) -> pd.DataFrame:
    """Count customers by level; everybody whose level is known is what shares are of."""
    customers = counted["customers"].astype("float64")
    is_known = counted[name].notna()
    known = customers.where(is_known, 0.0).groupby(counted["cell"]).sum()
    missing = customers.where(~is_known, 0.0).groupby(counted["cell"]).sum()
    table_ = counted[is_known].pivot_table(
        index="cell", columns=name, values="customers", aggfunc="sum", fill_value=0
    )
    common = table_.sum().sort_values(ascending=False, kind="stable").index[:MOST_LEVELS]
    if common.empty:
        return pd.DataFrame()
    long = (
        table_.reindex(known.index, fill_value=0)[common]
        .melt(var_name="level", value_name="total", ignore_index=False)
        .reset_index()
    )
    total, n = long["total"].astype("float64"), long["cell"].map(known)
    return long.assign(
        feature=name, unit="share", n=n, missing=long["cell"].map(missing), total=total,
        total_sq=total, under=n, under_sq=n, cross=total, scaled_total=total,
        scaled_total_sq=total,
    )  # fmt: skip
