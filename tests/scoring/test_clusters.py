"""The step that clusters the customers of a version."""

from collections.abc import Iterator
from datetime import date, timedelta

import duckdb
import numpy as np
import pandas as pd
import pytest

from crm_data.marts.score_inputs_clusters import CLUSTER_INPUTS, cluster_inputs_sql
from crm_data.score_store import ScoreStore, create_score_tables
from scoring import clusters

END = date(2025, 12, 31)
Order = tuple[date, float, str, str | None]
FACTS = "CREATE TABLE customer_facts (customer_no BIGINT, customer_id VARCHAR)"
ORDERS = """
CREATE TABLE order_facts (
  order_no BIGINT, customer_no BIGINT, ordered_on DATE, previous_paid_on DATE, status VARCHAR,
  is_counted BOOLEAN, net_amount DECIMAL(18,4))
"""
CATEGORIES = "CREATE TABLE order_categories (category VARCHAR, ordered_on DATE, customer_no BIGINT)"


class Shop:
    """Marts as far as the step reads them."""

    def __init__(self) -> None:
        self.con = duckdb.connect()
        for statement in (FACTS, ORDERS, CATEGORIES):
            self.con.execute(statement)
        create_score_tables(self.con)
        self.store = ScoreStore(self.con, {}, lambda _step, _share: None)

    def filled(self, customers: dict[int, list[Order]]) -> None:
        facts = pd.DataFrame({"no": list(customers), "id": [f"c{no:05}" for no in customers]})
        rows, categories = [], []
        for number, orders in customers.items():
            previous = date(1, 1, 1)
            for day, amount, status, category in sorted(orders, key=lambda order: order[0]):
                rows.append((len(rows), number, day, previous, status, status != "open", amount))
                categories += [(category, day, number)] if category else []
                previous = day if status == "paid" else previous
        self._insert("customer_facts", facts)
        self._insert("order_facts", pd.DataFrame(rows))
        self._insert("order_categories", pd.DataFrame(categories))

    def _insert(self, table: str, rows: pd.DataFrame) -> None:
        if not rows.empty:
            self.con.register("rows", rows)
            self.con.execute(f"INSERT INTO {table} SELECT * FROM rows")
            self.con.unregister("rows")

    def customers(self) -> pd.DataFrame:
        return self.con.sql(
            "SELECT customer_no, customer_id FROM customer_facts ORDER BY customer_id"
        ).df()


@pytest.fixture
def shop() -> Iterator[Shop]:
    made = Shop()
    yield made
    made.con.close()


def day(number: int) -> date:
    return END - timedelta(days=number)


def inputs(shop: Shop, until: date, end: date) -> pd.DataFrame:
    found = shop.store.frame(cluster_inputs_sql(until, end), CLUSTER_INPUTS)
    CLUSTER_INPUTS.check(found)
    return found.set_index("customer_no")


def test_inputs_by_hand(shop: Shop) -> None:
    bought: list[Order] = [
        (day(100), 50.0, "paid", "tea"),
        (day(100), 20.0, "paid", "tea"),
        (day(40), 30.0, "paid", "coffee"),
        (day(30), -30.0, "returned", "coffee"),
        (day(30), 999.0, "open", None),
        (day(5), 70.0, "paid", "travel"),
    ]
    shop.filled({2: bought, 1: [(day(5), 10.0, "paid", None)], 3: []})

    now = inputs(shop, END, END)
    then = inputs(shop, day(10), END)

    columns = ["days_since_last_order", "days_since_first_order", "order_days", "orders"]
    assert now.index.tolist() == [1, 2]  # by id; who has no order is not there
    assert now.loc[2, columns].tolist() == [5, 100, 3, 5]  # a return is no purchase
    more = ["returned_orders", "net_amount", "categories", "later_orders", "later_amount"]
    assert now.loc[2, more].tolist() == [1, 140, 3, 0, 0]
    assert pd.isna(now.loc[1, "categories"])
    assert then.index.tolist() == [2]  # customer 1 was not known then
    assert then.loc[2, columns + more].tolist() == [30, 90, 2, 4, 1, 70, 2, 1, 70]


