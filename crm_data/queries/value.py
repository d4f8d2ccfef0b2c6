"""What customers are expected to bring: totals, distribution, the most valuable, by attribute."""

from typing import Any, Literal, get_args

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, case, func, select

from crm_data.frames import Column, FrameSpec, columns_of
from crm_data.queries.few_rows import numbers_of, of_customers
from crm_data.scope import AccessScope, visible_to
from crm_data.segments import in_segment
from crm_data.sql import read_frame
from crm_data.tables import mart

ValueDimension = Literal["region", "source", "owner_id", "rfm_segment"]
VALUE_DIMENSIONS: tuple[ValueDimension, ...] = get_args(ValueDimension)
ValueOrder = Literal["expected_value", "net_amount"]
# Lower borders of the bands of the distribution, 1-2-5; below the first is its own band.
BANDS: tuple[int, ...] = (0, *(step * 10**power for power in range(8) for step in (1, 2, 5)))

VALUE_TOTALS = FrameSpec(
    "value_totals",
    "one row: visible customers, those with a value, and their value",
    (),
    columns_of(
        "customers:count valued:count under_contract:count expected_value:money "
        "contract_value:money expected_orders:number top_customers:count top_value:money"
    ),
)
VALUE_BANDS = FrameSpec(
    "value_bands",
    "one row per band of expected value that holds a customer, lowest first",
    ("band",),
    (
        Column("band", "count", "Place of its lower border in BANDS."),
        Column("customers", "count"),
        Column("expected_value", "money"),
    ),
)
VALUE_BY = FrameSpec(
    "value_by",
    "one row per value of a dimension, highest total first; missing is a value of its own",
    ("member",),
    columns_of("member:text customers:count expected_value:money mean_value:money"),
)
VALUED_CUSTOMERS = FrameSpec(
    "valued_customers",
    "one row per customer with a value",
    ("customer_id",),
    columns_of(
        "customer_id:text name:text owner_id:text region:text rfm_segment:text last_order_on:day "
        "net_amount:money p_alive:share contract_kept:share expected_orders:number "
        "expected_value:money value_low:money value_high:money contract_value:money value_kind:text"
    ),
)


def value_totals(conn: Connection, *, scope: AccessScope, among: str = "") -> pd.DataFrame:
    """Return ``VALUE_TOTALS``; the top tenth is rounded up."""
    scores, seen = mart("customer_scores"), _seen(scope, among)
    value = scores.c.expected_value
    # A selection, not a sort: nobody is put in order who is above the border or below it.
    ninth_tenth = select(func.percentile_disc(0.9).within_group(value)).where(seen)
    border: ColumnElement[Any] = sa.literal(conn.scalar(ninth_tenth), value.type)
    n_top = func.ceil(sa.cast(func.count(value), sa.Double()) / 10)
    # Whoever of the top tenth is not above the border has exactly that.
    n_above, above = func.count().filter(value > border), func.sum(value).filter(value > border)
    statement = (
        select(
            func.count().label("customers"),
            func.count(value).label("valued"),
            func.count().filter(scores.c.value_kind.like("contract%")).label("under_contract"),
            func.sum(value).label("expected_value"),
            func.sum(scores.c.contract_value).label("contract_value"),
            func.sum(scores.c.expected_orders).label("expected_orders"),
            sa.cast(n_top, sa.BigInteger()).label("top_customers"),
            (func.coalesce(above, 0) + (n_top - n_above) * border).label("top_value"),
        )
        .select_from(scores)
        .where(seen)
    )
    return read_frame(conn, statement, VALUE_TOTALS)


def value_bands(conn: Connection, *, scope: AccessScope, among: str = "") -> pd.DataFrame:
    """Return how expected values are spread: ``VALUE_BANDS``."""
    scores = mart("customer_scores")
    value = scores.c.expected_value
    band = case(
        *((value < border, place) for place, border in enumerate(BANDS[1:])),
        else_=len(BANDS) - 1,
    ).label("band")
    inner = select(band, value).where(value.is_not(None), _seen(scope, among)).subquery()
    statement = (
        select(
            inner.c.band,
            func.count().label("customers"),
            func.sum(inner.c.expected_value).label("expected_value"),
        )
        .group_by(inner.c.band)
        .order_by(inner.c.band)
    )
    return read_frame(conn, statement, VALUE_BANDS)


def value_by(
    conn: Connection,
    *,
    scope: AccessScope,
    dimension: ValueDimension,
    limit: int = 50,
    among: str = "",
) -> pd.DataFrame:
    """Return expected value by a dimension: ``VALUE_BY``, the highest totals."""
    scores, facts = mart("customer_scores"), mart("customer_facts")
    is_own = dimension in scores.c
    member: ColumnElement[Any] = (scores if is_own else facts).c[dimension]
    source: Any = scores
    if not is_own:
        source = scores.join(facts, facts.c.customer_no == scores.c.customer_no)
    total = func.sum(scores.c.expected_value)
    statement = (
        select(
            member.label("member"),
            func.count().label("customers"),
            total.label("expected_value"),
            (total / func.count()).label("mean_value"),
        )
        .select_from(source)
        .where(scores.c.expected_value.is_not(None), _seen(scope, among))
        .group_by(member)
        .order_by(total.desc(), member.asc().nulls_last())
        .limit(limit)
    )
    return read_frame(conn, statement, VALUE_BY)


def valued_customers(
    conn: Connection,
    *,
    scope: AccessScope,
    order: ValueOrder,
    limit: int,
    offset: int = 0,
    among: str = "",
) -> pd.DataFrame:
    """Return customers with a value, highest first by ``order``: ``VALUED_CUSTOMERS``."""
    scores, facts = mart("customer_scores"), mart("customer_facts")
    both = scores.join(facts, facts.c.customer_no == scores.c.customer_no)
    is_own = order in scores.c
    key: sa.Column[Any] = (scores if is_own else facts).c[order]
    ordered = (key.desc().nulls_last(), scores.c.customer_no)
    # Numbers first: what is shown is read of the rows of the page only.
    page = (
        select(scores.c.customer_no)
        .select_from(scores if is_own else both)
        .where(scores.c.expected_value.is_not(None), _seen(scope, among))
        .order_by(*ordered)
    )
    numbers = numbers_of(conn, page, limit=limit, offset=offset)
    names = VALUED_CUSTOMERS.column_names
    statement = (
        select(*((scores if name in scores.c else facts).c[name] for name in names))
        .select_from(both)
        .where(of_customers(conn, scores, numbers), of_customers(conn, facts, numbers))
        .order_by(*ordered)
    )
    return read_frame(conn, statement, VALUED_CUSTOMERS)


def _seen(scope: AccessScope, among: str) -> ColumnElement[bool]:
    """Return whether a row of ``customer_scores`` is visible, and in the segment if there is."""
    scores = mart("customer_scores")
    visible = visible_to(scope, scores.c.owner_id)
    return sa.and_(visible, in_segment(scores.c.customer_no, among)) if among else visible
