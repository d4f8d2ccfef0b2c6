"""Completeness, arrival and effects of faults, each counted by hand or against brute force."""

from datetime import date, timedelta
from itertools import product

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.quality import DIMENSION_OF, completeness, faults, overall, rhythms
from analytics.quality_effects import Merged, effects
from crm_data.tables.checks import CHECKS

TODAY = date(2026, 3, 31)


def fields(*rows: tuple[str, str, str, int, int]) -> pd.DataFrame:
    names = ["table_name", "batch_id", "field", "rows", "present"]
    return pd.DataFrame(rows, columns=names)


def days(name: str, *ago: int) -> pd.DataFrame:
    found = [pd.Timestamp(TODAY - timedelta(days=one)) for one in ago]
    return pd.DataFrame({"table_name": name, "day_on": found})


def test_a_field_that_no_source_carries_is_no_hole() -> None:
    found = completeness(
        fields(
            ("customers", "b1", "name", 4, 4), ("customers", "b1", "email", 4, 1),
            ("customers", "b1", "size", 4, 0), ("customers", "b2", "name", 6, 6),
            ("customers", "b2", "email", 6, 6), ("customers", "b2", "size", 6, 0),
            ("orders", "b1", "size", 2, 1),
        )
    )  # fmt: skip

    told = {(row.table_name, row.field): (row.rows, row.missing) for row in found.itertuples()}
    assert told == {
        ("customers", "name"): (10, 0), ("customers", "email"): (10, 3), ("orders", "size"): (2, 1),
    }  # fmt: skip
    assert overall(found) == (18, 22)
    by_batch = completeness(fields(("customers", "b1", "email", 4, 0),
                                   ("customers", "b2", "email", 6, 6)), ("batch_id",))  # fmt: skip
    assert by_batch["share"].tolist() == [0.0, 1.0]


@pytest.mark.parametrize(
    ("newest", "verdict"),
    [(0, "in_rhythm"), (3, "in_rhythm"), (4, "late"), (8, "late"), (9, "later_than_ever")],
)
def test_data_are_late_past_19_of_20_gaps_and_a_day_of_grace(newest: int, verdict: str) -> None:
    gaps = [1] * 15 + [2] * 5 + [7]  # the 20th of 21 is the smallest that 95 % do not exceed: 2
    ago, at = [newest], newest
    for gap in gaps:
        at += gap
        ago.append(at)

    (row,) = rhythms(days("orders", *ago), TODAY).to_dict("records")

    assert row["rhythm"] == verdict
    assert (row["age_days"], row["gaps"]) == (newest, 21)
    assert (row["usual_days"], row["long_days"], row["longest_days"]) == (1.0, 2.0, 7.0)


def test_what_is_usual_is_of_the_last_year_if_that_tells() -> None:
    recent = list(range(0, 24, 2))  # eleven gaps of two days
    found = rhythms(days("orders", *recent, *range(500, 900)), TODAY)
    assert found["usual_days"].tolist() == [2.0]
    few = rhythms(days("orders", 0, 400, *range(500, 520)), TODAY)
    assert few["gaps"].tolist() == [21]  # one in the year is too few


def test_too_few_days_cannot_tell() -> None:
    found = rhythms(days("orders", *range(10)), TODAY)
    assert found["rhythm"].tolist() == ["cannot_tell"]
    assert found["usual_days"].isna().all()
    assert rhythms(days("orders")[:0], TODAY).empty


def test_every_check_has_a_dimension_and_a_name_of_its_own() -> None:
    assert {check.rule for check in CHECKS} == set(DIMENSION_OF)
    names = [(check.rule, check.table, check.field) for check in CHECKS]
    assert len(set(names)) == len(names)


def test_faults_are_shares_of_their_table() -> None:
    findings = pd.DataFrame(
        [("shared", "customers", "email", 4), ("orphans", "orders", "customer_id", 1),
         ("negative", "orders", "amount", 0), ("of another release", "orders", "x", 3),
         ("shared", "customers", "phone", 8)],
        columns=["rule", "table_name", "field", "rows"],
    )  # fmt: skip

    found = faults(findings, pd.DataFrame({"table_name": ["customers", "orders"], "rows": [16, 4]}))

    assert found[["dimension", "field", "share"]].to_dict("split")["data"] == [
        ["uniqueness", "phone", 0.5], ["uniqueness", "email", 0.25],
        ["consistency", "customer_id", 0.25],
    ]  # fmt: skip