def planted(per_kind: int = 120) -> dict[int, list[Order]]:
    """Frequent small buyers (0), seldom large ones (1), and those who came once, long ago (2)."""
    rng = np.random.default_rng(3)
    kinds = ((12, 60, 20, "abcdef"), (90, 8, 900, "abc"), (1, 1, 60, "a"))
    found = {}
    for number in range(3 * per_kind):
        gap, count, amount, categories = kinds[number % 3]
        days = 725 - gap * np.arange(count) - rng.integers(0, 8, count)
        found[number] = [
            (day(int(d)), float(amount * rng.uniform(0.7, 1.4)), "paid", str(c))
            for d, c in zip(days, categories * count, strict=False)
        ]
    return found


def test_planted_ways_of_buying_are_found_named_and_tested(shop: Shop) -> None:
    shop.filled({**planted(), 9999: []})
    customers = shop.customers()

    found = clusters.step(shop.store, customers, END)
    card = found.cards["clusters"]

    labels = found.columns["cluster"]
    assert labels.index.tolist() == customers.index.tolist()
    assert pd.isna(labels.iloc[-1])
    kinds = customers["customer_no"] % 3
    assert labels[:-1].groupby(kinds[:-1]).nunique().tolist() == [1, 1, 1]
    assert labels.dropna().nunique() == card["k"] == len(card["clusters"]) == 3
    # c1 holds the most valuable customers: the seldom large buyers.
    assert set(kinds[labels == "c1"]) == {1}
    first = card["clusters"][0]
    assert (first["cluster"], first["customers"]) == ("c1", 120)
    assert first["traits"][0]["effect"] > 0.8
    assert sum(one["customers"] for one in card["clusters"]) == 360
    assert card["customers_without_orders"] == 1
    assert card["against_rfm"]["cut_on"] == day(180)
    assert card["verdict"] in ("better", "no_better", "worse")
    shop.store.write_card("clusters", card)  # is JSON


def test_the_step_says_the_same_twice(shop: Shop) -> None:
    shop.filled(planted(70))
    one, other = (clusters.step(shop.store, shop.customers(), END) for _ in range(2))

    pd.testing.assert_frame_equal(one.columns, other.columns)
    assert one.cards == other.cards


def test_few_customers_get_a_reason(shop: Shop) -> None:
    shop.filled({1: [(day(5), 10.0, "paid", "tea")], 2: [(day(9), -10.0, "returned", None)]})

    found = clusters.step(shop.store, shop.customers(), END)
    card = found.cards["clusters"]

    assert card["verdict"] == "too_few"
    assert (card["k"], card["clusters"], card["stability"]) == (0, [], [])
    assert found.columns["cluster"].isna().all()
    shop.store.write_card("clusters", card)


def test_customers_who_all_did_the_same_get_a_reason(shop: Shop) -> None:
    shop.filled({number: [(day(50), 10.0, "paid", "tea")] for number in range(210)})

    card = clusters.step(shop.store, shop.customers(), END).cards["clusters"]

    assert (card["verdict"], card["customers"]) == ("no_variance", 210)


def test_a_short_history_is_not_tested(shop: Shop) -> None:
    rng = np.random.default_rng(1)
    customers: dict[int, list[Order]] = {}
    for number in range(240):
        often = number % 2
        days = rng.choice(60, 20, replace=False) if often else [59]
        customers[number] = [(day(int(d)), 10.0 + 500 * often, "paid", "tea") for d in days]
    shop.filled(customers)

    card = clusters.step(shop.store, shop.customers(), END).cards["clusters"]

    assert card["k"] >= 2
    assert card["verdict"] == "not_tested"
    assert card["against_rfm"]["cut_on"] is None
