"""Volume, response and conversion of leads, by hand and against simple counting."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics.lead_flow import conversion_cohorts, first_response, volume
from analytics.lead_sources import lead_sources
from analytics.stats import wilson_interval

UNTIL = pd.Timestamp("2025-04-01")


def leads(created: list[str | None], converted: list[str | None], **fields: Any) -> pd.DataFrame:
    frame = pd.DataFrame({"created_on": created, "converted_on": converted})
    return frame.astype("datetime64[us]").assign(**fields)


def test_volume_counts_months_without_leads_and_marks_the_unfinished() -> None:
    some = leads(["2025-01-31", "2025-01-01", "2025-04-03", None], [None] * 4)

    found = volume(some, "month", pd.Timestamp("2025-04-15"))

    assert found["period"].dt.month.tolist() == [1, 2, 3, 4]
    assert found["leads"].tolist() == [2, 0, 0, 1]
    assert found["is_complete"].tolist() == [True, True, True, False]
    assert volume(some, "month", UNTIL)["leads"].tolist() == [2, 0, 0, 1]
    assert volume(some.iloc[3:], "month", UNTIL).empty


def test_never_contacted_is_still_waiting_and_not_left_out() -> None:
    took = [1.0, 2.0, 3.0, 4.0, None, None, None, None]
    frame = pd.DataFrame({"response_hours": took, "watched_hours": [50.0] * 8})

    found = first_response(frame.astype("float64"))

    assert found.median.median == 4.0  # of those contacted alone it would be 2.5
    assert np.isnan(found.p90.median)  # four of eight were never contacted
    assert (found.leads, found.never_contacted, found.unknown) == (8, 4, 0)
    assert found.within["contacted"].tolist() == [1, 4]
    low, high = wilson_interval([1, 4], [8, 8])
    np.testing.assert_allclose(found.within[["share", "low", "high"]].T, [[1 / 8, 0.5], low, high])


def test_a_lead_watched_for_an_hour_says_nothing_of_a_day() -> None:
    frame = pd.DataFrame(
        {"response_hours": [0.5, np.nan, 0.5, np.nan, -1], "watched_hours": [2, 2, 30, 30, np.nan]}
    )

    found = first_response(frame)

    assert found.within["n"].tolist() == [4, 2]
    assert found.within["share"].tolist() == [0.5, 0.5]
    assert found.unknown == 1


def test_nine_of_ten_contacted_is_the_ninth() -> None:
    frame = pd.DataFrame({"response_hours": np.arange(1.0, 11), "watched_hours": 99.0})

    found = first_response(frame)

    assert (found.median.median, found.p90.median) == (5, 9)
    assert found.p90.low <= 9 <= found.p90.high or np.isnan(found.p90.high)
    nobody = first_response(frame.iloc[:0])
    assert np.isnan(nobody.median.median)
    assert nobody.within["share"].isna().all()


def test_young_cohorts_are_open_and_each_lead_has_the_same_days() -> None:
    some = leads(
        ["2025-01-05", "2025-01-31", "2025-01-07", "2025-02-10", "2025-03-01"],
        ["2025-02-04", "2025-03-03", None, "2025-02-10", "2025-03-05"],
    )

    found = conversion_cohorts(some, "month", days=30, until=pd.Timestamp("2025-03-31"))

    # January's second lead took 31 days; the last lead of February has its 30 days by 30 March.
    assert found["leads"].tolist() == [3, 1, 1]
    assert found["converted"].tolist() == [1, 1, 1]
    assert found["is_open"].tolist() == [False, False, True]
    assert found["share"].iloc[:2].tolist() == pytest.approx([1 / 3, 1])
    assert found[["share", "low", "high"]].iloc[2].isna().all()
    earlier = conversion_cohorts(some, "month", days=30, until=pd.Timestamp("2025-03-29"))
    assert earlier["is_open"].tolist() == [False, True, True]


def many(shares: dict[str | None, tuple[int, int]]) -> pd.DataFrame:
    rows = [
        (source, "2025-01-01", "2025-01-05" if number < won else None)
        for source, (won, n) in shares.items()
        for number in range(n)
    ]
    sources, created, converted = zip(*rows, strict=True)
    return leads(list(created), list(converted), source=list(sources))


SHARES = {"web": (40, 200), "fair": (3, 4), "mail": (5, 120), "call": (45, 90), None: (6, 60)}


def test_sources_with_wilson_shrinkage_and_costs() -> None:
    young = leads(["2025-03-20"], ["2025-03-21"], source=["web"])
    costs = pd.DataFrame(
        {"source": ["web", "web", "mail", "fair", "mail"], "cost": [1000.0, 8, 60, 0, np.nan]}
    )

    found = lead_sources(
        pd.concat([many(SHARES), young]), days=30, until=UNTIL, costs=costs
    ).frame.set_index("source")

    assert found.loc["web", ["leads", "old_enough", "converted"]].tolist() == [201, 200, 40]
    assert found["leads"].is_monotonic_decreasing
    low, high = wilson_interval(40, 200)
    assert found.loc["web", ["low", "high"]].tolist() == pytest.approx([float(low), float(high)])
    assert found.loc["fair", "share"] > found.loc["call", "share"]
    assert 0.3 < found.loc["fair", "shrunk"] < 0.6  # four leads speak less than all the others
    assert found.loc["call", "shrunk"] == pytest.approx(0.5, abs=0.02)
    assert found.loc["web", "cost_per_lead"] == pytest.approx(1008 / 201)
    assert found.loc["web", "cost_per_converted"] == pytest.approx(1008 / 201 / 0.2)
    assert found.loc["fair", "cost_per_lead"] == 0  # known to be nothing
    assert found.loc[["mail", "call"], "cost_per_lead"].isna().all()  # not known is not nothing
    assert found.loc[found.index.isna(), "converted"].tolist() == [6]


def test_without_costs_or_leads_nothing_is_made_up() -> None:
    found = lead_sources(many(SHARES), days=30, until=UNTIL).frame

    assert found[["cost", "cost_per_lead", "cost_per_converted"]].isna().all(axis=None)
    assert lead_sources(many(SHARES).iloc[:0], days=30, until=UNTIL).frame.empty
    young = lead_sources(many({"web": (1, 9)}), days=99, until=UNTIL).frame.iloc[0]
    assert (young["leads"], young["old_enough"]) == (9, 0)
    assert np.isnan(young["share"])
