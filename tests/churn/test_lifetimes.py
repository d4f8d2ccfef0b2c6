"""Lifetimes of contracts from counted times: against the estimators on plain ones, and by hand."""

import numpy as np
import pandas as pd
import pytest

from analytics.contract_lifetimes import (
    NO_REASON,
    OTHER_REASONS,
    contract_lifetimes,
    round_ages,
)
from analytics.survival import kaplan_meier
from crm_data.calendar import MONTH_DAYS


def counted(n: int = 400, seed: int = 5) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    member = np.where(draw.random(n) < 0.5, "a", "b")
    age = draw.exponential(np.where(member == "a", 300, 600)).astype(int)
    ended = draw.random(n) < 0.7
    reason = pd.Series(
        draw.choice(["price", "moved", "x", "y", "z", "w"], n, p=[0.5, 0.3] + [0.05] * 4)
    )
    return pd.DataFrame(
        {
            "member": member,
            "age_days": age,
            "entered_days": np.where(draw.random(n) < 0.2, age // 2, 0),
            "is_ended": ended,
            "end_reason": reason.where(ended & (draw.random(n) < 0.8)),
            "spells": draw.integers(1, 4, n),
        }
    )  # fmt: skip


def test_a_row_counts_as_often_as_it_was_seen() -> None:
    counts = counted()
    times = counts.loc[counts.index.repeat(counts["spells"])].reset_index(drop=True)
    found = contract_lifetimes(counts, counts["member"])

    for group, own in times.groupby("member"):
        plain = kaplan_meier(own["age_days"], own["is_ended"], entered=own["entered_days"])
        ours = found.curves.curves[found.curves.curves["group"] == group]
        assert ours["survival"].tolist() == plain["survival"].tolist()
        ages = found.at_risk[found.at_risk["group"] == group]
        for months, n in zip(ages["age_months"], ages["at_risk"], strict=True):
            days = months * MONTH_DAYS
            is_in = (own["entered_days"] < days) | (own["entered_days"] == 0)
            assert n == (is_in & (own["age_days"] >= days)).sum()
    assert (found.spells, found.ended) == (len(times), times["is_ended"].sum())
    assert found.late == (times["entered_days"] > 0).sum()
    assert found.test is not None
    assert found.test.verdict == "differ"
    assert contract_lifetimes(counts, counts["member"], may_overlap=True).test is None


def test_all_reasons_and_what_runs_add_up_to_one() -> None:
    counts = counted()
    found = contract_lifetimes(counts)

    ended = found.incidence.groupby("cause")["incidence"].last()
    assert {"price", "moved", NO_REASON, OTHER_REASONS} < set(ended.index)
    assert len(ended) == 5  # one of the four rare ones is kept
    survival = found.curves.curves["survival"].iloc[-1]
    assert ended.sum() + survival == pytest.approx(1.0)
    assert found.test is None
    monthly = found.hazard
    assert monthly["ended"].sum() == found.ended
    months = ((counts["age_days"] - counts["entered_days"]) * counts["spells"]).sum()
    assert monthly["time_at_risk"].sum() == pytest.approx(months / MONTH_DAYS)


def test_few_ends_are_not_enough() -> None:
    counts = counted().assign(is_ended=False, end_reason=None, spells=1)
    assert not contract_lifetimes(counts).is_enough
    counts.loc[:4, "is_ended"] = True
    assert contract_lifetimes(counts).is_enough
    assert not contract_lifetimes(counts.iloc[:19]).is_enough  # no group of twenty
    nothing = contract_lifetimes(counts.iloc[:0])
    assert (nothing.spells, nothing.is_enough) == (0, False)


def test_round_ages_are_few() -> None:
    assert round_ages(0.0) == [0]
    assert round_ages(6.5) == [0, 1, 2, 3, 4, 5, 6]
    assert round_ages(7.0) == [0, 2, 4, 6]
    assert round_ages(53.2) == [0, 12, 24, 36, 48]
    assert len(round_ages(2000.0)) == 7
