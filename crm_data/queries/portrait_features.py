"""What a group of customers is described by: expressions over marts, each with its unit and scale.

A customer without orders has bought for nothing, which is a zero; a wait that nobody has had is
missing. ``is_log``: differences are measured on the logarithm, because the tail is long.
"""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, case, select

from crm_data.tables import mart, table


@dataclass(frozen=True)
class Numeric:
    """A number of a customer.

    Attributes
    ----------
    name, unit : str
        Unit: count, money, share, days, hours or number.
    value : ColumnElement
        Missing where the customer has none.
    is_log : bool
        Whether differences are measured on ``sign(x)·ln(1 + |x|)``.
    under : ColumnElement or None
        The denominator of a ratio of sums; then ``value`` is the numerator.
    """

    name: str
    unit: str
    value: ColumnElement[Any]
    is_log: bool = False
    under: ColumnElement[Any] | None = None


def numeric_features() -> tuple[Numeric, ...]:
    """Return the numbers, in the order in which they are listed."""
    f, s = mart("customer_facts").c, mart("customer_scores").c
    bought = f.orders > 0
    since_last, since_first = _days_since(f.last_order_on), _days_since(f.first_order_on)
    net = _zero_without(f.orders, f.net_amount)
    earns = sa.and_(f.net_amount > 0, f.margin.is_not(None))
    return (
        Numeric("orders", "count", f.orders, is_log=True),
        Numeric("orders_365d", "count", f.orders_365d, is_log=True),
        Numeric("net_amount", "money", net, is_log=True),
        Numeric(
            "net_amount_365d", "money", _zero_without(f.orders_365d, f.net_amount_365d), is_log=True
        ),
        Numeric(
            "average_order_value",
            "money",
            case((bought, f.net_amount)),
            is_log=True,
            under=case((sa.and_(bought, f.net_amount.is_not(None)), f.orders)),
        ),
        Numeric("margin", "money", _zero_without(f.orders, f.margin), is_log=True),
        Numeric(
            "margin_share", "share", case((earns, f.margin)), under=case((earns, f.net_amount))
        ),
        Numeric(
            "returned_share",
            "share",
            case((bought, f.returned_orders)),
            under=case((bought, f.orders)),
        ),
        Numeric("days_since_last_order", "days", since_last),
        Numeric("days_since_first_order", "days", since_first),
        Numeric("median_gap_days", "days", f.median_gap_days, is_log=True),
        Numeric("tickets", "count", f.tickets, is_log=True),
        Numeric("complaints", "count", f.complaints, is_log=True),
        Numeric("first_complaint_hours", "hours", f.first_complaint_hours, is_log=True),
        Numeric("last_nps", "number", f.last_nps),
        Numeric("last_csat", "number", f.last_csat),
        Numeric("open_deals", "count", f.open_deals, is_log=True),
        Numeric("monthly_amount", "money", f.monthly_amount, is_log=True),
        Numeric("silence", "number", s.silence, is_log=True),
        Numeric("p_alive", "share", s.p_alive),
        Numeric("expected_value", "money", s.expected_value, is_log=True),
    )


def category_features() -> dict[str, ColumnElement[Any]]:
    """Return what customers are sorted by, as text; flags are ``true`` and ``false``."""
    f, s, own = mart("customer_facts").c, mart("customer_scores").c, table("customers").c
    return {
        "kind": f.kind,
        "source": f.source,
        "region": f.region,
        "country": f.country,
        "industry": f.industry,
        "size": own.size,
        "gender": own.gender,
        "first_category": f.first_category,
        "lifecycle": f.lifecycle,
        "rfm_segment": s.rfm_segment,
        "stage": s.stage,
        "subscription": _subscription(f.has_subscription),
        "consent_email": _as_text(own.consent_email),
        "consent_phone": _as_text(own.consent_phone),
    }


def _zero_without(orders: ColumnElement[Any], amount: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((orders == 0, sa.literal_column("0")), else_=amount)


def _days_since(day: ColumnElement[Any]) -> ColumnElement[Any]:
    info = mart("version_info")
    last = select(info.c.watermark_on).where(info.c.table_name == "orders").scalar_subquery()
    return sa.type_coerce(last - day, sa.Integer())


def literal_text(word: str) -> ColumnElement[str]:
    """Return a word of ours as it is written in SQL: no parameter, so that a group is one group."""
    return sa.literal_column(f"'{word}'", sa.Text())


def _subscription(is_running: ColumnElement[Any]) -> ColumnElement[Any]:
    running, ended, none = (literal_text(name) for name in ("running", "ended", "none"))
    return case((is_running.is_(True), running), (is_running.is_(False), ended), else_=none)


def _as_text(flag: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((flag.is_(True), literal_text("true")), (flag.is_(False), literal_text("false")))
