"""Silence: counted by hand, and by brute force from the days with orders."""

from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import Connection

from analytics.churn_rates import with_levels
from crm_data.calendar import step
from crm_data.errors import UsageError
from crm_data.queries.churn_lost import LostCut, lost_customers, lost_customers_count
from crm_data.queries.churn_silence import SPLITS, gap_counts, silence_ends, silence_months
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from crm_data.silence import GAP_EXACT_DAYS, GAP_STEP_DAYS, SILENCE_DAYS
from tests.churn.conftest import company
from tests.churn.shop import Rows, customer, order, random_tables
from tests.churn.test_contracts import EVERYONE
from tests.cohorts.conftest import connected
from tests.cohorts.test_cells import rows
from tests.customers.shop import NOW

WATERMARK = date(2025, 6, 15)


def test_months_counted_by_hand(hand: Connection) -> None:
    found = silence_months(hand, scope=EVERYTHING, days=31)

    counted = ("new_customers", "returned_customers", "lost_customers")
    assert rows(found, "month_on", *counted) == [
        ("2025-01-01", 3, 0, 0),
        ("2025-02-01", 0, 0, 1),  # a
        ("2025-03-01", 0, 1, 1),  # a back; b, whose gap of 31 days was no silence
        ("2025-04-01", 0, 0, 2),  # a and c
        ("2025-06-01", 1, 0, 0),
    ]
    levels = with_levels(found, WATERMARK)
    assert levels["start_customers"].tolist() == [0, 3, 2, 2, 0, 0]
    assert levels["is_complete"].tolist() == [True] * 5 + [False]


def test_gaps_and_ends_counted_by_hand(hand: Connection) -> None:
    gaps = gap_counts(hand, scope=EVERYTHING)
    assert rows(gaps, "gap_days", "gaps") == [(15, 1), (31, 1), (32, 1), (40, 1)]
    ends = silence_ends(hand, scope=EVERYTHING)
    assert rows(ends, "silence_days", "silences", "followed", "came_back")[:3] == [
        (31, 5, 5, 2),  # gaps of 40 and 32 ended within 62 days; three have not
        (45, 3, 3, 0),
        (60, 3, 1, 0),  # b since 7 February; 120 days after 1 March are not over
    ]


def test_a_segment_of_everybody_gives_the_same_counts(hand: Connection) -> None:
    for days in (31, 45, 90):
        fast = silence_months(hand, scope=EVERYTHING, days=days)
        slow = silence_months(hand, scope=EVERYTHING, days=days, among=EVERYONE)
        pd.testing.assert_frame_equal(fast, slow)
    for by in ("", *SPLITS):
        fast = silence_ends(hand, scope=EVERYTHING, by=by)
        slow = silence_ends(hand, scope=EVERYTHING, by=by, among=EVERYONE)
        pd.testing.assert_frame_equal(fast, slow)


def test_who_fell_silent(hand: Connection) -> None:
    def lost(month: int, **more: object) -> list[tuple[object, ...]]:
        cut = LostCut(date(2025, month, 1), 31, **more)  # type: ignore[arg-type]  # test data
        found = lost_customers(hand, scope=EVERYTHING, cut=cut, limit=9)
        assert lost_customers_count(hand, scope=EVERYTHING, cut=cut) == len(found)
        return rows(found, "customer_id", "lost_on", "is_back")

    assert lost(2) == [("a", "2025-02-21", True)]
    assert lost(3) == [("b", "2025-03-11", False)]
    assert lost(4) == [("a", "2025-04-02", False), ("c", "2025-04-02", False)]
    assert lost(4, where=(("region", ("South",)),)) == [("c", "2025-04-02", False)]
    assert lost(7) == []  # d would, after the data ends


def test_only_what_the_viewer_may_see(hand: Connection) -> None:
    own = AccessScope(frozenset({"E2"}))
    for among in ("", EVERYONE):
        assert silence_months(hand, scope=NOBODY, days=31, among=among).empty
        assert gap_counts(hand, scope=NOBODY, among=among).empty
        assert silence_ends(hand, scope=NOBODY, among=among).empty
        mine = silence_months(hand, scope=own, days=31, among=among)
        assert mine["new_customers"].tolist() == [1, 0, 1]
        assert rows(gap_counts(hand, scope=own, among=among), "gap_days", "gaps") == [(31, 1)]
        assert silence_ends(hand, scope=own, among=among)["silences"].iloc[0] == 1
    cut = LostCut(date(2025, 4, 1), 31)
    assert lost_customers_count(hand, scope=own, cut=cut) == 0


def test_a_silence_that_is_not_counted_is_refused(hand: Connection) -> None:
    with pytest.raises(UsageError, match="30 days"):
        silence_months(hand, scope=EVERYTHING, days=30)


