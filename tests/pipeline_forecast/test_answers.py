"""From frames to an outlook: windows, models beside curves, quota, records of the past."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from crm_data.queries.deals import DealCut
from forecasting.pipeline_record import errors_at, record, stretch_at
from ui.pipeline_forecast_answers import backtest_of, outlook, windows_before, with_chances

QUARTER = (date(2026, 1, 1), date(2026, 4, 1))


def test_windows_are_as_far_from_their_end_and_over() -> None:
    day = date(2026, 3, 4)  # 28 days before the end
    found = windows_before(QUARTER, day, date(2025, 4, 20))
    assert found == [
        (date(2025, 9, 3), date(2025, 7, 1), date(2025, 10, 1)),
        (date(2025, 12, 4), date(2025, 10, 1), date(2026, 1, 1)),
    ]  # fmt: skip
    coming = (date(2026, 4, 1), date(2026, 7, 1))  # the running quarter is not over
    assert windows_before(coming, day, date(2025, 1, 1))[-1][2] == date(2026, 1, 1)


def _deal(**more: Any) -> dict[str, Any]:
    plain = {
        "opportunity_no": 1, "opportunity_id": "d1", "name": None, "pipeline": "P", "stage_no": 1,
        "stage": "talk", "amount": 100.0, "forecast_category": None, "outcome": None,
        "closed_on": pd.NaT, "created_on": pd.Timestamp("2026-03-04"),
        "stage_since_on": pd.Timestamp("2026-03-04"), "win_probability": np.nan, "method": "none",
    }  # fmt: skip
    return plain | more


CURVES = pd.DataFrame(
    {"pipeline": "P", "stage_no": 1, "age_days": 0.0, "at_risk": 30, "days": [0.0, 20.0, 80.0],
     "won_share": [0.0, 0.1, 0.4]}
)  # fmt: skip


def test_a_model_keeps_its_chance_and_takes_the_time_from_the_stage() -> None:
    rows = [_deal(), _deal(method="model", win_probability=0.8), _deal(method="stage",
            win_probability=0.8), _deal(pipeline="Q")]  # fmt: skip
    deals = pd.DataFrame(rows)
    found = with_chances(deals, CURVES, date(2026, 3, 4), QUARTER, 90)
    # 27 days are left: a tenth of new deals are won in them, four tenths in 90.
    assert found["chance"].tolist()[:3] == pytest.approx([0.1, 0.2, 0.1])
    assert np.isnan(found["chance"].iloc[3])
    assert found["basis"].tolist() == ["stage", "model", "stage", "none"]


def test_against_the_quota() -> None:
    won = _deal(opportunity_id="w", outcome="won", closed_on=pd.Timestamp("2026-02-01"))
    deals = pd.DataFrame([won, _deal(chance=0.5, basis="stage", amount=200.0)])
    nothing = pd.DataFrame({"window": [], "won": []})
    past = pd.DataFrame({"lead_weeks": [], "won": [], "expected": [], "deviation": []})
    found = outlook(deals, nothing, past, as_of=date(2026, 3, 4), period=QUARTER, quota=250.0)
    assert (found.forecast.expected, found.gap, found.lead_weeks) == (200, 150, 4)
    assert found.chance == pytest.approx(0.5, abs=0.02)
    assert (found.open_value, found.needed) == (200, 300)  # half of what is open comes in time
    without = outlook(
        deals, nothing, past, as_of=date(2026, 3, 4), period=QUARTER, quota=float("nan")
    )
    assert np.isnan([without.gap, without.chance, without.needed]).all()


def _past(**more: Any) -> dict[str, Any]:
    plain = {"level": "all", "subject": "", "lead_weeks": 4, "won": 100.0, "expected": 110.0,
             "deviation": 5.0, "p10": 95.0, "p90": 120.0, "weighted": 150.0, "committed": np.nan,
             "series": 90.0,
             "period_start": pd.Timestamp("2025-01-01")}  # fmt: skip
    return plain | more


def test_the_record_of_the_past_is_by_lead_time() -> None:
    rows = pd.DataFrame([_past(), _past(won=130.0), _past(lead_weeks=1, won=1.0)])
    table = record(rows).set_index(["lead_weeks", "way"])
    row = table.loc[(4, "forecast")]
    assert (row["quarters"], row["held"], row["banded"]) == (2, 1, 2)
    assert (row["bias"], row["wape"]) == (pytest.approx(-10 / 230), pytest.approx(30 / 230))
    assert table.loc[(4, "weighted"), "bias"] == pytest.approx(70 / 230)
    assert table.loc[(4, "series"), "bias"] == pytest.approx(-50 / 230)
    assert table.loc[(4, "committed"), "quarters"] == 0
    assert np.isnan(table.loc[(4, "committed"), "wape"])
    assert table.loc[(1, "forecast"), "wape"] == 109  # not cut off at 1
    assert stretch_at(rows, 4) == pytest.approx(((4 + 4 + 16) / 6) ** 0.5)
    assert errors_at(rows, 4).tolist() == [10, -20]


def test_which_past_belongs_to_which_deals() -> None:
    rows = pd.DataFrame(
        [_past(level=level, subject=subject)
         for level, subject in (("all", ""), ("pipeline", "P"), ("team", "A"), ("owner", "e1"))]
    )  # fmt: skip

    def kept(cut: DealCut, owners: frozenset[str] | None = None, *teams: str | None) -> list[str]:
        return backtest_of(rows, cut, owners, frozenset(teams))["level"].tolist()

    assert kept(DealCut()) == ["all"]
    assert kept(DealCut((("team", ("A",)),))) == ["team"]
    assert kept(DealCut((("owner_id", ("e1",)),))) == ["owner"]
    assert kept(DealCut((("pipeline", ("P",)),))) == ["pipeline"]
    for cut in (DealCut((("team", ("A", "B")),)), DealCut((("team", (None,)),)),
                DealCut((("source", ("web",)),)), DealCut(among="{}"),
                DealCut((("team", ("A",)), ("pipeline", ("P",))))):  # fmt: skip
        assert kept(cut) == []
    assert kept(DealCut(), frozenset({"e1"})) == ["owner"]
    two = frozenset({"e1", "e2"})
    assert kept(DealCut(), two, "A") == ["team"]
    # Of two teams, or of nobody's, it is not the past of one of them.
    assert kept(DealCut(), two, "A", "B") == kept(DealCut(), two, "A", None) == []
    assert kept(DealCut(), two) == []
