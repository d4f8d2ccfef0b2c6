"""Rules of fields: Unicode, e-mail addresses, telephone numbers, days; and what they changed."""

import unicodedata
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_data.importers.compatibility import macro, unusual
from crm_data.importers.phones import written_phone
from crm_data.settings import Settings
from tests.importers.reading import mapped, stage


def test_addresses_and_numbers_are_written_one_way_and_counted(
    settings: Settings, tmp_path: Path
) -> None:
    made = stage(
        settings, tmp_path,
        "id,mail,tel\n1, USER1@Example.com ,+1-555-010-0100\n2,a@b.org,(030) 12 34\n"
        "3,\uff21@b.org,0049 30 1234567 ext. 12\n4,,+861380013800013800\n"
        "5,,+44 (0) 20 7946 0958\n",
        mapped("customers", customer_id="id", email="mail", phone="tel"),
    )  # fmt: skip
    assert made.rows("customers", "email, phone", "customer_id") == [
        ("user1@example.com", "+15550100100"),
        ("a@b.org", "(030) 12 34"),
        ("a@b.org", "+49301234567"),
        (None, "+861380013800013800"),
        (None, "+442079460958"),
    ]
    assert made.table("customers")["findings"] == {
        "email_cleaned": 2, "phone_cleaned": 3, "phone_doubtful": 3,
    }  # fmt: skip
    assert made.table("customers")["changes"] == {"normalised": 1, "trimmed": 1}


def test_days_as_excel_counts_them(settings: Settings, tmp_path: Path) -> None:
    made = stage(
        settings, tmp_path, "id,on\n1,45292\n2,45292.75\n3,2024-01-01\n4,12345\n",
        mapped("subscriptions", subscription_id="id", started_on="on"),
    )  # fmt: skip
    days = [row[0] for row in made.rows("subscriptions", "started_on", "subscription_id")]
    assert days == [date(2024, 1, 1), date(2024, 1, 1), date(2024, 1, 1), None]
    assert made.rejects("subscriptions") == [(5, "on", "12345", "not_a_date")]


@given(st.text(st.characters(codec="utf-8", min_codepoint=32), max_size=20))
def test_the_engine_normalises_as_unicode_says(text: str) -> None:
    """NFKC by characters is NFKC of the text, which the standard library knows."""
    with duckdb.connect() as con:
        con.execute(macro(unusual(text)))
        found = con.execute("SELECT nfkc(?)", [text]).fetchone()
    assert found == (unicodedata.normalize("NFKC", text),)


def test_texts_are_normalised_but_not_what_people_wrote(settings: Settings, tmp_path: Path) -> None:
    made = stage(
        settings, tmp_path,
        "id,城市,score,comment,好\n\uff11,ﾄｳｷｮｳ①,\uff19,很好，½ ①,①\n"
        "\uff12,e\u0301,\uff11\uff12,,\n\uff13,上海（浦东）\u3000,8,,\n",
        mapped("survey_responses", response_id="id", channel="城市", score="score",
               comment="comment"),
    )  # fmt: skip
    assert made.rows("survey_responses", "response_id, channel, score, comment, attributes") == [
        ("1", "トウキョウ1", 9.0, "很好，½ ①", '{"好":"①"}'),
        ("2", "é", 12.0, None, None),
        ("3", "上海(浦东)", 8.0, None, None),
    ]
    assert made.table("survey_responses")["changes"] == {
        "normalised": 9, "numbers_converted": 2, "trimmed": 1,
    }  # fmt: skip


def test_values_of_a_mapping_are_compared_in_the_same_form(
    settings: Settings, tmp_path: Path
) -> None:
    made = stage(
        settings, tmp_path, "id,s\n1,已付（现金）\n2,退\n",
        mapped("orders", order_id="id", status={"source": "s", "values": {
            "已付（现金）": "paid", "退": "returned"}}),
    )  # fmt: skip
    assert made.rows("orders", "status", "order_id") == [("paid",), ("returned",)]


