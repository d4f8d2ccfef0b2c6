"""What customers write: about a planted topic, in the mood of their score, in their language."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from sample_data.columns import Bools, Floats, Ints, joined, labels, missing_where
from sample_data.history import History
from sample_data.people import People
from sample_data.phrases import COMMENTS_EN, COMMENTS_ZH, ENDINGS_EN, ENDINGS_ZH, TOPICS
from sample_data.places import CHINA
from sample_data.planted import Truths, truth
from sample_data.service import Tickets

UNHAPPY, NEUTRAL, HAPPY = range(3)
_CHINESE_IN_CHINA = 0.96
_RECENT_DAYS = 183
_PERSONAL_SHARE = 0.02
_MAIL_SHARE = 0.3  # of these
# By topic: what it is called, then how it is said to be, by mood.
_NOUNS_ZH = (
    ("物流", "快递", "配送"), ("质量", "做工", "质量"), ("价格", "价格", "优惠"),
    ("客服", "售后", "服务"), ("小程序", "应用", "小程序"),
)  # fmt: skip
_NOUNS_EN = (
    ("delivery", "shipping", "delivery"), ("quality", "workmanship", "quality"),
    ("price", "price", "value for money"), ("service", "support", "service"),
    ("app", "app", "checkout in the app"),
)  # fmt: skip
_SAID_ZH = (
    ("让人失望", "太糟糕", "越来越差", "完全不行"),
    ("一般般", "马马虎虎", "还过得去", "没什么特别"),
    ("让人满意", "没得说", "越来越好", "值得点赞"),
)  # fmt: skip
_SAID_EN = (
    ("is poor", "is awful", "disappoints", "is unacceptable"),
    ("is average", "is ordinary", "is so-so", "is middling"),
    ("is excellent", "is lovely", "delights", "is superb"),
)
_OPENINGS_ZH = ("", "说实话，", "这次", "我觉得", "这几个月", "总的来说，")
_OPENINGS_EN = ("", "Honestly: ", "This time: ", "I think: ", "These months: ", "All in all: ")
_OF_CATEGORY = np.array([0, 1, 2, 1, 3, 4])  # topic of each category of tickets
_TICKET_TEXT_SHARE = 0.4  # of those who did not call


@dataclass(frozen=True)
class Said:
    """What comments are about and how: indexes of ``TOPICS`` and moods, and the language."""

    topic: Ints
    mood: Ints
    in_chinese: Bools


def make_said(
    rng: np.random.Generator, in_china: Bools, share: Floats, sent: Floats, history: History,
    truths: Truths,
) -> Said:  # fmt: skip
    """Return topic and mood of comments that come with a score.

    Unhappy below 0.55, happy from 0.8 of the scale, but for those whose words do not go with their
    score. Unhappy ones are about delivery more often of late.
    """
    count = len(share)
    mood = np.where(share < 0.55, UNHAPPY, np.where(share < 0.8, NEUTRAL, HAPPY))
    is_off = rng.random(count) < truths.comment_off_share
    mood = np.where(is_off, rng.integers(0, 3, count), mood)
    topic = rng.integers(0, len(TOPICS), count)
    is_recent = sent >= history.stop - _RECENT_DAYS
    complains = (mood == UNHAPPY) & is_recent & (rng.random(count) < truths.delivery_complaints)
    in_chinese = in_china & (rng.random(count) < _CHINESE_IN_CHINA)
    return Said(np.where(complains, 0, topic), mood, in_chinese)


def written(rng: np.random.Generator, said: Said) -> Any:
    """Return the words: an opening, a phrase of the topic, how it is, how to be reached."""
    count = len(said.topic)
    place = (said.mood * len(TOPICS) + said.topic) * 3 + rng.integers(0, 3, count)
    noun = said.topic * 3 + rng.integers(0, 3, count)
    tone = said.mood * 4 + rng.integers(0, 4, count)
    opening = rng.integers(0, len(_OPENINGS_ZH), count)
    ending = rng.integers(0, len(ENDINGS_ZH), count)
    reach = _reach(rng, count)
    chinese = joined(
        labels(_OPENINGS_ZH, opening), labels(_flat(COMMENTS_ZH), place), "，",
        labels([n for of in _NOUNS_ZH for n in of], noun),
        labels([s for of in _SAID_ZH for s in of], tone), labels(ENDINGS_ZH, ending),
        _where(reach, "，请联系"),
    )  # fmt: skip
    english = joined(
        labels(_OPENINGS_EN, opening), labels(_flat(COMMENTS_EN), place), ", the ",
        labels([n for of in _NOUNS_EN for n in of], noun), " ",
        labels([s for of in _SAID_EN for s in of], tone), labels(ENDINGS_EN, ending),
        _where(reach, ", reach me at "),
    )  # fmt: skip
    return pa.compute.if_else(pa.array(said.in_chinese), chinese, english)


def texts_of(chance: Callable[[str], np.random.Generator], people: People, tickets: Tickets) -> Any:
    """Return what customers wrote in tickets, missing where they called or wrote nothing."""
    rng = chance("ticket texts")
    count = len(tickets.customer)
    in_china = people.country[tickets.customer] == CHINA
    mood = np.where(tickets.is_complaint, UNHAPPY, NEUTRAL)
    in_chinese = in_china & (rng.random(count) < _CHINESE_IN_CHINA)
    text = written(rng, Said(_OF_CATEGORY[tickets.category], mood, in_chinese))
    has_called = tickets.channel == 0
    return missing_where(has_called | (rng.random(count) >= _TICKET_TEXT_SHARE), text)


def comment_truth(
    said: Said, sent: Floats, is_written: Bools, history: History, truths: Truths
) -> dict[str, Any]:
    """Return the planted topics and moods, and how often unhappy ones are about delivery."""
    unhappy = is_written & (said.mood == UNHAPPY)
    recent = sent >= history.stop - _RECENT_DAYS
    realised: dict[str, Any] = {
        "by_topic": {
            name: int((is_written & (said.topic == place)).sum())
            for place, name in enumerate(TOPICS)
        },
        "by_mood": {
            name: int((is_written & (said.mood == place)).sum())
            for place, name in enumerate(("unhappy", "neutral", "happy"))
        },
        "unhappy_about_delivery": {
            name: {"comments": int((unhappy & when).sum()),
                   "delivery": int((unhappy & when & (said.topic == 0)).sum())}
            for name, when in (("recent", recent), ("before", ~recent))
        },
    }  # fmt: skip
    return truth(
        "Comments are about five topics, in the mood of their score; unhappy ones of the last "
        "half year are about delivery more often.",
        {
            "off_share": truths.comment_off_share,
            "delivery_share_of_recent_unhappy": truths.delivery_complaints,
            "note": "so many more than the fifth that chance gives; off: the mood is drawn anew",
        },
        realised,
        ["survey_responses.comment", "tickets.body"],
    )


def _flat(said: tuple[tuple[tuple[str, ...], ...], ...]) -> list[str]:
    return [phrase for mood in said for topic in mood for phrase in topic]


def _reach(rng: np.random.Generator, count: int) -> Any:
    """Return an invented telephone number or address, missing for most."""
    number = pa.compute.cast(pa.array(rng.integers(10_000, 99_999, count)), pa.string())
    by_mail = pa.array(rng.random(count) < _MAIL_SHARE)
    phone = joined("139000", number)
    mail = joined("c", number, "@example.com")
    return missing_where(
        rng.random(count) >= _PERSONAL_SHARE, pa.compute.if_else(by_mail, mail, phone)
    )


def _where(column: Any, before: str) -> Any:
    return pa.compute.fill_null(joined(before, column), "")
