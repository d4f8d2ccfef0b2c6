"""Who uses less than they did, counted by hand on both engines."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Connection

from analytics.decline import decline_rates, last_known
from analytics.decline_rules import DeclineRules
from crm_data.errors import UsageError
from crm_data.queries.decline import (
    AMOUNT,
    DeclineCut,
    decline_fields,
    decline_months,
    declined_customers,
)
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from crm_data.settings import Settings
from tests.churn.conftest import company
from tests.churn.shop import customer
from tests.cohorts.conftest import connected
from tests.postgres_server import NewDatabase

USE, BALANCE = "interactions.attributes.gb", "interactions.attributes.balance"
# GB by month of 2025 from January; None: no event. Data begins on 1 January, ends on 10 August.
GB: dict[str, list[str | None]] = {
    # began in January, so the months before are February to April: first told in May
    "a": ["9", "10", "10", "10", "5", "10", "2.5", "1"],  # May: half of 10; July: 2.5 of 8.33
    "b": ["9", "10", "10", "10", None, None, None, None],  # nothing from May on
    "c": ["9", "4", "4", "4", "8", "4", "4", "4"],  # May: twice as much
    "d": [None, "10", "10", "10", "10", "1", "10", "10"],  # began in February: told from June on
    "e": ["0", "0", "0", "0", "0", "0", "0", "0"],  # nothing to fall from
    "f": ["n/a", "1,000", None, None, None, None, None, None],  # no number
}
OWNERS = {"a": "E1", "b": "E2", "c": "E1", "d": "E2", "e": "E1", "f": "E2"}


def _events() -> list[dict[str, Any]]:
    rows = []
    for who, months in GB.items():
        for month, text in enumerate(months, start=1):
            if text is not None:
                said = f'{{"gb": "{text}", "balance": "{text}", "note": "x"}}'
                at = datetime(2025, month, 1 if month == 1 else 10, 8)
                rows.append(
                    {"interaction_id": f"{who}{month}", "customer_id": who, "occurred_at": at,
                     "attributes": said}
                )  # fmt: skip
    return rows


ORDERS = [
    {"order_id": f"o{month}", "customer_id": "a", "ordered_on": date(2025, month, 2),
     "status": "paid", "amount": Decimal(amount)}
    for month, amount in enumerate((100, 100, 100, 100, 20, 100), start=1)
]  # fmt: skip
TABLES = {
    "customers": [customer(who, "North", None, owner) for who, owner in OWNERS.items()],
    "interactions": _events(),
    "orders": ORDERS,
}


@pytest.fixture(scope="module")
def duckdb_use(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    yield from company(tmp_path_factory.mktemp("use"), TABLES)


@pytest.fixture(scope="module")
def postgres_use(
    tmp_path_factory: pytest.TempPathFactory, new_postgres: NewDatabase
) -> Iterator[Settings]:
    yield from company(tmp_path_factory.mktemp("use_pg"), TABLES, new_postgres())


@pytest.fixture(params=["duckdb", pytest.param("postgres", marks=pytest.mark.postgres)])
def conn(request: pytest.FixtureRequest) -> Iterator[Any]:
    yield from connected(request.getfixturevalue(f"{request.param}_use"))


def told(found: pd.DataFrame) -> dict[str, tuple[int, int, int]]:
    return {
        f"{row.month_on:%m}": (row.compared, row.declined, row.rose)
        for row in found.itertuples(index=False)
    }


def test_use_adds_up_and_a_month_without_any_is_nothing(conn: Connection) -> None:
    found = decline_months(conn, scope=EVERYTHING, cut=DeclineCut(USE, "sum", 0.5))

    assert told(found) == {
        "05": (3, 2, 1),  # a (exactly half), b; c rose to twice (exactly)
        "06": (4, 2, 0),  # b (0 of 6.67), d (1 of 10); a 10 of 8.33, c 4 of 5.33
        "07": (4, 2, 0),  # a 2.5 of 8.33, b 0 of 3.33; d 10 of 7, c 4 of 5.33
    }  # b has nothing to fall from in August, which is not over


def test_a_balance_without_a_value_is_not_known(conn: Connection) -> None:
    found = decline_months(conn, scope=EVERYTHING, cut=DeclineCut(BALANCE, "mean", 0.5))

    assert told(found) == {
        "04": (3, 0, 0),  # a, b, c: mean of January to March
        "05": (3, 1, 1),  # a; c; d 10 of 10; b has no value now
        "06": (3, 1, 0),
        "07": (3, 1, 0),
    }


def test_who_fell_furthest_comes_first(conn: Connection) -> None:
    cut = DeclineCut(USE, "sum", 0.5)
    found = declined_customers(
        conn, scope=EVERYTHING, cut=cut, month_on=date(2025, 6, 1), limit=10
    )  # fmt: skip
    assert found["customer_id"].tolist() == ["d", "b"]
    assert found["value_before"].tolist() == [10.0, pytest.approx(20 / 3)]
    assert found["value_now"].tolist() == [1.0, 0.0]
    own = AccessScope(frozenset({"E1"}))
    assert told(decline_months(conn, scope=own, cut=cut))["05"] == (2, 1, 1)
    assert decline_months(conn, scope=NOBODY, cut=cut).empty
    of = declined_customers(conn, scope=own, cut=cut, month_on=date(2025, 6, 1), limit=10)
    assert of.empty


def test_amounts_of_orders_are_followed_too(conn: Connection) -> None:
    found = decline_months(conn, scope=EVERYTHING, cut=DeclineCut(AMOUNT, "sum", 0.5))
    assert told(found) == {"05": (1, 1, 0)}  # 20 of 100; June is not over
    # The data begins within January, so it is no month before: April has two only.
    mean = decline_months(conn, scope=EVERYTHING, cut=DeclineCut(AMOUNT, "mean", 0.5))
    assert told(mean) == {"05": (1, 1, 0)}


def test_what_can_be_followed_holds_numbers(conn: Connection) -> None:
    # 2 of 45 values are no plain numbers; a note is none
    assert decline_fields(conn) == [BALANCE, USE, AMOUNT]
    with pytest.raises(UsageError, match="cannot be followed"):
        decline_months(conn, scope=EVERYTHING, cut=DeclineCut("customers.x", "sum", 0.5))


def test_rates_have_every_month_and_their_interval() -> None:
    months = pd.DataFrame(
        {
            "month_on": pd.to_datetime(["2025-05-01", "2025-07-01"]).astype("datetime64[us]"),
            "compared": [10, 4], "declined": [5, 1], "rose": [2, 0],
        }
    )  # fmt: skip
    found = decline_rates(months)
    assert found["decline_rate"].tolist()[::2] == [0.5, 0.25]
    assert found["decline_rate"].isna().tolist() == [False, True, False]
    assert found["rise_rate"].iloc[0] == 0.2
    assert found["low"].iloc[0] == pytest.approx(0.23659, abs=1e-5)  # Wilson, 5 of 10
    assert last_known(found) == date(2025, 7, 1)
    assert decline_rates(months[:0]).empty
    assert last_known(months[:0]) is None


@pytest.mark.parametrize(
    "wrong", [{"fall": 0.05}, {"fall": True}, {"measure": "max"}, {"field": 3}]
)
def test_rules_stay_within_their_bounds(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="should be"):
        DeclineRules.from_stored(wrong)
    rules = DeclineRules(USE, "mean", 0.3)
    assert DeclineRules.from_stored(rules.as_stored()) == rules
