"""``analyze forecast`` prints what the page shows, ``report forecast`` writes it."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from crm_data.commands.forecast_scenarios import save_comparison
from crm_data.saved_scenarios import ComparisonDraft, ScenarioTotal
from crm_data.scope import EVERYTHING, AccessScope
from crm_data.settings import Settings
from tests.cli.run import cli, cli_json


def test_parts_add_up_to_the_total(forecast_shop: Settings) -> None:
    home = forecast_shop.home
    document = cli_json(home, "analyze", "forecast", "--by", "region", "--horizon", "3")

    assert document["values"] == 29  # September 2023 is known from the 5th on
    assert document["in_progress"] == {"period_on": "2026-03-01", "so_far": 151.0}
    assert [row["ds"] for row in document["forecast"]] == ["2026-03-01", "2026-04-01", "2026-05-01"]
    assert {row["candidate"] for row in document["candidates"]} >= {"mean", "theta", "ets"}
    by_part = {row["member"]: row["yhat"] for row in document["levels"]["parts"]}
    assert by_part["total"] == pytest.approx(by_part["North"] + by_part["South"], abs=1e-9)


def test_as_a_table_with_what_was_known_then(forecast_shop: Settings) -> None:
    words = ("analyze", "forecast", "--metric", "won_value", "--as-of", "2026-01-20")
    done = cli(forecast_shop.home, *words)

    assert done.stdout.splitlines()[0].startswith("ds\tyhat\tlow_80")
    assert done.stdout.splitlines()[1].startswith("2026-01-01\t200")
    assert "known until 2026-01-20" in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [(("--metric", "nps"), "is not forecast"), (("--metric", "orders", "--by", "category"), "add"),
     (("--by", "nonsense"), "nonsense")],
)  # fmt: skip
def test_what_cannot_be_asked_is_told(
    forecast_shop: Settings, words: tuple[str, ...], said: str
) -> None:
    done = cli(forecast_shop.home, "analyze", "forecast", *words)

    assert done.returncode == 2
    assert said in done.stderr


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_report_stands_alone(forecast_shop: Settings, tmp_path: Path, language: str) -> None:
    target = tmp_path / "review.html"
    words = ("report", "forecast", "--to", target, "--metric", "won_value", "--language", language)
    done = cli(forecast_shop.home, *words, CRM_TIMEZONE="Asia/Shanghai")

    assert done.returncode == 0
    text = target.read_text(encoding="utf-8")
    assert {"en": "CN¥600.00", "zh_CN": "¥600.00"}[language] in text
    assert "v000001" in text
    assert 'src="http' not in text
    again = cli(forecast_shop.home, *words)
    assert "exists already" in again.stderr


def test_the_report_as_a_workbook_and_as_no_known_kind(
    forecast_shop: Settings, tmp_path: Path
) -> None:
    target = tmp_path / "review.xlsx"

    assert cli(forecast_shop.home, "report", "forecast", "--to", target).returncode == 0
    assert target.read_bytes()[:2] == b"PK"
    refused = cli(forecast_shop.home, "report", "forecast", "--to", tmp_path / "review.docx")
    assert refused.returncode == 2
    assert ".pdf, .xlsx, .pptx" in refused.stderr


def test_a_saved_comparison_beside_now(forecast_shop: Settings, tmp_path: Path) -> None:
    home, more = forecast_shop.home, {"CRM_APP_URL": f"sqlite:///{tmp_path / 'app.sqlite'}"}
    question = {"metric": ["net_revenue"], "horizon": ["6"], "what_if": ["Up~0~0.1~0~0~~0~~"]}
    totals = (ScenarioTotal("", 480.5, 1), ScenarioTotal("Up", float("nan"), 2))
    days = date(2026, 1, 1), date(2026, 4, 1), date(2026, 2, 20)
    draft = ComparisonDraft(question, "", "month", *days, totals, "v000001")
    own = replace(forecast_shop, app_url=more["CRM_APP_URL"])
    assert cli_json(home, "forecasts", "scenarios", "list", **more) == []
    by = {"now": datetime(2026, 3, 1), "actor": "ada"}
    save_comparison(own, AccessScope(frozenset({"e2"})), draft, name="South", **by)
    save_comparison(own, EVERYTHING, draft, name="All", note="why", **by)

    (one,) = [o for o in cli_json(home, "forecasts", "scenarios", "list", **more)
              if o["name"] == "South"]  # fmt: skip
    assert one["owner_ids"] == ["e2"]
    assert [total["review_total"] for total in one["totals"]] == [480.5, None]
    found = cli_json(home, "forecasts", "scenarios", "show", "south", **more)
    assert (found["is_over"], found["so_far"]) == (False, 151.0)
    base, up = found["beside"]
    assert (base["then"], base["now"], base["came"]) == (480.5, 151.0, None)
    assert up["then"] is None
    table = cli(home, "forecasts", "scenarios", "show", "All", **more).stdout
    assert table.splitlines()[0].split("\t") == ["scenario", "then", "now", "came"]
    assert "Scenarios are assumptions." in table
    listed = cli(home, "forecasts", "scenarios", "list", **more).stdout
    assert "480.5\tUp –" in listed
    assert cli(home, "forecasts", "scenarios", "delete", "South", **more).stdout
    gone = cli(home, "forecasts", "scenarios", "show", "South", **more)
    assert (gone.returncode, "Saved are: All" in gone.stderr) == (2, True)
