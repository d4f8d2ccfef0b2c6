"""Saved comparisons on the page Forecast: saved, opened, held against what came, seen by whom."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from crm_data.app_db import dispose
from crm_data.commands.forecast_scenarios import save_comparison, saved_comparisons
from crm_data.saved_scenarios import ComparisonDraft, SavedComparison, ScenarioTotal
from crm_data.scope import EVERYTHING, AccessScope
from crm_data.settings import Settings
from tests.forecast.shop import NOW
from tests.pages.conftest import OpenPage, _fresh_caches, open_page, texts
from ui import rows
from ui.context import PageContext
from ui.translations import catalogue

__all__ = ["_fresh_caches", "open_page"]  # fixtures
SOUTH = AccessScope(frozenset({"e2"}))
HALF, LATER = "Half~0~0~-0.5~0~~0~~", "Later~0~0~0~0~~40~2026-03-01~2026-04-01"
# 200 of won deals a month without fail: in the first quarter 600, of which March is to come
WON = ComparisonDraft(
    {"metric": ["won_value"], "frequency": ["month"], "horizon": ["6"], "period": ["this_quarter"],
     "what_if": [HALF, LATER]},
    "", "month", date(2026, 1, 1), date(2026, 4, 1), date(2026, 2, 20),
    (ScenarioTotal("", 590, 1000), ScenarioTotal("Half", 480, 900), ScenarioTotal("Later", 560, 9)),
    "v000001",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _every_column_of_a_file_has_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    download = rows.download

    def checked(ctx: PageContext, frame: Any, **more: Any) -> None:
        made = frame() if callable(frame) else frame
        assert [name for name in made.columns if f"column.{name}" not in ctx.t] == []
        download(ctx, made, **more)

    monkeypatch.setattr(rows, "download", checked)


@pytest.fixture
def shop(forecast_shop: Settings, tmp_path: Path) -> Iterator[Settings]:
    """The company with an app database in which nothing is saved."""
    made = replace(forecast_shop, app_url=f"sqlite:///{tmp_path / 'app.sqlite'}")
    yield made
    dispose(made)


def save(shop: Settings, draft: ComparisonDraft, **more: Any) -> SavedComparison:
    given = {"scope": EVERYTHING, "name": "Spring *", "actor": "ada", "now": NOW, **more}
    return save_comparison(shop, given.pop("scope"), draft, **given)


def opened(
    open_page: OpenPage, shop: Settings, *, language: str = "en",
    scope: AccessScope = EVERYTHING, **query: str | list[str],
) -> AppTest:  # fmt: skip
    given = {"view": "scenarios", **query}
    page = open_page("forecast", shop, language=language, scope=scope, query=given, now=NOW)
    return checked(page)


def checked(page: AppTest) -> AppTest:
    assert not page.exception
    assert not page.error
    assert not [text for text in texts(page) if {"nan", "inf"} & set(text.lower().split())]
    return page


def asked(page: AppTest, name: str) -> list[str]:
    found = page.query_params.get(name, [])
    return [found] if isinstance(found, str) else list(found)


def frame(page: AppTest, column: str) -> pd.DataFrame:
    return next(one.value for one in page.dataframe if column in one.value)


def test_a_comparison_is_saved_renamed_deleted_and_brought_back(
    open_page: OpenPage, shop: Settings
) -> None:
    page = opened(open_page, shop, metric="won_value", what_if=[HALF, LATER])
    assert any("No comparison is saved yet" in text for text in texts(page))
    page.text_input(key="comparison_name_0").input("Spring *")
    page.text_area(key="comparison_note_0").input("price list")
    checked(submit(page, "Save").run())

    (one,) = saved_comparisons(shop, EVERYTHING)
    assert (one.name, one.note, one.owner, one.version) == (
        "Spring *", "price list", "tester", "v000001",
    )  # fmt: skip
    assert [(t.scenario, t.review_total) for t in one.totals or ()] == [
        ("", 600), ("Half", 500), ("Later", 560),
    ]  # fmt: skip
    assert one.question == {**WON.question, "period": ["this_quarter"]}
    assert asked(page, "comparison") == [one.comparison_id]
    assert frame(page, "comparison_by")["comparison_then"].tolist() == ["CN¥600.00"]
    own = frame(page, "comparison_now")
    assert own["comparison_now"].tolist() == ["CN¥600.00", "CN¥500.00", "CN¥560.00"]
    assert set(own["comparison_moved"]) == {"CN¥0.00"}

    key = f"comparison_{one.comparison_id}"
    page.text_input(key=f"{key}_name").input("Autumn")
    checked(submit(page, "Save", key).run())
    assert frame(page, "comparison_by")["comparison_name"].tolist() == ["Autumn"]
    checked(page.button(key="comparison_delete").click().run())
    assert not saved_comparisons(shop, EVERYTHING)
    assert "comparison" not in page.query_params
    checked(page.button(key="comparison_undo_delete").click().run())
    assert frame(page, "comparison_by")["comparison_name"].tolist() == ["Autumn"]


def test_a_name_that_is_taken_is_told_and_can_be_replaced(
    open_page: OpenPage, shop: Settings
) -> None:
    save(shop, WON)
    page = opened(open_page, shop, metric="won_value", what_if=[HALF])
    page.text_input(key="comparison_name_0").input("spring *")
    submit(page, "Save").run()
    assert "There is a saved comparison" in page.error[0].value
    page.checkbox(key="comparison_replace_0").check()
    checked(submit(page, "Save").run())
    (one,) = saved_comparisons(shop, EVERYTHING)
    assert (one.owner, [t.scenario for t in one.totals or ()]) == ("ada", ["", "Half"])


def submit(page: AppTest, label: str, form: str = "comparison") -> Any:
    return next(
        one for one in page.button if one.label == label and one.form_id == form
    ).click()  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_then_and_now_of_one_that_is_running(
    open_page: OpenPage, shop: Settings, language: str
) -> None:
    one = save(shop, WON)
    page = opened(open_page, shop, language=language, comparison=one.comparison_id)

    own = frame(page, "comparison_now").drop(columns="assumptions")
    money = {"en": "CN¥", "zh_CN": "¥"}[language]
    plain = own.map(lambda text: text.replace(money, ""))
    assert plain.iloc[:, 1:].to_numpy().tolist() == [
        ["590.00", "600.00", "+10.00"], ["480.00", "500.00", "+20.00"],
        ["560.00", "560.00", "0.00"],
    ]  # fmt: skip
    told = " ".join(texts(page))
    assert ("without assumptions" in told) == (language == "en")
    assert f"{money}400.00" in told.replace("\\", "")  # January and February
    if language == "zh_CN":
        labels = catalogue("en").labels
        english = {text for key, text in labels.items() if key.startswith("comparison.")}
        assert not english & set(texts(page))
        assert any("保存于" in text for text in texts(page))

    # the page above is another question, until it is shown there
    assert asked(page, "metric") != ["won_value"]
    checked(page.button(key="comparison_show").click().run())
    assert asked(page, "metric") == ["won_value"]
    assert asked(page, "what_if") == [HALF, LATER]
    assert "as_of" not in page.query_params
    assert page.dataframe[0].value["scenario"].tolist()[1:] == ["Half", "Later"]


def test_what_came_of_one_that_is_over(open_page: OpenPage, shop: Settings) -> None:
    days = {"period_start": date(2026, 1, 1), "period_end": date(2026, 2, 1)}
    over = replace(WON, **days, as_of=date(2026, 1, 10))
    question = {**WON.question, "period": ["this_month"]}
    one = save(shop, replace(over, question=question))
    page = opened(open_page, shop, comparison=one.comparison_id)

    own = frame(page, "comparison_came")
    assert own["comparison_came"].tolist() == ["CN¥200.00"] * 3
    assert own["comparison_moved"].tolist() == ["−CN¥390.00", "−CN¥280.00", "−CN¥360.00"]
    assert "comparison_now" not in own
    assert own["assumptions"].iloc[2].endswith("Apr 2026")  # no limit of what is moved any more
    # January is no period that can be chosen now: it is looked at from then
    checked(page.button(key="comparison_show").click().run())
    assert asked(page, "as_of") == ["2026-01-10"]


def test_who_sees_fewer_customers_sees_their_own_numbers_only(
    open_page: OpenPage, shop: Settings
) -> None:
    question = {**WON.question, "metric": ["net_revenue"], "what_if": ["More~0~0.1~0~0~~0~~"]}
    totals = (ScenarioTotal("", 777, 8888), ScenarioTotal("More", 779, 8889))
    draft = replace(WON, question=question, totals=totals)
    one = save(shop, draft)
    page = opened(open_page, shop, scope=SOUTH, comparison=one.comparison_id)

    own = frame(page, "comparison_now")
    assert own["comparison_now"].iloc[0] == "CN¥151.00"  # South: 50 a month, in March 51
    assert "comparison_then" not in own
    assert frame(page, "comparison_by")["comparison_then"].tolist() == ["–"]
    seen = [*texts(page), *(one.value.to_string() for one in page.dataframe)]
    assert not [text for text in seen if re.search("777|8888|779", text)]
    assert any("customers whom you do not see" in text for text in texts(page))
    assert not [one for one in page.button if one.key == "comparison_delete"]

    south = save(shop, draft, scope=SOUTH, name="South")
    page = opened(open_page, shop, comparison=south.comparison_id)
    own = frame(page, "comparison_now")
    assert own[["comparison_then", "comparison_now"]].iloc[0].tolist() == ["CN¥777.00", "CN¥151.00"]
    assert any("fewer customers in view" in text for text in texts(page))


def test_amounts_beyond_all_measure_are_left_out_with_a_sentence(
    open_page: OpenPage, shop: Settings
) -> None:
    big, most = "Big~0~0~0~1e300~2026-03-01~0~~", "Most~10~10~10~1e13~2026-04-01~0~~"
    page = opened(open_page, shop, what_if=[big, most])
    assert page.dataframe[0].value["scenario"].tolist() == ["Forecast", "Most"]
    assert [one.value for one in page.warning if "left out: 1" in one.value]
