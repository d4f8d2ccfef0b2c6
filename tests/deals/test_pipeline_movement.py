"""Each rule of the waterfall by hand; that it adds up, on random histories, to the last unit."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.pipeline_movement import STEPS, PipelineMovement, pipeline_movement
from tests.deals.frames import State, day, states

MAY = (day("2025-05-01"), day("2025-06-01"))


def effects(found: PipelineMovement) -> dict[str, tuple[int, float]]:
    made = found.steps[found.steps["deals"] > 0]
    both = zip(made["deals_effect"], made["value_effect"], strict=True)
    return dict(zip(made["step"], both, strict=True))


def test_every_step_without_a_window() -> None:
    opening = states(
        [
            (1, "2025-05-10", 100.0, None),
            (2, "2025-05-10", 100.0, None),
            (3, "2025-05-10", 100.0, None),
            (4, "2025-05-10", 100.0, None),
            (5, "2025-05-10", 100.0, "lost"),
            (6, "2025-05-10", None, None),
            (7, "2025-05-10", 70.0, None),
            (8, "2025-05-10", 100.0, "won"),
            (9, "2025-05-10", 5.0, None),
            (10, "2025-05-10", 8.0, None),
            (12, "2025-05-10", None, None),
        ]
    )
    closing = states(
        [
            (1, "2025-05-10", 150.0, None),  # grown
            (2, "2025-07-10", 60.0, None),  # shrunk and pushed
            (3, "2025-05-10", 120.0, "won"),  # grown, then won
            (4, "2025-05-10", 0.0, "lost"),  # set to 0 when lost: loses what stood there
            (5, "2025-05-10", 90.0, None),  # reopened
            (6, "2025-05-10", 30.0, None),  # valued
            (7, "2025-05-10", None, None),  # unvalued
            (8, "2025-05-10", 100.0, "won"),  # as before: no step
            (9, "2025-04-10", 5.0, None),  # pulled earlier
            (11, "2025-05-10", 40.0, "won"),  # came and was won in between
            (12, "2025-05-10", None, None),  # unchanged, without an amount
            (13, "2025-05-10", 11.0, None),  # new
        ]
    )  # 10 has left

    found = pipeline_movement(opening, closing)

    assert effects(found) == {
        "new": (2, 51),
        "reopened": (1, 90),
        "valued": (0, 30),
        "grown": (0, 70),
        "shrunk": (0, -40),
        "unvalued": (0, -70),
        "pushed": (0, 0),
        "pulled_earlier": (0, 0),
        "won": (-2, -160),
        "lost": (-1, -100),
        "left": (-1, -8),
    }
    assert (found.opening.deals, found.opening.unvalued, found.opening.value) == (9, 2, 483)
    assert (found.closing.deals, found.closing.unvalued, found.closing.value) == (8, 2, 346)
    main = found.changes.set_index("opportunity_no")["main"].to_dict()
    assert main == {
        1: "grown", 2: "pushed", 3: "won", 4: "lost", 5: "reopened", 6: "valued", 7: "unvalued",
        9: "pulled_earlier", 10: "left", 11: "won", 12: "unchanged", 13: "new",
    }  # fmt: skip
    pushed = found.changes.set_index("opportunity_no").loc[2]
    assert (pushed["days_moved"], pushed["value_effect"]) == (61, -40)
    unvalued = found.steps.set_index("step")["unvalued"]
    assert unvalued[unvalued > 0].empty


def test_a_window_counts_what_is_due_in_it() -> None:
    opening = states(
        [
            (1, "2025-05-31", 100.0, None),
            (2, "2025-05-10", 100.0, None),
            (3, "2025-06-01", 100.0, None),
            (4, "2025-04-30", 100.0, None),
            (5, None, 100.0, None),
            (6, "2025-05-10", 100.0, None),
            (7, "2025-06-10", 100.0, None),
            (8, "2025-05-10", 100.0, None),
            (9, "2025-05-02", 100.0, None),
        ]
    )
    closing = states(
        [
            (1, "2025-06-01", 130.0, None),  # grown, then pushed out
            (2, "2025-04-30", 100.0, None),
            (3, "2025-05-31", 120.0, None),  # pulled in with what it is worth at the end
            (4, "2025-05-01", 100.0, None),
            (5, "2025-05-05", 100.0, None),
            (6, None, 100.0, None),
            (7, "2025-05-20", 100.0, "won"),  # pulled in and won in between
            (8, "2025-06-15", 100.0, "won"),  # won, whatever its date says
            (9, "2025-05-30", 100.0, None),  # moved within the window
        ]
    )

    found = pipeline_movement(opening, closing, window=MAY)

    assert effects(found) == {
        "pulled_in": (2, 220),
        "pushed_in": (1, 100),
        "dated": (1, 100),
        "grown": (0, 30),
        "pushed": (0, 0),
        "won": (-2, -200),
        "pushed_out": (-1, -130),
        "pulled_out": (-1, -100),
        "undated": (-1, -100),
    }
    main = found.changes.set_index("opportunity_no")["main"]
    assert main.loc[[1, 7, 9]].tolist() == ["pushed_out", "won", "pushed"]


def test_another_pipeline_is_joined_and_left() -> None:
    opening = states([(1, None, 5.0, None), (2, None, 7.0, None)], ["new", "old"])
    closing = states([(1, None, 5.0, None), (2, None, 9.0, None)], ["old", "new"])

    found = pipeline_movement(opening, closing, pipeline="new")

    assert effects(found) == {"joined": (1, 9), "left": (-1, -5)}
    assert effects(pipeline_movement(opening, closing)) == {"grown": (0, 2)}


def test_a_deal_without_an_amount_is_counted_and_adds_nothing() -> None:
    found = pipeline_movement(states([(1, None, None, None)]), states([(2, None, None, None)]))

    assert effects(found) == {"new": (1, 0), "left": (-1, 0)}
    steps = found.steps.set_index("step")
    assert steps.loc[["new", "left"], "unvalued"].tolist() == [1, 1]
    assert (found.opening.unvalued, found.closing.unvalued) == (1, 1)


DATES = st.sampled_from([None, "2025-04-20", "2025-05-01", "2025-05-31", "2025-06-01"])
AMOUNTS = st.none() | st.decimals(-10, 10**8, places=4)
STATE = st.tuples(DATES, AMOUNTS, st.sampled_from([None, None, "won", "lost"]),
                  st.sampled_from(["new", "old"]))  # fmt: skip
HISTORIES = st.dictionaries(st.integers(1, 30), st.tuples(st.none() | STATE, st.none() | STATE))
Known = tuple[str | None, Decimal | None, str | None, str]


def as_states(histories: dict[int, tuple[Known | None, Known | None]], at: int) -> pd.DataFrame:
    rows: list[State] = []
    pipelines = []
    for number, history in histories.items():
        known = history[at]
        if known is not None:
            close, amount, outcome, pipeline = known
            rows.append((number, close, None if amount is None else float(amount), outcome))
            pipelines.append(pipeline)
    return states(rows, pipelines)


@settings(max_examples=60)
@given(HISTORIES, st.sampled_from([None, "new"]), st.sampled_from([None, MAY]))
def test_the_waterfall_adds_up_on_random_histories(
    histories: dict[int, tuple[Known | None, Known | None]],
    pipeline: str | None,
    window: tuple[pd.Timestamp, pd.Timestamp] | None,
) -> None:
    opening, closing = as_states(histories, 0), as_states(histories, 1)

    found = pipeline_movement(opening, closing, pipeline=pipeline, window=window)

    assert found.steps["step"].tolist() == list(STEPS)
    steps = int(found.steps["units_effect"].sum())
    assert found.opening.units + steps == found.closing.units
    assert found.opening.deals + found.steps["deals_effect"].sum() == found.closing.deals
    for at, total in enumerate((found.opening, found.closing)):
        counted = [
            known[1]
            for history in histories.values()
            if (known := history[at]) is not None
            and known[2] is None
            and pipeline in (None, known[3])
            and (window is None or (known[0] is not None and known[0][5:7] == "05"))
        ]
        assert (total.deals, total.unvalued) == (len(counted), counted.count(None))
        exact = sum((amount for amount in counted if amount is not None), Decimal(0))
        assert total.units == int(exact * 10_000)
    assert found.changes["opportunity_no"].is_unique
    assert found.changes["deals_effect"].sum() == found.steps["deals_effect"].sum()
    np.testing.assert_allclose(
        found.changes["value_effect"].sum(), found.steps["value_effect"].sum(), atol=1e-3
    )


def test_one_deal_twice_on_a_day_is_refused() -> None:
    twice = states([(1, None, 1.0, None)] * 2)

    with pytest.raises(ValueError, match="deal 1 twice"):
        pipeline_movement(twice, states([]))
