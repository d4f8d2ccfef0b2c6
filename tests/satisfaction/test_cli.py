"""``analyze satisfaction`` and ``analyze tickets`` as a user runs them."""

from pathlib import Path

import pytest

from crm_data.app_db import dispose
from tests.cli.run import cli, cli_json
from tests.satisfaction.company import build_company


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("cli")
    settings, _ = build_company(made)
    dispose(settings)
    return made


def test_scores_with_what_stands_beside_them(home: Path) -> None:
    found = cli_json(home, "analyze", "satisfaction", "--where", "step=service", "--by", "agent_id")

    (csat,) = found["scores"]
    assert (csat["kind"], csat["n"], csat["value"]) == ("csat", 3, pytest.approx(2 / 3))
    assert csat["trend"]["periods"][0]["verdict"] == "unfinished"
    assert {row["group"]: row["n"] for row in csat["groups"]["groups"]} == {"e1": 2, "e2": 1}
    assert csat["drivers"]["refused"] == "too_few_for_drivers"


def test_a_seven_of_five_is_another_scale(home: Path) -> None:
    done = cli(home, "analyze", "satisfaction")

    assert done.returncode == 0
    assert "csat answers are on more than one scale, up to 5 and 7" in done.stderr
    assert "nps\t0\t" in done.stdout


def test_tickets_with_counts_and_waits(home: Path) -> None:
    found = cli_json(home, "analyze", "tickets", "--where", "category=billing")
    printed = cli(home, "analyze", "tickets").stdout

    assert found["counts"][0]["tickets"] == 3
    assert found["months"][0]["open"] == 1
    assert {row["measure"]: row["rate"] for row in found["rates"]}["sla_attainment"] == 0.5
    assert "2 with impossible times are in no wait" in printed
    assert "09:00-18:00 1111100" in printed


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("tickets", "--where", "category"), "not like field=value"),
        (("tickets", "--where", "category=none"), "There is no such ticket"),
        (("satisfaction", "--by", "price"), "Answers have no field 'price'"),
    ],
)
def test_mistakes_are_one_sentence(home: Path, words: tuple[str, ...], said: str) -> None:
    done = cli(home, "analyze", *words)

    assert done.returncode in (1, 2)
    assert said in done.stderr
