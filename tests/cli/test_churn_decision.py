"""``analyze churn --offer-cost``: the decision of the page, as JSON and in a line."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.churn_list.company import best, company
from tests.cli.run import cli, cli_json

ASKED = ("analyze", "churn", "--offer-cost", "30", "--save-rate", "0.4")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    made = tmp_path_factory.mktemp("churn_decision")
    for _ in company(made):
        yield made


def test_the_customers_and_figures_of_the_page(home: Path) -> None:
    found = cli_json(home, *ASKED)["decision"]

    assert found["contract"]["verdict"] == "too_little_data"
    one = found["silence"]
    assert one["customers"] == best(30, 0.5, 0.4)
    assert (one["verdict"], one["best_n"], one["unvalued"], one["busy"]) == ("contact", 14, 1, 0)
    assert one["threshold"] == pytest.approx(75)
    assert one["cost"] == 14 * 30
    assert one["gain_low"] < one["gain"] < one["gain_high"]
    assert one["terms"]["margin_share"] == 0.5
    assert one["curve"][0]["gain"] == 0
    some = cli_json(home, *ASKED, "--capacity", "3", "--margin", "1")["decision"]["silence"]
    assert some["customers"] == best(30, 1, 0.4)[:3]
    assert "decision" not in cli_json(home, "analyze", "churn")


def test_a_line_and_a_refusal(home: Path) -> None:
    done = cli(home, *ASKED)
    assert "Whom to keep, silence: contact; 14 of 40 customers" in done.stdout
    assert "no probability (too little data)" in done.stdout
    bad = cli(home, "analyze", "churn", "--offer-cost", "30", "--save-rate", "2")
    assert bad.returncode == 2
    assert "--save-rate" in bad.stderr
    lone = cli(home, "analyze", "churn", "--capacity", "3")
    assert lone.returncode == 2
    assert "need --offer-cost" in lone.stderr
