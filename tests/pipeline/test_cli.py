"""``analyze pipeline`` on six deals that are counted by hand."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from crm_data.app_db import dispose
from crm_data.settings import Settings
from tests.cli.run import cli, cli_json
from tests.pipeline.store import build_store


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    made = tmp_path_factory.mktemp("pipeline")
    settings = Settings.from_environment({"CRM_HOME": str(made)})
    build_store(settings)
    yield made
    dispose(settings)


def test_everything_of_the_pipeline_in_one_document(home: Path) -> None:
    found = cli_json(home, "analyze", "pipeline", "--pipeline", "P")

    assert (found["start"], found["end"], found["as_of"]) == (
        "2026-01-01", "2026-03-15", "2026-03-14",
    )  # fmt: skip
    rates = found["win_rates"]
    assert [(rates[c]["numerator"], rates[c]["denominator"]) for c in ("count", "value", "broad")] \
        == [(2, 4), (400, 450), (2, 4)]  # fmt: skip
    assert found["won_value"] == 400
    assert [row["won_value"] for row in found["won_by_quarter"]] == [400]
    (stages,) = found["pipelines"]
    assert [
        (row["stage"], row["entered"], row["advanced"], row["lost"], row["open"])
        for row in stages["funnel"]
    ] == [("talk", 6, 4, 1, 1), ("offer", 4, 2, 1, 1)]
    assert found["open"]["open_value"] == 270
    times = found["times"]
    assert (times["closed_won_median"], times["closed_lost_median"]) == (18, 16.5)
    assert {row["loss_reason"]: row["deals"] for row in found["loss_reasons"]} == {
        "price": 1, None: 1,
    }  # fmt: skip
    reasons = {name: row["deals"] for name, row in found["attention"]["reasons"].items()}
    assert reasons["close_date_past"] == 1
    assert reasons["amount_changed"] == 1
    # The quota is of e1 (400), who has won 100; both deals due by April are hers and Bo's: 200.
    cover = found["coverage"]
    assert (cover["quota"], cover["won"], cover["left"], cover["open_value"]) == (
        400,
        100,
        300,
        200,
    )


def test_movement_since_a_day_adds_up(home: Path) -> None:
    found = cli_json(home, "analyze", "pipeline", "--since", "2026-03-05")["movement"]

    assert (found["opening"]["value"], found["closing"]["value"]) == (150, 270)
    steps = {row["step"]: (row["deals"], row["value_effect"]) for row in found["steps"]}
    assert steps == {
        "new": (1, 300), "grown": (1, 120), "pushed": (1, 0), "won": (1, -300),
    }  # fmt: skip
    # Due by 14 March: d4 (still due) and d5, which was put off.
    assert (found["slippage"]["due"], found["slippage"]["slipped"]) == (2, 1)
    assert (found["opening_closed_since"], found["opening_without_history"]) == (0, 0)
    assert not found["opening_is_hindsight"]


def test_as_known_on_a_past_day(home: Path) -> None:
    found = cli_json(home, "analyze", "pipeline", "--as-of", "2026-02-15")

    assert found["end"] == "2026-02-16"
    rate = found["win_rates"]["count"]
    assert (rate["numerator"], rate["denominator"]) == (1, 2)
    assert found["open"]["deals"] == 1  # d3, which was lost in March
    assert found["open"]["unvalued"] == 1


def test_filters_by_office_leave_coverage_out(home: Path) -> None:
    found = cli_json(home, "analyze", "pipeline", "--where", "office=North")

    assert (found["won_value"], found["open"]["deals"]) == (100, 1)
    assert found["coverage"] is None


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--pipeline", "X"), "There is no pipeline 'X'. There are: P."),
        (("--where", "colour=red"), "Fields are: pipeline, owner_id"),
        (("--start", "2026-03-01", "--end", "2026-02-01"), "Give --start before --end"),
        (("--since", "2026-03-20"), "--since before --as-of"),
    ],
)
def test_mistakes_are_one_sentence(home: Path, words: tuple[str, ...], said: str) -> None:
    done = cli(home, "analyze", "pipeline", *words)

    assert done.returncode == 2
    assert said in done.stderr


def test_a_table_for_people(home: Path) -> None:
    done = cli(home, "analyze", "pipeline")

    assert done.returncode == 0
    assert "offer\t4\t2\t1\t1" in done.stdout
    assert "2026-01-01 to 2026-03-14, as known on 2026-03-14" in done.stdout
