"""The Churn page as a viewer uses it, in both languages."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from analytics.churn_band import ChurnBand
from analytics.churn_rates import RATES
from crm_data.app_db import dispose
from crm_data.queries.cut import Cut
from crm_data.scope import EVERYTHING, AccessScope
from crm_data.settings import Settings
from crm_data.versions import Warehouse
from tests.churn.shop import TABLES, contract, on
from tests.customers.shop import built
from tests.pages.conftest import OpenPage, texts
from ui import overview_parts
from ui.metrics import metric_document
from ui.translations import catalogue

OWNER = "E0012"


def charts(page: AppTest) -> int:
    return len(page.get("plotly_chart"))


def tiles(page: AppTest) -> dict[str, str]:
    return {m.label: m.value for m in page.metric}


@pytest.mark.parametrize(("language", "title"), [("en", "Churn"), ("zh_CN", "客户流失")])
def test_silence_and_contracts(
    published: Settings, open_page: OpenPage, language: str, title: str
) -> None:
    page = open_page("churn", published, language=language)
    assert not page.exception
    assert [t.value for t in page.title] == [title]
    assert len(page.metric) == 2
    assert charts(page) == 2
    proposals = next(f.value for f in page.dataframe if "proposed_days" in f.value)
    assert len(proposals.columns) == 8  # more are cut at 1400 pixels
    assert proposals["back_share"].str.count("%").tolist() == [3]  # with both ends

    page = page.button_group(key="churn").set_value("contract").run()
    assert not page.exception
    assert page.query_params["churn"] == "contract"
    assert len(page.metric) == 4
    assert charts(page) == 3
    assert all(m.value.endswith("%") for m in page.metric)
    said = {"en": "was expected from the", "zh_CN": "预期范围"}[language]
    assert any(said in c.value for c in (*page.caption, *page.warning, *page.info))
    assert not [text for text in texts(page) if "nan" in text.lower().split()]


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize(
    "query",
    [
        {"churn": "contract", "measure": "net_revenue_retention", "split": "first_category"},
        {"churn": "silence", "split": "kind", "region": "East"},
        {"churn": "silence", "measure": "gross_revenue_retention"},
        {"churn": "<b>", "measure": "x", "split": "owner_id", "view": "none"},
    ],
)
def test_every_view_opens_from_its_address(
    published: Settings, open_page: OpenPage, language: str, query: dict[str, str]
) -> None:
    page = open_page("churn", published, language=language, query=query)

    assert not page.exception
    assert not page.error
    assert charts(page) == (3 if query["churn"] == "contract" else 2)


def test_a_filter_narrows_and_can_be_reset(published: Settings, open_page: OpenPage) -> None:
    page = open_page("churn", published)
    everybody = tiles(page)
    page = page.multiselect(key="attribute_source").set_value(["store"]).run()

    assert page.query_params["source"] == "store"
    assert tiles(page) != everybody
    page = page.button(key="attributes_reset").click().run()
    assert tiles(page) == everybody


@pytest.mark.parametrize("definition", ["silence", "contract"])
def test_who_was_lost_opens_in_a_drawer(
    published: Settings, open_page: OpenPage, definition: str
) -> None:
    page = open_page("churn", published, query={"churn": definition}, language="zh_CN")
    shown = page.selectbox(key="churn_month")
    counts = [int("".join(c for c in o.split("·")[1] if c.isdigit())) for o in shown.options]
    place = next(n for n, count in enumerate(counts) if count)
    page = shown.select_index(place).run()
    page = page.button(key="churn_show").click().run()

    assert not page.exception
    lost = next(f.value for f in page.dataframe if "lost_on" in f.value)
    assert len(lost) == counts[place]
    assert ("end_reason" in lost) == (definition == "contract")


def test_who_sees_a_part_sees_the_churn_of_that_part(
    published: Settings, open_page: OpenPage
) -> None:
    everybody = open_page("churn", published)
    part = open_page("churn", published, scope=AccessScope(frozenset({OWNER})))

    assert not part.exception
    assert tiles(part)
    assert tiles(part) != tiles(everybody)
    assert not part.radio  # rules are for who sees everything


@pytest.fixture
def own(tmp_path: Path) -> Any:
    """A store of the company that is counted by hand, for changing it."""
    made = Settings.from_environment({"CRM_HOME": str(tmp_path / "own")})
    yield made
    dispose(made)


def test_contracts_without_orders_and_orders_without_contracts(
    own: Settings, open_page: OpenPage
) -> None:
    built(own, {name: TABLES[name] for name in ("customers", "subscriptions")})
    page = open_page("churn", own, query={"churn": "silence"})
    assert not page.exception
    assert tiles(page)["Customer churn"] == "20.0%"  # 1 of 5 in March
    assert any("not known" in c.value for c in page.caption)
    assert any("Chosen by the data" in m.value for m in page.markdown)


def old_contracts(*, is_ended: bool) -> list[dict[str, Any]]:
    """One that ran long before anybody's end was written down, and one that ended in March."""
    end = on(3, 20) if is_ended else None
    return [contract("A", "a", on(6, 1, 2024), None, 10), contract("B", "b", on(1, 5), end, 5)]