@pytest.mark.parametrize(
    ("written", "region", "expected"),
    [
        ("138 0013 8000", "CN", ("+8613800138000", True)),
        ("010-65551234", "CN", ("+861065551234", True)),
        ("(201) 555-0123", "US", ("+12015550123", True)),
        ("030 901820", "DE", ("+4930901820", True)),
        ("+49 30 901820", "CN", ("+4930901820", True)),
        ("0049 30 901820", "CN", ("+4930901820", True)),
        ("030 901820", "", ("030 901820", None)),
        ("(415) 901-7000", "CN", ("(415) 901-7000", False)),
        ("0415 901 7000", "CN", ("+864159017000", True)),
        ("400-820-8820", "CN", ("+864008208820", True)),
        ("+1-555-010-0100", "CN", ("+15550100100", False)),
        ("12", "CN", ("12", False)),
        ("待定", "", ("待定", False)),
        ("+", "CN", ("+", False)),
    ],
)
def test_numbers_as_the_numbering_plans_say(
    written: str, region: str, expected: tuple[str, bool | None]
) -> None:
    assert written_phone(written, region) == expected


def test_region_of_numbers_is_a_setting(settings: Settings, tmp_path: Path) -> None:
    text = "id,tel\n1,13800138000\n2,+8613800138001\n3,(650) 253-0000\n4,\n5,13800138000\n"
    mapping = mapped("customers", customer_id="id", phone="tel")

    def read(region: str) -> tuple[list[str | None], dict[str, int]]:
        made = stage(replace(settings, phones_in=region), tmp_path, text, mapping)
        found = [row[0] for row in made.rows("customers", "phone", "customer_id")]
        return found, made.table("customers")["findings"]

    home, known = "+8613800138000", "+8613800138001"
    assert read("CN") == (
        [home, known, "(650) 253-0000", None, home], {"phone_cleaned": 2, "phone_doubtful": 1},
    )  # fmt: skip
    assert read("") == read("CN"), "that of the currency"
    assert read("US")[0] == ["13800138000", known, "+16502530000", None, "13800138000"]
    assert read("-") == (["13800138000", known, "(650) 253-0000", None, "13800138000"], {})
    environment = {"CRM_HOME": str(tmp_path), "CRM_CURRENCY": "EUR"}
    assert Settings.from_environment(environment).phone_region == ""
    assert Settings.from_environment(environment | {"CRM_PHONE_REGION": "de"}).phone_region == "DE"


def test_addresses_are_freed_of_what_is_around_and_judged(
    settings: Settings, tmp_path: Path
) -> None:
    addresses = {
        "mailto:Ada@X.org": "ada@x.org", "Ada L <ada@x.org>": "ada@x.org", "ada@例子.中国": None,
        "a.b+c@sub.x-y.io": None, "ada@@x.org": "!", "ada@x": "!", ".ada@x.org": "!",
        "a..b@x.org": "!", "ada x@x.org": "!", "none": "!",
    }  # fmt: skip
    rows = "".join(f"{n},{a}\n" for n, a in enumerate(addresses))
    made = stage(
        settings, tmp_path, f"id,mail\n{rows}", mapped("customers", customer_id="id", email="mail")
    )
    expected = [a if to in (None, "!") else to for a, to in addresses.items()]
    assert [r[0] for r in made.rows("customers", "email", "customer_id")] == expected
    assert made.table("customers")["findings"] == {"email_cleaned": 2, "email_doubtful": 6}


def test_what_was_read_otherwise_than_written_is_counted(
    settings: Settings, tmp_path: Path
) -> None:
    made = stage(
        settings, tmp_path,
        "id,amount,on,deal,p\nS1,8.5万,2026年5月20日,5002;5003,40%\nS2,-,2026-05-21,5004,0.2\n"
        "S3,much,45292,5005,\n",
        {"tables": {"opportunities": {"columns": {
            "opportunity_id": "id", "amount": "amount", "expected_close_on": "on",
            "customer_id": {"source": "deal", "first_of": ";"}, "probability": "p"}}}},
    )  # fmt: skip
    assert made.table("opportunities")["changes"] == {
        "dates_converted": 2, "numbers_converted": 2, "several_ids": 1,
    }  # fmt: skip
    assert made.rejects("opportunities") == [(4, "amount", "much", "not_a_number")]
