"""Contract churn: counted by hand, and by brute force from the contracts themselves."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from analytics.churn_rates import with_levels
from crm_data.calendar import step
from crm_data.queries.churn_contracts import (
    contract_cohorts,
    contract_months,
    contract_reasons,
    holders,
)
from crm_data.queries.churn_lost import LostCut, lost_customers, lost_customers_count
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from crm_data.sql import read_frame
from crm_data.tables import mart
from crm_data.tables.marts import CONTRACT_CHANGES
from tests.churn.conftest import company
from tests.churn.shop import contract, customer, random_tables
from tests.cohorts.conftest import connected
from tests.cohorts.test_cells import rows

JAN, FEB, MAR, APR = (f"2025-0{month}-01" for month in (1, 2, 3, 4))
EVERYONE = '{"field": "orders", "op": "ge", "values": [0]}'


def test_customers_counted_by_hand(hand: Connection) -> None:
    found = contract_months(hand, scope=EVERYTHING)

    counted = ("new_customers", "returned_customers", "lost_customers", "passed_customers")
    assert rows(found, "month_on", *counted) == [
        (JAN, 4, 0, 0, 1),  # b, c, f, x; a came and went: cancelled on the last day
        (FEB, 1, 0, 0, 1),  # d, whose contract of the day after goes on; e came and went
        (MAR, 0, 0, 1, 0),  # b on the first; f keeps the contract without an amount
        (APR, 0, 2, 0, 0),  # b, and e, who had come and gone
    ]
    assert found["last_on"].max() == pd.Timestamp(2025, 4, 15)  # an end of 2126 is a plan


def test_amounts_counted_by_hand(hand: Connection) -> None:
    found = contract_months(hand, scope=EVERYTHING)

    parts = ("new", "returned", "lost", "expansion", "contraction", "hidden", "revealed")
    assert rows(found, *(f"{part}_amount" for part in parts)) == [
        (123.0, 0, 0, 0, 0, 0, 0),  # 20 + 100 + 3; f's is not known
        (40.0, 0, 0, 0, 30.0, 0, 0),  # c from 100 to 70 on one day
        (0, 0, 20.0, 15.0, 0, 0, 0),  # d from 40 to 55 overnight
        (0, 37.0, 0, 0, 0, 0, 0),
    ]
    levels = with_levels(found, date(2025, 4, 15))
    assert levels["start_customers"].tolist() == [0, 4, 5, 4]
    assert levels["start_amount"].tolist() == [0, 123, 133, 128]
    assert levels["start_unvalued"].tolist() == [0, 1, 1, 1]
    assert levels["is_complete"].tolist() == [True, True, True, False]


def test_reasons_cohorts_and_who_it_was(hand: Connection) -> None:
    assert rows(contract_reasons(hand, scope=EVERYTHING), "month_on", "end_reason") == [
        (MAR, "price")
    ]
    cohorts = contract_cohorts(hand, scope=EVERYTHING)
    assert rows(cohorts, "cohort_on", "month_on", "started", "lost") == [
        (JAN, JAN, 5, 1),
        (JAN, MAR, 0, 1),
        (FEB, FEB, 2, 1),
    ]
    assert holders(hand, scope=EVERYTHING) == (7, 5)
    cut = LostCut(date(2025, 3, 1))
    lost = lost_customers(hand, scope=EVERYTHING, cut=cut, limit=9)
    assert rows(lost, "customer_id", "lost_on", "end_reason", "monthly_amount", "is_back") == [
        ("b", MAR, "price", 20.0, True)
    ]
    assert lost_customers_count(hand, scope=EVERYTHING, cut=cut) == 1


def test_what_is_left_out_is_said(hand: Connection) -> None:
    found = read_frame_of(hand, "build_findings")

    said = {row["rule"]: row["rows"] for row in found if row["table_name"] == "subscriptions"}
    assert said == {
        "contracts_without_customer": 1,
        "contracts_without_start": 1,
        "contracts_end_before_start": 1,
        "contracts_without_amount": 1,
        "orphans": 1,
    }


def test_only_what_the_viewer_may_see(hand: Connection) -> None:
    own = AccessScope(frozenset({"E2"}))
    for among in ("", EVERYONE):
        assert contract_months(hand, scope=NOBODY, among=among).empty
        mine = contract_months(hand, scope=own, among=among)
        assert mine["new_customers"].tolist() == [2, 1, 0, 0]  # b and f, d; not x, who is nobody's
    assert contract_reasons(hand, scope=NOBODY).empty
    assert contract_cohorts(hand, scope=NOBODY).empty
    assert contract_cohorts(hand, scope=own)["started"].tolist() == [2, 0, 1]
    assert holders(hand, scope=NOBODY) == (0, 0)
    assert holders(hand, scope=own) == (3, 2)
    cut = LostCut(date(2025, 3, 1))
    assert lost_customers_count(hand, scope=NOBODY, cut=cut) == 0
    assert lost_customers_count(hand, scope=AccessScope(frozenset({"E1"})), cut=cut) == 0


def test_filters_and_segments(hand: Connection) -> None:
    north = contract_months(hand, scope=EVERYTHING, where=(("region", ("North",)),))
    assert rows(north, "month_on", "new_customers", "passed_customers", "lost_customers") == [
        (JAN, 1, 1, 0),
        (MAR, 0, 0, 1),
        (APR, 0, 0, 0),
    ]
    unknown = contract_months(hand, scope=EVERYTHING, where=(("region", (None,)),))
    assert unknown["new_customers"].sum() == 2  # f, and x, of whom nothing is known
    with_orders = '{"field": "orders", "op": "ge", "values": [1]}'
    few = contract_months(hand, scope=EVERYTHING, among=with_orders)
    assert few["new_customers"].sum() == 3  # b, c, d
    cut = LostCut(date(2025, 3, 1), among=with_orders, where=(("region", ("South",)),))
    assert lost_customers_count(hand, scope=EVERYTHING, cut=cut) == 0


def test_filters_by_what_the_mart_lacks_give_the_same_sums(hand: Connection) -> None:
    own = AccessScope(frozenset({"E1", "E2"}))  # all but x, who is no customer of a segment
    fast = contract_months(hand, scope=own)
    for more in ({"among": EVERYONE}, {"where": (("country", (None,)),)}):
        slow = contract_months(hand, scope=own, **more)  # type: ignore[arg-type]  # test data
        pd.testing.assert_frame_equal(fast, slow)


def test_both_ways_of_adding_up_agree(many: Connection) -> None:
    fast = contract_months(many, scope=EVERYTHING)
    slow = contract_months(many, scope=EVERYTHING, among=EVERYONE)

    pd.testing.assert_frame_equal(fast, slow)
    assert fast["hidden_customers"].sum() > 0
    assert fast["expanded_customers"].sum() == 10


def test_months_by_brute_force(many: Connection) -> None:
    found = contract_months(many, scope=EVERYTHING)
    last = found["last_on"].max().date()
    levels = with_levels(found, last).set_index("month_on")

    contracts = effective(random_tables()["subscriptions"], last)
    for month in levels.index[:-1]:
        start, after = month.date(), step(month.date(), "month")
        before, then = held_at(contracts, start), held_at(contracts, after)
        lost = before.keys() - then.keys()
        known = {who for who in before if None not in (before[who], then.get(who, 0))}
        row = levels.loc[month]
        assert row["start_customers"] == len(before)
        assert row["start_amount"] == sum(v for v in before.values() if v is not None)
        assert row["start_sq"] == pytest.approx(sum((v or 0) ** 2 for v in before.values()))
        assert row["lost_customers"] == len(lost)
        assert row["lost_amount"] == sum(before[who] or 0 for who in lost)
        changes = [then[who] - before[who] for who in known & then.keys()]
        assert row["expansion_amount"] == sum(c for c in changes if c > 0)
        assert row["contraction_amount"] == -sum(c for c in changes if c < 0)
        listed = lost_customers(many, scope=EVERYTHING, cut=LostCut(start), limit=99)
        assert set(listed["customer_id"]) == lost


def test_cohorts_by_brute_force(many: Connection) -> None:
    changes = read_frame(many, mart("contract_changes").select(), CONTRACT_CHANGES)
    found = contract_cohorts(many, scope=EVERYTHING)

    left = changes[changes["outcome"].isin(["lost", "passed"])]
    first = left.sort_values("month_on").drop_duplicates("customer_no")
    expected = first.groupby(["cohort_on", "month_on"]).size()
    counted = found[found["lost"] > 0].set_index(["cohort_on", "month_on"])["lost"]
    assert counted.to_dict() == expected.to_dict()
    assert found["started"].sum() == changes["customer_no"].nunique()


def test_an_end_on_the_last_day_of_the_data_has_happened(tmp_path: Path) -> None:
    last, plan = date(2025, 2, 5), date(2126, 2, 6)
    contracts = [
        contract("K1", "a", date(2025, 1, 1), last, 10),
        contract("K2", "b", date(2025, 1, 1), plan, 10),
    ]
    (found,) = months_of(tmp_path, {"subscriptions": contracts})

    assert found["lost_customers"].tolist() == [0, 1]


DAYS = st.integers(0, 120).map(lambda n: date(2025, 1, 1) + timedelta(days=n))
CONTRACTS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b"]), DAYS, st.none() | DAYS, st.sampled_from([None, 1, 5, -2])
    ),
    min_size=1, max_size=8,
)  # fmt: skip


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(drawn=CONTRACTS)
def test_whatever_the_contracts_flows_add_up(
    drawn: list[tuple[str, date, date | None, int | None]],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    tables = {
        "customers": [customer("a", "North", "ads", "E1")],
        "subscriptions": [contract(f"K{n}", *one) for n, one in enumerate(drawn)],
    }
    for frame in months_of(tmp_path_factory.mktemp("any"), tables):
        if frame.empty:
            continue
        last = frame["last_on"].max().date()
        levels = with_levels(frame, last)
        assert (levels[["start_customers", "start_amount", "start_unvalued"]] >= 0).all(axis=None)
        held = held_at(effective(tables["subscriptions"], last), step(last, "month"))
        end = levels.iloc[-1]
        came = end["new_customers"] + end["returned_customers"] - end["lost_customers"]
        assert end["start_customers"] + came == len(held)
        gains = ("new", "returned", "expansion", "revealed")
        moved = sum(end[f"{name}_amount"] for name in gains) - sum(
            end[f"{name}_amount"] for name in ("lost", "contraction", "hidden")
        )
        assert end["start_amount"] + moved == sum(v for v in held.values() if v is not None)


def months_of(home: Path, tables: dict[str, Any]) -> Iterator[pd.DataFrame]:
    for made in company(home, tables):
        for connection in connected(made):
            yield contract_months(connection, scope=EVERYTHING)


def effective(contracts: list[dict[str, Any]], last: date) -> list[dict[str, Any]]:
    """Contracts as the definition reads them: in words, not in SQL."""
    usable = [
        c for c in contracts
        if c["customer_id"] and c["started_on"] and c["started_on"] <= last
        and (c["ended_on"] is None or c["ended_on"] > c["started_on"])
    ]  # fmt: skip
    starts = {(c["customer_id"], c["started_on"]) for c in usable}
    made = []
    for c in usable:
        end = c["ended_on"] if c["ended_on"] and c["ended_on"] <= last else None
        day_after = end + timedelta(days=1) if end else None
        made.append(c | {"ended_on": day_after if (c["customer_id"], day_after) in starts else end})
    return made


def held_at(contracts: list[dict[str, Any]], day: date) -> dict[str, int | None]:
    """Monthly amount by customer where a day begins; None where a part is not known."""
    held: dict[str, int | None] = {}
    for c in contracts:
        if c["started_on"] < day and (c["ended_on"] is None or c["ended_on"] >= day):
            amount, so_far = c["monthly_amount"], held.get(c["customer_id"], 0)
            is_known = amount is not None and amount >= 0 and so_far is not None
            held[c["customer_id"]] = so_far + int(amount) if is_known else None
    return held


def read_frame_of(connection: Connection, name: str) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(sa.select(mart(name))).mappings()]


@pytest.mark.parametrize("among", ["", '{"all": []}'])
def test_squares_and_products_are_those_of_each_change(many: Connection, among: str) -> None:
    changes = pd.DataFrame(many.execute(sa.select(mart("contract_changes"))).mappings().all())
    before, after = (changes[f"amount_{name}"].astype(float) for name in ("before", "after"))
    stayed = changes["outcome"] == "stayed"
    up, down = stayed & (after > before), stayed & (after < before)
    change = after - before

    found = contract_months(many, scope=EVERYTHING, among=among).sum(numeric_only=True)

    assert up.any()
    assert down.any()
    assert found["expansion_sq"] == pytest.approx((change**2)[up].sum())
    assert found["expansion_cross"] == pytest.approx((change * before)[up].sum())
    assert found["contraction_sq"] == pytest.approx((change**2)[down].sum())
    assert found["contraction_cross"] == pytest.approx((-change * before)[down].sum())
    assert found["held_sq"] == pytest.approx((after**2).sum() - (before**2).sum())
