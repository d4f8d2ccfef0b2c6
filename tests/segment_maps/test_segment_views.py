"""Both views in both languages, with interactions, thin data and no data."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from crm_data.app_db import dispose
from crm_data.rules import last_change, stored_rules
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from tests.customers.shop import built
from tests.pages.conftest import OpenPage, texts
from tests.segment_maps.conftest import scored

LANGUAGES = ("en", "zh_CN")
VIEWS = ("rfm", "lifecycle")
Orders = list[dict[str, object]]


def opened(page: AppTest) -> AppTest:
    """Check that nothing failed and nothing undefined is shown."""
    assert not page.exception
    assert not page.error
    assert not [text for text in texts(page) if "nan" in text.lower().split()]
    return page


@pytest.fixture
def home(tmp_path: Path):  # type: ignore[no-untyped-def]  # a generator of Settings
    """Settings of an empty store that is put away afterwards."""
    settings = Settings.from_environment({"CRM_HOME": str(tmp_path)})
    yield settings
    dispose(settings)


@pytest.mark.parametrize("language", LANGUAGES)
def test_rfm_view(published: Settings, open_page: OpenPage, language: str) -> None:
    page = opened(open_page("segments", published, language=language, query={"view": "rfm"}))
    segments = page.dataframe(key="rfm_table").value

    assert segments["customers"].sum() > 100
    assert ("Champions" if language == "en" else "冠军客户") in segments["rfm_segment"].tolist()

    page.selectbox(key="rfm_segment").set_value("lost").run()
    opened(page)
    assert page.query_params["rfm_segment"] == "lost"
    assert len(page.dataframe(key="group_rfm_segment").value) > 0

    page.segmented_control(key="measure").set_value("net_amount").run()
    assert opened(page).query_params["measure"] == "net_amount"

    days = page.selectbox(key="moved_from").options
    page.selectbox(key="moved_from").set_value(days[-1]).run()
    opened(page)
    said = "before the second" if language == "en" else "较早"
    assert any(said in info.value for info in page.info)


@pytest.mark.parametrize("language", LANGUAGES)
def test_lifecycle_view(published: Settings, open_page: OpenPage, language: str) -> None:
    page = opened(open_page("segments", published, language=language, query={"view": "lifecycle"}))

    assert len(page.metric) == 6
    assert sum(int(tile.value) for tile in page.metric) == 300
    assert len(page.dataframe[1].value) == 6
    chosen = page.selectbox(key="step").options[3]
    page.selectbox(key="step").select_index(3).run()
    step = opened(page).query_params["step"]
    assert step[:3] == "202"  # the address keeps ISO, the option is written for its reader
    assert chosen != step
    assert page.dataframe[0].value["customers"].sum() > 0


@pytest.fixture(scope="module")
def unscored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """The shop published without scores."""
    home = tmp_path_factory.mktemp("unscored")
    settings = Settings.from_environment({"CRM_HOME": str(home)})
    built(settings)
    yield settings
    dispose(settings)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_scores_and_none_visible(
    unscored: Settings, published: Settings, open_page: OpenPage, view: str, language: str
) -> None:
    scope = AccessScope(frozenset({"nobody's"}))
    page = opened(
        open_page("segments", published, language=language, scope=scope, query={"view": view})
    )
    assert len(page.info) == 1

    page = opened(open_page("segments", unscored, language=language, query={"view": view}))
    assert "python -m cli refresh" in page.info[0].value


def sold(*orders: tuple[str, date, int]) -> dict[str, Orders]:
    """Return tables of orders alone: customer, day, amount."""
    rows: Orders = [
        {"order_id": f"o{n}", "customer_id": who, "ordered_on": on, "status": "paid",
         "amount": Decimal(amount)}
        for n, (who, on, amount) in enumerate(orders)
    ]  # fmt: skip
    return {"orders": rows}


DAY = date(2025, 3, 1)
THIN = {
    "one customer": sold(("a", DAY, 5)),
    "one order each": sold(*((f"c{n}", date(2025, n, 1), n) for n in range(1, 10))),
    "identical": sold(*((f"c{n}", DAY, 7) for n in range(8))),
    "below zero": sold(("a", DAY, -5), ("b", date(2025, 4, 1), -7), ("b", DAY, -1)),
    "no customers": sold(("", DAY, 5)),
}


@pytest.fixture(scope="module", params=THIN)
def thin(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Settings]]:
    """A shop of which little can be said, scored once for both views."""
    home = tmp_path_factory.mktemp("thin")
    settings = Settings.from_environment({"CRM_HOME": str(home)})
    scored(settings, THIN[request.param])
    yield request.param, settings
    dispose(settings)


@pytest.mark.parametrize("view", VIEWS)
def test_thin_data(thin: tuple[str, Settings], open_page: OpenPage, view: str) -> None:
    case, home = thin
    page = opened(open_page("segments", home, query={"view": view}))

    if view == "lifecycle" and case.startswith("one"):
        assert any("no rhythm" in info.value for info in page.info)


def test_rules_are_saved_applied_and_reset(home: Settings, open_page: OpenPage) -> None:
    scored(home)
    page = opened(open_page("segments", home, query={"view": "lifecycle"}))
    page.number_input(key="lifecycle_loyal_min_orders").set_value(9)
    page.button(key="rules_lifecycle_save").click().run()
    opened(page)

    assert stored_rules(home)["lifecycle"]["loyal_min_orders"] == 9
    assert (last_change(home, "lifecycle") or ("",))[0] == "tester"
    page = opened(open_page("segments", home, query={"view": "lifecycle"}))
    assert any("orders on at least 9 days" in one.value for one in page.markdown)
    assert any("tester" in one.value for one in page.caption)
    assert page.metric[2].value == "0"  # loyal

    page.button(key="rules_lifecycle_reset").click().run()
    assert stored_rules(home) == {}


def test_rules_that_cannot_be_are_refused_and_not_saved(
    home: Settings, open_page: OpenPage
) -> None:
    scored(home)
    page = opened(open_page("segments", home, query={"view": "rfm"}))
    page.text_input(key="rfm_borders_recency").set_value("30, 20, 10")
    page.button(key="rules_rfm_save").click().run()

    assert "four growing numbers" in page.error[0].value
    assert stored_rules(home) == {}

    page.text_input(key="rfm_borders_recency").set_value("30, 90，180, 365")
    page.button(key="rules_rfm_save").click().run()
    assert not page.error
    assert stored_rules(home)["rfm"]["recency_borders"] == [30, 90, 180, 365]
