"""Unbroken times under contract: by hand over each engine, and by brute force."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from sksurv.nonparametric import kaplan_meier_estimator
from sqlalchemy import Connection

from analytics.contract_lifetimes import contract_lifetimes
from crm_data.errors import UsageError
from crm_data.queries.churn_spells import SPLITS, ends_known_from, product_names, spell_counts
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from tests.churn.conftest import company
from tests.churn.shop import contract, customer, on, random_tables
from tests.churn.test_contracts import EVERYONE
from tests.cohorts.conftest import connected
from tests.cohorts.test_cells import rows

COUNTED = ("age_days", "entered_days", "is_ended", "end_reason", "spells")
# The first end of anybody's time is of 10 March: ends are known from 1 March.
OLD = {
    "customers": [customer("a", "North", "ads", "E1"), customer("b", "South", None, "E2")],
    "products": [{"product_id": "P1", "name": "Basic"}, {"product_id": "P2"}],
    "subscriptions": [
        contract("S1", "a", on(1, 20), on(2, 10), 1, "upgraded") | {"product_id": "P1"},
        contract("S2", "a", on(2, 10), on(3, 10), 1, "price") | {"product_id": "P2"},
        contract("S3", "b", on(1, 1), None, 1) | {"product_id": "P1"},
        contract("S4", "b", on(1, 3), on(1, 3), 1) | {"product_id": "P1"},
        contract("S5", "z", on(3, 5), on(3, 20), 1) | {"product_id": "P2"},
    ],
}


@pytest.fixture(scope="module")
def duckdb_old(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    yield from company(tmp_path_factory.mktemp("old"), OLD)


@pytest.fixture(scope="module")
def postgres_old(tmp_path_factory: pytest.TempPathFactory, new_postgres: Any) -> Iterator[Any]:
    yield from company(tmp_path_factory.mktemp("old_pg"), OLD, new_postgres())


@pytest.fixture(params=["duckdb", pytest.param("postgres", marks=pytest.mark.postgres)])
def old(request: pytest.FixtureRequest) -> Iterator[Any]:
    yield from connected(request.getfixturevalue(f"{request.param}_old"))


def test_times_counted_by_hand(hand: Connection) -> None:
    assert ends_known_from(hand) == date(2025, 1, 1)  # a came and went in January
    assert rows(spell_counts(hand, scope=EVERYTHING), *COUNTED) == [
        (0, 0, False, None, 1),  # e, again
        (5, 0, False, None, 1),  # b, again: 40 days after
        (15, 0, True, "cancelled", 1),  # e
        (55, 0, True, "price", 1),  # b
        (61, 0, True, None, 1),  # a: K16, which ended as it began, came 31 days after K1
        (71, 0, False, None, 1),  # d, who was upgraded
        (99, 0, False, None, 1),  # x, whose end of 2126 has not come
        (103, 0, False, None, 1),  # f
        (104, 0, False, None, 2),  # c, who was downgraded; K13, which is nobody's
    ]


def test_groups_scope_filters_and_segments(hand: Connection) -> None:
    found = spell_counts(hand, scope=EVERYTHING, by="region")
    assert found.groupby("member", dropna=False)["spells"].sum().to_dict() == {
        "North": 3, "South": 4, np.nan: 3,
    }  # fmt: skip
    assert spell_counts(hand, scope=NOBODY).empty
    assert spell_counts(hand, scope=NOBODY, among=EVERYONE).empty
    own = AccessScope(frozenset({"E2"}))
    assert spell_counts(hand, scope=own)["spells"].sum() == 4  # b twice, d, f
    assert spell_counts(hand, scope=own, where=(("source", ("ads",)),))["spells"].sum() == 3
    with_orders = '{"field": "orders", "op": "ge", "values": [1]}'
    assert spell_counts(hand, scope=EVERYTHING, among=with_orders)["spells"].sum() == 7
    for by in SPLITS:
        assert spell_counts(hand, scope=EVERYTHING, by=by)["spells"].sum() == 10
    with pytest.raises(UsageError, match="owner_id"):
        spell_counts(hand, scope=EVERYTHING, by="owner_id")


def test_what_began_before_ends_were_recorded_enters_late(old: Connection) -> None:
    assert ends_known_from(old) == date(2025, 3, 1)
    found = spell_counts(old, scope=EVERYTHING, by="product")
    assert rows(found, "member", *COUNTED) == [
        ("P1", 49, 40, True, "price", 1),  # 20 January – 10 March, P1 when it began
        ("P1", 78, 59, False, None, 1),  # b
        ("P2", 15, 0, True, None, 1),  # z
    ]
    assert product_names(old, ("P1", "P2")) == {"P1": "Basic"}


def test_nothing_ended(tmp_path_factory: pytest.TempPathFactory) -> None:
    tables = {"subscriptions": [contract("S", "a", on(1, 1), None, 1)]}
    for settings in company(tmp_path_factory.mktemp("running"), tables):
        for conn in connected(settings):
            assert ends_known_from(conn) is None
            assert rows(spell_counts(conn, scope=EVERYTHING), *COUNTED) == [(0, 0, False, None, 1)]


def test_times_and_curve_by_brute_force(many: Connection) -> None:
    last = many.scalar(sa.text("SELECT max(last_on) FROM contract_flows"))
    times = unbroken(random_tables()["subscriptions"], last)
    known = ends_known_from(many)
    first = min(end for _, end in times if end).replace(day=1)
    assert known == first

    found = spell_counts(many, scope=EVERYTHING)
    seen = []
    for start, end in times:
        age, entered = ((end or last) - start).days, max((first - start).days, 0)
        if not entered or age >= entered:
            seen.append((age, entered, end is not None))
    told = found.loc[found.index.repeat(found["spells"])]
    counted = sorted(zip(told["age_days"], told["entered_days"], told["is_ended"], strict=True))
    assert counted == sorted(seen)
    assert len(seen) > 50

    curve = contract_lifetimes(found).curves.curves
    kept = [one for one in seen if not one[1] or one[0] > one[1]]
    age, late, is_end = (np.array(part) for part in zip(*kept, strict=True))
    # A day later, as that library knows no age 0; the half day keeps entries off the ages.
    since = np.where(late > 0, late + 1.5, 0.0)
    at, survival = kaplan_meier_estimator(is_end, age + 1.0, time_enter=since)
    ours = curve.set_index("duration")["survival"]
    place = np.searchsorted(at, ours.index + 1.0, side="right") - 1  # it adds a row per entry
    assert ours.to_numpy() == pytest.approx(survival[place], abs=1e-9)
    assert ours.nunique() > 15


def unbroken(contracts: list[dict[str, Any]], last: date) -> list[tuple[date, date | None]]:
    """Start and end of each time under contract: days counted one by one."""
    month = timedelta(days=31)
    found: list[tuple[date, date | None]] = []
    by_holder: dict[str, list[tuple[date, date | None]]] = {}
    for one in contracts:
        end = one["ended_on"] if one["ended_on"] and one["ended_on"] <= last else None
        if one["started_on"] <= last:
            by_holder.setdefault(one["customer_id"], []).append((one["started_on"], end))
    for own in by_holder.values():
        pending = sorted(own, key=lambda pair: pair[0])
        while pending:
            start, end = pending.pop(0)
            while end and (more := [p for p in pending if p[0] <= end + month]):
                pending = [p for p in pending if p not in more]
                ends = [e for _, e in more] + [end]
                end = None if None in ends else max(e for e in ends if e)
            found.append((start, end))
            if end is None:
                break
    return found
