"""Maven's deals through the command line, against the figures that the data set is known by."""

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
    for file, mapping, last in (
        ("accounts.csv", "maven_crm_accounts", "--no-refresh"),
        ("sales_teams.csv", "maven_crm_teams", "--no-refresh"),
        ("sales_pipeline.csv.gz", "maven_crm", ""),
    ):
        words = [word for word in (last,) if word]
        done = cli(home, "import", real_file(f"maven_crm/{file}"), "--mapping",
                   MAPPINGS / f"{mapping}.toml", *words)  # fmt: skip
        assert done.returncode == 0, done.stderr
    return home


def asked(home: Path, *words: str) -> Any:
    return cli_json(home, "analyze", "pipeline", *YEAR, *words)


def test_rates_value_quarters_and_medians(maven: Path) -> None:
    found = asked(maven)
    rate = found["win_rates"]["count"]

    assert (found["win_rates"]["won"], found["win_rates"]["lost"]) == (4238, 2473)
    assert round(100 * rate["share"], 4) == 63.1501
    assert found["won_value"] == 10_005_534
    assert [row["won_value"] for row in found["won_by_quarter"]] == [
        1_134_672, 3_086_111, 2_982_255, 2_802_496,
    ]  # fmt: skip
    times = found["times"]
    assert (times["closed_won_median"], times["closed_lost_median"]) == (57, 14)
    assert (times["won_median"]["days"], times["left_out"]) == (59, 500)
    # One import of a finished year: what was open in September is worth what it was won for later.
    moved = found["movement"]
    assert (moved["opening_closed_since"], moved["opening_without_history"]) == (935, 935)
    assert moved["opening_is_hindsight"]


@pytest.mark.parametrize(
    ("office", "won"), [("Central", 3_346_293), ("East", 3_090_594), ("West", 3_568_647)]
)
def test_won_by_office(maven: Path, office: str, won: int) -> None:
    assert asked(maven, "--where", f"office={office}")["won_value"] == won


def test_a_view_of_the_past_knows_nothing_later(maven: Path) -> None:
    found = cli_json(maven, "analyze", "pipeline", "--start", "2017-01-01", "--as-of", "2017-06-30")

    won = [row["won_value"] for row in found["won_by_quarter"]]
    assert won == [1_134_672, 3_086_111]
    assert found["movement"]["closing"]["deals"] == found["open"]["deals"]


def test_without_history_nobody_is_told_where_deals_were_lost(maven: Path) -> None:
    told = cli(maven, "analyze", "pipeline", *YEAR).stdout

    assert "deals were never seen in the first stage" in told
