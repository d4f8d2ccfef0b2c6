"""The page in both languages: all of it, a part of the customers, too little data, rules."""

from collections.abc import Callable, Iterator

import pytest

from crm_data.app_db import dispose
from crm_data.rules import stored_rules
from crm_data.settings import Settings
from tests.customers.pages import open_page, written
from tests.value.conftest import publish, valued
from tests.value.test_scoring import buyers, one_later_buyer
from tests.warehouse.stage import Row

pytestmark = pytest.mark.long

PROOF = {"en": "How good is it? The test", "zh_CN": "有多准？回测"}
MISSING = {"en": "customers with an order: 3 of 500", "zh_CN": "有订单的客户：3，需要 500"}


COMPANIES: dict[str, Callable[[], dict[str, list[Row]]]] = {
    "few": lambda: buyers(3, [0, 10]),
    "worthless": lambda: buyers(500, [0, 100, 200, 300], 0.0),
    "one later": one_later_buyer,
}


@pytest.fixture(scope="module", params=COMPANIES)
def poor(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Settings]]:
    """A company of which little can be said, published once for both languages."""
    home = tmp_path_factory.mktemp("poor")
    settings = Settings.from_environment({"CRM_HOME": str(home)})
    publish(settings, COMPANIES[request.param]())
    yield request.param, settings
    dispose(settings)


def headings(app) -> list[str]:  # type: ignore[no-untyped-def]  # an AppTest
    return [one.value for one in app.subheader]


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_everything_is_on_the_page(duckdb_settings: Settings, language: str) -> None:
    app = open_page(duckdb_settings, "value", {"lang": language})

    assert not app.exception
    assert not app.error
    assert PROOF[language] in headings(app)
    assert len(app.metric) == 4
    text = written(app).lower()
    assert "nan" not in text.replace("finance", "")
    assert "none" not in [str(one.value).lower() for one in app.metric]
    tables = [set(frame.value.columns) for frame in app.dataframe]
    assert any({"candidate", "role", "error_value"} <= columns for columns in tables)
    assert any({"name", "value_low", "value_high", "link"} <= columns for columns in tables)
    # Charts have twins.
    assert any("tenth" in columns for columns in tables)
    assert any("week" in columns for columns in tables)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_who_sees_a_part_sees_own_customers_and_no_card(
    duckdb_settings: Settings, language: str
) -> None:
    app = open_page(duckdb_settings, "value", {"lang": language}, owners=("E1",))

    assert not app.exception
    assert PROOF[language] not in headings(app)
    shown = next(f.value for f in app.dataframe if "link" in f.value.columns)
    assert set(shown["owner_id"]) == {"E1"}
    assert not list(app.number_input)  # rules are for who sees everything


def test_who_sees_nobody_is_told(duckdb_settings: Settings) -> None:
    app = open_page(duckdb_settings, "value", owners=())

    assert not app.exception
    assert app.info[0].value == "There are no customers that you may see."


def test_the_order_and_the_dimension_live_in_the_address(duckdb_settings: Settings) -> None:
    app = open_page(
        duckdb_settings, "value", {"value_order": "net_amount", "value_by": "owner_id", "page": "2"}
    )
    shown = next(f.value for f in app.dataframe if "link" in f.value.columns)

    assert shown["net_amount"].is_monotonic_decreasing
    assert any("owner_id" in f.value.columns and len(f.value) == 3 for f in app.dataframe)
    hostile = open_page(
        duckdb_settings, "value", {"value_order": "'", "value_by": "x", "page": "-1"}
    )
    assert not hostile.exception


SAID = {
    "few": MISSING,
    "worthless": {
        "en": "but the amounts are missing or add up",
        "zh_CN": "有购买，但金额缺失",
    },
    "one later": {"en": "Only 1 known customers bought", "zh_CN": "只有 1 位已知客户购买"},
}


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_what_cannot_be_said_is_said(poor: tuple[str, Settings], language: str) -> None:
    kind, settings = poor
    app = open_page(settings, "value", {"lang": language})

    assert not app.exception
    assert SAID[kind][language] in app.info[0].value
    assert bool(app.metric) == (kind == "one later")
    text = written(app).lower()
    assert "nan" not in text.replace("finance", "")


@pytest.mark.usefixtures("_value_only")
def test_saving_rules_scores_again(tmp_path_factory: pytest.TempPathFactory) -> None:
    settings = valued(tmp_path_factory)
    app = open_page(settings, "value")
    app.number_input("rule_horizon").set_value(120)
    app.button[[b.label for b in app.button].index("Save and apply")].click().run(timeout=120)

    assert not app.exception
    assert stored_rules(settings)["value"]["horizon_days"] == 120
    assert any("next 120 days" in one.value for one in app.caption)
    dispose(settings)


def test_a_definition_opens(duckdb_settings: Settings) -> None:
    app = open_page(duckdb_settings, "value")
    app.session_state["define_value_total"] = True
    app.run()

    assert not app.exception
    assert any("one test is one observation" in one.value for one in app.markdown)
