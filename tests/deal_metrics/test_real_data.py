"""Maven CRM through the command line, against the numbers that the data set is known by."""

from pathlib import Path
from typing import Any

import pytest

from tests.cli.run import ROOT, cli, cli_json
from tests.real_data import real_file

pytestmark = pytest.mark.real_data
MAPPINGS = ROOT / "sample_data" / "mappings"
YEAR = ("--start", "2017-01-01", "--end", "2018-01-01")


@pytest.fixture(scope="module")
def maven(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("maven")
    teams = real_file("maven_crm/sales_teams.csv")
    mapping = MAPPINGS / "maven_crm_teams.toml"
    assert cli(home, "import", teams, "--mapping", mapping, "--no-refresh").returncode == 0
    deals = real_file("maven_crm/sales_pipeline.csv.gz")
    assert cli(home, "import", deals, "--mapping", MAPPINGS / "maven_crm.toml").returncode == 0
    return home


def rows(home: Path, name: str, *words: str) -> Any:
    return cli_json(home, "metric", "get", name, *words)["rows"]


def test_totals(maven: Path) -> None:
    (won,) = rows(maven, "won_value")
    assert (won["value"], won["n"], won["is_complete"]) == (10_005_534, 4238, True)
    (rate,) = rows(maven, "win_rate", *YEAR)
    assert (rate["numerator"], rate["denominator"]) == (4238, 6711)
    assert round(rate["value"], 6) == 0.631501
    assert rate["low"] < rate["value"] < rate["high"]
    (broad,) = rows(maven, "win_rate_broad", *YEAR)
    assert broad["denominator"] == 6711 + 1400
    (cohort,) = rows(maven, "win_rate_created_cohort", *YEAR)
    assert (cohort["numerator"], cohort["denominator"]) == (3988, 7942)
    (size,) = rows(maven, "average_deal_size")
    assert round(size["value"], 2) == 2360.91
    (cycle,) = rows(maven, "sales_cycle_days")
    assert (cycle["value"], cycle["n"]) == (57, 4238)
    assert rows(maven, "open_pipeline_value")[0]["value"] is None  # 2,089 open, none has an amount
    assert rows(maven, "pipeline_coverage")[0]["value"] is None  # there are no quotas


def test_by_quarter_and_office(maven: Path) -> None:
    quarters = rows(maven, "won_value", *YEAR, "--by", "closed_on:quarter")
    assert [row["value"] for row in quarters] == [1_134_672, 3_086_111, 2_982_255, 2_802_496]
    offices = rows(maven, "won_value", "--by", "office")
    assert {row["office"]: row["value"] for row in offices} == {
        "Central": 3_346_293, "East": 3_090_594, "West": 3_568_647,
    }  # fmt: skip
    (region,) = rows(maven, "won_value", "--by", "region")  # of customers: there is none
    assert (region["region"], region["value"]) == (None, 10_005_534)


def test_shape_rows_and_refusals(maven: Path) -> None:
    document = cli_json(
        maven, "metric", "get", "won_value", *YEAR, "--compare", "year", "--where", "office=West"
    )
    assert {"metric", "unit", "clock", "start", "end", "as_of", "version", "watermark", "filters",
            "rows", "compare"} <= set(document)  # fmt: skip
    assert document["watermark"] == "2017-12-31"
    assert document["filters"] == {"office": ["West"]}
    found = cli_json(maven, "rows", "won_value", *YEAR, "--limit", "3")
    assert (found["kind"], found["total"], len(found["rows"])) == ("won_deals", 4238, 3)
    assert found["rows"][0]["amount"] == 30_288
    refused = cli(maven, "metric", "get", "won_value", "--by", "colour")
    assert refused.returncode == 2
    assert "office" in refused.stderr
    assert cli_json(maven, "metric", "show", "win_rate_broad")["date_column"] == "closed_on"
