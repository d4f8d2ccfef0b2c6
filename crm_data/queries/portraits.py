"""Sums over groups of customers, from which portraits and comparisons are made.

Customers are sorted into cells that do not overlap (in segment A but not in B, …); the sums of a
group are those of its cells added up. One pass for the numbers, one for the categories.
"""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, Select, Subquery, case, func, select

from crm_data.frames import FrameSpec, columns_of
from crm_data.queries.cell_rows import cell_rows, is_one_cell
from crm_data.queries.portrait_features import (
    Numeric,
    literal_text,
    numeric_features,
)
from crm_data.queries.portrait_levels import category_sums
from crm_data.scope import AccessScope, visible_to
from crm_data.segments import in_segment
from crm_data.sql import read_frame
from crm_data.tables import mart

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
_OF_SCORES = ("silence", "p_alive", "expected_value")
# What a sum is where a feature has no denominator and no logarithm.
_SAME = {
    "under": "n",
    "under_sq": "n",
    "cross": "total",
    "scaled_total": "total",
    "scaled_total_sq": "total_sq",
}
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


def cells_within(member: ColumnElement[bool], reference: ColumnElement[bool]) -> ColumnElement[str]:
    """Return ``1`` for members, ``0`` for others who are in the reference, missing for the rest."""
    return case((member, literal_text("1")), (reference, literal_text("0")))


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
    visible = visible_to(scope, mart("customer_facts").c.owner_id)
    if cell is not None:
        return _sums(conn, visible, cell, None)
    cluster = mart("customer_scores").c.cluster
    named = select(cluster).where(cluster.is_not(None)).distinct().order_by(cluster)
    names = conn.scalars(named).all()
    if not names:
        return GROUP_SUMS.conform(pd.DataFrame(columns=GROUP_SUMS.column_names))
    # One after another: a cluster without grouping takes less than its part of all with it.
    numbers = [
        frame
        for name in names
        for frame in _all_numbers(
            conn, sa.and_(visible, cluster == name), sa.literal(name, sa.Text())
        )
    ]
    frames = [*numbers, *category_sums(conn, visible, cluster, None)]
    return GROUP_SUMS.conform(pd.concat(frames, ignore_index=True))


def whole_sums(conn: Connection, *, scope: AccessScope) -> pd.DataFrame:
    """Return sums over all visible customers, in one cell ``all``: ``GROUP_SUMS``.

    Made once for a version and a viewer's scope: the rest of a group is this less the group.
    """
    visible = visible_to(scope, mart("customer_facts").c.owner_id)
    return _sums(conn, visible, literal_text("all"), None)


def member_sums(
    conn: Connection, *, scope: AccessScope, member: ColumnElement[bool], whole: pd.DataFrame
) -> pd.DataFrame:
    """Return sums over the members of a group only, in one cell ``1``: ``GROUP_SUMS``.

    Parameters
    ----------
    conn, scope
        As everywhere.
    member : ColumnElement
        Over the columns of ``customer_facts`` and ``customer_scores``.
    whole : DataFrame
        ``whole_sums``: says which levels are listed.
    """
    visible = visible_to(scope, mart("customer_facts").c.owner_id)
    known = whole.dropna(subset="level").groupby("feature")["level"]
    listed = {str(feature): list(levels) for feature, levels in known}
    return _sums(conn, sa.and_(visible, member), literal_text("1"), listed)


def _sums(
    conn: Connection,
    where: ColumnElement[bool],
    cell: ColumnElement[str],
    listed: dict[str, list[str]] | None,
) -> pd.DataFrame:
    frames = [*_all_numbers(conn, where, cell), *category_sums(conn, where, cell, listed)]
    return GROUP_SUMS.conform(pd.concat(frames, ignore_index=True))


def _all_numbers(
    conn: Connection, where: ColumnElement[bool], cell: ColumnElement[str]
) -> list[pd.DataFrame]:
    """Sum numbers of facts and of scores apart: a join for all of them would cost more."""
    features = numeric_features()
    own = [f for f in features if f.name not in _OF_SCORES]
    scored = [f for f in features if f.name in _OF_SCORES]
    return [_numbers(conn, where, cell, chosen) for chosen in (own, scored)]


