"""The scoring step: forecasts of past quarters know nothing that came later, and add up."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from crm_data.tables.scores import CLOSING_CURVES, PIPELINE_BACKTEST
from scoring import pipeline, pipeline_data
from scoring.deals_data import DealSpan
from scoring.pipeline_data import Origin, origins, quarters
from tests.deal_model.company import END, Rows, company, marts

KEY = ["level", "subject", "period_start", "lead_weeks"]
SAID = ["won_so_far", "open_expected", "new_expected", "expected", "deviation", "stretch", "p10",
        "p50", "p90", "weighted", "committed", "open_deals", "untold"]  # fmt: skip
ADDS = ["won", "won_so_far", "open_expected", "new_expected", "weighted", "open_deals"]


def backtest(tables: dict[str, Rows]) -> pd.DataFrame:
    found = pipeline.step(marts(tables), pd.DataFrame(), END).tables
    assert set(found["closing_curves"]) == set(CLOSING_CURVES.column_names)
    rows = PIPELINE_BACKTEST.conform(found["pipeline_backtest"])
    return rows.set_index(KEY).sort_index()


@pytest.fixture(scope="module", autouse=True)
def _few_quarters() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline_data, "MOST_QUARTERS", 4)
        yield


@pytest.fixture(scope="module")
def tables() -> dict[str, Rows]:
    made = company(deals=400)
    made["employees"] = [
        {"employee_id": f"E{n}", "name": f"Seller {n}", "team": "AB"[n % 2]} for n in range(4)
    ]
    return made


@pytest.fixture(scope="module")
def found(tables: dict[str, Rows]) -> pd.DataFrame:
    return backtest(tables)


def test_another_future_changes_no_forecast(tables: dict[str, Rows], found: pd.DataFrame) -> None:
    other, day = deepcopy(tables), date(2025, 8, 5)
    for row in other["opportunities"]:
        if row["closed_at"] is not None and row["closed_at"].date() > day:
            row["outcome"] = "lost" if row["outcome"] == "won" else "won"
            row["amount"] *= 3
    for event in other["opportunity_events"]:
        if event["changed_at"].date() > day and event["new_value"] in ("won", "lost"):
            event["new_value"] = "lost" if event["new_value"] == "won" else "won"
        if event["changed_at"].date() > day and event["field"] == "amount":
            event["new_value"] = str(int(event["old_value"]) * 3)
    changed = backtest(other)
    before = found[found["as_of_on"] <= pd.Timestamp(day)]
    same = changed.loc[before.index]
    pd.testing.assert_frame_equal(same[SAID], before[SAID])
    assert len(before) > 40
    late = before[before["period_end"] > pd.Timestamp(day)]
    assert (same.loc[late.index, "won"] != late["won"]).any()


def test_teams_owners_and_pipelines_add_up(found: pd.DataFrame) -> None:
    everything = found.loc["all"].droplevel("subject")[ADDS].astype("float64")
    for level in ("pipeline", "team", "owner"):
        sums = found.loc[level].groupby(["period_start", "lead_weeks"])[ADDS].sum(min_count=1)
        pd.testing.assert_frame_equal(sums.astype("float64"), everything, check_names=False)


def test_a_forecast_is_its_parts_and_what_was_won_is_counted_by_closing_day(
    tables: dict[str, Rows], found: pd.DataFrame
) -> None:
    rows = found.loc["all"].reset_index()
    parts = rows["won_so_far"] + rows["open_expected"] + rows["new_expected"].fillna(0)
    assert rows["expected"].tolist() == pytest.approx(parts.tolist())
    assert (rows["p10"] <= rows["p50"]).all()
    assert (rows["p50"] <= rows["p90"]).all()
    assert (rows["p10"] >= rows["won_so_far"]).all()
    for row in rows.to_dict("records"):
        won = [
            one for one in tables["opportunities"]
            if one["outcome"] == "won"
            and row["period_start"] <= pd.Timestamp(one["closed_at"].date()) < row["period_end"]
        ]  # fmt: skip
        assert row["won"] == sum(one["amount"] for one in won)
        new = [one for one in won if pd.Timestamp(one["created_at"].date()) > row["as_of_on"]]
        assert row["new_won"] == sum(one["amount"] for one in new)
        known = [one for one in won if pd.Timestamp(one["closed_at"].date()) <= row["as_of_on"]]
        assert row["won_so_far"] == sum(one["amount"] for one in known)


def test_it_is_close_to_what_was_won(found: pd.DataFrame) -> None:
    rows = found.loc["all"]
    held = (rows["won"] >= rows["p10"]) & (rows["won"] <= rows["p90"])
    assert 0.6 <= held.mean() <= 1
    wape = (rows["expected"] - rows["won"]).abs().groupby("lead_weeks").sum()
    weighted = (rows["weighted"] - rows["won"]).abs().groupby("lead_weeks").sum()
    assert wape[1] < wape[12]
    assert wape.sum() < weighted.sum()


def test_categories_without_a_history_commit_to_nothing(
    tables: dict[str, Rows], found: pd.DataFrame
) -> None:
    assert found["committed"].isna().all()
    told = deepcopy(tables)
    for number, row in enumerate(told["opportunities"]):
        row["forecast_category"] = "commit" if number % 2 else "best"
        told["opportunity_events"].append(
            {"opportunity_id": row["opportunity_id"], "field": "forecast_category",
             "changed_at": row["created_at"] + timedelta(days=3), "old_value": "pipeline",
             "new_value": row["forecast_category"]}
        )  # fmt: skip
    rows = backtest(told).loc["all"]
    assert rows["committed"].notna().any()
    known = rows[rows["committed"].notna()]
    assert (known["committed"] >= known["won_so_far"]).all()
    assert (known["committed"] > known["won_so_far"]).any()


def test_bands_are_spread_out_by_earlier_quarters_only() -> None:
    starts = pd.to_datetime(["2025-01-01", "2025-04-01", "2025-07-01"])
    rows = pd.DataFrame(
        {"level": "all", "lead_weeks": 4, "period_start": starts,
         "period_end": [*starts[1:], pd.Timestamp("2025-10-01")], "won": [40.0, 10.0, 10.0],
         "won_so_far": 5.0, "expected": 10.0, "deviation": 5.0, "p10": 4.0, "p50": 10.0,
         "p90": 16.0}
    )  # fmt: skip
    wide = pipeline.banded(rows)
    assert wide["stretch"].tolist() == pytest.approx([1, (40 / 5) ** 0.5, (40 / 6) ** 0.5])
    assert wide["p90"].tolist() == pytest.approx(10 + 6 * wide["stretch"])
    assert wide["p10"].tolist() == [4.0, 4.0, 4.0]  # never pushed below what is won


def test_days_that_are_forecast_from() -> None:
    span = DealSpan(date(2024, 2, 1), date(2025, 9, 30), 100, 90, {})
    assert [start for start, _ in quarters(span)] == [
        date(2024, 4, 1), date(2024, 7, 1), date(2024, 10, 1), date(2025, 1, 1), date(2025, 4, 1),
        date(2025, 7, 1),
    ]  # fmt: skip
    asked = origins(span)
    assert asked[0].day >= date(2024, 7, 30)
    assert asked[-1] == Origin(date(2025, 7, 1), date(2025, 10, 1), 1)
    assert asked[-1].day == date(2025, 9, 24)
    assert np.unique([one.weeks for one in asked]).tolist() == [1, 4, 8, 12]
