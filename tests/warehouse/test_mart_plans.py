"""How DuckDB makes the marts of orders: never by holding every row against every other."""

import duckdb

from crm_data.marts import STEPS
from crm_data.merge import create_table
from crm_data.tables.model import table_spec

_STEPS = dict(STEPS)
_READ = ("customers", "products", "orders", "order_lines")
_MADE = ("category_sums", "order_keys", "strangers", "purchases", "order_facts", "order_categories")


def test_no_mart_of_orders_holds_every_row_against_every_other() -> None:
    """A join that is not on an equality: twenty million lines would be held against all orders."""
    with duckdb.connect() as con:
        for name in _READ:
            create_table(con, table_spec(name))
        plans = {}
        for name in _MADE:
            (row,) = con.execute(f"EXPLAIN {_STEPS[name]}").fetchall()
            plans[name] = row[1]
            con.execute(f"CREATE TABLE {name} AS {_STEPS[name]}")
    assert [name for name, plan in plans.items() if "BLOCKWISE_NL_JOIN" in plan] == []
    assert "HASH_JOIN" in plans["order_categories"]
