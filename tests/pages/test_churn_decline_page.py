"""The view of declines on the page Churn: nothing to follow, nothing set, set and told."""

from collections.abc import Iterator

import pytest

from crm_data.app_db import dispose
from crm_data.rules import save_rules, stored_rules
from crm_data.settings import Settings
from tests.churn.test_decline import TABLES, USE
from tests.cli.run import cli_json
from tests.conftest import NOW
from tests.customers.shop import built
from tests.pages.conftest import OpenPage
from tests.pages.test_churn_model_page import boxes, said
from tests.pages.test_clusters_page import english_left
from ui.translations import catalogue

VIEW = {"view": "decline"}
CODES = {"decline", "sum", "interactions", "attributes"}  # values of widgets, not words


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A store with use and orders that are counted by hand in ``tests.churn.test_decline``."""
    made = Settings.from_environment({"CRM_HOME": str(tmp_path_factory.mktemp("own"))})
    built(made, TABLES)
    yield made
    dispose(made)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_without_anything_dated_it_says_what_to_import(
    settings: Settings, open_page: OpenPage, language: str
) -> None:
    built(settings, {"customers": TABLES["customers"]})
    page = open_page("churn", settings, query=VIEW, language=language)

    assert not page.exception
    assert boxes(page)[0] == catalogue(language)("decline.nothing")
    if language == "zh_CN":
        assert set(english_left(page)) <= CODES


def test_what_is_chosen_is_followed_and_told(own: Settings, open_page: OpenPage) -> None:
    page = open_page("churn", own, query=VIEW)
    assert boxes(page)[0] == catalogue("en")("decline.unset")
    assert page.selectbox(key="decline_field").options == [
        "Nothing", "balance (interactions)", "gb (interactions)", "net amount of orders",
    ]  # fmt: skip
    page.selectbox(key="decline_field").set_value(USE)
    page = page.button(key="rules_decline_save").click().run()
    assert not page.exception
    assert stored_rules(own)["decline"] == {"field": USE, "measure": "sum", "fall": 0.5}

    page = open_page("churn", own, query=VIEW)
    assert not page.exception
    assert [(m.label, m.value) for m in page.metric] == [
        ("Declined", "50.0%"), ("Rose as much", "0.0%"),
    ]  # fmt: skip
    assert catalogue("en")("decline.not_kept") not in said(page)  # saving has refreshed the data
    assert "2 ÷ 4 · 95% interval 15.0% – 85.0% (n = 4)" in said(page)
    who = next(f.value for f in page.dataframe if "value_now" in f.value)
    assert who["customer_id"].tolist() == ["a", "b"]

    document = cli_json(own.home, "analyze", "churn", "--view", "decline")
    assert (document["month"], document["months"][-1]["declined"]) == ("2025-07-01", 2)
    assert [row["customer_id"] for row in document["customers"]] == ["a", "b"]

    other = {"field": USE, "measure": "mean", "fall": 0.5}
    save_rules(own, "decline", other, now=NOW, actor="tester")  # and nothing refreshed
    chinese = open_page("churn", own, query=VIEW, language="zh_CN")
    assert not chinese.exception
    assert set(english_left(chinese)) <= {"gb", "balance", "North", "tester", "mean", *CODES}
    assert catalogue("zh_CN")("decline.not_kept") in said(chinese)
