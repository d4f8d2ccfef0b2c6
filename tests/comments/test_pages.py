"""The page Comments as viewers use it, on a company that is counted by hand."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from crm_data.queries.tasks import tasks
from crm_data.scope import EVERYTHING, AccessScope
from crm_data.settings import Settings
from tests.conftest import NOW
from tests.pages.conftest import OpenPage, _fresh_caches, empty, open_page, texts
from ui import rows
from ui.context import PageContext

__all__ = ["_fresh_caches", "empty", "open_page"]  # fixtures
LANGUAGES = ("en", "zh_CN")
O2 = AccessScope(frozenset({"o2"}))


@pytest.fixture(autouse=True)
def _every_column_of_a_file_has_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    download = rows.download

    def checked(ctx: PageContext, frame: Any, **more: Any) -> None:
        made = frame() if callable(frame) else frame
        assert [name for name in made.columns if f"column.{name}" not in ctx.t] == []
        download(ctx, made, **more)

    monkeypatch.setattr(rows, "download", checked)


def opened(
    open_page: OpenPage, shop: Settings, language: str = "en", scope: AccessScope = EVERYTHING,
    **query: str,
) -> AppTest:  # fmt: skip
    page = open_page("comments", shop, language=language, scope=scope,
                     query={"period": "all_time", **query})  # fmt: skip
    assert not page.exception
    assert not page.error
    assert not [text for text in texts(page) if "nan" in text.lower().split()]
    return page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("view", ["topics", "trend", "list", "calls", "judge"])
def test_every_view_opens_in_both_languages(
    shop: Settings, open_page: OpenPage, view: str, language: str
) -> None:
    page = opened(open_page, shop, language, view=view)
    assert page.metric[0].value == "132"


def test_figures(shop: Settings, open_page: OpenPage) -> None:
    page = opened(open_page, shop)
    notes = [one.value for one in page.caption]
    assert page.metric[0].value == "132"
    assert page.metric[3].value.endswith("%")
    assert any("Chinese" in note and "Other languages" in note for note in notes)
    assert page.metric[4].value == "–"  # nobody was ever called
    assert any("No call is recorded yet; 65" in note for note in notes)


def test_topics_with_quotes(shop: Settings, open_page: OpenPage) -> None:
    page = opened(open_page, shop, view="topics")
    table = next(one.value for one in page.dataframe if "topic_name" in one.value)
    assert len(table) == 6
    assert set(table["topic_change"]) <= {"No change beyond chance", "Too few to tell"}
    assert [one for one in page.markdown if one.value.startswith("> ")]
    assert page.selectbox(key="scale").options == ["CSAT, up to 5"]


def test_the_month_that_is_not_over_is_told(shop: Settings, open_page: OpenPage) -> None:
    page = opened(open_page, shop, view="trend")
    table = next(one.value for one in page.dataframe if "comment_month_on" in one.value)
    assert table["answer_verdict"].tolist() == ["Not over yet"]
    assert len(page.get("plotly_chart")) == 1


def test_search_and_masks(shop: Settings, open_page: OpenPage) -> None:
    page = opened(open_page, shop, view="list", q="Harbour")
    (text,) = [one.value for one in page.markdown if "-badge[" in one.value]
    assert "late delivery, call \\*\\*\\* at \\*\\*\\*, \\*\\*\\*" in text
    assert page.metric[0].value == "1"
    page.text_input(key="q").set_value("送餐").run()
    assert page.metric[0].value == "33"
    assert page.query_params["q"] == "送餐"
    none = opened(open_page, shop, view="list", q="nothing like it")
    assert "No comment fits" in none.info[0].value


def test_filters_of_the_address(shop: Settings, open_page: OpenPage) -> None:
    page = opened(open_page, shop, view="list", origin="ticket", sentiment="negative")
    assert page.metric[0].value == "2"
    wrong = opened(open_page, shop, view="list", origin="x'; --", topic="99")
    assert wrong.metric[0].value == "132"


@pytest.mark.parametrize("view", ["topics", "list", "calls", "judge"])
def test_a_viewer_sees_comments_of_their_customers(
    shop: Settings, open_page: OpenPage, view: str
) -> None:
    page = opened(open_page, shop, scope=O2, view=view)
    assert page.metric[0].value == "65"
    shown = "".join(texts(page))
    assert "c001" not in shown
    assert "great taste." not in shown


def test_rows_behind_a_number(shop: Settings, open_page: OpenPage) -> None:
    page = opened(open_page, shop, origin="ticket")
    page.session_state["define_comments_negative"] = True
    page.run()
    page.button(key="rows_comments_negative").click().run()
    assert not page.exception
    table = next(one.value for one in page.dataframe if "answer_comment" in one.value)
    assert sorted(table["answer_comment"]) == [
        "late delivery, call *** at ***, ***", "送餐太慢",
    ]  # fmt: skip


def test_a_detractor_is_called_back_with_an_outcome(shop: Settings, open_page: OpenPage) -> None:
    page = opened(open_page, shop, view="calls", page="5")  # the first answer of all, without words
    page.button(key="task_make_silent").click().run()
    assert not page.exception
    (task,) = tasks(shop, EVERYTHING, "tester", state="open", on=NOW.date()).to_dict("records")
    assert (task["code"], task["response_id"], task["customer_id"], task["owner_id"]) == (
        "detractor", "silent", "c001", "o1",
    )  # fmt: skip
    key = f"finish_{task['task_id']}"
    page.session_state[key] = True
    page.run()
    page.radio(key=f"{key}_outcome").set_value("solved").run()
    page.button(key=f"{key}_done").click().run()
    assert not page.exception
    table = next(one.value for one in page.dataframe if "task_outcome" in one.value)
    assert table.loc[table["task_outcome"] == "Solved", "calls"].tolist() == [1]
    assert page.metric[4].value == "0.0%"  # answered on the 1st: too late, however well it went
    all_of = opened(open_page, shop, view="calls", calls="all", within="7", page="5")
    assert any("Solved" in one.value for one in all_of.caption)
    assert any("65 row" in one.value for one in all_of.caption)
    open_of = opened(open_page, shop, view="calls", page="5")
    assert any("64 row" in one.value for one in open_of.caption)
    hidden = opened(open_page, shop, scope=O2, view="calls", calls="all")
    assert hidden.metric[4].value == "–"


def test_the_profile_of_who_wrote_is_one_click_away(shop: Settings, open_page: OpenPage) -> None:
    page = opened(open_page, shop, view="list", origin="ticket")
    links = [one for one in page.get("page_link") if "customer=firm" in str(one.proto)]
    assert len(links) == 1


def test_without_a_comment_the_page_says_what_to_import(
    empty: Settings, open_page: OpenPage
) -> None:
    page = open_page("comments", empty)
    assert not page.exception
