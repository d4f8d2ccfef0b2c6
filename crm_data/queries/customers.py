"""What is known about one customer."""

from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from crm_data.frames import Column, FrameSpec
from crm_data.queries.customer_search import contains, fold, phone_core, storable
from crm_data.scope import AccessScope, visible_to
from crm_data.sql import bucket_start, read_frame
from crm_data.tables import mart, table
from crm_data.tables.marts import CUSTOMER_FACTS, INTERNAL, NEVER

_OF_CUSTOMERS = ("parent_id", "birth_on", "gender", "size", "consent_email", "consent_phone")
CUSTOMER_PROFILE = FrameSpec(
    "customer_profile",
    "one row: a customer with everything known about it",
    ("customer_id",),
    (
        *(column for column in CUSTOMER_FACTS.columns if column.name not in INTERNAL),
        Column("parent_id", "text"),
        Column("birth_on", "day"),
        Column("gender", "text"),
        Column("size", "text"),
        Column("consent_email", "flag"),
        Column("consent_phone", "flag"),
        Column("consent_at", "instant"),
        Column("attributes", "json"),
        Column("owner_name", "text"),
    ),
)
CUSTOMER_ORDER_MONTHS = FrameSpec(
    "customer_order_months",
    "one row per calendar month with a counted order; month missing for orders without a day",
    ("month_on",),
    (
        Column("month_on", "day"),
        Column("orders", "count"),
        Column("paid_orders", "count"),
        Column("order_days", "count", "Distinct days with an order."),
        Column("net_amount", "money"),
        Column("net_amount_sq", "number", "Sum over orders of the squared value."),
        Column("margin", "money", "Value less cost, of the orders whose cost is known."),
        Column("orders_with_cost", "count"),
        Column("longest_gap_days", "number", "Up to an order of the month, from the one before."),
    ),
)
POSSIBLE_DUPLICATES = FrameSpec(
    "possible_duplicates",
    "one row per other customer with the same e-mail or phone; ``total`` counts all of them",
    ("customer_id",),
    (
        Column("customer_id", "text"),
        Column("name", "text"),
        Column("same_email", "flag"),
        Column("same_phone", "flag"),
        Column("total", "count"),
    ),
)
CUSTOMER_CONTACTS = FrameSpec(
    "customer_contacts",
    "one row per person at the customer",
    ("contact_id",),
    tuple(Column(name, "text") for name in ("contact_id", "name", "title", "email", "phone")),
)


def customer_profile(conn: Connection, *, scope: AccessScope, customer_id: str) -> pd.DataFrame:
    """Return one customer: ``CUSTOMER_PROFILE``; no row if there is none or it is out of scope."""
    facts, own, people = mart("customer_facts"), table("customers"), table("employees")
    columns = [facts.c[name] for name in CUSTOMER_PROFILE.column_names if name in facts.c]
    statement = (
        select(
            *columns,
            *(own.c[name] for name in (*_OF_CUSTOMERS, "consent_at", "attributes")),
            people.c.name.label("owner_name"),
        )
        .select_from(facts)
        .outerjoin(own, own.c.customer_id == facts.c.customer_id)
        .outerjoin(people, people.c.employee_id == facts.c.owner_id)
        .where(facts.c.customer_id == storable(customer_id), visible_to(scope, facts.c.owner_id))
    )
    return read_frame(conn, statement, CUSTOMER_PROFILE)


def customer_order_months(
    conn: Connection, *, scope: AccessScope, customer_id: str
) -> pd.DataFrame:
    """Return the counted orders of a customer by month: ``CUSTOMER_ORDER_MONTHS``, in order."""
    facts = mart("order_facts")
    month = bucket_start(facts.c.ordered_on, "month")
    value: ColumnElement[float] = sa.cast(facts.c.net_amount, sa.Double())
    previous = func.nullif(facts.c.previous_on, NEVER)
    gap = sa.type_coerce(facts.c.ordered_on - previous, sa.Integer())
    statement: Select[*tuple[Any, ...]] = (
        select(
            month.label("month_on"),
            func.count().label("orders"),
            func.count().filter(facts.c.status == "paid").label("paid_orders"),
            func.count(facts.c.ordered_on.distinct()).label("order_days"),
            func.sum(facts.c.net_amount).label("net_amount"),
            func.sum(value * value).label("net_amount_sq"),
            func.sum(facts.c.net_amount - facts.c.cost).label("margin"),
            func.count(facts.c.net_amount - facts.c.cost).label("orders_with_cost"),
            func.max(gap).label("longest_gap_days"),
        )
        .where(*owned(facts, scope, customer_id), facts.c.is_counted)
        .group_by(month)
        .order_by(month.nulls_last())
    )
    return read_frame(conn, statement, CUSTOMER_ORDER_MONTHS)


def customer_contacts(
    conn: Connection, *, scope: AccessScope, customer_id: str, limit: int = 50
) -> pd.DataFrame:
    """Return the people at a customer by name: ``CUSTOMER_CONTACTS``."""
    people = table("contacts")
    statement = (
        select(*(people.c[name] for name in CUSTOMER_CONTACTS.column_names))
        .where(*owned(people, scope, customer_id))
        .order_by(people.c.name.nulls_last(), people.c.contact_id)
        .limit(limit)
    )
    return read_frame(conn, statement, CUSTOMER_CONTACTS)


def possible_duplicates(
    conn: Connection,
    *,
    scope: AccessScope,
    customer_id: str,
    email: str | None,
    phone: str | None,
    limit: int = 5,
) -> pd.DataFrame:
    """Return other visible customers with the same e-mail or phone: ``POSSIBLE_DUPLICATES``.

    E-mails are compared without case and spaces, phones by ``phone_core``.
    """
    facts = mart("customer_facts")
    address, core = (email or "").strip().lower(), phone_core(phone or "")
    same_email: ColumnElement[bool] = sa.false()
    same_phone: ColumnElement[bool] = sa.false()
    # The plain search for the text is what makes it quick; the rest is exact.
    if "@" in address:
        same_email = and_(
            contains(facts.c.search_text, fold(address)),
            func.lower(func.trim(facts.c.email)) == address,
        )
    if core:
        digits = func.regexp_replace(facts.c.phone, "[^0-9]", "", "g")
        same_phone = and_(
            contains(facts.c.search_text, core),
            func.right(digits, len(core)) == core,
            func.length(digits) <= len(core) + 5,
        )
    statement = (
        select(
            facts.c.customer_id,
            facts.c.name,
            func.coalesce(same_email, sa.false()).label("same_email"),
            func.coalesce(same_phone, sa.false()).label("same_phone"),
            func.count().over().label("total"),
        )
        .where(visible_to(scope, facts.c.owner_id), facts.c.customer_id != storable(customer_id))
        .where(or_(same_email, same_phone))
        .order_by(facts.c.net_amount.desc().nulls_last(), facts.c.customer_id)
        .limit(limit)
    )
    return read_frame(conn, statement, POSSIBLE_DUPLICATES)


def owned(rows: sa.Table, scope: AccessScope, customer_id: str) -> list[ColumnElement[bool]]:
    """Return the conditions for rows of one customer, if ``scope`` may see that customer."""
    conditions: list[ColumnElement[bool]] = [rows.c.customer_id == storable(customer_id)]
    if scope.is_everything:
        return conditions
    facts = mart("customer_facts").alias("owner_of")
    known = select(facts.c.customer_id).where(
        facts.c.customer_id == storable(customer_id), visible_to(scope, facts.c.owner_id)
    )
    return [*conditions, known.exists()]
