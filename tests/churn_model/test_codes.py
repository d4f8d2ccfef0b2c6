"""Codes of reasons, and what they say in both languages."""

import json
from types import SimpleNamespace
from typing import cast

import pandas as pd
import pytest

from analytics.churn_codes import middles, reason_codes
from crm_data.marts.score_inputs_churn import FEATURES
from ui.action_words import reasons
from ui.churn_reason_words import churn_field, churn_reason
from ui.context import PageContext
from ui.translations import catalogue

REASONS = pd.DataFrame(
    [
        (0, 1, "wait", 72.0, 0.9),
        (0, 2, "region", "North", 0.4),
        (0, 3, "orders", 9.0, -0.2),
        (2, 1, "upgraded", False, 0.5),
        (2, 2, "wait", None, 0.3),
        (2, 3, "orders", 4.0, 0.1),
        (3, 1, "upgraded", True, 0.2),
        (3, 2, "region", None, 0.1),
    ],
    columns=["row", "rank", "field", "value", "contribution"],
).astype({"field": "category", "value": object})
MIDDLE = {"wait": 12.0, "orders": 4.0}


def test_codes_say_what_speaks_for_leaving_the_strongest_first() -> None:
    found = reason_codes(REASONS, 4, MIDDLE)

    assert [json.loads(text) for text in found] == [
        ["wait:high", "region=North"],
        [],
        ["upgraded:no", "wait:missing", "orders:low"],
        ["upgraded:yes", "region:missing"],
    ]
    nothing = reason_codes(REASONS[REASONS["contribution"] < 0], 2, MIDDLE)
    assert nothing.tolist() == ["[]", "[]"]
    assert reason_codes(REASONS[:0], 0, MIDDLE).tolist() == []


def test_middles_are_those_of_numbers_only() -> None:
    frame = pd.DataFrame({"wait": [1.0, 3.0, None], "region": ["a", "b", "c"], "up": True})

    assert middles(frame) == {"wait": 2.0}


@pytest.mark.parametrize(
    ("code", "english", "chinese"),
    [
        ("last_nps:low", "last NPS answer: low", "最近一次 NPS：偏低"),
        ("was_downgraded:yes", "a contract was downgraded", "合同降级过"),
        ("source=email", "acquisition source: e-mail", "获客渠道：邮件"),
        ("region=a:b=c", "region: a:b=c", "地区：a:b=c"),
        ("attributes.Seats:high", "Seats: high", "Seats：偏高"),
        ("at_hand", "at_hand", "at_hand"),
    ],
)
def test_codes_in_words(code: str, english: str, chinese: str) -> None:
    assert churn_reason(catalogue("en"), code) == english
    assert churn_reason(catalogue("zh_CN"), code) == chinese


def test_a_list_of_customers_to_keep_says_them_too() -> None:
    ctx = cast(PageContext, SimpleNamespace(t=catalogue("en")))

    assert reasons(ctx, '["open_ticket", "last_nps:low"]') == (
        f"{catalogue('en')('actions.reason_open_ticket')}; last NPS answer: low"
    )


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_every_feature_has_a_name(language: str) -> None:
    t = catalogue(language)

    assert [name for name in FEATURES if f"churn_model.field_{name}" not in t] == []
    assert churn_field(t, "attributes.Seats") == "Seats"