SOUND = {
    "net_amount": 1000.0, "orders": 10, "valued_orders": 10, "active": 4, "buyers": 4,
    "repeat_buyers": 3,
    "single_buyers": 1, "won_value": 90.0, "won": 3, "won_valued": 3, "lost": 1,
    "csat_answers": 10, "csat_satisfied": 8,
}  # fmt: skip


def test_sound_data_leave_no_doubt() -> None:
    found = effects(SOUND).set_index("metric")

    assert found["value"].to_dict() == {
        "net_revenue": 1000, "orders": 10, "average_order_value": 100, "active_customers": 4,
        "repeat_purchase_rate": 0.75, "revenue_per_customer": 250, "won_value": 90,
        "win_rate": 0.75, "csat": 0.8,
    }  # fmt: skip
    assert (found["low"] == found["value"]).all()
    assert (found["high"] == found["value"]).all()
    assert not found["touched_rows"].any()
    assert effects({}).empty


def test_doubtful_orders_widen_the_range() -> None:
    doubt = SOUND | {
        "valued_orders": 8, "unvalued_orders": 2, "order_p05": 10.0, "order_p95": 300.0,
        "unsaid_orders": 1, "unsaid_amount": 50.0, "differing_orders": 1, "differing_amount": 40.0,
        "lines_above": 5.0, "repeated_lines": 1, "repeated_amount": 20.0, "orphan_amount": 7.0,
    }  # fmt: skip
    found = effects(doubt).set_index("metric")
    revenue = found.loc["net_revenue"]

    assert revenue["low"] == 1000 + 2 * 10 - 20 - 50
    assert revenue["high"] == 1000 + 2 * 300 + 5 + 7
    assert revenue["without_duplicates"] == 980
    assert revenue["touched_share"] == pytest.approx((50 + 40 + 20) / 1000)
    assert set(revenue["reasons"]) == {
        "unvalued_orders", "unsaid_orders", "differing_orders", "repeated_lines", "orphan_lines",
    }  # fmt: skip
    assert found.loc["orders", "low"] == 9
    assert found.loc["average_order_value", "low"] == pytest.approx((1000 + 20 - 20) / 10)
    assert found.loc["average_order_value", "high"] == pytest.approx((1000 + 600 + 5 + 7) / 10)


def test_duplicates_of_customers() -> None:
    found = effects(SOUND, Merged(customers=2, active=-1, buyers=-1, repeat_buyers=0, amount=300.0))
    found = found.set_index("metric")

    assert found.loc["active_customers", "without_duplicates"] == 3
    assert found.loc["repeat_purchase_rate", "without_duplicates"] == 1.0
    assert found.loc["revenue_per_customer", "without_duplicates"] == pytest.approx(1000 / 3)
    assert found.loc["active_customers", "touched_share"] == pytest.approx(0.3)
    assert found.loc["active_customers", "low"] == 3


@given(
    orders=st.lists(st.integers(1, 3), min_size=1, max_size=4), strange=st.integers(0, 4)
)  # fmt: skip
def test_no_reading_of_orders_without_a_customer_leaves_the_range(
    orders: list[int], strange: int
) -> None:
    """Brute force: each such order is of any known customer or of one of as many new ones."""
    sums = {
        "net_amount": float(sum(orders) + strange), "orders": sum(orders) + strange,
        "valued_orders": sum(orders) + strange, "buyers": len(orders),
        "repeat_buyers": sum(n > 1 for n in orders), "single_buyers": sum(n == 1 for n in orders),
        "strange_orders": strange, "strange_counted": strange, "active": len(orders),
        "strange_amount": float(strange),
    }  # fmt: skip
    found = effects(sums).set_index("metric")
    seen: dict[str, set[float]] = {"active_customers": set(), "repeat_purchase_rate": set()}
    for places in product(range(len(orders) + strange), repeat=strange):
        counts = [*orders, *([0] * strange)]
        for place in places:
            counts[place] += 1
        buyers = [n for n in counts if n]
        seen["active_customers"].add(len(buyers))
        seen["repeat_purchase_rate"].add(sum(n > 1 for n in buyers) / len(buyers))

    for metric, values in seen.items():
        low, high = found.loc[metric, ["low", "high"]]
        assert low == pytest.approx(min(values))
        assert high == pytest.approx(max(values))
