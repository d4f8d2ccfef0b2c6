"""Comments of the sample company: planted topics and moods are found again without knowing them."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics.comment_judge import judge_comments
from analytics.comment_topics import comment_topics
from analytics.sentiment import labels_of_scores
from analytics.text_mask import masked
from sample_data.generate import generate
from tests.sample_data.conftest import END

_WORDS = {
    "delivery": "物流|快递|配送|delivery|shipping", "price": "价格|优惠|price|value for money",
    "service": "客服|售后|服务|service|support", "app": "小程序|应用|app",
    "quality": "质量|做工|quality|workmanship",
}  # fmt: skip


@pytest.fixture(scope="module")
def planted() -> dict[str, Any]:
    company = generate(customers=4_000, seed=4, months=24, end=END)
    answers = company.frames["survey_responses"].to_pandas()
    said = answers[answers["comment"].notna()].reset_index(drop=True)
    labels = np.full(len(said), None, dtype=object)
    for kind, scale in (("nps", 10), ("csat", 5), ("ces", 7)):
        mine = (said["kind"] == kind).to_numpy()
        labels[mine] = labels_of_scores(said.loc[mine, "score"], kind, scale)  # type: ignore[arg-type]  # of KINDS
    judged = judge_comments(said["comment"], labels.tolist())
    return {
        "said": said,
        "judged": judged,
        "topics": comment_topics(said["comment"], judged.comments["language"]),
        "truth": company.planted["truths"]["comments"],
        "tickets": company.frames["tickets"].to_pandas(),
    }


def test_moods_are_learned_as_well_as_they_were_planted(planted: dict[str, Any]) -> None:
    cards = planted["judged"].cards
    off = planted["truth"]["parameters"]["off_share"]

    assert set(cards) == {"chinese", "other"}
    for card in cards.values():
        assert card["verdict"] == "useful"
        # So many were given a mood by lot, two thirds of them another than the score says.
        assert card["low"] < 1 - 2 / 3 * off
        assert card["accuracy"] > 1 - 2 * off
        assert card["calibration_error"] < 0.08


@pytest.mark.parametrize("language", ["chinese", "other"])
def test_each_planted_topic_is_found_in_each_language(
    planted: dict[str, Any], language: str
) -> None:
    found, said = planted["topics"], planted["said"]
    bits = found.comments["topics"].to_numpy()
    mine = (planted["judged"].comments["language"] == language).to_numpy()
    for words in _WORDS.values():
        about = said["comment"].str.lower().str.contains(words).to_numpy() & mine
        purity = [
            about[(bits >> number & 1) == 1].mean()
            for number in found.topics.loc[found.topics["language"] == language, "topic_no"]
        ]
        assert max(purity) > 0.7


def test_unhappy_comments_of_late_are_about_delivery(planted: dict[str, Any]) -> None:
    said, judged = planted["said"], planted["judged"].comments
    unhappy = (judged["sentiment"] == "negative").to_numpy()
    recent = (said["sent_at"] >= pd.Timestamp(END) - pd.Timedelta(days=182)).to_numpy()
    about = said["comment"].str.lower().str.contains(_WORDS["delivery"]).to_numpy()

    assert about[unhappy & recent].mean() > about[unhappy & ~recent].mean() + 0.1


def test_personal_data_is_planted_and_masked(planted: dict[str, Any]) -> None:
    said = planted["said"]["comment"]
    personal = said[said.str.contains("@|139000")]

    assert 0.01 < len(personal) / len(said) < 0.03
    assert not personal.map(masked).str.contains("@|139").any()


def test_tickets_have_words_where_customers_wrote(planted: dict[str, Any]) -> None:
    tickets = planted["tickets"]

    assert tickets.loc[tickets["channel"] == "phone", "body"].isna().all()
    assert 0.3 < tickets.loc[tickets["channel"] != "phone", "body"].notna().mean() < 0.5
