"""Stages against hand counts and against a loop over each customer's days."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from statistics import median

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.lifecycle import Histories, MonthRows, Snapshot, snapshots
from analytics.lifecycle_rules import LETTERS, NO_LETTER, STAGES, LifecycleRules, rules_from
from crm_data.errors import BadInputError

EPOCH = date(1970, 1, 1)
BEGIN = date(2023, 1, 1)
NAMES = dict(zip(LETTERS, STAGES, strict=True)) | {NO_LETTER: "unknown"}


def number(day: date) -> int:
    return (day - EPOCH).days


def month_ends(count: int) -> list[date]:
    """Return the last days of the months from January 2023 on."""
    firsts = [date(2023 + m // 12, m % 12 + 1, 1) for m in range(1, count + 1)]
    return [first - timedelta(days=1) for first in firsts]


def by_months(orders: list[list[date]]) -> Iterator[tuple[int, MonthRows]]:
    """Return what the mart holds of each customer's days with orders."""
    months = sorted({day.replace(day=1) for days in orders for day in days})
    for month in months:
        rows = [
            (who, min(own), max(own), len(set(own)))
            for who, days in enumerate(orders)
            if (own := [day for day in days if day.replace(day=1) == month])
        ]
        who, first, last, n = zip(*rows, strict=True)
        yield (
            number(month),
            MonthRows(
                np.array(who),
                np.array([number(day) for day in first], dtype=np.int32),
                np.array([number(day) for day in last], dtype=np.int32),
                np.array(n, dtype=np.int32),
            ),
        )


def seen(
    orders: list[list[date]],
    ends: list[date],
    rules: LifecycleRules | None = None,
    known: date = BEGIN,
) -> list[Snapshot]:
    start = np.full(len(orders), number(known), dtype=np.int32)
    histories = Histories(start, rules or LifecycleRules())
    return list(snapshots(histories, by_months(orders), [number(end) for end in ends]))


def stages(shots: list[Snapshot]) -> list[list[str]]:
    """Return the stages of each customer, day by day."""
    rows = np.stack([shot.stage for shot in shots], axis=1)
    return [[NAMES[chr(code)] for code in row] for row in rows]


def days_of(*steps: int) -> list[date]:
    """Return days, each so many after the one before; the first after BEGIN."""
    return [BEGIN + timedelta(days=sum(steps[: n + 1])) for n in range(len(steps))]


def test_three_customers_counted_by_hand() -> None:
    # Own gaps 10, 10 and 30, 30: the typical gap is 20. Rhythms (20 + 2·20) / 4 = 15,
    # (60 + 2·20) / 4 = 25, and 20 for who bought once.
    orders = [days_of(0, 10, 10), days_of(0, 30, 30), days_of(20)]
    last = number(BEGIN) + 60
    start = np.full(3, number(BEGIN), dtype=np.int32)
    histories = Histories(start, LifecycleRules())
    for _, month in by_months(orders):
        histories.add(month)
    found = histories.at(last)

    assert found.typical_gap == 20
    assert found.rhythm_days.tolist() == [15, 25, 20]
    assert found.days_since.tolist() == [40, 0, 40]
    assert stages([found]) == [["at_risk"], ["loyal"], ["active"]]  # 40 is not more than 2 · 20
    assert stages([histories.at(last + 1)]) == [["at_risk"], ["loyal"], ["at_risk"]]
    assert stages([histories.at(last + 20)])[0] == ["at_risk"]  # 60 is not more than 4 · 15
    assert stages([histories.at(last + 21)])[0] == ["lost"]


def test_who_comes_back_from_lost_is_returned_for_a_while() -> None:
    orders = [days_of(0, 10, 10, 150), days_of(0, 10, 10, 10)]
    rules = LifecycleRules(returned_days=60, at_risk_factor=10, lost_factor=10)
    found = stages(seen(orders, month_ends(9), rules))[0]

    assert found == ["loyal"] * 4 + ["lost"] + ["returned"] * 2 + ["loyal"] * 2


def test_nobody_bought_twice_is_not_at_risk_but_cannot_be_told() -> None:
    shots = seen([[BEGIN], [BEGIN], []], month_ends(24))

    assert shots[-1].typical_gap is None
    assert np.isnan(shots[-1].rhythm_days).all()
    assert [row[-1] for row in stages(shots)] == ["active", "active", "potential"]


