"""The page Scorecard, its report and its commands, on a company that is counted by hand."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from charts.scorecard import BeforeAfterLabels, before_after_lines
from crm_data.commands.segments import create_segment
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from crm_data.settings import Settings
from tests.cli.run import cli, cli_json
from tests.pages.conftest import OpenPage, _fresh_caches, empty, open_page, texts
from tests.scorecard.conftest import NOW
from ui import rows
from ui.context import PageContext

__all__ = ["_fresh_caches", "empty", "open_page"]  # fixtures
LANGUAGES = ("en", "zh_CN")
NORTH = {"day": "2025-07-01", "score": "csat", "region": "North", "versus": "rest"}


@pytest.fixture(autouse=True)
def _every_column_of_a_file_has_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    download = rows.download

    def checked(ctx: PageContext, frame: Any, **more: Any) -> None:
        made = frame() if callable(frame) else frame
        assert [name for name in made.columns if f"column.{name}" not in ctx.t] == []
        download(ctx, made, **more)

    monkeypatch.setattr(rows, "download", checked)


def opened(
    open_page: OpenPage, shop: Settings, language: str = "en", scope: AccessScope = EVERYTHING,
    **query: str,
) -> AppTest:  # fmt: skip
    page = open_page("scorecard", shop, language=language, scope=scope, query=query, now=NOW)
    assert not page.exception
    assert not page.error
    assert not [text for text in texts(page) if "nan" in text.lower().split()]
    return page


def shown(page: AppTest, place: int = 0) -> pd.DataFrame:
    frame: pd.DataFrame = page.dataframe[place].value
    return frame.set_index("measure")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_planted_jump_is_told_and_what_did_not_move_is_not(
    scored_company: Settings, open_page: OpenPage, language: str
) -> None:
    page = opened(open_page, scored_company, language, **NORTH)
    assert page.metric[0].value == "95.0%"
    table = shown(page)
    csat = table.iloc[0]
    assert (csat["score_before"], csat["score_after"], csat["counted_sides"]) == (
        "60.0%", "95.0%", "60 → 60",
    )  # fmt: skip
    better = {"en": "Moved: better", "zh_CN": "已变化：变好"}[language]
    cannot = {"en": "Cannot tell", "zh_CN": "无法判断"}[language]
    assert csat["answer"] == better
    assert table["answer"].iloc[1] == cannot  # churn
    against = shown(page, 1)
    assert against["answer"].iloc[0] == better
    assert against["other_moved"].iloc[0].startswith("0")
    together = {"en": "went together", "zh_CN": "走势一致"}[language]
    assert against["pretrend"].iloc[0] == together


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_filters_without_data_and_for_nobody(
    scored_company: Settings, empty: Settings, open_page: OpenPage, language: str
) -> None:
    page = opened(open_page, scored_company, language, day="2025-07-01", score="csat")
    values = {one.label: one.value for one in page.metric}
    roi = {"en": "Campaign ROI", "zh_CN": "活动投资回报率"}[language]
    assert values[roi] == "125.0%"
    assert len(page.dataframe) == 1
    opened(open_page, empty, language)
    assert opened(open_page, scored_company, language, scope=NOBODY).info


def test_who_sees_the_south_only_and_other_groups(
    scored_company: Settings, open_page: OpenPage
) -> None:
    own = AccessScope(frozenset({"e2"}))
    page = opened(open_page, scored_company, scope=own, day="2025-07-01", score="csat")
    assert shown(page)["score_after"].iloc[0] == "60.0%"
    assert "part" in shown(page).loc["Campaign ROI", "answer"]
    # Beside the South everybody else is the North, and so it is by owners.
    for versus in ("region:South", "owner_id:e2"):
        page = opened(open_page, scored_company, day="2025-07-01", score="csat", versus=versus)
        assert shown(page, 1)["more_than_other"].iloc[0] == "+35.0 pp"
    known = page.selectbox(key="versus").options
    assert not [one for one in known if "segment" in one.lower()]


def test_a_saved_segment_is_the_comparison(scored_company: Settings, open_page: OpenPage) -> None:
    ids = {}
    for name, region in (("Up", "North"), ("Down", "South")):
        only = {"op": "in", "field": "region", "values": [region]}
        made = create_segment(
            scored_company, name=name, definition=json.dumps(only), now=NOW, actor="t"
        )
        ids[name] = made.segment_id
    page = opened(
        open_page, scored_company, day="2025-07-01", score="csat", segment=ids["Up"],
        versus=f"segment:{ids['Down']}",
    )  # fmt: skip
    assert shown(page, 1)["more_than_other"].iloc[0] == "+35.0 pp"


@pytest.mark.parametrize("name", ["csat", "churn_rate", "early_value", "campaign_roi",
                                  "new_customers", "net_revenue_retention"])  # fmt: skip
def test_rows_behind_each_side(scored_company: Settings, open_page: OpenPage, name: str) -> None:
    page = opened(open_page, scored_company, day="2025-07-01", score="csat", of=name)
    page.button(key="scorecard_rows_after").click().run()
    assert not page.exception
    assert not page.error
    behind = page.dataframe[-1].value
    counted = {"csat": 50, "churn_rate": 5, "early_value": 16, "new_customers": 24,
               "net_revenue_retention": 5}  # fmt: skip
    assert len(behind) == counted.get(name, len(behind)) > 0


def test_a_day_in_the_address_that_is_none_and_a_late_one(
    scored_company: Settings, open_page: OpenPage
) -> None:
    page = opened(open_page, scored_company, day="2025-12-05", months="x", versus="region:West")
    answers = set(shown(page)["answer"])
    assert "Not yet: three months after the date are known from 1 Apr 2026" in answers
    assert opened(open_page, scored_company, day="2025-13-41").selectbox


def test_the_chart_has_a_level_for_each_side() -> None:
    points = pd.DataFrame({
        "label": ["a", "b", "c", "d"], "side": ["neither", "before", "before", "after"],
        "value": [1.0, 2.0, 4.0, 6.0], "other": [1.0, 1.0, float("nan"), 1.0],
        "hover": ["a", "b", "c", "d"],
    })  # fmt: skip
    labels = BeforeAfterLabels("B", "A", "N", "O")
    figure = before_after_lines(points, means=(3.0, 6.0), labels=labels, write=str)
    assert [trace.name for trace in figure.data] == ["N", "O", "B", None, "A", None]
    assert (list(figure.data[3].x), list(figure.data[3].y)) == ([0.6, 2.4], [3.0, 3.0])
    assert list(figure.data[2].x) == [1, 2]
    bare = before_after_lines(points, means=(3.0, 6.0),
                              labels=BeforeAfterLabels("B", "A", "N"), write=str)  # fmt: skip
    assert len(bare.data) == 5


def test_the_command_line_says_what_the_page_says(scored_company: Settings) -> None:
    asked = ("analyze", "scorecard", "--day", "2025-07-01", "--score", "csat")
    group = ("--where", "region=North", "--versus", "rest")
    csat = cli_json(scored_company.home, *asked, *group)["measures"][0]
    assert (csat["before_value"], csat["after_value"], csat["after_n"]) == (0.6, 0.95, 60)
    assert (csat["verdict"], csat["against_verdict"], csat["state"]) == ("up", "up", "told")
    assert csat["after_on"] == "2025-07-01"
    assert "Moved: better" in cli(scored_company.home, *asked, *group).stdout
    for wrong in (("--versus", "region:West"), ("--score", "nope"), ("--where", "region=West"),
                  ("--where", "colour=red")):  # fmt: skip
        assert cli(scored_company.home, *asked, *wrong).returncode == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_in_a_file(scored_company: Settings, tmp_path: Path, language: str) -> None:
    from pptx import Presentation

    for kind in ("html", "xlsx", "pptx"):
        target = tmp_path / f"s.{kind}"
        asked = ("--day", "2025-07-01", "--score", "csat", "--where", "region=North", "--versus",
                 "rest", "--language", language)  # fmt: skip
        made = cli(scored_company.home, "report", "scorecard", "--to", str(target), *asked)
        assert made.returncode == 0, made.stderr
    page = (tmp_path / "s.html").read_text(encoding="utf-8")
    assert "95.0%" in page
    assert {"en": "Moved: better", "zh_CN": "已变化：变好"}[language] in page
    sheets = pd.read_excel(tmp_path / "s.xlsx", sheet_name=None, header=None, engine="calamine")
    assert any((sheet.astype("str") == "95.0%").any(axis=None) for sheet in sheets.values())
    assert len(Presentation(str(tmp_path / "s.pptx")).slides) >= 3
