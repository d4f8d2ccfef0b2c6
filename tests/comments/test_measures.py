"""Judging, topics, shares, changes and calls on data whose answer is known beforehand."""

from datetime import date
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.callbacks import called_back, outcomes
from analytics.comment_judge import judge_comments
from analytics.comment_measures import (
    negative_trend,
    points_of,
    sentiments,
    topic_changes,
    topic_table,
)
from analytics.comment_topics import comment_topics
from analytics.text_prepare import is_chinese, search_terms, searchable, unlike
from analytics.topics import refound, topics
from tests.comments.company import scored

TOPICS = pd.DataFrame({"topic_no": [0, 1, 2]})


def test_each_language_is_learned_by_itself() -> None:
    rows = scored()
    texts = [row["text"] for row in rows]
    labels = ["positive" if row["score"] == 5 else "negative" for row in rows]
    chinese_only = [
        label if row["language"] == "zh" else None for label, row in zip(labels, rows, strict=True)
    ]

    both, one = judge_comments(texts, labels), judge_comments(texts, chinese_only)

    assert {name: card["verdict"] for name, card in both.cards.items()} == {
        "chinese": "useful", "other": "useful",
    }  # fmt: skip
    card = both.cards["chinese"]
    assert (card["comments"], card["scored"], card["positive"], card["learned"]) == (64, 64, 32, 64)
    assert card["majority"] == 0.5
    assert card["low"] < card["accuracy"] <= card["high"]
    assert sum(row["n"] for row in card["reliability"]) == 64
    assert one.cards["other"]["verdict"] == "too_few"
    assert one.cards["other"]["declined"] == 64
    english = one.comments[one.comments["language"] == "other"]
    assert set(english["sentiment"]) == {"declined"}
    assert english["positive"].isna().all()


def test_words_without_meaning_are_not_judged() -> None:
    texts = [row["text"] for row in scored()]
    drawn = np.random.default_rng(0).choice(["positive", "negative"], len(texts)).tolist()

    found = judge_comments(texts, drawn)

    assert {card["verdict"] for card in found.cards.values()} == {"no_better"}
    assert set(found.comments["sentiment"]) == {"declined"}


def test_what_was_learned_from_is_judged_by_who_had_not_seen_it() -> None:
    """One comment with words of its own and the wrong score: learning it by heart would show."""
    rows = scored()
    texts = [row["text"] for row in rows] + ["味道很好，口味不错，非常非常"]
    labels = ["positive" if row["score"] == 5 else "negative" for row in rows] + ["negative"]

    found = judge_comments(texts, labels)

    assert found.comments["positive"].iloc[-1] > 0.5


def test_copies_of_a_text_are_judged_alike() -> None:
    rows = scored()
    texts = [row["text"] for row in rows] * 2 + ["", "zzz"]
    labels = ["positive" if row["score"] == 5 else "negative" for row in rows] * 2 + [None, None]

    found = judge_comments(texts, labels).comments

    first, second = found.iloc[: len(rows)], found.iloc[len(rows) : 2 * len(rows)]
    assert first["positive"].tolist() == second["positive"].tolist()
    assert found["sentiment"].tolist()[-2:] == ["declined", "declined"]


def test_topics_are_told_of_every_comment() -> None:
    rows = scored()
    texts = [row["text"] for row in rows]
    language = ["chinese" if row["language"] == "zh" else "other" for row in rows]

    found = comment_topics(texts, language)

    assert found.read == {"chinese": 64, "other": 64}
    by_bits = [
        (found.comments["topics"].to_numpy() >> number & 1).sum()
        for number in found.topics["topic_no"]
    ]
    assert by_bits == found.topics["comments"].tolist()
    of_english = found.topics.loc[found.topics["language"] == "other", "topic_no"]
    chinese = found.comments["topics"].to_numpy()[:64]
    assert not any((chinese >> number & 1).any() for number in of_english)
    main = found.comments["main_topic"]
    assert (main.isna() == (found.comments["topics"] == 0)).all()
    assert found.topics["again"].between(0, 1).all()


