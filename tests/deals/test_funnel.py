"""The funnel by hand and on random deals: nobody is dropped, nobody is counted twice."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.funnel import funnel, funnels
from analytics.stats import wilson_interval

STAGES = pd.DataFrame(
    {
        "pipeline": "new",
        "stage_no": [3, 0, 5, 1, 2],  # numbers say nothing about the order
        "stage": ["Talk", "Check", "Offer", "Won", "Lost"],
        "position": [1, 2, 3, 4, 5],
        "outcome": pd.Series([None, None, None, "won", "lost"], dtype="str"),
    }
)
Group = tuple[list[int], int | None, str | None, int, float]


def groups(rows: Sequence[Group], pipeline: str = "new") -> pd.DataFrame:
    """Rows of (stages been in, current, outcome, deals, amount of each)."""
    return pd.DataFrame(
        {
            "pipeline": pd.Series([pipeline] * len(rows), dtype="str"),
            "visited": [sum(1 << number for number in row[0]) for row in rows],
            "stage_no": pd.Series([row[1] for row in rows], dtype="float64"),
            "outcome": pd.Series([row[2] for row in rows], dtype="str"),
            "deals": [row[3] for row in rows],
            "valued": [row[3] if row[4] else 0 for row in rows],
            "amount": [row[3] * row[4] for row in rows],
            "amount_sq": [row[3] * row[4] ** 2 for row in rows],
        }
    )


ROWS: list[Group] = [
    ([3, 0, 5, 1], 1, "won", 4, 10.0),
    ([3, 5, 1], 1, "won", 1, 10.0),  # skipped Check
    ([3, 0, 2], 2, "lost", 3, 20.0),  # lost at Check
    ([2], 2, "lost", 2, 5.0),  # never seen in an open stage
    ([3, 0, 5], 3, None, 1, 7.0),  # came to Offer, moved back to Talk
    ([3], 3, None, 2, 0.0),  # without an amount
]


def test_by_hand() -> None:
    found = funnel(groups(ROWS), STAGES)

    at = found.stages.set_index("stage")
    assert at["entered"].tolist() == [13, 9, 6]
    assert at["advanced"].tolist() == [9, 6, 5]
    assert at["lost"].tolist() == [2, 3, 0]
    assert at["open"].tolist() == [2, 0, 1]
    assert at["won"].tolist() == [5, 5, 5]
    assert at["skipped"].tolist() == [2, 1, 0]
    assert at["moved_back"].tolist() == [0, 0, 1]
    assert at["entered_value"].tolist() == [127, 117, 57]
    assert at["of_previous"].tolist() == pytest.approx([np.nan, 9 / 13, 6 / 9], nan_ok=True)
    assert at["of_first"].tolist() == pytest.approx([1, 9 / 13, 6 / 13])
    assert at["of_first_value"].tolist() == pytest.approx([1, 117 / 127, 57 / 127])
    assert at["decided"].tolist() == pytest.approx([9 / 11, 6 / 9, 1])
    low, high = wilson_interval(6, 9)
    assert at.loc["Offer", ["of_previous_low", "of_previous_high"]].tolist() == [low, high]
    assert (found.deals, found.won, found.lost, found.open, found.unvalued) == (13, 5, 5, 3, 2)


def test_lost_deals_stay_in_the_funnel() -> None:
    # Named after the fault: without them Check would keep 6 of 6, and the first step 13 - 5.
    found = funnel(groups(ROWS), STAGES).stages

    assert found["lost"].sum() == 5
    assert found["entered"].tolist() == [13, 9, 6]


def test_repeated_visits_count_once() -> None:
    found = funnel(groups([([3, 0], 3, None, 1, 1.0)]), STAGES).stages

    assert found["entered"].tolist() == [1, 1, 0]


@st.composite
def random_rows(draw: st.DrawFn) -> list[Group]:
    rows = []
    for _ in range(draw(st.integers(0, 12))):
        been = draw(st.lists(st.integers(0, 6), max_size=7, unique=True))
        outcome = draw(st.sampled_from(["won", "lost", None]))
        current = draw(st.none() | st.integers(0, 6))
        rows.append(
            (been, current, outcome, draw(st.integers(1, 9)), float(draw(st.integers(0, 9))))
        )
    return rows


@settings(max_examples=30)
@given(random_rows())
def test_at_each_stage_all_that_entered_went_on_or_were_lost_or_are_there(
    rows: list[Group],
) -> None:
    found = funnel(groups(rows), STAGES)

    at = found.stages
    together = at["advanced"] + at["lost"] + at["open"]
    assert at["entered"].tolist() == together.tolist()
    values = at["advanced_value"] + at["lost_value"] + at["open_value"]
    assert at["entered_value"].tolist() == pytest.approx(values.tolist())
    assert at["entered"].iloc[0] == found.deals == sum(row[3] for row in rows)
    assert at["entered"].iloc[1:].tolist() == at["advanced"].iloc[:-1].tolist()
    assert at["advanced"].iloc[-1] == found.won
    assert (at["lost"].sum(), at["open"].sum()) == (found.lost, found.open)
    assert (at["skipped"] <= at["entered"]).all()
    for name in ("of_previous", "of_first", "decided", "of_previous_value", "decided_value"):
        known = at[[name, f"{name}_low", f"{name}_high"]].dropna()
        assert (known[f"{name}_low"] <= known[name] + 1e-9).all()
        assert (known[name] <= known[f"{name}_high"] + 1e-9).all()


def test_no_deals() -> None:
    found = funnel(groups([]), STAGES)

    assert found.stages["entered"].tolist() == [0, 0, 0]
    assert found.stages["of_first"].isna().all()


def test_pipelines_are_never_blended() -> None:
    two = pd.concat([groups(ROWS), groups(ROWS[:1], "renewal")])
    stages = pd.concat([STAGES, STAGES.assign(pipeline="renewal")])

    with pytest.raises(ValueError, match="one pipeline"):
        funnel(two, stages)
    found = funnels(two, stages)
    assert {name: each.deals for name, each in found.items()} == {"new": 13, "renewal": 4}


def test_a_pipeline_without_open_stages_is_refused() -> None:
    with pytest.raises(ValueError, match="no open stage"):
        funnel(groups(ROWS), STAGES[STAGES["outcome"].notna()])
