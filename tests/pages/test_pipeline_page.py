"""The pages Pipeline and Movement as a viewer uses them, in both languages."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from crm_data.app_db import dispose
from crm_data.rules import stored_rules
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from tests.customers.shop import built
from tests.pages.conftest import OpenPage, texts
from tests.pipeline.store import build_store


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings of a store with the six deals that are counted by hand."""
    home = tmp_path_factory.mktemp("deals")
    made = Settings.from_environment({"CRM_HOME": str(home)})
    build_store(made)
    yield made
    dispose(made)


def sound(page: AppTest) -> AppTest:
    assert not page.exception
    assert not page.error
    assert not [text for text in texts(page) if "nan" in text.lower().split()]
    return page


def frame(page: AppTest, column: str) -> Any:
    return next(f.value for f in page.dataframe if column in f.value)


@pytest.mark.parametrize(
    ("view", "language", "charts"),
    [
        ("funnel", "en", 1), ("rates", "zh_CN", 2), ("time", "en", 3),
        ("attention", "zh_CN", 0), ("losses", "zh_CN", 1),
    ],
)  # fmt: skip
def test_each_view_is_drawn(
    published: Settings, open_page: OpenPage, view: str, language: str, charts: int
) -> None:
    page = sound(
        open_page("pipeline", published, language=language,
                  query={"view": view, "period": "all_time"})
    )  # fmt: skip
    assert len(page.get("plotly_chart")) == charts
    assert len(page.metric) >= 5


def test_funnel_tiles_and_the_deals_behind_them(small: Settings, open_page: OpenPage) -> None:
    page = sound(open_page("pipeline", small, query={"period": "all_time"}))
    values = {m.label: m.value for m in page.metric}
    assert values["Win rate"] == "50.0%"
    assert values["Coverage"] == "0.5×"
    assert frame(page, "deals_entered")["deals_entered"].tolist() == [6, 4]
    page.selectbox(key="funnel_stage").set_value(1)
    page.selectbox(key="funnel_fate").set_value("lost")
    page = sound(page.run())
    page = sound(page.button(key="funnel_show").click().run())
    assert frame(page, "deal_name")["deal_name"].tolist() == ["Deal d3"]


def test_as_of_a_past_day_nothing_later_is_known(small: Settings, open_page: OpenPage) -> None:
    page = sound(open_page("pipeline", small, query={"as_of": "2026-02-15", "period": "all_time"}))
    assert any("15 Feb 2026" in c.value and "nothing that came later" in c.value
               for c in page.caption)  # fmt: skip
    assert frame(page, "deals_entered")["deals_entered"].tolist() == [3, 2]
    page = sound(page.selectbox(key="as_of_month").set_value(3).run())
    assert page.query_params["as_of"] == "2026-03-14"  # the 15th is not known yet


def test_an_open_deal_becomes_a_task_in_one_click(small: Settings, open_page: OpenPage) -> None:
    page = sound(
        open_page("pipeline", small, query={"view": "attention", "reason": "close_date_past"})
    )
    assert any("expected 10 Mar 2026, 4 days ago" in m.value for m in page.markdown)
    page = sound(page.button(key="task_make_d4").click().run())
    assert not [b for b in page.button if b.key == "task_make_d4"]
    page = sound(open_page("tasks", small, query={"whose": "all"}))
    assert any("10 Mar 2026" in text for text in texts(page))


@pytest.mark.parametrize(("language", "word"), [("en", "Put off"), ("zh_CN", "推迟")])
def test_movement_adds_up_and_shows_its_deals(
    small: Settings, open_page: OpenPage, language: str, word: str
) -> None:
    page = sound(
        open_page("movement", small, language=language,
                  query={"span": "custom", "from": "2026-03-05", "step": "pushed"})
    )  # fmt: skip
    steps = frame(page, "deals_effect")
    assert steps["value_effect"].tolist() == [150, 300, 120, 0, -300, 270]
    deals = frame(page, "days_moved")
    assert deals[["deal_name", "days_moved", "pushes"]].values.tolist() == [["Deal d5", 39, 1]]
    assert deals["movement_step"].tolist() == [word]
    assert page.metric[0].value == "50.0%"  # of two due, one slipped
    page = sound(page.pills(key="step").set_value("won").run())
    assert frame(page, "days_moved")["deal_name"].tolist() == ["Deal d6"]


def test_a_seller_sees_their_own_deals(small: Settings, open_page: OpenPage) -> None:
    own = AccessScope(frozenset({"e2"}))
    page = sound(open_page("pipeline", small, scope=own, query={"period": "all_time"}))
    assert frame(page, "deals_entered")["deals_entered"].tolist() == [2, 1]
    query = {"span": "custom", "from": "2026-03-05"}
    page = sound(open_page("movement", small, scope=own, query=query))
    assert frame(page, "days_moved")["deal_name"].tolist() == ["Deal d5"]


def test_stages_that_the_company_orders_itself(tmp_path_factory: pytest.TempPathFactory,
                                                open_page: OpenPage) -> None:  # fmt: skip
    own = Settings.from_environment({"CRM_HOME": str(tmp_path_factory.mktemp("own"))})
    build_store(own)
    query = {"period": "all_time"}
    page = sound(open_page("pipeline", own, query=query))
    places = {box.label: box.key for box in page.selectbox if box.label.endswith(": place")}
    page.selectbox(key=places["offer: place"]).set_value(1)
    page.selectbox(key=places["talk: place"]).set_value(2)
    page = sound(page.button(key="rules_pipeline_stages_save").click().run())
    rules = stored_rules(own)["pipeline_stages"]["stages"]
    assert {(one["stage"], one["position"]) for one in rules} == {("offer", 1), ("talk", 2)}
    page = sound(open_page("pipeline", own, query=query))
    assert frame(page, "deals_entered")["deal_stage"].tolist() == ["offer", "talk"]
    dispose(own)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_a_past_value_that_knows_the_end_says_so(
    small: Settings, tmp_path: Path, open_page: OpenPage, language: str
) -> None:
    """One import of closed deals: what they were worth while open is what they were won for."""
    own = Settings.from_environment({"CRM_HOME": str(tmp_path)})
    begun, ended = (datetime(2026, month, 5, tzinfo=UTC).replace(tzinfo=None) for month in (1, 3))
    deal = {"pipeline": "New", "created_at": begun, "closed_at": ended}
    built(own, {
        "opportunities": [
            deal | {"opportunity_id": "w", "stage": "won", "outcome": "won", "amount": 90},
            deal | {"opportunity_id": "l", "stage": "lost", "outcome": "lost", "amount": 0},
        ],
    })  # fmt: skip
    words = {"en": "know how deals ended", "zh_CN": "已包含后来的结果"}[language]
    days = {"span": "custom", "from": "2026-02-01", "as_of": "2026-02-01"}
    for name in ("pipeline", "movement"):
        page = sound(open_page(name, own, language=language, query=days))
        assert [words in one.value for one in page.warning] == [True]
        assert not [one for one in texts(page) if one.startswith("– ")]  # no interval of nothing
        told = sound(open_page(name, small, language=language, query=days))
        assert not [one for one in told.warning if words in one.value]
    dispose(own)