def test_words_of_one_customer_name_no_topic() -> None:
    """One writes twenty times of a secret; five write of delivery, all of them with their name."""
    secret = [f"my divorce lawyer {n} asked about divorce lawyer" for n in range(20)]
    secret += [f"离婚律师{n}问离婚律师" for n in range(20)]
    shared = [f"Quill says slow courier {n}" for n in range(5) for _ in range(4)]
    shared += [f"郭小云说配送迟到{n}" for n in range(5) for _ in range(4)]
    texts = secret + shared
    who = [0] * 40 + [1 + n for n in range(5) for _ in range(4)] * 2
    names = {n: ["Quill", "郭小云", "小云"] for n in range(1, 6)}
    language = ["other"] * 20 + ["chinese"] * 20 + ["other"] * 20 + ["chinese"] * 20

    found = comment_topics(texts, language, customers=who, names=names).topics

    said = "".join(found["name"]) + "".join(term for one in found["terms"] for term in one)
    assert "courier" in said
    assert "配送" in said
    assert not [word for word in ("divorce", "离婚", "律师", "quill", "小云") if word in said]


def test_texts_of_nobody_count_by_what_they_say() -> None:
    copied = ["my divorce lawyer called"] * 20
    told = [f"slow courier today {n} {end}" for n, end in product(range(5), "abcd")]

    found = comment_topics(copied + told, ["other"] * 40, customers=[None] * 40).topics

    assert any("courier" in term for term in found["terms"].iloc[0])
    assert not any("divorce" in term for terms in found["terms"] for term in terms)


def test_a_topic_found_again_shares_all_its_terms_and_one_of_chance_none() -> None:
    taste = [f"味道{w}，口味{v}" for w, v in product("好差咸淡", "佳坏怪新重")]
    screen = [f"the screen {w} and screen quality {v}" for w, v in product("abcd", "efghi")]

    one, same, other = topics(taste, 1), topics(taste, 1), topics(screen, 1)

    assert refound(one, same) == [1.0]
    assert refound(one, other) == [0.0]


def test_shares_of_the_judged() -> None:
    counts = pd.DataFrame(
        {"sentiment": ["negative", "positive", "declined", "negative"], "comments": [20, 60, 7, 0]}
    )
    of = sentiments(counts)

    assert (of.n, of.positive, of.negative, of.declined, of.share) == (87, 60, 20, 7, 0.25)
    # Wilson's of 20 of 80: (0.25 + z²/160 ± z·√(0.1875/80 + z²/25600)) / (1 + z²/80), by hand.
    assert (of.low, of.high) == pytest.approx((0.1681, 0.3548), abs=1e-4)
    nothing = sentiments(counts[counts["sentiment"] == "declined"])
    assert nothing.judged == 0
    assert np.isnan(nothing.share)


def test_a_month_that_moved_is_told_from_noise() -> None:
    months = pd.date_range("2025-01-01", periods=13, freq="MS")
    rows = []
    for place, month in enumerate(months):
        bad = 60 if place == 11 else 20
        rows += [(month, "negative", bad), (month, "positive", 100 - bad), (month, "declined", 40)]
    counts = pd.DataFrame(rows, columns=["period", "sentiment", "comments"])

    found = negative_trend(counts, unfinished=months[-1]).periods

    assert found["value"].tolist() == pytest.approx([0.2] * 11 + [0.6, 0.2])
    assert found["n"].tolist() == [100] * 13
    assert found["verdict"].tolist() == ["noise"] * 11 + ["change", "unfinished"]


