"""First run, imports and glossary, as a viewer meets them."""

import pytest

from crm_data.app_db import dispose
from crm_data.errors import NotPermittedError
from crm_data.scope import NOBODY, AccessScope
from crm_data.settings import Settings
from crm_data.versions import Warehouse
from tests.pages.conftest import NOW, OpenPage, company
from tests.steps import only
from tests.warehouse.stage import selected
from ui import actions
from ui.context import PageContext
from ui.formats import Formats
from ui.translations import catalogue

pytestmark = pytest.mark.long


def test_first_run_offers_the_sample_company_and_builds_it(
    empty: Settings, open_page: OpenPage
) -> None:
    page = open_page("overview", empty)
    assert page.title[0].value == "Welcome to Clientscope"

    page.selectbox[0].select(1_000).run()
    with only("rfm"):
        page.button[0].click().run(timeout=300)

    version = Warehouse(empty).current() or ""
    assert not page.exception
    assert page.title[0].value == "Overview"
    scored = "SELECT count(*) FROM customer_scores WHERE r BETWEEN 1 AND 5"
    assert selected(empty, version, scored)[0][0] > 500


@pytest.mark.parametrize(
    ("text", "expected"),
    [("return", "return_rate"), ("退货", "return_rate"), ("average_order", "average_order_value")],
)
def test_glossary_is_searched_in_both_languages(
    published: Settings, open_page: OpenPage, text: str, expected: str
) -> None:
    page = open_page("glossary", published, query={"q": text})

    assert any(f"`{expected}`" in found.value for found in page.markdown)


def test_glossary_says_when_nothing_matches(published: Settings, open_page: OpenPage) -> None:
    page = open_page("glossary", published, query={"q": "[x](http://evil)"})

    assert page.info[0].value == (
        "No metric matches “\\[x\\]\\(http\u2060\\://evil\\)”. Try a shorter word."
    )


def test_batches_and_versions_are_listed(published: Settings, open_page: OpenPage) -> None:
    batches = open_page("imports", published, query={"section": "batches"})
    versions = open_page("imports", published, query={"section": "versions"})

    assert "orders" in set(batches.dataframe[0].value["table"])
    assert versions.dataframe[0].value["state"].tolist() == ["published"]


def test_undo_asks_first_and_then_publishes_without_the_batch(
    tmp_path_factory: pytest.TempPathFactory, open_page: OpenPage
) -> None:
    own = company(tmp_path_factory)
    before = Warehouse(own).current()

    page = open_page("imports", own, query={"section": "batches"})
    page.session_state["batches_table"] = {"selection": {"rows": [0], "columns": []}}
    page.run()
    page.button(key="undo").click().run()
    assert Warehouse(own).current() == before
    with only("rfm"):
        page.button(key="confirm_yes").click().run(timeout=120)

    assert not page.exception
    assert Warehouse(own).current() != before
    assert "is undone" in page.success[0].value
    dispose(own)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_an_empty_store_has_no_versions_to_go_back_to(
    empty: Settings, open_page: OpenPage, language: str
) -> None:
    page = open_page("imports", empty, language=language, query={"section": "versions"})

    assert len(page.info) == 1
    assert not [button for button in page.button if button.key == "rebuild"]


def test_the_sample_company_has_a_name_among_batches(
    published: Settings, open_page: OpenPage
) -> None:
    page = open_page("imports", published, language="zh_CN", query={"section": "batches"})

    assert set(page.dataframe[0].value["source"]) == {"示例公司"}


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_who_sees_a_part_imports_and_undoes_nothing(
    published: Settings, empty: Settings, open_page: OpenPage, language: str
) -> None:
    part = AccessScope(frozenset({"E0001"}))
    page = open_page(
        "imports", published, language=language, scope=part, query={"section": "batches"}
    )

    assert not page.exception
    assert {"en": "see every customer", "zh_CN": "能查看所有客户"}[language] in page.info[0].value
    assert not page.dataframe
    assert not page.main.button
    first = open_page("overview", empty, language=language, scope=part)
    assert not first.main.button
    assert {"en": "no data yet", "zh_CN": "还没有数据"}[language] in first.info[0].value


@pytest.mark.parametrize("scope", [NOBODY, AccessScope(frozenset({"E0001"}))])
def test_files_are_refused_to_who_sees_a_part(published: Settings, scope: AccessScope) -> None:
    t, formats = catalogue("en"), Formats("en", "CNY", "UTC")
    ctx = PageContext(published, "", scope, "ada", "en", NOW.date(), NOW, t, formats)
    for call in (
        lambda: actions.batches(ctx),
        lambda: actions.refused_in_source(ctx, "b1"),
        lambda: actions.undo(ctx, "b1", lambda _step, _share: None),
        lambda: actions.rollback(ctx, "v000001"),
        lambda: actions.rebuild(ctx, lambda _step, _share: None),
    ):
        with pytest.raises(NotPermittedError, match="only who sees every customer"):
            call()


@pytest.mark.parametrize(
    ("language", "said"), [("en", "another release"), ("zh_CN", "另一个 Clientscope 版本")]
)
def test_a_version_of_another_release_says_what_to_do(
    published: Settings,
    open_page: OpenPage,
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    said: str,
) -> None:
    monkeypatch.setattr("crm_data.versions.fingerprint", lambda: "newer")
    page = open_page("overview", published, language=language)
    ledger = open_page("imports", published, language=language, query={"section": "versions"})

    assert said in page.error[0].value
    assert not page.exception
    assert [button.key for button in ledger.button if button.key == "rebuild"] == ["rebuild"]
