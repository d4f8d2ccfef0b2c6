"""The evidence of grade B on the page Campaigns, on the command line and in a post-mortem."""

import json
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from crm_data.campaign_plans import PlanDraft
from crm_data.commands.campaign_plans import (
    campaign_plans,
    campaign_reviews,
    freeze_review,
    lock_plan,
    write_plan,
)
from crm_data.commands.segments import create_segment
from crm_data.scope import EVERYTHING, AccessScope
from crm_data.settings import Settings
from crm_data.versions import Warehouse
from tests.cli.run import cli, cli_json
from tests.matched.shop import FIRST
from tests.matched.test_matches import NORTH
from tests.pages.conftest import OpenPage, _fresh_caches, open_page, texts
from ui import rows
from ui.context import PageContext
from ui.post_mortem_answers import review_data

__all__ = ["_fresh_caches", "open_page"]  # fixtures
LANGUAGES = ("en", "zh_CN")
NOW = datetime(2026, 1, 1, 8)
DRAFT = PlanDraft(
    "good", "Good", "An offer brings orders", "conversion", 0.05, "Good customers", "After a week",
    100.0, 200, date(2026, 1, 18), {},
)  # fmt: skip


@pytest.fixture(autouse=True)
def _every_column_of_a_file_has_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    download = rows.download

    def checked(ctx: PageContext, frame: Any, **more: Any) -> None:
        made = frame() if callable(frame) else frame
        assert [name for name in made.columns if f"column.{name}" not in ctx.t] == []
        download(ctx, made, **more)

    monkeypatch.setattr(rows, "download", checked)


def opened(
    open_page: OpenPage, company: Settings, language: str = "en",
    scope: AccessScope = EVERYTHING, **query: str,
) -> AppTest:  # fmt: skip
    page = open_page(
        "campaigns", company, language=language, scope=scope,
        query={"period": "all_time", "view": "evidence", **query},
    )  # fmt: skip
    assert not page.exception
    assert not page.error
    said = "\n".join(texts(page))
    assert "nan" not in said.lower().split()
    assert "matched." not in said
    return page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("outcome", ["conversion", "margin"])
def test_a_claim_of_grade_b_with_what_stands_behind_it(
    duckdb_company: Settings, open_page: OpenPage, language: str, outcome: str
) -> None:
    page = opened(open_page, duckdb_company, language, campaign="good", outcome=outcome)
    said = "\n".join(texts(page))

    for words in {
        "en": ("Grade B · compared with customers like them", "have no counterpart",
               "which is no effect", "Difference in differences", "To explain the effect away",
               "Assumed", "p 0."),
        "zh_CN": ("B 级 · 与相似客户比较", "找不到相似者", "不是效果", "双重差分",
                  "未纳入比较的因素", "假定：", "p 0."),
    }[language]:  # fmt: skip
        assert words in said
    charts = [json.loads(one.proto.spec) for one in page.get("plotly_chart")]
    assert [len(chart["data"]) for chart in charts[1:]] == [3, 2]
    effects = next(f.value for f in page.dataframe if "matched_did" in f.value)
    assert len(effects) == 3
    assert effects["e_value_limit"].iloc[0] > 1.5
    terms = next(f.value for f in page.dataframe if "matched_term" in f.value)
    assert terms["smd_after"].abs().max() < 0.3


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("campaign", "words"),
    [
        ("short", {"en": "100 on each side", "zh_CN": "每边至少需要 100 名"}),
        ("slow", {"en": "over more than a week", "zh_CN": "触达时间超过一周"}),
        ("late", {"en": "its days are not over", "zh_CN": "观察期未结束"}),
        ("first", {"en": "fewer than three periods", "zh_CN": "不足三个时段"}),
    ],
)
def test_a_refusal_says_which_border_was_missed(
    duckdb_company: Settings, open_page: OpenPage, language: str, campaign: str,
    words: dict[str, str],
) -> None:  # fmt: skip
    said = "\n".join(texts(opened(open_page, duckdb_company, language, campaign=campaign)))

    assert words[language] in said
    assert {"en": "Grade C", "zh_CN": "C 级"}[language] in said
    assert {"en": "Assumed", "zh_CN": "假定"}[language] not in said