def test_topics_with_their_score_by_hand() -> None:
    # Bits: topic 0 in 1 and 3, topic 1 in 2 and 3, topic 2 in none.
    counts = pd.DataFrame(
        {"sentiment": ["negative", "positive", "declined"], "topics": [1, 3, 2],
         "comments": [6, 4, 10]}
    )  # fmt: skip
    given_ = pd.DataFrame(
        {"topics": [1, 3, 3, 2], "kind": ["csat", "csat", "csat", "nps"], "scale": [5, 5, 7, 10],
         "score": [1.0, 5.0, 7.0, 9.0], "comments": [3, 1, 50, 50]}
    )  # fmt: skip
    found = topic_table(counts, points_of(given_, "csat", 5), TOPICS, "csat").set_index("topic_no")

    assert found.index.tolist() == [1, 0, 2]
    assert found["n"].to_dict() == {1: 14, 0: 10, 2: 0}
    assert found["share"].to_dict() == {1: 0.7, 0: 0.5, 2: 0.0}
    assert found.loc[0, "negative_share"] == 0.6
    assert found.loc[1, ["negative_share", "score", "scored"]].tolist() == [0.0, 1.0, 1]
    assert found.loc[0, ["score", "scored"]].tolist() == [0.25, 4]
    assert 0 <= found.loc[0, "score_low"] < 0.25 < found.loc[0, "score_high"] <= 1
    assert np.isnan(found.loc[2, "score"])
    nps = topic_table(counts, points_of(given_, "nps", 10), TOPICS, "nps").set_index("topic_no")
    assert nps.loc[1, "score"] == 100


def test_more_often_than_before_only_beyond_chance() -> None:
    months = pd.date_range("2024-10-01", periods=16, freq="MS")
    rows = [(month, 0, 50) for month in months]
    rows += [(month, 1, 30 if place >= 12 else 5) for place, month in enumerate(months[:15])]
    rows += [(month, 2, 10) for month in months[:15]]
    rows += [(months[15], 1, 500)]  # of the month that is not over
    counts = pd.DataFrame(rows, columns=["period", "topics", "comments"])

    found = topic_changes(counts, TOPICS, last=months[14]).set_index("topic_no")

    assert found["verdict"].tolist() == ["more", "same", "cannot_tell"]
    assert found.loc[0, "recent"] == pytest.approx(30 / 90)
    assert found.loc[0, "before"] == pytest.approx(5 / 65)
    assert len(found.loc[0, "months"]) == 15
    few = counts.assign(comments=1)
    assert set(topic_changes(few, TOPICS, last=months[14])["verdict"]) == {"cannot_tell"}


def test_called_in_time_counts_only_days_that_are_over() -> None:
    day = pd.Timestamp
    days = pd.DataFrame(
        {"answered_on": [day("2026-03-01"), day("2026-03-10"), day("2026-03-17")],
         "detractors": [4, 2, 3]}
    )  # fmt: skip
    calls = pd.DataFrame(
        {
            "answered_on": [day("2026-03-01")] * 3 + [day("2026-03-10"), day("2026-03-17")],
            "called_on": [day("2026-03-04"), day("2026-03-05"), day("2026-03-02"), pd.NaT,
                          day("2026-03-17")],
            "is_reached": [True, True, False, False, True],
        }
    )  # fmt: skip
    found = called_back(days, calls, within=3, today=date(2026, 3, 20))

    # The fourth day is the last: in time. The fifth is late; one was not reached; the 17th still
    # has its last day today.
    assert (found.due, found.in_time, found.running) == (6, 1, 3)
    assert found.share == pytest.approx(1 / 6)
    assert called_back(days, calls, within=3, today=date(2026, 3, 21)).due == 9
    assert np.isnan(called_back(days, calls, within=30, today=date(2026, 3, 20)).share)


def test_what_came_of_calls() -> None:
    calls = pd.DataFrame(
        {"status": ["done", "done", "done", "open"], "outcome": ["b", "b", None, None]}
    )
    found = outcomes(calls, ("a", "b"))

    assert found["n"].tolist() == [0, 2, 1]
    assert found["share"].tolist() == pytest.approx([0, 2 / 3, 1 / 3])
    assert found["outcome"].tolist()[:2] == ["a", "b"]
    assert outcomes(calls.iloc[:2], ("a", "b"))["n"].tolist() == [0, 2]
    assert outcomes(calls.iloc[3:], ("a", "b")).empty


@given(st.text(max_size=40))
def test_every_word_of_a_text_is_found_in_it(text: str) -> None:
    folded = searchable(text)
    assert all(term in folded for term in search_terms(text))


def test_languages_and_quotes() -> None:
    assert is_chinese("用app下单很慢")
    assert not is_chinese("the app 好 was slow and the delivery late")
    assert not is_chinese("")
    assert unlike(["delivery was late", "Delivery was late!", "rude agent"], 5) == [0, 2]
    assert unlike(["a", "b", "c"], 2) == [0, 1]
