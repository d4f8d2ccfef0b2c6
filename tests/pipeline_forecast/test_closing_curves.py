"""Curves of being won by stage and age: against Aalen-Johansen, by hand, and their fallbacks."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.closing_curves import AGES, chances_between, closing_curves
from analytics.competing_risks import cumulative_incidence

VISIT = st.tuples(
    st.integers(1, 120), st.integers(0, 120), st.sampled_from(["won", "lost", None])
)  # fmt: skip


def visits(rows: list[tuple[int, int, str | None]], stage: int | None = 1) -> pd.DataFrame:
    """Rows are stay, days to close or to the last day, and outcome."""
    frame = pd.DataFrame(rows, columns=["stay", "days", "outcome"])
    return frame.assign(pipeline="P", stage_no=stage, deals=1).astype({"stage_no": "Int64"})


def asked(stage: int | None, stage_days: float, age_days: float) -> pd.DataFrame:
    row = {"pipeline": "P", "stage_no": stage, "stage_days": stage_days, "age_days": age_days}
    return pd.DataFrame([row]).astype({"stage_no": "Int64"})


@given(st.lists(VISIT, min_size=1, max_size=40))
def test_a_curve_is_the_incidence_of_those_still_there(rows: list[tuple[int, int, str]]) -> None:
    rows = [(stay, stay + more, outcome) for stay, more, outcome in rows]
    curves = closing_curves(visits(rows), least=1)
    for age in AGES:
        still = [(days - age, outcome) for stay, days, outcome in rows if stay > age]
        own = curves[curves["age_days"] == age]
        if not still:
            assert own.empty
            continue
        known = cumulative_incidence([d for d, _ in still], [o for _, o in still])
        won = known[(known["cause"] == "won") & (known["ended"] > 0)] if len(known) else known
        assert own["days"].tolist() == [0.0, *won["duration"]]
        assert own["won_share"].tolist() == pytest.approx([0.0, *won["incidence"]])
        assert set(own["at_risk"]) == {len(still)}


def test_a_deal_between_two_ages_is_between_their_curves() -> None:
    # Of 4 new ones 2 are won by day 10; of the 2 still there after 7 days one is, 3 days later.
    rows = [(2, 2, "won"), (3, 3, "lost"), (10, 10, "won"), (10, 40, "lost")]
    curves = closing_curves(visits(rows), least=2)
    at = [chances_between(asked(1, d, d), curves, 0, 10)["chance"].iloc[0] for d in (0, 3.5, 7, 99)]
    assert at == [0.5, 0.5, 0.5, 0.5]
    soon = [chances_between(asked(1, d, d), curves, 0, 3)["chance"].iloc[0] for d in (0, 3.5, 7)]
    assert soon == pytest.approx([0.25, 0.375, 0.5])
    later = chances_between(asked(1, 0, 0), curves, 2, 10)["chance"].iloc[0]
    assert later == pytest.approx(0.25)  # not what is won in the first two days


def test_a_stage_that_says_too_little_gives_way_to_the_age_of_the_deal() -> None:
    few = visits([(5, 5, "won")], stage=1)
    lives = visits([(30, 30, "won"), (30, 30, "lost"), (30, 30, "lost"), (9, 9, None)], stage=None)
    curves = closing_curves(pd.concat([few, lives]), least=3)
    found = chances_between(asked(1, 1, 0), curves, 0, 60).iloc[0]
    assert (found["basis"], found["known_deals"]) == ("age", 4)
    assert found["chance"] == pytest.approx(1 / 3)  # the open one is unfinished, not lost
    nobody = asked(1, 1, 0).assign(pipeline="Q")
    other = chances_between(nobody, curves, 0, 60).iloc[0]
    assert (other["basis"], other["known_deals"], np.isnan(other["chance"])) == ("none", 0, True)
    nothing = chances_between(asked(1, 1, 0), closing_curves(few), 0, 60)
    assert nothing["chance"].isna().all()
