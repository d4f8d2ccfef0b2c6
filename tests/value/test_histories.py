"""Histories of purchases and contracts from SQL, counted by hand."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from crm_data.app_db import dispose
from crm_data.marts import score_inputs_value as sql
from crm_data.settings import Settings
from crm_data.version_reader import reading_version
from tests.customers.shop import built, order

AS_OF, UNTIL = date(2025, 2, 9), date(2025, 3, 11)  # days 40 and 70 of the year


def contract(name: str, customer: str, start: date, end: date | None, amount: int) -> dict:
    return {
        "subscription_id": name, "customer_id": customer, "started_on": start, "ended_on": end,
        "monthly_amount": Decimal(amount),
    }  # fmt: skip


ORDERS = [
    # a: days 1 (two orders), 11, 31, then 50; a return on day 32, one after the calibration
    order("a1", "a", 1, 100, cost=Decimal(60)),
    order("a2", "a", 1, 20, cost=Decimal(10)),
    order("a3", "a", 11, 50),
    order("a4", "a", 31, 30, cost=Decimal(20)),
    order("a5", "a", 32, -40, status="returned", cost=Decimal(-20)),
    order("a6", "a", 50, 70),
    order("a7", "a", 51, -10, status="returned"),
    # b: one day; c: only after the calibration; d: only a return; e: open and without a day
    order("b1", "b", 40, 80),
    order("c1", "c", 41, 90),
    order("d1", "d", 5, -15, status="returned"),
    order("e1", "e", 6, 10, status="open"),
    order("e2", "e", None, 10),
]
CONTRACTS = [
    contract("s1", "a", date(2024, 1, 1), date(2024, 6, 1), 10),
    contract("s2", "a", date(2024, 6, 20), None, 15),  # goes on from s1
    contract("s3", "a", date(2025, 1, 1), None, 5),  # beside it
    contract("s4", "b", date(2024, 1, 1), date(2024, 3, 1), 9),
    contract("s5", "b", date(2024, 5, 1), date(2026, 1, 1), 9),  # ends after the day: runs
    contract("s6", "c", date(2025, 3, 1), None, 9),  # has not begun
    contract("s7", "e", date(2025, 1, 1), date(2024, 1, 1), 9),  # ended before it began
]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    home: Path = tmp_path_factory.mktemp("histories")
    made = Settings.from_environment({"CRM_HOME": str(home)})
    built(made, {
        "customers": [{"customer_id": name} for name in "abcde"],
        "orders": ORDERS, "subscriptions": CONTRACTS,
    })  # fmt: skip
    yield made
    dispose(made)


def read(settings: Settings, statement: str, spec: object) -> pd.DataFrame:
    with reading_version(settings, "v000001") as reader:
        names = reader.frame(
            "SELECT customer_no, customer_id FROM customer_facts", sql_names()
        ).set_index("customer_no")["customer_id"]
        found = reader.frame(statement, spec)  # type: ignore[arg-type]  # a FrameSpec
    if "customer_no" in found:
        found = found.assign(who=found["customer_no"].map(names)).sort_values("who")
    return found


def sql_names():  # type: ignore[no-untyped-def]  # a contract of two columns
    from crm_data.frames import FrameSpec, columns_of

    return FrameSpec("names", "", (), columns_of("customer_no:count customer_id:text"))


def histories(settings: Settings, rate: float | None = None) -> pd.DataFrame:
    statement = sql.value_histories_sql(
        AS_OF, last_from=date(2025, 1, 10), until=UNTIL, margin_rate=rate
    )
    return read(settings, statement, sql.VALUE_HISTORIES).set_index("who")


def test_a_day_is_a_purchase_and_a_return_lowers_the_value_of_all(shop: Settings) -> None:
    a = histories(shop).loc["a"]

    assert (a["frequency"], a["recency_days"], a["age_days"]) == (2, 30, 39)
    # 200 paid, 40 returned: every day is worth 80 %; repeat days 50 and 30.
    assert a["mean_value"] == pytest.approx(40 * 0.8)
    assert a["total_value"] == 160
    # After day 10: days 11 and 31, and the return.
    assert (a["last_days"], a["last_value"]) == (2, 50 + 30 - 40)
    assert (a["next_days"], a["next_value"]) == (1, 60)


def test_who_bought_once_has_no_repeat_value_and_who_never_bought_is_not_there(
    shop: Settings,
) -> None:
    found = histories(shop)

    assert found.index.tolist() == ["a", "b"]
    b = found.loc["b"]
    assert (b["frequency"], b["recency_days"], b["age_days"], b["next_days"]) == (0, 0, 0, 0)
    assert pd.isna(b["mean_value"])


def test_margin_counts_orders_without_a_cost_at_the_rate(shop: Settings) -> None:
    a = histories(shop, 0.5).loc["a"]

    # Paid 40 + 10, 25, 10; returned -20.
    assert a["total_value"] == pytest.approx(40 + 10 + 25 + 10 - 20)
    assert a["mean_value"] == pytest.approx(35 / 2 * (1 - 20 / 85))
    assert a["next_value"] == pytest.approx(35 - 5)


def test_basis(shop: Settings) -> None:
    row = read(shop, sql.value_basis_sql(UNTIL, 30), sql.VALUE_BASIS).iloc[0]

    assert row["first_on"] == pd.Timestamp(2025, 1, 1)
    assert (row["customers"], row["three_days"], row["orders"]) == (3, 1, 7)
    assert row["recent_orders"] == 2  # days 41 and 50
    assert row["revenue"] == 100 + 20 + 50 + 30 - 40 + 70 - 10 + 80 + 90 - 15
    assert (row["costed_revenue"], row["costed_margin"]) == (110, 40)


def test_weeks_tell_known_from_unknown(shop: Settings) -> None:
    statement = sql.value_weeks_sql(AS_OF, until=UNTIL, margin_rate=None)
    found = read(shop, statement, sql.VALUE_WEEKS)
    rows = {
        (row.week_no, row.is_known): (row.purchase_days, row.value) for row in found.itertuples()
    }

    assert rows == {
        (-6, True): (1, 120), (-5, True): (1, 50), (-2, True): (1, -10), (-1, True): (1, 80),
        (0, False): (1, 90), (1, True): (1, 60),
    }  # fmt: skip


def test_an_upgrade_is_no_end_of_a_contract(shop: Settings) -> None:
    found = read(shop, sql.value_contracts_sql(AS_OF), sql.VALUE_CONTRACTS)
    rows = sorted(
        (row.who, row.duration_days, bool(row.is_ended), None if pd.isna(row.monthly_amount)
         else row.monthly_amount)
        for row in found.itertuples()
    )  # fmt: skip

    assert rows == [
        ("a", (AS_OF - date(2024, 1, 1)).days, False, 20.0),
        ("b", 60, True, None),
        ("b", (AS_OF - date(2024, 5, 1)).days, False, 9.0),
    ]