def cell_sizes(
    conn: Connection,
    *,
    scope: AccessScope,
    cell: ColumnElement[str] | None = None,
    among: str = "",
) -> pd.DataFrame:
    """Return how large the cells are: ``CELL_SIZES``, by name.

    ``among`` is the conditions of a segment as JSON; empty is everybody.
    """
    by = mart("customer_scores").c.cluster if cell is None else cell
    facts = mart("customer_facts").c
    visible = visible_to(scope, facts.owner_id)
    if among:
        visible = sa.and_(visible, in_segment(facts.customer_no, among))
    base = cell_rows(visible, by, {"orders": facts.orders, "net_amount": facts.net_amount})
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


def _numbers(
    conn: Connection,
    where: ColumnElement[bool],
    cell: ColumnElement[str],
    features: Sequence[Numeric],
) -> pd.DataFrame:
    values: dict[str, ColumnElement[Any]] = {
        f"{f.name}__x": sa.cast(f.value, sa.Double()) for f in features
    }
    values |= {
        f"{f.name}__y": sa.cast(f.under, sa.Double()) for f in features if f.under is not None
    }
    rows = cell_rows(where, cell, values)
    scaled = (
        _scaled(f, rows).label(f"{f.name}__s") for f in features if "scaled_total" in _needed(f)
    )
    base = select(*rows.c, *scaled).subquery()
    sums = (one for f in features for one in _sums_of(f, base))
    statement: Select[Any] = select(func.count().label("customers"), *sums)
    if is_one_cell(cell):  # a group of all is several times as fast to add up without grouping
        statement = statement.add_columns(cell.label("cell")).having(func.count() > 0)
    else:
        statement = statement.add_columns(base.c.cell).where(base.c.cell.is_not(None))
        statement = statement.group_by(base.c.cell)
    wanted = [f"{f.name}__{name}:number" for f in features for name in _needed(f)]
    contract = FrameSpec(
        "wide_sums", "one row per cell", ("cell",),
        columns_of(" ".join(["cell:text", "customers:count", *wanted])),
    )  # fmt: skip
    wide = read_frame(conn, statement, contract).fillna(0.0)  # sums of nothing; a cell has a name
    return pd.concat([_long(wide, f) for f in features], ignore_index=True)


def _sums_of(f: Numeric, base: Subquery) -> list[ColumnElement[Any]]:
    x = base.c[f"{f.name}__x"]
    sums: dict[str, ColumnElement[Any]] = {
        "n": func.count(x),
        "total": func.sum(x),
        "total_sq": func.sum(x * x),
    }
    if f.under is not None:
        y = base.c[f"{f.name}__y"]
        sums |= {"under": func.sum(y), "under_sq": func.sum(y * y), "cross": func.sum(x * y)}
    if "scaled_total" in _needed(f):
        scaled = base.c[f"{f.name}__s"]
        sums |= {"scaled_total": func.sum(scaled), "scaled_total_sq": func.sum(scaled * scaled)}
    return [sums[name].label(f"{f.name}__{name}") for name in _needed(f)]


def _scaled(f: Numeric, rows: Subquery) -> ColumnElement[Any]:
    """Return what is compared, its logarithm where it is skewed: a column of its own, made once."""
    x = rows.c[f"{f.name}__x"]
    one = x if f.under is None else x / func.nullif(rows.c[f"{f.name}__y"], 0)
    return func.sign(one) * func.ln(1 + func.abs(one)) if f.is_log else one


def _needed(f: Numeric) -> list[str]:
    """Return the sums that do not follow from others: see ``_SAME``."""
    left_out = [] if f.under is not None else ["under", "under_sq", "cross"]
    if not f.is_log and f.under is None:
        left_out += ["scaled_total", "scaled_total_sq"]
    return [name for name in _SUMS if name not in left_out]


def _long(wide: pd.DataFrame, f: Numeric) -> pd.DataFrame:
    needed = _needed(f)
    source = {name: name if name in needed else _SAME[name] for name in _SUMS}
    sums = {name: wide[f"{f.name}__{source[name]}"].to_numpy("float64") for name in _SUMS}
    named = {"cell": wide["cell"], "feature": f.name, "level": None, "unit": f.unit}
    missing = wide["customers"].to_numpy("float64") - sums["n"]
    return pd.DataFrame({**named, **sums, "missing": missing}, index=wide.index)