def test_months_before_the_first_end_are_not_known(own: Settings, open_page: OpenPage) -> None:
    late = contract("C", "c", on(5, 2), None, 1)
    built(own, {"subscriptions": [*old_contracts(is_ended=True), late]})
    page = open_page("churn", own, language="zh_CN")
    assert not page.exception
    assert any("最早的流失记录在 2025年3月" in m.value for m in page.markdown)
    months = next(f.value for f in page.dataframe if "churn_rate" in f.value)
    rates = months.set_index("month_on")["churn_rate"]
    assert rates["2025-03-01"] == 0.5
    assert rates["2025-04-01"] == 0.0  # known, and nobody left
    assert rates[rates.index < "2025-03-01"].isna().all()
    # Cohorts of those that began before: of them, nobody knows who had left.
    assert not [f for f in page.dataframe if "cohort_on" in f.value]


def test_without_an_end_nothing_is_known(own: Settings, open_page: OpenPage) -> None:
    built(own, {"subscriptions": old_contracts(is_ended=False)})
    page = open_page("churn", own)
    assert not page.exception
    assert not page.metric
    assert any("No contract has ended" in i.value for i in page.info)


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Churn of Feb 2026 is higher than expected: 8.0%"),
     ("zh_CN", "2026年2月 的客户流失率高于预期：8.0%")],
)  # fmt: skip
def test_the_overview_says_so_where_churn_left_its_band(
    published: Settings,
    open_page: OpenPage,
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    said: str,
) -> None:
    band = ChurnBand(date(2026, 2, 1), 0.08, 8, 100, 0.04, 0.02, 0.06, 18, 70, 1.5, "above")
    monkeypatch.setattr(overview_parts, "standing", lambda *_: band)
    page = open_page("overview", published, language=language)

    assert not page.exception
    assert any(said in m.value for m in page.markdown)
    assert any("churn" in str(link.proto) for link in page.get("page_link"))


def test_customers_without_either(own: Settings, open_page: OpenPage) -> None:
    built(own, {"customers": TABLES["customers"]})
    page = open_page("churn", own)

    assert not page.exception
    assert any("no contract and no order" in i.value for i in page.info)


def test_rules_are_saved_and_hold(own: Settings, open_page: OpenPage) -> None:
    built(own, TABLES)
    page = open_page("churn", own, language="en")
    assert tiles(page)["Customer churn"] == "20.0%"  # seven had contracts, four had orders
    page.radio(key="churn_rule_kind").set_value("silence")
    page.selectbox(key="churn_rule_days").set_value(31)
    page = page.button(key="rules_churn_save").click().run()
    assert not page.exception
    page = open_page("churn", own)

    assert any("31 days are set" in m.value for m in page.markdown)
    assert tiles(page)["Came back"] == "40.0%"  # two of five


def test_a_client_cannot_open_a_month_that_is_not_there(
    published: Settings, open_page: OpenPage
) -> None:
    page = open_page("churn", published, query={"region": "nowhere", "segment": "gone"})
    assert not page.exception


def test_metrics_of_the_registry_say_what_the_tiles_say(
    published: Settings, open_page: OpenPage
) -> None:
    page = open_page("churn", published, query={"churn": "contract"})
    shown = {m.label: m.value for m in page.metric}
    t, rules = catalogue("en"), {"churn": {"kind": "contract"}}
    warehouse = Warehouse(published)
    with warehouse.connect(warehouse.current() or "") as conn:
        for name in RATES:
            (row,) = metric_document(
                conn, scope=EVERYTHING, version="", name=name, cut=Cut(), rules=rules
            )["rows"]
            assert f"{row['value'] * 100:.1f}%" == shown[t(f"churn.{name}")], name
            assert row["is_complete"]
