"""The page Post-mortems as a marketer uses it: write, lock, hold against the result, freeze."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from crm_data.app_db import dispose
from crm_data.commands.campaign_plans import campaign_plans, campaign_reviews
from crm_data.scope import EVERYTHING, AccessScope
from crm_data.settings import Settings
from tests.campaigns.returns_shop import TABLES
from tests.customers.shop import built
from tests.pages.conftest import OpenPage, _fresh_caches, open_page, texts

__all__ = ["_fresh_caches", "open_page"]  # fixtures
LANGUAGES = ("en", "zh_CN")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Settings]:
    made = Settings.from_environment({"CRM_HOME": str(tmp_path)})
    built(made, TABLES)
    yield made
    dispose(made)


@pytest.mark.parametrize("language", LANGUAGES)
def test_from_plan_to_frozen_post_mortem(
    shop: Settings, open_page: OpenPage, language: str
) -> None:
    page = open_page("post_mortems", shop, language=language, query={"campaign": "k1"})
    assert not page.exception
    page.text_area[0].set_value("A gift brings orders")
    page.number_input[1].set_value(10.0)
    page.text_input[0].set_value("People")
    page.text_input[1].set_value("After ten days")
    page.number_input[3].set_value(50.0)
    page.button[0].click().run()
    assert not page.exception
    assert not page.error
    (plan,) = campaign_plans(shop, EVERYTHING)
    assert (plan.draft.campaign_id, plan.draft.budget) == ("k1", 10.0)
    assert plan.draft.shares == {"control": 0.5}

    next(b for b in page.button if b.label in ("Lock the plan", "锁定计划")).click().run()
    assert not page.exception
    assert campaign_plans(shop, EVERYTHING)[0].is_locked
    said = "\n".join(texts(page))
    late = {"en": "after the launch on 1 Jan 2026", "zh_CN": "晚于 2026年1月1日 的上线日"}
    assert late[language] in said
    assert {"en": "more than the", "zh_CN": "超过计划的"}[language] in said

    page.text_area[0].set_value("Gifts work").run()
    next(b for b in page.button if b.label in ("Freeze the post-mortem", "冻结复盘")).click().run()
    assert not page.exception
    (review,) = campaign_reviews(shop, EVERYTHING)
    assert review.lessons == "Gifts work"
    assert review.data_hash in "\n".join(texts(page))
    found = next(f.value for f in page.dataframe if "lessons" in f.value)
    assert found["campaign"].tolist() == ["Gift"]
    nothing = open_page("post_mortems", shop, language=language, query={"q": "absent"})
    assert not nothing.exception
    assert not [f for f in nothing.dataframe if "lessons" in f.value]


def test_a_plan_that_says_too_little_is_refused(shop: Settings, open_page: OpenPage) -> None:
    page = open_page("post_mortems", shop, query={"campaign": "k1"})
    page.button[0].click().run()

    assert "needs a hypothesis" in page.error[0].value
    assert campaign_plans(shop, EVERYTHING) == []


def test_who_sees_a_part_is_told_why_it_is_empty(shop: Settings, open_page: OpenPage) -> None:
    page = open_page("post_mortems", shop, scope=AccessScope(frozenset({"e1"})))

    assert not page.exception
    assert "every customer" in page.info[0].value
    assert not page.selectbox


def typed(page: AppTest, hypothesis: str, campaign: str = "k1") -> AppTest:
    page.text_area(key=f"post_hypothesis_{campaign}").set_value(hypothesis)
    page.text_input(key=f"post_audience_{campaign}").set_value("People")
    page.text_input(key=f"post_stop_rule_{campaign}").set_value("After ten days")
    return page


def clicked(page: AppTest, name: str, campaign: str = "k1") -> AppTest:
    page.button(key=f"post_{name}_{campaign}").click().run()
    assert not page.exception
    return page


def hypotheses(settings: Settings) -> list[str]:
    return [one.draft.hypothesis for one in campaign_plans(settings, EVERYTHING)]


def test_two_sessions_write_one_plan(shop: Settings, open_page: OpenPage) -> None:
    first, second = (open_page("post_mortems", shop, query={"campaign": "k1"}) for _ in range(2))
    clicked(typed(first, "First"), "write")
    clicked(typed(second, "Second"), "write")

    assert hypotheses(shop) == ["First"]
    assert "Somebody has changed the plan" in second.error[0].value
    assert second.text_area(key="post_hypothesis_k1").value == "Second"
    next(b for b in second.button if b.label.startswith("Show what is stored")).click().run()
    assert second.text_area(key="post_hypothesis_k1").value == "First"
    clicked(typed(second, "Second"), "write")
    assert hypotheses(shop) == ["Second"]


def test_only_the_plan_on_the_screen_is_locked(shop: Settings, open_page: OpenPage) -> None:
    first = open_page("post_mortems", shop, query={"campaign": "k1"})
    clicked(typed(first, "First"), "write")
    other = open_page("post_mortems", shop, query={"campaign": "k1"})
    clicked(typed(other, "Other"), "lock")
    assert "Store the plan, then lock it" in other.error[0].value
    clicked(other, "write")
    clicked(first, "lock")
    assert "Somebody has changed the plan" in first.error[0].value
    assert not campaign_plans(shop, EVERYTHING)[0].is_locked
    clicked(other, "lock")
    (plan,) = campaign_plans(shop, EVERYTHING)
    assert (plan.is_locked, plan.draft.hypothesis) == (True, "Other")
    clicked(typed(first, "Late"), "write")
    assert "is locked" in first.error[0].value


def test_lessons_are_of_one_campaign_and_of_the_first_who_freezes(
    shop: Settings, open_page: OpenPage
) -> None:
    for campaign in ("k1", "k2"):
        page = open_page("post_mortems", shop, query={"campaign": campaign})
        clicked(typed(page, "A gift", campaign), "write", campaign)
        clicked(page, "lock", campaign)
    first, second = (open_page("post_mortems", shop, query={"campaign": "k1"}) for _ in range(2))
    first.text_area(key="post_lessons_k1").set_value("Gifts work").run()
    second.text_area(key="post_lessons_k1").set_value("Gifts do not").run()
    clicked(first, "freeze")
    assert not first.error
    clicked(second, "freeze")
    assert "Gifts do not" in second.error[0].value
    assert [one.lessons for one in campaign_reviews(shop, EVERYTHING)] == ["Gifts work"]
    second.selectbox(key="campaign").set_value("k2").run()
    assert second.text_area(key="post_lessons_k2").value == ""