@pytest.mark.parametrize("days", [31, 60, 150])
def test_months_by_brute_force(many: Connection, days: int) -> None:
    watermark = max(o["ordered_on"] for o in random_tables()["orders"])
    fast = silence_months(many, scope=EVERYTHING, days=days)
    slow = silence_months(many, scope=EVERYTHING, days=days, among=EVERYONE)

    pd.testing.assert_frame_equal(fast, slow)
    levels = with_levels(fast, watermark).set_index("month_on")
    assert levels["lost_customers"].sum() > 10
    for month in levels.index[:-1]:
        start, after = month.date(), step(month.date(), "month")
        there = {who for who, own in days_of().items() if is_there(own, start, days)}
        then = {who for who, own in days_of().items() if is_there(own, after, days)}
        assert levels.loc[month, "start_customers"] == len(there)
        assert levels.loc[month, "lost_customers"] == len(there - then)
        cut = LostCut(start, days)
        listed = lost_customers(many, scope=EVERYTHING, cut=cut, limit=99)
        assert set(rows(listed, "customer_id", "lost_on", "is_back")) == {
            (who, str(last + timedelta(days=days + 1)), days_of()[who][-1] > last)
            for who in there - then
            for last in [max(day for day in days_of()[who] if day < after)]
        }
        part = LostCut(start, days, where=(("kind", (None,)),), among=EVERYONE)
        assert lost_customers_count(many, scope=EVERYTHING, cut=part) == len(there - then)


def test_gaps_and_ends_by_brute_force(many: Connection) -> None:
    watermark = max(o["ordered_on"] for o in random_tables()["orders"])
    pauses = [
        (day, later)
        for own in days_of().values()
        for day, later in zip(own, [*own[1:], None], strict=True)
    ]
    expected: dict[int, int] = {}
    for day, later in pauses:
        if later:
            gap = (later - day).days
            bound = gap if gap <= GAP_EXACT_DAYS else -(-gap // GAP_STEP_DAYS) * GAP_STEP_DAYS
            expected[bound] = expected.get(bound, 0) + 1
    assert dict(rows(gap_counts(many, scope=EVERYTHING), "gap_days", "gaps")) == expected
    counted = ("silence_days", "silences", "followed", "came_back")
    found = {row[0]: row[1:] for row in rows(silence_ends(many, scope=EVERYTHING), *counted)}
    for days in SILENCE_DAYS:
        silent = [
            (day, later) for day, later in pauses
            if day + timedelta(days=days) < watermark
            and (later is None or (later - day).days > days)
        ]  # fmt: skip
        followed = [one for one in silent if one[0] + timedelta(days=2 * days) <= watermark]
        back = [one for one in followed if one[1] and (one[1] - one[0]).days <= 2 * days]
        assert found.get(days, (0, 0, 0)) == (len(silent), len(followed), len(back))


@pytest.mark.parametrize("by", ["", *SPLITS])
def test_both_ways_of_counting_ends_and_gaps_agree(many: Connection, by: str) -> None:
    fast = silence_ends(many, scope=EVERYTHING, by=by)
    slow = silence_ends(many, scope=EVERYTHING, by=by, among=EVERYONE)
    pd.testing.assert_frame_equal(fast, slow)
    gaps = gap_counts(many, scope=EVERYTHING, by=by)
    exact = gap_counts(many, scope=EVERYTHING, by=by, among=EVERYONE)
    assert gaps["gaps"].sum() == exact["gaps"].sum() > 200
    near = gaps[gaps["gap_days"] <= GAP_EXACT_DAYS].reset_index(drop=True)
    short = exact[exact["gap_days"] <= GAP_EXACT_DAYS].reset_index(drop=True)
    pd.testing.assert_frame_equal(near, short)


def test_an_order_that_is_only_planned_brings_nobody_back(tmp_path: Path) -> None:
    today = NOW.date()
    tables: dict[str, Rows] = {
        "customers": [customer(who, None, None, None) for who in "pq"],
        "orders": [
            order("o1", "p", today - timedelta(days=80)),
            order("o2", "q", today),
            order("o3", "p", today + timedelta(days=5)),
        ],
    }
    assert (today + timedelta(days=5)).month == today.month
    month = step(today - timedelta(days=80 - 46), "month", 0)
    for settings in company(tmp_path, tables):
        for conn in connected(settings):
            found = lost_customers(conn, scope=EVERYTHING, cut=LostCut(month, 45), limit=9)
            assert rows(found, "customer_id", "is_back") == [("p", False)]


def days_of() -> dict[str, list[date]]:
    """Days with a paid order by customer, in order."""
    found: dict[str, set[date]] = {}
    for bought in random_tables()["orders"]:
        if bought["status"] != "paid":
            continue
        found.setdefault(bought["customer_id"], set()).add(bought["ordered_on"])
    return {who: sorted(days) for who, days in found.items()}


def is_there(own: list[date], day: date, silence: int) -> bool:
    """Whether the last order before a day was no more than ``silence`` days before it."""
    before = [one for one in own if one < day]
    return bool(before) and (day - before[-1]).days <= silence + 1
