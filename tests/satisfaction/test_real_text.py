"""Reviews of real customers: how well comments are classified, and how fast."""

import sys
from time import perf_counter

import pandas as pd
import pytest

from analytics.comment_judge import judge_comments
from analytics.comment_topics import comment_topics
from analytics.satisfaction import csat
from analytics.text import fit_sentiment, labels_of_scores, topics
from tests.real_data import real_file

pytestmark = [pytest.mark.slow, pytest.mark.real_data]


def test_chinese_reviews_are_classified_at_least_as_well_as_promised() -> None:
    reviews = pd.read_csv(real_file("zh_reviews/waimai_10k.csv.gz"))

    found = fit_sentiment(reviews["review"].tolist(), reviews["label"].tolist())
    started = perf_counter()
    found.predict(reviews["review"].tolist()[:10_000])
    seconds = perf_counter() - started

    assert found.n_ == 11_987
    assert found.cross_validated_accuracy_ >= 0.89
    assert found.calibration_error_ < 0.02
    assert found.judged_accuracy_ > found.cross_validated_accuracy_
    assert seconds < 10


def test_english_reviews_as_a_survey() -> None:
    reviews = pd.read_csv(real_file("amazon_alexa_reviews/amazon_alexa.tsv.gz"), sep="\t")

    score = csat(reviews["rating"], 5)
    found = fit_sentiment(
        reviews["verified_reviews"].tolist(), labels_of_scores(reviews["rating"], "csat", 5)
    )

    assert reviews["rating"].value_counts().sort_index(ascending=False).tolist() == [
        2286, 455, 152, 96, 161,
    ]  # fmt: skip
    assert score.value == pytest.approx(2741 / 3150)
    assert (score.low, score.high) == pytest.approx((0.8580, 0.8814), abs=1e-4)
    assert found.cross_validated_accuracy_ > found.majority_share_ + 0.015
    sys.stdout.write(
        f"Alexa, not seen: accuracy {found.cross_validated_accuracy_:.4f} "
        f"({found.accuracy_low_:.4f} to {found.accuracy_high_:.4f}), balanced "
        f"{found.balanced_accuracy_:.4f}, always positive {found.majority_share_:.4f}, "
        f"calibration error {found.calibration_error_:.4f}, declined {found.declined_share_:.4f}, "
        f"n {found.n_}\n"
    )


def test_reviews_of_both_languages_are_judged_at_a_refresh() -> None:
    chinese = pd.read_csv(real_file("zh_reviews/waimai_10k.csv.gz"))
    english = pd.read_csv(real_file("amazon_alexa_reviews/amazon_alexa.tsv.gz"), sep="\t")
    labels = chinese["label"].map({1: "positive", 0: "negative"}).tolist()
    labels += labels_of_scores(english["rating"], "csat", 5)
    texts = [*chinese["review"], *english["verified_reviews"]]

    started = perf_counter()
    judged = judge_comments(texts, labels)
    seconds = perf_counter() - started
    found = comment_topics(texts, judged.comments["language"])

    assert judged.cards["chinese"]["verdict"] == judged.cards["other"]["verdict"] == "useful"
    assert judged.cards["chinese"]["accuracy"] >= 0.89
    assert judged.cards["other"]["accuracy"] > judged.cards["other"]["majority"] + 0.015
    assert judged.cards["other"]["balanced"] > 0.66
    assert seconds < 60
    assert len(found.topics) == 16
    assert found.topics["again"].mean() > 0.3


def test_topics_of_chinese_reviews_are_words() -> None:
    reviews = pd.read_csv(real_file("zh_reviews/waimai_10k.csv.gz"))

    found = topics(reviews["review"].tolist(), 8)

    named = {term for topic in found for term in topic.terms}
    assert {"味道", "送餐", "小时", "难吃"} <= named
    assert found.none_share < 0.3
