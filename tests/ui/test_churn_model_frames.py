"""Tables of the card of churn, counted by hand."""

from typing import Any

import pytest

from tests.pages.churn_cards import card_of
from ui import churn_model_frames as frames

CARD = card_of("useful")


def test_tenths_add_up_to_all_who_left() -> None:
    found = frames.tenths(CARD)

    assert found["lift"].tolist() == pytest.approx([1.6, 0.4])  # 40 % and 10 % of 25 %
    assert found["caught_share"].tolist() == pytest.approx([0.8, 1.0])
    assert found["predicted_rate"].tolist() == pytest.approx([0.37, 0.11])


def test_days_are_of_both_uses_and_judged_ones_have_a_prediction() -> None:
    assert frames.asked_days(CARD)["day_role"].tolist() == ["learnt", "judged"]
    found = frames.days(CARD)
    assert found["predicted_rate"].tolist() == pytest.approx([0.24])
    assert found["expected_left"].tolist() == [48.0]


def test_a_total_is_too_low_only_beyond_chance() -> None:
    day = CARD["turned_out"][0]  # 48 predicted, 50 of 200 left
    assert frames.total_miss(CARD) is None

    def told(predicted: float, times: int) -> tuple[str, float] | None:
        return frames.total_miss(CARD | {"turned_out": [day | {"predicted": predicted}] * times})

    assert told(38.0, 1) == ("too_low", pytest.approx(50 / 38))
    assert told(64.0, 1) == ("too_high", pytest.approx(50 / 64))
    assert told(42.0, 1) is None  # 21 %: inside 19.5 to 31.4
    assert told(42.0, 4) == ("too_low", pytest.approx(50 / 42))  # not of four such days


@pytest.mark.parametrize(
    ("row", "remark"),
    [
        ({"is_miscalibrated": False, "is_ranked_worse": False}, "none"),
        ({"is_miscalibrated": True, "is_ranked_worse": False}, "too_low"),
        ({"is_miscalibrated": True, "is_ranked_worse": False, "observed": 0.1}, "too_high"),
        ({"is_miscalibrated": False, "is_ranked_worse": True}, "ranked_worse"),
        ({"is_miscalibrated": True, "is_ranked_worse": True}, "too_low_and_ranked_worse"),
    ],
)
def test_what_is_worse_in_a_segment(row: dict[str, Any], remark: str) -> None:
    segment = CARD["segments"]["kind"][0] | row
    found = frames.segments(CARD | {"segments": {"kind": [segment]}})

    assert found["remark"].tolist() == [remark]


def test_segments_of_all_fields_are_one_table_the_worst_first() -> None:
    assert frames.segments(CARD)["segment"].tolist() == ["East", "person", "West"]
    assert frames.segments(CARD | {"segments": {"kind": []}}).empty


def test_a_field_is_sure_beyond_two_spreads_only() -> None:
    assert frames.drivers(CARD)["is_sure"].tolist() == [True, False]
    edge = [{"field": "region", "auc_drop": 0.02, "spread": 0.01}]
    assert frames.drivers(CARD | {"importance": edge})["is_sure"].tolist() == [False]
    assert frames.drivers(CARD | {"importance": []}).empty


def test_the_model_stands_above_what_it_has_to_beat() -> None:
    found = frames.baselines(CARD)

    assert found["baseline"].tolist() == ["model", "rate", "recency", "nps"]
    assert found["auc"].tolist() == [0.731, 0.5, 0.5, 0.5]
    assert found["gain"].isna().tolist() == [True, False, False, False]


def test_who_is_nobody_today_has_no_drift() -> None:
    without = {name: value for name, value in CARD.items() if name != "drift"}
    assert frames.drifts(without).empty
    assert frames.drifts(CARD)["feature"].tolist() == ["", "last_nps", "region"]
