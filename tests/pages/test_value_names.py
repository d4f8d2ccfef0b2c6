"""Values of the common vocabulary have names in both languages; addresses and exports keep them."""

import re

import pytest

from crm_data.settings import Settings
from tests.pages.conftest import OpenPage, texts
from tests.pages.test_overview_page import ask
from ui.translations import catalogue, value_name

CHINESE = re.compile(r"[\u4e00-\u9fff]|NPS")
# Every column of the sample company that has a vocabulary, and the field of its names.
COLUMNS = {
    ("customers", "kind"): "kind",
    ("customers", "gender"): "gender",
    ("customers", "region"): "region",
    ("customers", "country"): "country",
    ("customers", "industry"): "industry",
    ("customers", "source"): "source",
    ("employees", "region"): "region",
    ("employees", "role"): "role",
    ("products", "category"): "category",
    ("orders", "channel"): "channel",
    ("orders", "status"): "status",
    ("interactions", "channel"): "channel",
    ("interactions", "direction"): "interaction",
    ("leads", "source"): "source",
    ("leads", "status"): "status",
    ("opportunities", "pipeline"): "pipeline",
    ("opportunities", "stage"): "stage",
    ("opportunities", "forecast_category"): "forecast_category",
    ("opportunities", "source"): "source",
    ("opportunities", "outcome"): "outcome",
    ("opportunities", "loss_reason"): "loss_reason",
    ("campaigns", "channel"): "channel",
    ("touchpoints", "channel"): "channel",
    ("tickets", "channel"): "channel",
    ("tickets", "category"): "ticket_category",
    ("tickets", "priority"): "priority",
    ("tickets", "status"): "status",
    ("survey_responses", "kind"): "survey",
    ("survey_responses", "channel"): "channel",
    ("subscriptions", "end_reason"): "end_reason",
}


def test_every_word_of_the_sample_company_has_a_name(published: Settings) -> None:
    chinese, english = catalogue("zh_CN"), catalogue("en")
    for (table, column), field in COLUMNS.items():
        found = ask(published, f'SELECT DISTINCT "{column}" FROM {table}')
        values = [str(value) for (value,) in found if value is not None]
        names = [value_name(chinese, field, value) for value in values]

        assert values, (table, column)
        assert [n for n in names if not CHINESE.search(n)] == [], (table, column)
        assert len(set(names)) == len(values), (table, column)
        assert all(field == "country" or f"code.{field}.{v}" in english for v in values)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize(
    "value", ["华东", "NORTH", "north ", "{weird}", "", "North.East", "Eastern"]
)
def test_words_of_a_company_are_left_alone(language: str, value: str) -> None:
    t = catalogue(language)

    assert value_name(t, "region", value) == value
    assert value_name(t, "country", value) == value


def test_countries_have_names_by_their_english_name() -> None:
    assert value_name(catalogue("zh_CN"), "country", "France") == "法国"
    assert value_name(catalogue("en"), "country", "France") == "France"
    assert value_name(catalogue("zh_CN"), "region", "France") == "France"


def test_a_chinese_overview_names_values_and_its_address_keeps_them(
    published: Settings, open_page: OpenPage
) -> None:
    page = open_page("overview", published, language="zh_CN", query={"period": "last_12_months"})
    for name in ("region", "country", "channel", "category", "source"):
        box = page.multiselect(key=f"filter_{name}")
        assert [option for option in box.options if not CHINESE.search(option)] == []
    moved = page.dataframe[0].value
    assert [name for name in moved["member"] if not CHINESE.search(name)] == []
    assert not re.search(r"\*\*[A-Z][a-z]+\*\*", "\n".join(texts(page)))

    page.multiselect(key="filter_region").set_value(["South"]).run()

    assert page.query_params["region"] == "South"
    assert page.multiselect(key="filter_region").value == ["South"]


def test_rows_behind_a_number_name_values(published: Settings, open_page: OpenPage) -> None:
    page = open_page("overview", published, language="zh_CN")
    page.session_state["define_orders"] = True
    page.run()
    page.button(key="rows_orders").click().run()
    rows = page.dataframe[-1].value

    for name in ("channel", "status", "region"):
        assert [v for v in rows[name] if v != "–" and not CHINESE.search(v)] == []


def test_a_chinese_profile_and_lookup_name_values(published: Settings, open_page: OpenPage) -> None:
    ((customer,),) = ask(
        published,
        "SELECT customer_id FROM tickets JOIN customers USING (customer_id) "
        "WHERE region = 'East' AND source IS NOT NULL ORDER BY 1 LIMIT 1",
    )
    profile = open_page("customer", published, language="zh_CN", query={"customer": str(customer)})
    lookup = open_page("customers", published, language="zh_CN", query={"q": str(customer)})
    written = " · ".join(t.value for t in profile.text).split(" · ")

    raw = {"East", "China", "search", "referral", "content", "delivery", "billing", "question"}
    assert raw.isdisjoint(written)
    assert {"东区", "中国"} <= set(written)
    assert "东区" in lookup.dataframe[0].value["place"].iloc[0]