def test_a_part_of_the_company_is_told_that_it_is_one(
    duckdb_company: Settings, open_page: OpenPage
) -> None:
    page = opened(open_page, duckdb_company, scope=AccessScope(frozenset({"e1"})), campaign="good")
    said = "\n".join(texts(page))
    assert "for the whole company only" in said
    assert "Grade C · attribution only" in said
    assert "Compared with customers like them" not in said

    one = create_segment(duckdb_company, name="North", definition=NORTH, now=NOW, actor="somebody")
    page = opened(open_page, duckdb_company, segment=one.segment_id, campaign="good")
    assert "Grade C · attribution only" in "\n".join(texts(page))
    assert "for the whole company only" in "\n".join(texts(page))


def test_a_campaign_drawn_by_lot_has_no_comparison(
    duckdb_company: Settings, open_page: OpenPage
) -> None:
    said = "\n".join(texts(opened(open_page, duckdb_company, campaign="drawn")))
    assert "Grade A" in said
    assert "Compared with customers like them" not in said


def test_the_command_line_says_the_same(duckdb_company: Settings) -> None:
    home = duckdb_company.home
    told = cli_json(home, "analyze", "campaigns")
    row = next(one for one in told["campaigns"] if one["campaign_id"] == "good")
    assert (row["grade"], row["conversion_verdict"]) == ("B", "higher")
    assert row["caused_roi_low"] < row["caused_roi"] < row["caused_roi_high"]
    effect = next(
        one for one in told["matched"]["effects"]
        if (one["campaign_id"], one["outcome"]) == ("good", "conversion")
    )  # fmt: skip
    assert (effect["low"], effect["high"]) == (row["conversion_low"], row["conversion_high"])
    assert {one["period"] for one in told["matched"]["periods"]} >= {-6, 0, 2}
    assert told["matched"]["balance"]

    printed = cli(home, "analyze", "campaigns").stdout
    good = next(line for line in printed.splitlines() if line.startswith("good\tconversion"))
    short = next(line for line in printed.splitlines() if line.startswith("short\t–"))
    assert good.split("\t")[2] == ""
    assert short.split("\t")[2] == "few"
    assert "B: compared with customers like those contacted" in printed


def test_a_refused_effect_is_not_printed(duckdb_company: Settings) -> None:
    printed = cli(duckdb_company.home, "analyze", "campaigns").stdout
    first = next(line for line in printed.splitlines() if line.startswith("first\tconversion"))
    assert first.split("\t")[2] == "history"
    assert set(first.split("\t")[11:]) == {"–"}


def test_a_post_mortem_holds_the_comparison(duckdb_company: Settings, tmp_path: Path) -> None:
    settings = duckdb_company
    write_plan(settings, EVERYTHING, DRAFT, now=NOW, actor="ann")
    lock_plan(settings, EVERYTHING, "good", now=NOW, actor="ann")
    warehouse = Warehouse(settings)
    version = warehouse.current() or ""
    with warehouse.connect(version) as conn:
        (plan,) = campaign_plans(settings, EVERYTHING)
        data = review_data(conn, plan, version=version, scope=EVERYTHING)
        of_few = review_data(
            conn, replace(plan, draft=replace(DRAFT, campaign_id="short", campaign="Short")),
            version=version, scope=EVERYTHING,
        )  # fmt: skip
    warehouse.close()
    freeze_review(settings, EVERYTHING, "good", data, lessons="Offers work", version=version,
                  now=NOW, actor="ann")  # fmt: skip
    (review,) = campaign_reviews(settings, EVERYTHING)

    assert review.is_intact
    assert data["result"]["grade"] == "B"
    assert data["answer"] == "reached"
    assert {one["grade"] for one in data["claims"]} == {"B"}
    assert data["matched"]["matches"][0]["first_on"] == FIRST.isoformat()
    assert of_few["matched"]["matches"][0]["reason"] == "few"
    for language, words in {
        "en": ("Compared with customers like them", "Assumed:", "Overlap weights"),
        "zh_CN": ("与相似客户比较", "假定：", "重叠权重"),
    }.items():
        file = tmp_path / f"{language}.html"
        done = cli(settings.home, "report", "campaign", "good", "--to", str(file),
                   "--language", language)  # fmt: skip
        assert done.returncode == 0, done.stderr
        written = file.read_text(encoding="utf-8")
        assert [one for one in words if one not in written] == []
