"""The Overview page, as a viewer meets it."""

import json
from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from crm_data.scope import NOBODY, AccessScope
from crm_data.settings import Settings
from crm_data.versions import Warehouse
from tests.pages.conftest import OpenPage


def ask(settings: Settings, sql: str) -> list[tuple[object, ...]]:
    warehouse = Warehouse(settings)
    version = warehouse.current()
    assert version is not None
    with warehouse.connect(version) as conn:
        rows = [tuple(row) for row in conn.exec_driver_sql(sql)]
    warehouse.close()
    return rows


def tile(page: AppTest, label: str) -> str:
    return next(str(metric.value) for metric in page.metric if metric.label == label)


@pytest.mark.parametrize(("language", "title"), [("en", "Overview"), ("zh_CN", "概览")])
def test_page_is_drawn_in_both_languages(
    published: Settings, open_page: OpenPage, language: str, title: str
) -> None:
    page = open_page("overview", published, language=language)

    assert not page.exception
    assert not page.error
    assert page.title[0].value == title
    assert len(page.metric) == 8


def test_tiles_say_what_the_store_holds(published: Settings, open_page: OpenPage) -> None:
    ((orders,),) = ask(
        published,
        "SELECT count(*) FROM order_facts WHERE is_counted "
        "AND ordered_on >= DATE '2026-02-01' AND ordered_on < DATE '2026-03-01'",
    )

    page = open_page("overview", published, query={"period": "last_month"})

    assert tile(page, "Orders") == f"{orders:,}"


def test_filters_in_the_address_narrow_the_numbers(
    published: Settings, open_page: OpenPage
) -> None:
    ((orders,),) = ask(
        published,
        "SELECT count(*) FROM order_facts WHERE is_counted AND region IN ('North', 'East') "
        "AND ordered_on >= DATE '2026-02-01' AND ordered_on < DATE '2026-03-01'",
    )

    page = open_page(
        "overview", published, query={"period": "last_month", "region": ["North", "East"]}
    )

    assert tile(page, "Orders") == f"{orders:,}"
    assert page.multiselect(key="filter_region").value == ["East", "North"]


@pytest.mark.parametrize(
    "query",
    [
        {"period": "'; DROP TABLE orders; --", "compare": "<script>"},
        {"region": ["nowhere", "' OR 1=1"], "category": "x" * 5000},
        {"period": "custom", "since": "2026-13-45", "until": "yesterday"},
        {"period": "custom", "since": "2026-03-01", "until": "2026-01-01"},
        {"lang": "../../etc/passwd"},
    ],
)
def test_a_hostile_address_shows_the_default_view(
    published: Settings, open_page: OpenPage, query: dict[str, str]
) -> None:
    page = open_page("overview", published, query=query)

    assert not page.exception
    assert not page.error
    assert page.selectbox(key="filter_period").value == "last_90_days"
    assert all(not box.value for box in page.multiselect)


def test_choosing_a_period_writes_it_into_the_address(
    published: Settings, open_page: OpenPage
) -> None:
    page = open_page("overview", published)

    page.selectbox(key="filter_period").select("last_12_months").run()

    assert page.query_params["period"] == "last_12_months"
    assert any("1 Mar 2025 – 28 Feb 2026" in caption.value for caption in page.caption)


def test_a_custom_period_is_chosen_by_year_month_and_day(
    published: Settings, open_page: OpenPage
) -> None:
    page = open_page("overview", published, query={"period": "last_month"})

    page.selectbox(key="filter_period").select("custom").run()
    page.selectbox(key="filter_until_day").select(10).run()

    assert page.query_params["since"] == "2026-02-01"
    assert page.query_params["until"] == "2026-02-10"


def test_reset_takes_every_filter_out_of_the_address(
    published: Settings, open_page: OpenPage
) -> None:
    page = open_page("overview", published, query={"period": "this_year", "region": "North"})

    page.button(key="filter_reset").click().run()

    assert set(page.query_params) == {"lang"}


def test_nothing_in_the_filter_says_so_and_leads_back(
    published: Settings, open_page: OpenPage
) -> None:
    query = {"period": "custom", "since": "2031-01-01", "until": "2031-01-31"}

    page = open_page("overview", published, query=query)

    assert not page.metric
    assert "1 Jan 2031" in page.info[0].value
    assert page.button(key="empty_reset").label == "Reset filters"


def test_nobody_sees_nothing(published: Settings, open_page: OpenPage) -> None:
    page = open_page("overview", published, scope=NOBODY)

    assert not page.exception
    assert not page.metric
    assert len(page.info) == 1


def test_two_viewers_never_share_a_cached_number(published: Settings, open_page: OpenPage) -> None:
    ((owner, orders),) = ask(
        published,
        "SELECT owner_id, count(*) FROM order_facts WHERE is_counted AND owner_id IS NOT NULL "
        "AND ordered_on >= DATE '2026-02-01' AND ordered_on < DATE '2026-03-01' "
        "GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1",
    )
    query = {"period": "last_month"}

    everyone = open_page("overview", published, query=query)
    one = open_page("overview", published, query=query, scope=AccessScope(frozenset({str(owner)})))

    assert tile(one, "Orders") == f"{orders:,}"
    assert tile(everyone, "Orders") != tile(one, "Orders")


def test_the_unfinished_week_is_drawn_apart(published: Settings, open_page: OpenPage) -> None:
    page = open_page("overview", published)

    traces = json.loads(page.get("plotly_chart")[0].proto.spec)["data"]
    assert [trace["name"] for trace in traces] == ["Net revenue", "Unfinished", "Previous period"]
    assert traces[1]["marker"]["pattern"]["shape"] == "/"


def test_a_definition_is_made_when_it_is_opened(published: Settings, open_page: OpenPage) -> None:
    page = open_page("overview", published)
    assert not page.code

    page.session_state["define_return_rate"] = True
    page.run()

    assert "order_facts" in page.code[0].value or "daily_sales" in page.code[0].value


def test_the_rows_behind_a_tile_are_as_many_as_it_says(
    published: Settings, open_page: OpenPage
) -> None:
    page = open_page("overview", published, query={"period": "last_12_months"})
    page.session_state["define_orders"] = True
    page.run()

    page.button(key="rows_orders").click().run()

    ((orders,),) = ask(
        published,
        "SELECT count(*) FROM order_facts WHERE is_counted "
        "AND ordered_on >= DATE '2025-03-01' AND ordered_on < DATE '2026-03-01'",
    )
    assert not page.error
    assert any(f"{orders:,} rows" in caption.value for caption in page.caption)
    assert not page.code  # the definition is closed: it would lie on top of the rows


def test_comparison_with_last_year_is_named(published: Settings, open_page: OpenPage) -> None:
    page = open_page("overview", published, query={"period": "last_month", "compare": "year"})

    said = [caption.value for caption in page.caption]
    assert any("compared with 1 Feb 2025 – 28 Feb 2025" in text for text in said)


def test_old_data_is_called_old(published: Settings, open_page: OpenPage) -> None:
    page = open_page("overview", published, now=datetime(2026, 4, 20, tzinfo=UTC))

    assert any("37 days ago" in text.value for text in page.markdown)
