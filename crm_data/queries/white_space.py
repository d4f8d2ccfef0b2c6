"""White space: what customers buy of each category, and what not."""

from typing import Literal

import pandas as pd
from sqlalchemy import ColumnElement, Connection, func, select

from crm_data.frames import FrameSpec, columns_of
from crm_data.queries.catalogue import sees_catalogue
from crm_data.queries.few_rows import of_customers
from crm_data.scope import AccessScope, visible_to
from crm_data.segments import in_segment
from crm_data.sql import read_frame
from crm_data.tables import mart, table
from crm_data.tables.scores import CATEGORY_PAIRS

Worth = Literal["net_amount", "net_amount_365d"]

_NUMBER = mart("customer_scores").c.customer_no

CATEGORY_AMOUNTS = FrameSpec(
    "category_amounts",
    "one row per customer and category it bought, the customer with the most first",
    ("customer_id", "category"),
    columns_of("customer_id:text name:text total:money category:text net_amount:money"),
)
_NUMBERED = FrameSpec(
    "numbered_category_amounts",
    CATEGORY_AMOUNTS.grain,
    CATEGORY_AMOUNTS.key,
    (*CATEGORY_AMOUNTS.columns, *columns_of("customer_no:count")),
)


def count_buyers(
    conn: Connection, *, scope: AccessScope, worth: Worth = "net_amount", among: str = ""
) -> int:
    """Return how many customers ``category_amounts`` has."""
    facts = mart("customer_facts")
    statement = select(func.count()).select_from(facts).where(*_buyers(scope, worth, among))
    return int(conn.scalar(statement) or 0)


def category_amounts(
    conn: Connection,
    *,
    scope: AccessScope,
    worth: Worth = "net_amount",
    limit: int = 25,
    offset: int = 0,
    among: str = "",
    by_gap: bool = False,
) -> pd.DataFrame:
    """Return net value by category of customers, those with the most first: ``CATEGORY_AMOUNTS``.

    ``limit`` and ``offset`` are of customers with a positive ``worth``, which is their ``total``;
    amounts by category are of all time. A category is missing for what no line explains. ``among``
    is the JSON of a segment: its members only. With ``by_gap`` those with the biggest gap come
    first, then those without one by their total.
    """
    facts, parts = mart("customer_facts"), mart("customer_categories")
    # Numbers first, and looked for among customers only: the join then reads the few parts of the
    # sorted mart that hold them, which a list on the mart itself does not.
    numbers = (_by_gap if by_gap else _by_total)(
        conn, scope=scope, worth=worth, among=among, limit=limit, offset=offset
    )
    statement = (
        select(
            facts.c.customer_id,
            facts.c.name,
            facts.c[worth].label("total"),
            parts.c.category,
            parts.c.net_amount,
            facts.c.customer_no,
        )
        .join(parts, parts.c.customer_no == facts.c.customer_no)
        .where(of_customers(conn, facts, numbers))
        .order_by(parts.c.category.nulls_last())
    )
    found = read_frame(conn, statement, _NUMBERED)
    place = {number: n for n, number in enumerate(numbers)}
    order = found.pop("customer_no").map(place).argsort(kind="stable")
    return found.iloc[order].reset_index(drop=True)


def categories_by_buyers(conn: Connection, *, scope: AccessScope) -> list[str]:
    """Return the categories, that with the most purchases of customers first."""
    popular, things = mart("product_popularity"), table("products")
    statement = (
        select(things.c.category)
        .join(popular, popular.c.product_id == things.c.product_id)
        .where(things.c.category.is_not(None), sees_catalogue(scope))
        .group_by(things.c.category)
        .order_by(func.sum(popular.c.customers).desc(), things.c.category)
    )
    return [str(name) for name in conn.scalars(statement)]


def category_pairs(conn: Connection, *, scope: AccessScope) -> pd.DataFrame:
    """Return which categories the same customers buy: ``CATEGORY_PAIRS``.

    To find the next category; the numbers themselves are for who sees everybody.
    """
    statement = mart("category_pairs").select().where(sees_catalogue(scope))
    return read_frame(conn, statement, CATEGORY_PAIRS)


def _by_total(
    conn: Connection,
    *,
    scope: AccessScope,
    worth: Worth,
    among: str,
    limit: int,
    offset: int,
    without_gap: bool = False,
) -> list[int]:
    facts, gap = mart("customer_facts"), _gap(worth)
    wanted = _buyers(scope, worth, among)
    if without_gap:
        wanted.append(facts.c.customer_no.not_in(select(_NUMBER).where(gap.is_not(None))))
    chosen = select(facts.c.customer_no).where(*wanted)
    ordered = chosen.order_by(facts.c[worth].desc(), facts.c.customer_no)
    return [int(number) for number in conn.scalars(ordered.limit(limit).offset(offset))]


def _by_gap(
    conn: Connection, *, scope: AccessScope, worth: Worth, among: str, limit: int, offset: int
) -> list[int]:
    """Return customers by their gap as scored; behind them, those without one by their total."""
    scores, gap = mart("customer_scores"), _gap(worth)
    members = [in_segment(_NUMBER, among)] if among else []
    wanted = [visible_to(scope, scores.c.owner_id), gap.is_not(None), *members]
    chosen = select(_NUMBER).where(*wanted).order_by(gap.desc(), _NUMBER)
    numbers = [int(number) for number in conn.scalars(chosen.limit(limit).offset(offset))]
    if len(numbers) == limit:
        return numbers
    before = int(conn.scalar(select(func.count()).select_from(scores).where(*wanted)) or 0)
    return numbers + _by_total(
        conn, scope=scope, worth=worth, among=among, without_gap=True,
        limit=limit - len(numbers), offset=max(0, offset - before),
    )  # fmt: skip


def _gap(worth: Worth) -> ColumnElement[float]:
    scores = mart("customer_scores")
    return scores.c.gap if worth == "net_amount" else scores.c.gap_365d


def _buyers(scope: AccessScope, worth: Worth, among: str) -> list[ColumnElement[bool]]:
    facts = mart("customer_facts")
    members = [in_segment(facts.c.customer_no, among)] if among else []
    return [visible_to(scope, facts.c.owner_id), facts.c[worth] > 0, *members]
