"""The views Pipeline and People of the page Forecast, on the sample company."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from analytics.metric_registry import METRICS
from crm_data.app_db import dispose
from crm_data.queries.deals import DealCut, deal_days, open_deals
from crm_data.queries.forecast_submissions import submissions, whole_teams
from crm_data.queries.model_cards import model_card
from crm_data.queries.sales_team import results, sellers
from crm_data.queries.series import SeriesCut
from crm_data.scope import EVERYTHING, AccessScope
from crm_data.settings import Settings
from crm_data.versions import Warehouse
from forecasting.period_total import period_total
from forecasting.pipeline_record import WAYS
from tests.cli.run import cli, cli_json
from tests.pages.conftest import OpenPage, _fresh_caches, open_page, published, texts
from ui import forecast_loaders, rows
from ui.context import PageContext
from ui.pipeline_blend import blended, past_quarters
from ui.pipeline_forecast_answers import Outlook, outlook_at

__all__ = ["_fresh_caches", "open_page", "published"]  # fixtures
LANGUAGES = ("en", "zh_CN")
QUARTER = (date(2026, 1, 1), date(2026, 4, 1))


@pytest.fixture(autouse=True)
def _every_column_of_a_file_has_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    download = rows.download

    def checked(ctx: PageContext, frame: Any, **more: Any) -> None:
        made = frame() if callable(frame) else frame
        assert [name for name in made.columns if f"column.{name}" not in ctx.t] == []
        download(ctx, made, **more)

    monkeypatch.setattr(rows, "download", checked)


@pytest.fixture
def alone(published: Settings, tmp_path: Path) -> Iterator[Settings]:
    """The company with an app database in which nobody has said anything."""
    made = replace(published, app_url=f"sqlite:///{tmp_path / 'app.sqlite'}")
    yield made
    dispose(made)


@pytest.fixture(scope="module")
def team(published: Settings) -> dict[str, Any]:
    """Everything, a team's manager and one of its sellers as scopes; the seller by id and name."""
    with Warehouse(published).connect(_version(published)) as conn:
        found = sellers(conn, scope=EVERYTHING)
    staying = found[found["left_on"].isna() & found["team"].notna()]
    name = str(staying["team"].value_counts().index[0])
    assert (staying["team"] == name).sum() > 1
    members = staying.loc[staying["team"] == name]
    first = members.iloc[0]
    return {
        "team": name, "seller": str(first["owner_id"]), "name": str(first["name"]),
        "rep": AccessScope(frozenset({str(first["owner_id"])})),
        "manager": AccessScope(frozenset(members["owner_id"].astype("str"))),
    }  # fmt: skip


def _version(settings: Settings) -> str:
    found = Warehouse(settings).current()
    assert found is not None
    return found


def outlook(settings: Settings, scope: AccessScope = EVERYTHING) -> Outlook:
    with Warehouse(settings).connect(_version(settings)) as conn:
        _, last = deal_days(conn, scope=EVERYTHING)
        assert last is not None
        return outlook_at(conn, DealCut(), as_of=last, period=QUARTER, scope=scope)


def opened(
    open_page: OpenPage, settings: Settings, view: str, language: str = "en",
    scope: AccessScope = EVERYTHING, **query: str,
) -> AppTest:  # fmt: skip
    asked = {"view": view, **query}
    page = open_page("forecast", settings, language=language, scope=scope, query=asked)
    assert not page.exception
    assert not page.error
    assert not [text for text in texts(page) if "nan" in text.lower().split()]
    return page


def frame(page: AppTest, column: str) -> pd.DataFrame:
    return next(one.value for one in page.dataframe if column in one.value)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_quarter_will_bring(
    published: Settings, open_page: OpenPage, language: str
) -> None:
    page = opened(open_page, published, "pipeline", language)
    found = outlook(published)
    deals, parts = frame(page, "chance_basis"), frame(page, "forecast_part")
    assert len(deals) == len(found.forecast.per_deal)
    sums = [deals["contribution"].sum(), *parts["contribution"].iloc[[0, -1]]]
    assert sum(sums) == pytest.approx(found.forecast.expected)
    with Warehouse(published).connect(_version(published)) as conn:
        won = results(conn, DealCut(), start=QUARTER[0], end=QUARTER[1], scope=EVERYTHING)
        open_now = open_deals(conn, DealCut(), scope=EVERYTHING)
    assert parts["contribution"].iloc[0] == pytest.approx(float(won["won_amount"].sum()))
    assert len(deals) == len(open_now)
    assert len(page.metric) == 6
    assert len(page.get("plotly_chart")) == 2
    english = any("this forecast" in str(one.value) for one in page.dataframe)
    assert english == (language == "en")


def test_the_series_in_the_blend_is_that_of_the_number(published: Settings) -> None:
    version, found = _version(published), outlook(published)
    cut = SeriesCut(METRICS["won_value"].numerator, "month")
    with Warehouse(published).connect(version) as conn:
        past = past_quarters(conn, scope=EVERYTHING)
        of_all = past[past["level"] == "all"]
        both = blended(conn, DealCut(), found, of_all, period=QUARTER, scope=EVERYTHING)
        told = next(
            one for one in (model_card(conn, "forecast") or {})["series"]
            if (one["measure"], one["frequency"]) == (cut.measure, cut.frequency)
        )  # fmt: skip
        own = past_quarters(conn, scope=AccessScope(frozenset({"E1"})))
    number = forecast_loaders.answer(published, version, EVERYTHING, cut, told["horizon"])
    assert both is not None  # whether the month in progress can be told or, as here, not yet
    assert both.series == pytest.approx(period_total(number.known, number.made, *QUARTER).value)
    assert of_all["series"].notna().any()
    assert past.loc[past["level"] != "all", "series"].isna().all()
    assert own["series"].isna().all()


