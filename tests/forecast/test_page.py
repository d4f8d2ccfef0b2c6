"""The page Forecast as viewers use it, on a company that is added up by hand."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from crm_data.settings import Settings
from pages.sales.forecast import VIEWS
from tests.forecast.shop import NOW
from tests.pages.conftest import OpenPage, _fresh_caches, open_page, texts
from ui import rows
from ui.context import PageContext

__all__ = ["_fresh_caches", "open_page"]  # fixtures


@pytest.fixture(autouse=True)
def _every_column_of_a_file_has_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    download = rows.download

    def checked(ctx: PageContext, frame: Any, **more: Any) -> None:
        made = frame() if callable(frame) else frame
        assert [name for name in made.columns if f"column.{name}" not in ctx.t] == []
        download(ctx, made, **more)

    monkeypatch.setattr(rows, "download", checked)


def opened(
    open_page: OpenPage, shop: Settings, *, language: str = "en",
    scope: AccessScope = EVERYTHING, **query: str | list[str],
) -> AppTest:  # fmt: skip
    page = open_page("forecast", shop, language=language, scope=scope, query=query, now=NOW)
    assert not page.exception
    assert not page.error
    assert not [text for text in texts(page) if "nan" in text.lower().split()]
    return page


def tiles(page: AppTest) -> dict[str, str]:
    return {one.label: one.value for one in page.metric}


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_opens_in_both_languages(
    open_page: OpenPage, forecast_shop: Settings, view: str, language: str
) -> None:
    page = opened(open_page, forecast_shop, language=language, view=view)

    assert page.title[0].value == {"en": "Forecast", "zh_CN": "销售预测"}[language]
    assert page.dataframe or view == "components"


def test_won_value_is_held_against_the_quota(open_page: OpenPage, forecast_shop: Settings) -> None:
    page = opened(open_page, forecast_shop, metric="won_value")

    found = tiles(page)
    # 200 a month without fail: January and February came, March is forecast
    assert found["Expected total"] == "CN¥600.00"
    assert found["Ahead of quota"] == "−CN¥300"
    assert any("All values are the same" in text for text in texts(page))


def test_the_period_in_progress_has_one_value(open_page: OpenPage, forecast_shop: Settings) -> None:
    page = opened(open_page, forecast_shop, period="this_month")

    found = tiles(page)
    # by the 12th 150 of 160 had come in past months (300 of 310), and 151 have now; the series,
    # which is never far off, says 160
    assert found["Expected total"] == found["In progress, lands at"]
    assert found["Expected total"] == page.dataframe[0].value["yhat"].iloc[0]
    assert "CN¥160" < found["Expected total"] < "CN¥161.07"
    assert any("12 months" in text for text in texts(page))


def test_a_period_that_the_forecast_does_not_reach_is_told(
    open_page: OpenPage, forecast_shop: Settings
) -> None:
    page = opened(open_page, forecast_shop, period="next_quarter", horizon="3")

    assert tiles(page)["Against a year before"] == "–"
    told = [text for text in texts(page) if "does not reach the end" in text]
    assert len(told) >= 2
    assert not [text for text in texts(page) if "year before is not known" in text]


def test_nothing_to_forecast_from_is_told_with_its_reason(
    open_page: OpenPage, forecast_shop: Settings
) -> None:
    page = opened(open_page, forecast_shop, as_of="2023-09-20")

    assert any("no period is over" in text for text in texts(page))
    assert not any("fewer filters" in text for text in texts(page))


def test_levels_say_why_their_total_is_another(
    open_page: OpenPage, forecast_shop: Settings
) -> None:
    page = opened(open_page, forecast_shop, view="levels", frequency="week")
    number = opened(open_page, forecast_shop, frequency="week")

    own = page.dataframe[0].value
    assert own["next_period"].iloc[0] == number.dataframe[0].value["yhat"].iloc[0]
    notes = [text for text in texts(page) if "of the same periods" in text]
    assert notes
    assert all(own["ahead_sum"].iloc[0] in note for note in notes)


def test_how_often_a_band_held_is_of_different_periods(
    open_page: OpenPage, forecast_shop: Settings
) -> None:
    page = opened(open_page, forecast_shop)

    told = [text for text in texts(page) if "in the back-test" in text]
    assert told
    assert all(" forecasts of " in text and " different months" in text for text in told)


def test_a_past_day_knows_nothing_later(open_page: OpenPage, forecast_shop: Settings) -> None:
    page = opened(open_page, forecast_shop, as_of="2025-12-10", period="last_quarter")

    ahead, changes = (page.dataframe[at].value for at in (0, 1))
    assert ahead["period"].iloc[0] == "Dec 2025"
    assert ahead["sold_so_far"].iloc[0] == "CN¥150.00"  # the 10 of the 20th had not come
    assert changes["period"].iloc[0] == "Nov 2025"
    assert changes["actual"].tolist() == ["CN¥310.00", *["–"] * 5]


def test_a_viewer_forecasts_their_own_customers(
    open_page: OpenPage, forecast_shop: Settings
) -> None:
    page = opened(open_page, forecast_shop, scope=AccessScope(frozenset({"e2"})))

    assert (
        tiles(page)["Expected total"] == "CN¥151.00"
    )  # South: 50 in each month, in March 51 have come
    nobody = opened(open_page, forecast_shop, scope=NOBODY)
    assert not nobody.metric


def test_scenarios_are_compared_with_the_forecast(
    open_page: OpenPage, forecast_shop: Settings
) -> None:
    page = opened(
        open_page, forecast_shop, view="scenarios", metric="won_value",
        what_if=["Half~0~0~-0.5~0~~0~~", "nonsense",
                 "Moved~0~0~0~0~~500~2026-03-01~2026-04-01",
                 "Beyond~0~0~0~0~~50~2026-03-01~2027-04-01"],
    )  # fmt: skip

    table = page.dataframe[0].value
    assert table.iloc[:, 0].tolist() == ["Forecast", "Half", "Moved", "Beyond"]
    assert table["to_base"].tolist()[1] == "−CN¥100.00"
    # March has 200 to come, which is what can be moved; a target that is not ahead takes nothing
    assert table["to_base"].tolist()[2:] == ["−CN¥200.00", "CN¥0.00"]
    assert table["assumptions"].iloc[2].endswith("of which CN¥200.00 can be moved")
    assert table["assumptions"].iloc[3].endswith("of which CN¥0.00 can be moved")
    assert len(set(table["ahead_sum"].iloc[[0, 2, 3]])) == 1
    page.button(key="remove_Half").click().run()
    assert len(page.query_params["what_if"]) == 2


def test_what_a_refresh_keeps_is_chosen_on_the_page(
    open_page: OpenPage, forecast_shop: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    applied: list[tuple[str, object]] = []

    def apply(_ctx: object, name: str, value: object, _progress: object) -> str:
        applied.append((name, value))
        return "v000002"

    monkeypatch.setattr("ui.rule_actions.apply", apply)
    page = opened(open_page, forecast_shop, view="backtest")
    assert page.multiselect(key="forecast_kept").value == ["net_revenue:month", "won_value:month"]
    page.multiselect(key="forecast_kept").set_value(["orders:week", "net_revenue:month"])
    page = page.button(key="rules_forecast_save").click().run()
    assert not page.exception
    assert applied == [("forecast", {"series": [["orders", "week"], ["net_revenue", "month"]]})]
