"""The page Tickets as viewers use it, on seven tickets that are counted by hand."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from analytics.service_flow import flow_by_unit, weekly
from analytics.service_outcomes import backlog
from charts.tickets import FlowLabels, age_bars, arrival_heat, flow_bars
from crm_data.app_db import dispose
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from crm_data.settings import Settings
from crm_data.warehouse import build
from forecasting import Events
from tests.conftest import NOW
from tests.pages.conftest import OpenPage, _fresh_caches, open_page, texts
from tests.satisfaction.company import build_company
from tests.warehouse.stage import stored
from ui.forecast_answers import Answer, answer_of
from ui.ticket_frames import ahead_table

__all__ = ["_fresh_caches", "open_page"]  # fixtures
LANGUAGES = ("en", "zh_CN")
VIEWS = ("volume", "times", "outcomes", "backlog", "agents")


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    settings, _ = build_company(tmp_path_factory.mktemp("tickets_page"))
    yield settings
    dispose(settings)


def forecast_of(values: list[float]) -> Answer:
    weeks = pd.date_range("2025-01-06", periods=len(values), freq="W-MON").astype("datetime64[us]")
    found = pd.DataFrame({"period_on": weeks, "value": values, "is_complete": True})
    return answer_of(found, Events(), 4, "week", ("drift", "last_value"))


def opened(
    open_page: OpenPage, company: Settings, language: str = "en",
    scope: AccessScope = EVERYTHING, **query: str,
) -> AppTest:  # fmt: skip
    page = open_page("tickets", company, language=language, scope=scope,
                     query={"period": "all_time", **query})  # fmt: skip
    assert not page.exception
    assert not page.error
    assert not [text for text in texts(page) if "nan" in text.lower().split()]
    return page


def tiles(page: AppTest) -> dict[str, str]:
    return {one.label: one.value for one in page.metric}


def frame(page: AppTest, column: str) -> pd.DataFrame:
    return next(f.value for f in page.dataframe if column in f.value)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_view_opens(company: Settings, open_page: OpenPage, language: str, view: str) -> None:
    for hours in ("calendar", "open"):
        page = opened(open_page, company, language, view=view, hours=hours)
        assert list(tiles(page).values()) == [
            "7", "–", "–", "33.3%", "75.0%", "25.0%", "0.0%", "2", "2",
            {"en": "CN¥20.00", "zh_CN": "¥20.00"}[language],
        ]  # fmt: skip


def test_three_definitions_side_by_side(company: Settings, open_page: OpenPage) -> None:
    page = opened(open_page, company, view="outcomes", by="agent_id")

    three = frame(page, "fcr_definition")
    assert three[["solved_at_once", "of_known"]].to_numpy().tolist() == [[3, 4], [3, 4], [0, 2]]
    by = frame(page, "sla_attainment").set_index("ticket_group")
    assert by["tickets"].tolist() == [3, 3, 1]
    assert by.loc["Li", "sla_attainment"] == "50.0%"
    assert by["fcr_one_contact"].tolist() == ["50.0%", "100.0%", "100.0%"]


def test_filters_and_the_viewer_decide_what_is_counted(
    company: Settings, open_page: OpenPage
) -> None:
    billing = opened(open_page, company, category="billing")
    assert next(iter(tiles(billing).values())) == "3"
    mine = opened(open_page, company, scope=AccessScope(frozenset({"o2"})))
    assert next(iter(tiles(mine).values())) == "1"
    assert not opened(open_page, company, scope=NOBODY).metric


def test_flow_by_unit_marks_what_is_cut_and_keeps_quiet_weeks() -> None:
    days = backlog(
        pd.DataFrame(
            {
                "day_on": pd.to_datetime(["2026-03-04", "2026-03-16"]).astype("datetime64[us]"),
                "created": [3, 1],
                "solved": [1, 2],
            }
        )
    )

    found = flow_by_unit(
        days, "week", start=date(2026, 3, 4), end=date(2026, 3, 30), until=date(2026, 3, 17)
    )

    assert found["created"].tolist() == [3, 0, 1]
    assert found["open"].tolist() == [2, 2, 1]
    assert found["is_complete"].tolist() == [False, True, False]
    told = weekly(days, date(2026, 3, 17))
    assert told[["value", "is_complete"]].to_numpy().tolist() == [[0.0, True], [1.0, False]]
    assert weekly(days.iloc[:0], date(2026, 3, 17)).empty


def test_charts_draw_what_they_are_given() -> None:
    rows = pd.DataFrame(
        {"label": ["a", "b"], "created": [3, 1], "solved": [1, 2], "is_complete": [True, False],
         "hover": ["x", "y"]}
    )  # fmt: skip
    figure = flow_bars(rows, labels=FlowLabels("came", "went"), write=str)
    assert [list(bar.y) for bar in figure.data] == [[3, 1], [1, 2]]
    assert list(figure.data[0].marker.line.width) == [0, 2]  # the unfinished one is hollow
    grid = pd.DataFrame(0, index=range(1, 8), columns=range(24))
    grid.loc[2, 5] = 4
    heat = arrival_heat(grid, weekdays=list("abcdefg"), hover=lambda d, h, n: f"{d} {h} {n}",
                        label="hour")  # fmt: skip
    assert heat.data[0].z[1][5] == 4
    assert heat.data[0].customdata[1][5] == "2 5 4"
    ages = pd.DataFrame({"name": ["young", "old"], "tickets": [1, 2], "hover": ["", ""]})
    assert list(age_bars(ages, write=str).data[0].x) == [1, 2]


def test_weeks_ahead_in_a_table() -> None:
    made = forecast_of([20.0, 22.0, 19.0, 21.0] * 6)

    table = ahead_table(made)

    assert table.columns.tolist() == ["week", "yhat", "low_80", "high_80", "low_95", "high_95"]
    assert table["yhat"].between(18, 23).all()


def test_tickets_without_a_day_of_creation_are_counted_and_not_dated(
    open_page: OpenPage, tmp_path: Path
) -> None:
    settings = Settings.from_environment({"CRM_HOME": str(tmp_path)})
    answered, solved = datetime(2026, 3, 2, 10), datetime(2026, 3, 2, 12)
    stored(settings, "tickets", [
        {"ticket_id": "u1", "customer_id": "a", "first_response_at": answered,
         "resolved_at": solved, "channel": "web"},
        {"ticket_id": "u2", "customer_id": "a", "first_response_at": solved,
         "resolved_at": answered, "channel": "chat"},
    ])  # fmt: skip
    build(settings, now=NOW)

    for view in VIEWS:
        page = open_page("tickets", settings, query={"view": view})
        assert not page.exception
        assert not page.error
        shown = tiles(page)
        assert (shown["Tickets"], shown["Impossible times"], shown["Open now"]) == ("2", "1", "–")
    dispose(settings)


@pytest.mark.parametrize("language", LANGUAGES)
def test_cost_of_a_ticket_is_told_where_it_is_known(
    company: Settings, open_page: OpenPage, language: str
) -> None:
    name = {"en": "Cost per ticket", "zh_CN": "单张工单成本"}[language]
    assert "20" in tiles(opened(open_page, company, language))[name]
    unknown = opened(open_page, company, language, category="-")
    assert tiles(unknown)[name] == "–"
