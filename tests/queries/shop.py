"""A shop small enough to count by hand, and any other shop, in any engine.

Customers        region   owner  city  tier
  c1 Ada         North    e1     A     gold
  c2 Bo          North    e2     B     -
  c3 Cy          South    e1     -     silver
  c4 Di          -        -      A     -
  c9             not in customers

Orders  day         customer  channel  status     amount  lines (product × amount)
  o01   2025-01-05  c1        web      paid          100  p1 60, p2 40
  o02   2025-01-20  c1        store    paid            -  p1 30, p3 20        value 50, of lines
  o03   2025-01-20  c1        store    paid           10  p1 10               same day as o02
  o04   2025-02-03  c1        web      returned      -60  p1 -60
  o05   2025-01-08  c2        web      (missing)      80  p2 70               10 unexplained
  o06   2025-02-10  c2        web      cancelled     999  p1 999              never counts
  o07   2025-03-01  c2        store    paid           40  none                no line explains it
  o08   2025-02-14  c3        -        paid           25  p3 25               p3 has no category
  o09   2025-02-15  -         web      paid            7  p1 7                nobody's, owner e2
  o10   2025-03-05  c4        web      paid           30  p9 30               product unknown
  o11   2025-03-06  c9        web      paid            5  p2 5                customer unknown
  o12   -           c3        web      paid          500  p1 500              no day: no period
  o13   2025-03-07  c3        store    open           60  p1 60               does not count yet
  o14   2024-12-30  c3        web      paid           15  p2 15
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from crm_data.marts import STEPS, TEMPORARY
from crm_data.tables import MARTS, METADATA, mart, table

Row = dict[str, Any]
Shop = Mapping[str, Sequence[Row]]
BASE_TABLES = ("customers", "products", "orders", "order_lines", "campaigns", "employees")


def _customer(key: str, name: str, region: Any, owner: Any, city: Any, tier: Any) -> Row:
    attributes = None if tier is None else f'{{"tier": "{tier}"}}'
    return {
        "customer_id": key,
        "name": name,
        "region": region,
        "country": "CN",
        "source": {"c1": "ads", "c2": "fair"}.get(key),
        "owner_id": owner,
        "city": city,
        "created_at": datetime(2024, 12, 1),
        "attributes": attributes,
    }


def _order(
    key: str, day: Any, customer: Any, channel: Any, status: Any, amount: Any, owner: Any = "s1"
) -> Row:
    return {
        "order_id": key,
        "ordered_on": day,
        "customer_id": customer,
        "channel": channel,
        "status": status,
        "amount": None if amount is None else Decimal(amount),
        "owner_id": owner,
        "campaign_id": "k1" if key in ("o01", "o05") else None,
        "currency": "CNY",
    }


def _line(order: str, number: int, product: str, amount: int) -> Row:
    return {
        "order_id": order,
        "line_no": number,
        "product_id": product,
        "quantity": 1.0 if amount > 0 else -1.0,
        "amount": Decimal(amount),
    }


SHOP: Shop = {
    "customers": [
        _customer("c1", "Ada", "North", "e1", "A", "gold"),
        _customer("c2", "Bo", "North", "e2", "B", None),
        _customer("c3", "Cy", "South", "e1", None, "silver"),
        _customer("c4", "Di", None, None, "A", None),
    ],
    "products": [
        {"product_id": "p1", "name": "Pen", "category": "paper"},
        {"product_id": "p2", "name": "Pot", "category": "kitchen"},
        {"product_id": "p3", "name": "Thing", "category": None},
    ],
    "orders": [
        _order("o01", date(2025, 1, 5), "c1", "web", "paid", 100),
        _order("o02", date(2025, 1, 20), "c1", "store", "paid", None),
        _order("o03", date(2025, 1, 20), "c1", "store", "paid", 10),
        _order("o04", date(2025, 2, 3), "c1", "web", "returned", -60),
        _order("o05", date(2025, 1, 8), "c2", "web", None, 80),
        _order("o06", date(2025, 2, 10), "c2", "web", "cancelled", 999),
        _order("o07", date(2025, 3, 1), "c2", "store", "paid", 40),
        _order("o08", date(2025, 2, 14), "c3", None, "paid", 25),
        _order("o09", date(2025, 2, 15), None, "web", "paid", 7, "e2"),
        _order("o10", date(2025, 3, 5), "c4", "web", "paid", 30),
        _order("o11", date(2025, 3, 6), "c9", "web", "paid", 5),
        _order("o12", None, "c3", "web", "paid", 500),
        _order("o13", date(2025, 3, 7), "c3", "store", "open", 60),
        _order("o14", date(2024, 12, 30), "c3", "web", "paid", 15, "s2"),
    ],
    "order_lines": [
        _line("o01", 1, "p1", 60),
        _line("o01", 2, "p2", 40),
        _line("o02", 1, "p1", 30),
        _line("o02", 2, "p3", 20),
        _line("o03", 1, "p1", 10),
        _line("o04", 1, "p1", -60),
        _line("o05", 1, "p2", 70),
        _line("o06", 1, "p1", 999),
        _line("o08", 1, "p3", 25),
        _line("o09", 1, "p1", 7),
        _line("o10", 1, "p9", 30),
        _line("o11", 1, "p2", 5),
        _line("o12", 1, "p1", 500),
        _line("o13", 1, "p1", 60),
        _line("o14", 1, "p2", 15),
    ],
    "campaigns": [{"campaign_id": "k1", "name": "Spring", "channel": "email"}],
    "employees": [
        {"employee_id": "s1", "name": "Sam", "team": "red"},
        {"employee_id": "s2", "name": "Sue", "team": "blue"},
    ],
}
VERSION = [
    {
        "table_name": "orders",
        "rows": 14,
        "first_on": date(2024, 12, 30),
        "watermark_on": date(2025, 3, 7),
        "batches": "[]",
        "built_at": datetime(2025, 3, 8),
    }
]


def duckdb_engine() -> sa.Engine:
    """An empty warehouse in memory; every connection sees the same one."""
    engine = sa.create_engine("duckdb:///:memory:", poolclass=sa.StaticPool)
    METADATA.create_all(engine)
    return engine


_NAMES = [name for name, _ in STEPS]
# Sales need no deals, and nothing after the customers.
_OF_SALES = STEPS[_NAMES.index("category_sums") : _NAMES.index("customer_facts") + 1]


def fill(conn: sa.Connection, shop: Shop) -> None:
    """Replace a DuckDB warehouse's rows by a shop's, and build the marts that sales need."""
    for name in BASE_TABLES:
        conn.execute(table(name).delete())
        rows = [dict.fromkeys(table(name).c.keys()) | dict(row) for row in shop.get(name, [])]
        if rows:
            conn.execute(table(name).insert(), rows)
    for name, query in _OF_SALES:
        if name in TEMPORARY:
            conn.exec_driver_sql(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}")
        else:
            conn.execute(mart(name).delete())
            conn.exec_driver_sql(f"INSERT INTO {name} BY NAME {query}")
    conn.execute(mart("version_info").delete())
    conn.execute(mart("version_info").insert(), VERSION)


def copy(source: sa.Connection, target: sa.Connection) -> None:
    """Copy a warehouse to another engine, as publishing does."""
    METADATA.drop_all(target)
    METADATA.create_all(target)
    for name in (*BASE_TABLES, *(spec.name for spec in MARTS)):
        rows = [dict(row._mapping) for row in source.execute(METADATA.tables[name].select())]
        if rows:
            target.execute(METADATA.tables[name].insert(), rows)
