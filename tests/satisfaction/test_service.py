"""Waits with open tickets, outcomes, backlog, agents: by hand."""

import numpy as np
import pandas as pd
import pytest

from analytics.service_outcomes import agent_outcomes, backlog, backlog_ages, outcome_rates
from analytics.service_times import wait_curve, waiting_times
from analytics.survival import kaplan_meier


def _waits(rows: list[tuple[str | None, int, bool, int]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["member", "minutes", "is_ended", "tickets"])


def test_open_tickets_wait_and_are_not_left_out() -> None:
    # Six answered after an hour, four not after ten hours: the median is an hour, P90 unknown.
    found = waiting_times(_waits([("a", 60, True, 6), ("a", 600, False, 4)])).iloc[0]

    assert (found["tickets"], found["ended"], found["waiting"]) == (10, 6, 4)
    assert found["median"] == 1
    assert np.isnan(found["p90"])


def test_most_still_waiting_has_no_median() -> None:
    found = waiting_times(_waits([("a", 60, True, 5), ("a", 600, False, 6)])).iloc[0]

    assert np.isnan(found["median"])


def test_counted_waits_are_the_same_as_single_ones() -> None:
    rows = [("a", 30, True, 3), ("a", 60, True, 2), ("a", 60, False, 4), ("a", 90, True, 1)]
    single = [(m / 60, e) for _, m, e, n in rows for _ in range(n)]

    counted = wait_curve(_waits(rows))
    alone = kaplan_meier([t for t, _ in single], [e for _, e in single])

    for name in ("duration", "at_risk", "ended", "survival", "low", "high"):
        np.testing.assert_allclose(counted[name], alone[name])


def test_few_answers_say_nothing_of_a_median() -> None:
    found = waiting_times(_waits([("a", 60, True, 4), (None, 60, True, 9)]))

    assert found["median"].isna().tolist() == [False, True]


def test_outcomes_are_shares_of_what_is_known() -> None:
    counts = pd.DataFrame(
        {
            "member": ["a"], "tickets": [10], "complaints": [2], "answered": [9], "solved": [8],
            "sla_met": [5], "sla_missed": [2], "sla_running": [3], "contacts_known": [8],
            "one_contact": [4], "reopenings_known": [6], "not_reopened": [5],
            "returns_known": [0], "no_return": [0],
        }
    )  # fmt: skip

    found = outcome_rates(counts).set_index("measure")

    assert found.loc["sla_attainment", ["count", "of"]].tolist() == [5, 7]
    assert found.loc["fcr_one_contact", "rate"] == 0.5
    assert found.loc["fcr_not_reopened", "rate"] == pytest.approx(5 / 6)
    assert found.loc["reopen_rate", "count"] == 1
    assert np.isnan(found.loc["fcr_no_return", "rate"])
    assert np.isnan(found.loc["fcr_no_return", "low"])


def test_backlog_is_a_stock_of_every_day_and_ages_are_banded() -> None:
    days = pd.to_datetime(["2026-03-01", "2026-03-03", "2026-03-05"]).astype("datetime64[us]")
    flow = pd.DataFrame({"day_on": days, "created": [3, 1, 0], "solved": [0, 2, 1]})

    found = backlog(flow)
    ages = backlog_ages(
        pd.DataFrame({"created_on": days, "tickets": [4, 2, 1]}), pd.Timestamp("2026-03-05")
    )

    assert found["open"].tolist() == [3, 3, 2, 2, 1]
    assert ages["tickets"].tolist() == [1, 2, 4, 0, 0]
    assert backlog(flow.head(0)).empty


def test_an_agent_with_harder_tickets_is_compared_on_the_same_ones() -> None:
    rows = [
        ("easy", "password", 100, 95), ("hard", "outage", 100, 60),
        ("both", "password", 100, 95), ("both", "outage", 100, 60),
    ]  # fmt: skip
    strata = pd.DataFrame(rows, columns=["agent_id", "category", "known", "good"])
    strata = strata.assign(priority=None, channel=None)

    found = agent_outcomes(strata)

    rates = found.rates.people.set_index("owner_id")["rate"]
    adjusted = found.adjusted.set_index("owner_id")["ratio"]
    assert (rates["easy"], rates["hard"]) == (0.95, 0.6)
    assert adjusted.tolist() == pytest.approx([1, 1, 1])
