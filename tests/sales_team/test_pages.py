"""The pages Team and Leads as viewers use them, on a company that is counted by hand."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from crm_data.app_db import dispose
from crm_data.queries.tasks import tasks
from crm_data.scope import EVERYTHING, AccessScope
from crm_data.settings import Settings
from tests.customers.shop import built
from tests.pages.conftest import OpenPage, _fresh_caches, open_page, texts
from tests.sales_team.shop import NAMES, TABLES
from ui import rows
from ui.context import PageContext

__all__ = ["_fresh_caches", "open_page"]  # fixtures
LANGUAGES = ("en", "zh_CN")
MANAGER, REP = AccessScope(frozenset({"e1", "e2", "e9"})), AccessScope(frozenset({"e3"}))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    home = tmp_path_factory.mktemp("sales_team")
    made = Settings.from_environment({"CRM_HOME": str(home), "CRM_TIMEZONE": "Asia/Shanghai"})
    built(made, TABLES)
    yield made
    dispose(made)


@pytest.fixture(autouse=True)
def _every_column_of_a_file_has_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    download = rows.download

    def checked(ctx: PageContext, frame: Any, **more: Any) -> None:
        made = frame() if callable(frame) else frame
        assert [name for name in made.columns if f"column.{name}" not in ctx.t] == []
        download(ctx, made, **more)

    monkeypatch.setattr(rows, "download", checked)


def opened(
    open_page: OpenPage, shop: Settings, name: str, language: str = "en",
    scope: AccessScope = EVERYTHING, **query: str,
) -> AppTest:  # fmt: skip
    page = open_page(name, shop, language=language, scope=scope, query=query)
    assert not page.exception
    assert not page.error
    assert not [text for text in texts(page) if "nan" in text.lower().split()]
    return page


def tiles(page: AppTest) -> dict[str, str]:
    return {one.label: one.value for one in page.metric}


def frame(page: AppTest, column: str) -> pd.DataFrame:
    return next(f.value for f in page.dataframe if column in f.value)


def said(page: AppTest) -> str:
    return "\n".join(texts(page))


@pytest.mark.parametrize("language", LANGUAGES)
def test_quota_of_people_of_teams_and_of_all(
    shop: Settings, open_page: OpenPage, language: str
) -> None:
    page = opened(open_page, shop, "team", language)
    # A: 3,300 of 9,000 by its people; B: 3,000 of its own 9,000.
    assert next(iter(tiles(page).values())) == "35.0%"
    people = frame(page, "quota_status").set_index("owner_id")
    assert people["attained"].to_dict() == {
        "Ann": "50%", "Bo": "10%", "Cy": "–", "Di": "–", "Ed": "–", "Gone": "–"
    }  # fmt: skip
    assert people.index.tolist() == ["Ann", "Bo", "Gone", "Cy", "Di", "Ed"]  # team, then name
    assert people.loc["Bo", "open_value"] == 200
    teams = frame(page, "quota_basis").set_index("team")
    assert teams["attained"].tolist() == ["36.7%", "33.3%"]
    assert teams["quota_own"].tolist() == [12000, 9000]
    assert len(page.get("plotly_chart")) == 2


def test_few_lucky_deals_are_no_praise(shop: Settings, open_page: OpenPage) -> None:
    page = opened(open_page, shop, "team", view="rates")
    tables = [one.value for one in page.table]
    assert sum(len(table) for table in tables) == len([n for n in NAMES.values() if n != "Gone"])
    best = next(table for table in tables if "Bo" in table["Owner"].tolist())
    row = best.set_index("Owner").loc["Bo"]
    assert row["Won of closed"].replace("\xa0", " ") == "3 of 4"
    assert row["Scatter"] == "as chance does"
    names = [name for table in tables for name in table["Owner"]]
    assert names != sorted(names, key=lambda name: name != "Bo")  # not first by 75 %
    assert "Above the team" not in said(page)
    assert not [f for f in page.dataframe if "rate" in f.value]  # no sorting by a click


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_rep_sees_herself_and_nobodys_name(
    shop: Settings, open_page: OpenPage, language: str
) -> None:
    page = opened(open_page, shop, "team", language, REP, view="rates")
    shown = said(page)
    assert "Cy" in "".join(str(table.value) for table in page.table)
    assert not [n for n in ("Ann", "Bo", "Di", "Ed") if n in shown or n in str(page.table)]
    # Two others of her team are too few to be shown.
    assert {"en": "Fewer than 3 others", "zh_CN": "不足 3 人"}[language] in shown


def test_others_of_a_larger_team_are_shown_without_a_name(
    shop: Settings, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.team_rates_view.LEAST_OTHERS", 2)
    page = opened(open_page, shop, "team", scope=REP, view="rates")
    assert "without a name (2)" in said(page)
    drawn = str(page.get("plotly_chart")[0].proto.spec)
    assert drawn.count("another of the team") >= 2
    assert not [name for name in ("Ann", "Bo", "Di", "Ed") if f">{name}<" in drawn]


@pytest.mark.parametrize("language", LANGUAGES)
def test_contacts_beside_deals(shop: Settings, open_page: OpenPage, language: str) -> None:
    page = opened(open_page, shop, "team", language, view="activity")
    table = frame(page, "contacts").set_index("owner_id")
    assert table["contacts"].to_dict() == {
        "Ann": 3, "Bo": 0, "Cy": 0, "Di": 0, "Ed": 0, "Gone": 0
    }  # fmt: skip
    assert (table.loc["Ann", "won"], table.loc["Ann", "closed"]) == (30, 50)


def own_app(shop: Settings, tmp_path: Path) -> Settings:
    return replace(shop, app_url=f"sqlite:///{tmp_path / 'app.sqlite'}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_deals_of_who_left_and_a_task_for_each(
    shop: Settings, open_page: OpenPage, tmp_path: Path, language: str
) -> None:
    app = own_app(shop, tmp_path)
    page = opened(open_page, app, "team", language, MANAGER, view="handovers")
    summary = frame(page, "untouched")
    assert summary[["deals", "open", "untouched"]].to_numpy().tolist() == [[2, 2, 2]]
    left = frame(page, "left_on")
    assert left["opportunity_id"].tolist() == ["left"]
    # Not those of customers, whose words in Chinese are others.
    assert ("deals_lost" in summary, "deal_stage" in left) == (True, True)
    assert not {"lost", "stage"} & {*summary, *left}
    page = page.button(key="task_make_h1").click().run()
    assert not page.exception
    [row] = _open(app, MANAGER)
    assert (row["code"], row["opportunity_id"], row["owner_id"]) == ("deal_handed_over", "h1", "e2")
    assert (row["origin"], row["origin_query"]) == ("team", "view=handovers")
    dispose(app)


def _open(app: Settings, scope: AccessScope) -> list[dict[Any, Any]]:
    found = tasks(app, scope, "tester", state="open", on=pd.Timestamp("2026-03-16").date())
    return found.to_dict("records")


@pytest.mark.parametrize("language", LANGUAGES)
def test_response_and_conversion(shop: Settings, open_page: OpenPage, language: str) -> None:
    page = opened(open_page, shop, "leads", language, view="conversion")
    values = list(tiles(page).values())
    assert values[0] == "62"
    assert values[1].split()[0] in ("2", "2.0")
    assert values[4] == "33.3%"  # 20 of the 60 that had their days
    table = frame(page, "conversion_drawn").set_index("lead_group")
    web = table.iloc[0]
    assert (web["leads"], web["old_enough"], web["converted"]) == (60, 60, 20)
    assert (web["cost_per_lead"], web["cost_per_converted"]) == (2, 6)
    cohorts = frame(page, "lead_cohort")
    assert cohorts["conversion"].str.startswith(("≥", "至今")).tolist() == [True, False]
    shorter = opened(open_page, shop, "leads", language, view="conversion", days="7", by="team")
    assert list(tiles(shorter).values())[4] == "0.0%"
    assert "cost_per_lead" not in frame(shorter, "conversion_drawn")


def test_costs_are_told_to_who_sees_everything(shop: Settings, open_page: OpenPage) -> None:
    page = opened(open_page, shop, "leads", scope=MANAGER, view="conversion")
    assert "cost_per_lead" not in frame(page, "conversion_drawn")
    assert next(iter(tiles(page).values())) == "32"
    # What a campaign cost bought leads of other owners, too.
    page = opened(open_page, shop, "leads", view="conversion", by="campaign_id", owner_id="e1")
    assert "cost_per_lead" not in frame(page, "conversion_drawn")


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_waits_the_longest_and_a_task_for_it(
    shop: Settings, open_page: OpenPage, tmp_path: Path, language: str
) -> None:
    app = own_app(shop, tmp_path)
    page = opened(open_page, app, "leads", language, view="waiting", period="this_quarter")
    waits = [m.value for m in page.markdown if "w1" in m.value or "w2" in m.value]
    assert ["w1" in waits[0], "w2" in waits[1]] == [True, True]
    page = page.button(key="task_make_w1").click().run()
    assert not page.exception
    [row] = _open(app, EVERYTHING)
    assert (row["code"], row["lead_id"], row["origin"]) == ("lead_not_contacted", "w1", "leads")
    dispose(app)


@pytest.mark.parametrize("language", LANGUAGES)
def test_too_few_leads_have_no_score(shop: Settings, open_page: OpenPage, language: str) -> None:
    page = opened(open_page, shop, "leads", language, view="score")
    assert not page.get("plotly_chart")
    assert {"en": "Too few leads", "zh_CN": "线索太少"}[language] in page.info[0].value


def test_flow_draws_volume_and_the_curve(shop: Settings, open_page: OpenPage) -> None:
    page = opened(open_page, shop, "leads")
    bars = frame(page, "lead_period_on")
    assert bars["leads"].sum() == 62
    assert bars["is_complete"].tolist()[0] is False  # newest first: September still runs
    assert len(page.get("plotly_chart")) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_team_as_of_a_past_day(shop: Settings, open_page: OpenPage, language: str) -> None:
    # By 20 July e1 had won 20, e2 3; e3, e4 and e5 10 each: 2,300 of 9,000 and 3,000 of 9,000.
    page = opened(open_page, shop, "team", language, as_of="2025-07-20")
    (warned,) = page.warning  # deals closed since, of which no change was recorded
    assert "2025" in warned.value
    assert next(iter(tiles(page).values())) == "29.4%"
    assert {"en": "As known at the end of", "zh_CN": "结束时的已知情况"}[language] in said(page)
    page = opened(open_page, shop, "team", language, as_of="2025-09-02", view="handovers")
    summary = frame(page, "handed_reason")  # h1 went on the 2nd, h2 on the 3rd
    assert (summary["deals"].tolist(), "untouched" in summary) == ([1], False)
    assert frame(page, "left_on")["opportunity_id"].tolist() == ["h2", "left"]
    assert not [button for button in page.button if button.key.startswith("task_make")]


def test_leads_as_of_a_past_day(shop: Settings, open_page: OpenPage) -> None:
    # On 11 January 2025 three weeks were not over, and who converted on day 10 had not yet.
    page = opened(open_page, shop, "leads", as_of="2025-01-11", period="all_time", days="7")
    assert list(tiles(page).values())[:1] + list(tiles(page).values())[4:] == ["60", "0.0%", "0"]
    page = opened(open_page, shop, "leads", as_of="2025-09-05", view="waiting")
    assert [m.value[2:4] for m in page.markdown if m.value[2:4] in ("w1", "w2")] == ["w1"]
    assert not [button for button in page.button if button.key.startswith("task_make")]


@pytest.mark.parametrize(
    ("name", "tile", "count"),
    [
        ("team", "team_attained", 63),  # e1 30, e2 3, and 30 of team B by its own quota
        ("team", "team_pace", 63),
        ("team", "team_open", 4),
        ("team", "team_win_rate", 114),
        ("team", "team_created", 4),
        ("leads", "leads_count", 62),
        ("leads", "leads_median", 62),
        ("leads", "leads_within_day", 61),  # the newest is watched for no day yet
        ("leads", "leads_conversion", 60),
        ("leads", "leads_waiting", 2),
    ],
)
def test_rows_behind_a_tile_are_as_many_as_it_rests_on(
    shop: Settings, open_page: OpenPage, name: str, tile: str, count: int
) -> None:
    page = opened(open_page, shop, name)
    page.session_state[f"define_{tile}"] = True
    page.run()
    page.button(key=f"rows_{tile}").click().run()
    assert not page.exception
    assert not page.error
    shown = [caption.value for caption in page.caption if caption.value.startswith(f"{count} row")]
    assert len(shown) == 1


def test_how_far_the_data_reaches_is_the_same_for_everybody(
    shop: Settings, open_page: OpenPage
) -> None:
    # The last news of Cy's own deals is of 20 July; that none came since is known, too.
    for name in ("pipeline", "team"):
        page = opened(open_page, shop, name, scope=REP)
        assert [page.selectbox(key=f"as_of_{part}").value for part in ("month", "day")] == [9, 15]
