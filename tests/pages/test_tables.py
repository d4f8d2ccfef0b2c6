"""Tables on pages: what is not known is a dash, never the word None."""

import pandas as pd
import pytest

from crm_data.scope import EVERYTHING
from crm_data.settings import Settings
from tests.pages.conftest import NOW, OpenPage
from tests.pages.test_overview_page import ask
from ui import rows
from ui.context import PageContext
from ui.formats import Formats
from ui.translations import catalogue

VIEWS: tuple[tuple[str, dict[str, str]], ...] = (
    ("overview", {}),
    ("overview", {"period": "all_time"}),
    ("customers", {}),
    ("customer", {"customer": "C0000012"}),
    ("imports", {"section": "batches"}),
    ("imports", {"section": "versions"}),
)


@pytest.mark.parametrize(("url_path", "query"), VIEWS)
def test_a_missing_cell_is_a_dash(
    published: Settings, open_page: OpenPage, url_path: str, query: dict[str, str]
) -> None:
    page = open_page(url_path, published, query=query)

    for table in page.dataframe:
        assert table.proto.placeholder == "–"
        assert not table.value.isin(["None", "nan", "NaT"]).any(axis=None)


def test_growth_from_nothing_is_a_missing_number(published: Settings, open_page: OpenPage) -> None:
    """A text in the column would sort among numbers as text."""
    # The last day on which some region bought, and had bought nothing the day before.
    ((day,),) = ask(
        published,
        "SELECT max(now.ordered_on) FROM daily_sales now LEFT JOIN daily_sales before "
        "ON before.region = now.region AND before.ordered_on = now.ordered_on - 1 "
        "WHERE now.region IS NOT NULL AND before.region IS NULL AND now.net_amount > 0",
    )
    query = {"period": "custom", "since": str(day), "until": str(day)}
    page = open_page("overview", published, query=query | {"compare": "previous"})
    (moved,) = [t for t in page.dataframe if "relative" in t.value]

    assert pd.api.types.is_float_dtype(moved.value["relative"])
    assert moved.value["relative"].isna().any()
    assert moved.proto.placeholder == "–"


def test_the_trend_as_a_table(published: Settings, open_page: OpenPage) -> None:
    page = open_page("overview", published, query={"period": "this_year"})
    page.session_state["trend_view"] = "table"
    page.run()

    assert page.dataframe[0].proto.placeholder == "–"


@pytest.mark.parametrize(("language", "written"), [("en", "CN¥123.5K"), ("zh_CN", "¥12.35万")])
def test_money_in_a_table_has_its_currency_and_stays_a_number(
    empty: Settings, language: str, written: str
) -> None:
    t, formats = catalogue(language), Formats(language, "CNY", "UTC")
    ctx = PageContext(empty, "", EVERYTHING, "ada", language, NOW.date(), NOW, t, formats)
    frame = pd.DataFrame({"amount": [123_456.0, None], "orders": [3, 4]})
    styled = rows.in_money(ctx, frame, ["amount"], missing="none")

    cells = styled.to_html()
    assert written in cells
    assert ">none<" in cells
    assert styled.data["amount"].tolist()[0] == 123_456.0
