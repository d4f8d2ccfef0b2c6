"""A decline read from the mart of the rule is the one that is counted from the events."""

import random
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Connection

from crm_data.followed import Followed, followed_from
from crm_data.queries import decline
from crm_data.queries.decline import AMOUNT, DeclineCut, decline_months, declined_customers, is_kept
from crm_data.rules import save_rules
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from crm_data.settings import Settings
from crm_data.warehouse import build
from tests.churn.conftest import company
from tests.churn.shop import customer
from tests.cohorts.conftest import connected
from tests.conftest import NOW
from tests.postgres_server import NewDatabase

KEY = "it's 100 %/gb"  # a header as files have them
SPENT, USE = f"orders.attributes.{KEY}", f"interactions.attributes.{KEY}"
FOLLOWED = ((USE, "sum"), (SPENT, "mean"), (AMOUNT, "sum"), (AMOUNT, "mean"))
MINE = AccessScope(frozenset({"E1"}))
PEOPLE = 40


def _tables() -> dict[str, list[dict[str, Any]]]:
    """Numbers in 20 months, from within a month to within one; some missing, and some no number."""
    draw = random.Random(5)  # noqa: S311 - test data
    events: list[dict[str, Any]] = []
    orders: list[dict[str, Any]] = []
    for n in range(PEOPLE * 25):
        who, month = f"k{draw.randrange(PEOPLE + 1)}", draw.randrange(20)
        day = date(2023 + (month + 5) // 12, (month + 5) % 12 + 1, draw.randrange(2, 29))
        held = f'{{"{KEY}": "{draw.choice(["0", "1", "2", "4", "8", "16", "1,000", "x"])}"}}'
        said = draw.choice([held, held, None])
        events.append(
            {"interaction_id": f"i{n}", "customer_id": who, "attributes": said,
             "occurred_at": datetime(day.year, day.month, day.day, 23, 30)}
        )  # fmt: skip
        orders.append(
            {"order_id": f"o{n}", "customer_id": who, "ordered_on": day, "attributes": said,
             "status": draw.choice(["paid", "returned", "open"]),
             "amount": draw.choice([None, Decimal(2 ** draw.randrange(5))])}
        )  # fmt: skip
    orders.append({"order_id": "planned", "customer_id": "k0", "ordered_on": date(2099, 1, 1)})
    people = [
        customer(f"k{n}", ("North", "South", None)[n % 3], None, ("E1", "E2", None)[n % 3])
        for n in range(PEOPLE)
    ]
    return {"customers": people, "interactions": events, "orders": orders}


def followed(settings: Settings, field: str, measure: str) -> None:
    """Set the rule and refresh: nothing else has changed."""
    rule = {"field": field, "measure": measure, "fall": 0.5}
    save_rules(settings, "decline", rule, now=NOW, actor="test")
    build(settings, now=NOW)


def seen(conn: Connection, cut: DeclineCut, scope: AccessScope) -> list[pd.DataFrame]:
    months = decline_months(conn, scope=scope, cut=cut)
    last = [stamp.date() for stamp in months["month_on"][-2:]] or [date(2024, 6, 1)]
    return [
        months,
        *(declined_customers(conn, scope=scope, cut=cut, month_on=on, limit=9) for on in last),
    ]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    yield from company(tmp_path_factory.mktemp("kept"), _tables())


@pytest.mark.parametrize(("field", "measure"), FOLLOWED)
def test_what_is_kept_is_what_is_counted(
    home: Settings, monkeypatch: pytest.MonkeyPatch, field: str, measure: str
) -> None:
    followed(home, field, measure)
    segment = '{"field": "orders", "op": "ge", "values": [5]}'
    cuts = (
        DeclineCut(field, measure, 0.5),
        DeclineCut(field, measure, 0.5, where=(("region", ("North", None)),)),
        DeclineCut(field, measure, 0.2, among=segment),
    )
    asked = [(cut, scope) for cut in cuts for scope in (EVERYTHING, MINE, NOBODY)]
    for conn in connected(home):
        others = (
            DeclineCut(field, "max", 0.5),
            DeclineCut("interactions.attributes.x", measure, 0.5),
        )
        assert is_kept(conn, DeclineCut(field, measure, 0.9))
        assert not any(is_kept(conn, other) for other in others)
        read = [seen(conn, *one) for one in asked]
        monkeypatch.setattr(decline, "is_kept", lambda _conn, _cut: False)
        counted = [seen(conn, *one) for one in asked]
    for found, expected in zip(read, counted, strict=True):
        for one, other in zip(found, expected, strict=True):
            pd.testing.assert_frame_equal(one, other)
    assert read[0][0]["declined"].sum() > 0
    assert read[2][0].empty


@pytest.mark.postgres
def test_postgres_holds_the_same(
    home: Settings, tmp_path_factory: pytest.TempPathFactory, new_postgres: NewDatabase
) -> None:
    followed(home, USE, "sum")
    cut = DeclineCut(USE, "sum", 0.5)
    expected = next(seen(conn, cut, MINE) for conn in connected(home))
    for served in company(tmp_path_factory.mktemp("kept_pg"), _tables(), new_postgres()):
        followed(served, USE, "sum")
        for conn in connected(served):
            assert is_kept(conn, cut)
            for one, other in zip(seen(conn, cut, MINE), expected, strict=True):
                pd.testing.assert_frame_equal(one, other)


def test_a_rule_without_a_value_that_can_be_followed_keeps_nothing() -> None:
    nothing = Followed()
    stored = (None, {}, {"field": None}, {"field": "customers.x"}, {"field": "", "measure": "mean"})
    assert [followed_from(one) for one in stored] == [nothing] * 5
    assert followed_from({"field": AMOUNT, "fall": 0.9}) == Followed(AMOUNT, "sum")