def test_nobody_is_known_before_the_first_sign() -> None:
    found = stages(seen([days_of(40), []], month_ends(3), known=date(2023, 3, 31)))

    assert found == [["unknown", "active", "active"], ["unknown", "unknown", "potential"]]


def test_no_customers() -> None:
    assert len(seen([], month_ends(1))[0].stage) == 0


def mean_gap(days: list[date]) -> float:
    return sum((b - a).days for a, b in pairwise(days)) / (len(days) - 1)


def plain_rhythm(days: list[date], everybody: list[list[date]], until: date, k: float) -> float:
    known = [sorted({day for day in other if day <= until}) for other in everybody]
    means = [mean_gap(other) for other in known if len(other) > 1]
    if not means:
        return float("inf")
    return ((days[-1] - days[0]).days + k * median(means)) / (len(days) - 1 + k)


def plain_stage(own: list[date], everybody: list[list[date]], end: date, r: LifecycleRules) -> str:
    """Return the stage of one customer from days alone, walking through them one by one."""
    days = sorted({day for day in own if day <= end})
    if not days:
        return "potential"
    back_on = date.min
    for n in range(1, len(days)):
        until = days[n].replace(day=1) - timedelta(days=1)
        before = plain_rhythm(days[:n], everybody, until, r.prior_gaps)
        if (days[n] - days[n - 1]).days > max(r.lost_factor * before, r.lost_min_days):
            back_on = days[n]
    now, silent = plain_rhythm(days, everybody, end, r.prior_gaps), (end - days[-1]).days
    if silent > max(r.lost_factor * now, r.lost_min_days):
        return "lost"
    if silent > max(r.at_risk_factor * now, r.at_risk_min_days):
        return "at_risk"
    if (end - back_on).days <= r.returned_days:
        return "returned"
    return "loyal" if len(days) >= r.loyal_min_orders else "active"


ORDERS = st.lists(
    st.lists(st.integers(0, 400).map(lambda n: BEGIN + timedelta(days=n)), max_size=9),
    min_size=1,
    max_size=6,
)
RULES = st.builds(
    LifecycleRules,
    at_risk_factor=st.sampled_from([0.5, 1.0, 1.5]),
    lost_factor=st.sampled_from([1.5, 2.0, 4.0]),
    loyal_min_orders=st.integers(2, 4),
    returned_days=st.sampled_from([1, 45, 200]),
    prior_gaps=st.sampled_from([0.5, 2.0]),
)


@settings(max_examples=150, deadline=None)
@given(ORDERS, RULES)
def test_stages_are_those_of_a_plain_loop(orders: list[list[date]], rules: LifecycleRules) -> None:
    ends = month_ends(14)
    found = stages(seen(orders, ends, rules))

    for own, history in zip(orders, found, strict=True):
        assert history == [plain_stage(own, orders, end, rules) for end in ends]


@settings(max_examples=50, deadline=None)
@given(ORDERS, ORDERS, st.integers(1, 12))
def test_later_orders_never_change_an_earlier_letter(
    orders: list[list[date]], more: list[list[date]], until: int
) -> None:
    ends = month_ends(until)
    before = [[day for day in days if day <= ends[-1]] for days in orders]
    late = [[d for d in days if d > ends[-1]] for days in (*more, *[[]] * len(orders))]
    after = [a + b for a, b in zip(before, late, strict=False)]

    assert stages(seen(after, ends)) == stages(seen(before, ends))


def test_rules_survive_json() -> None:
    rules = LifecycleRules(at_risk_factor=1.5, returned_days=30)

    assert rules_from(rules.as_json()) == rules
    assert rules_from(None) == rules_from({"unheard": 1}) == LifecycleRules()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("at_risk_factor", 5.0), ("at_risk_factor", 0), ("at_risk_factor", float("nan")),
        ("lost_min_days", 30), ("at_risk_min_days", 40), ("loyal_min_orders", 1),
        ("returned_days", 0), ("prior_gaps", 0), ("lost_factor", 1e9), ("lost_factor", "many"),
        ("returned_days", float("inf")),
    ],
)  # fmt: skip
def test_rules_that_cannot_be_are_refused(name: str, value: object) -> None:
    with pytest.raises(BadInputError) as refused:
        rules_from({name: value})
    assert refused.value.code == "lifecycle_rules"
