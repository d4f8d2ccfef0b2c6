"""The Retention page as a viewer uses it, in both languages."""

import pytest
from streamlit.testing.v1 import AppTest

from crm_data.scope import AccessScope
from crm_data.settings import Settings
from tests.pages.conftest import OpenPage, texts


def charts(page: AppTest) -> int:
    return len(page.get("plotly_chart"))


@pytest.mark.parametrize(("language", "title"), [("en", "Retention"), ("zh_CN", "客户留存")])
def test_tiles_table_and_curves(
    published: Settings, open_page: OpenPage, language: str, title: str
) -> None:
    page = open_page("retention", published, language=language)

    assert not page.exception
    assert [t.value for t in page.title] == [title]
    assert len(page.metric) == 4
    assert all(m.value.endswith("%") for m in page.metric)
    assert charts(page) == 2
    assert not [text for text in texts(page) if "nan" in text.lower().split()]


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize(
    "query",
    [
        {"unit": "quarter", "kind": "rolling"},
        {"measure": "net_amount", "split": "source"},
        {"measure": "margin", "ages": "all"},
        {"split": "first_category"},
        {"cohort": ["2024-03-01", "2024-06-01", "nonsense", "1999-01-01"]},
        {"unit": "decade", "measure": "<b>", "split": "owner_id", "ages": "-1"},
    ],
)
def test_every_view_opens_from_its_address(
    published: Settings, open_page: OpenPage, language: str, query: dict[str, str]
) -> None:
    page = open_page("retention", published, language=language, query=query)

    assert not page.exception
    assert not page.error
    assert charts(page) == 2


def test_choices_are_written_into_the_address(published: Settings, open_page: OpenPage) -> None:
    page = open_page("retention", published)

    page = page.button_group(key="unit").set_value("quarter").run()
    page = page.selectbox(key="split").set_value("region").run()
    assert page.query_params["unit"] == "quarter"
    assert page.query_params["split"] == "region"
    assert page.metric[0].label == "Back in quarter 1"


def test_a_filter_narrows_the_cohorts_and_can_be_reset(
    published: Settings, open_page: OpenPage
) -> None:
    page = open_page("retention", published)
    everybody = [m.value for m in page.metric]
    page = page.multiselect(key="attribute_source").set_value(["store"]).run()

    assert page.query_params["source"] == "store"
    assert [m.value for m in page.metric] != everybody
    page = page.button(key="attributes_reset").click().run()
    assert "source" not in page.query_params
    assert [m.value for m in page.metric] == everybody


def test_cohorts_chosen_are_drawn_beside_the_average(
    published: Settings, open_page: OpenPage
) -> None:
    page = open_page("retention", published)
    chosen = page.multiselect(key="cohort_curves_chosen")
    page = chosen.select(chosen.options[5]).run()

    assert not page.exception
    assert len(page.query_params["cohort"]) == len("2025-09-01")
    assert len(page.multiselect(key="cohort_curves_chosen").value) == 1


def test_the_customers_of_a_cell_open_in_a_drawer(published: Settings, open_page: OpenPage) -> None:
    page = open_page("retention", published, language="zh_CN")
    page = page.selectbox(key="cohort_pick").select_index(8).run()
    page = page.selectbox(key="cohort_pick_who").set_value("not_active").run()
    page = page.selectbox(key="cohort_pick_age").set_value(1).run()
    page = page.button(key="cohort_show").click().run()

    assert not page.exception
    frames = [frame.value for frame in page.dataframe]
    members = next(f for f in frames if "customer_id" in f)
    assert len(members)
    assert members["period_orders"].eq(0).all()
    categories = members["first_category"].dropna()
    assert not categories.str.contains("[A-Za-z]").any()


def test_who_sees_a_part_sees_the_cohorts_of_that_part(
    published: Settings, open_page: OpenPage
) -> None:
    everybody = open_page("retention", published)
    part = open_page("retention", published, scope=AccessScope(frozenset({"E001", "E0001"})))

    assert not part.exception
    assert [m.value for m in part.metric] != [m.value for m in everybody.metric]


def test_a_cohort_that_disappears_with_the_unit_does_no_harm(
    published: Settings, open_page: OpenPage
) -> None:
    page = open_page("retention", published)
    page = page.selectbox(key="cohort_pick").select_index(1).run()
    page = page.selectbox(key="cohort_pick_age").set_value(2).run()
    page = page.button_group(key="unit").set_value("quarter").run()

    assert not page.exception


def test_a_rolling_figure_is_not_held_against_cohorts_that_had_more_time(
    published: Settings, open_page: OpenPage
) -> None:
    page = open_page("retention", published, query={"kind": "rolling", "unit": "quarter"})

    assert not any(m.delta for m in page.metric)
    said = [c.value for c in page.caption]
    assert any("Not comparable" in text for text in said)
    assert not any("Difference" in text or "Cannot tell" in text for text in said)