def test_a_seller_sees_and_forecasts_her_own_deals(
    published: Settings, open_page: OpenPage, team: dict[str, Any]
) -> None:
    page = opened(open_page, published, "pipeline", scope=team["rep"])
    assert set(frame(page, "chance_basis")["owner_id"]) == {team["name"]}
    own = outlook(published, team["rep"])
    assert own.forecast.won < outlook(published).forecast.won
    people = opened(open_page, published, "people", scope=team["rep"], history="all")
    assert people.selectbox(key="forecast_whose").options == [team["name"]]
    assert set(frame(people, "commit_amount")["forecast_subject"]) == {team["name"]}
    manager = opened(open_page, published, "people", scope=team["manager"])
    offered = manager.selectbox(key="forecast_whose").options
    assert offered[0] == f"team {team['team']}"
    assert len(offered) == 1 + len(team["manager"].owner_ids)


def test_the_next_quarter_is_further_than_any_past_forecast(
    published: Settings, open_page: OpenPage
) -> None:
    page = opened(open_page, published, "pipeline", period="next_quarter")
    assert any("further away than the 12 weeks" in one.value for one in page.caption)
    parts = frame(page, "forecast_part")
    assert parts["contribution"].iloc[0] == 0  # nothing can be won of it yet
    assert parts["contribution"].iloc[-1] > 0  # most of it does not exist yet


def test_on_a_past_day_only_the_past_is_told(published: Settings, open_page: OpenPage) -> None:
    page = opened(open_page, published, "pipeline", as_of="2025-11-15")
    assert not page.metric
    assert any("as of" in one.value for one in page.info)
    then = frame(page, "band_held")
    assert then["forecast_way"].nunique() >= 2
    now = frame(opened(open_page, published, "pipeline"), "band_held")
    assert then["past_quarters"].max() == now["past_quarters"].max() - 1
    people = opened(open_page, published, "people", history="all", as_of="2025-11-15")
    assert frame(people, "commit_amount")["submitted_at"].str.contains("2025").any()
    assert not frame(people, "commit_amount")["submitted_at"].str.contains("2026").any()


@pytest.mark.parametrize("language", LANGUAGES)
def test_submitting_and_what_it_says_before(
    alone: Settings, open_page: OpenPage, team: dict[str, Any], language: str
) -> None:
    page = opened(open_page, alone, "people", language, scope=team["rep"])
    assert {"en": "Nobody has submitted", "zh_CN": "还没有人提交"}[language] in page.info[0].value
    page.button(key="forecast_submit").click().run()
    assert len(page.warning) == 1
    page.number_input(key="forecast_commit").set_value(5000.0)
    page.number_input(key="forecast_best").set_value(4000.0)
    page.button(key="forecast_submit").click().run()
    assert len(page.error) == 1  # the best case is below
    page.number_input(key="forecast_best").set_value(6000.0)
    page.text_area(key="forecast_note").set_value("two large ones")
    page.button(key="forecast_submit").click().run()
    assert not page.exception
    assert not page.error
    assert len(page.success) == 1
    table = frame(page, "commit_amount")
    assert table[["commit_amount", "best_amount"]].to_numpy().tolist() == [[5000, 6000]]
    with Warehouse(alone).connect(_version(alone)) as conn:
        teams = whole_teams(conn, scope=team["rep"])
    (row,) = submissions(alone, team["rep"], "tester", teams).to_dict("records")
    assert (row["level"], row["subject"], row["submitted_by"]) == (
        "owner", team["seller"], "tester",
    )  # fmt: skip
    assert (row["period_start"], row["note"]) == (pd.Timestamp(QUARTER[0]), "two large ones")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_board_names_who_promises_too_much(
    published: Settings, open_page: OpenPage, language: str
) -> None:
    page = opened(open_page, published, "people", language, lead="12", history="all")
    table = frame(page, "forecast_verdict")
    models = {"en": ["this forecast", "weighted pipeline"], "zh_CN": ["本预测", "加权商机"]}
    assert table["forecaster"].tolist()[:2] == models[language]
    assert len(table) > 10
    assert frame(page, "commit_off")["won_in_period"].notna().any()


def test_the_same_by_command(published: Settings) -> None:
    home = published.home
    found = cli_json(home, "analyze", "pipeline-forecast", "--end", "2026-04-01")
    same = outlook(published).forecast
    assert (found["expected"], found["p10"]) == (
        pytest.approx(same.expected), pytest.approx(same.p10),
    )  # fmt: skip
    assert len(found["per_deal"]) == len(same.per_deal)
    assert {row["way"] for row in found["past"]} == {*WAYS}
    made = cli_json(home, "forecasts", "submit", "1000", "--end", "2099-01-01", "--note", "稳")
    listed = cli_json(home, "forecasts", "list")["submissions"]
    assert (listed[0]["submission_id"], listed[0]["note"]) == (made["submission_id"], "稳")
    scores = cli_json(home, "forecasts", "scores")["scores"]
    assert {row["lead_weeks"] for row in scores} == {1, 4, 8, 12}
    refused = cli(home, "forecasts", "submit", "10", "--owner", "nobody")
    assert refused.returncode == 1
    assert "your own deals" in refused.stderr
    assert cli(home, "forecasts", "scores", "--measure", "x").returncode == 2
