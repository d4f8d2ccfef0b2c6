"""Segments on the command line."""

import json
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from crm_data.app_db import AuditRow, dispose, session
from crm_data.settings import Settings
from crm_data.warehouse import build
from tests.cli.run import cli, cli_json
from tests.conftest import NOW
from tests.warehouse.stage import stored

BIG = '{"field": "city", "op": "eq", "values": ["A"]}'


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A home with a version of three customers."""
    settings = Settings.from_environment({"CRM_HOME": str(tmp_path)})
    stored(
        settings,
        "customers",
        [
            {"customer_id": "c1", "city": "A", "email": "1@x.com", "consent_email": True},
            {"customer_id": "c2", "city": "A", "email": "2@x.com", "consent_email": False},
            {"customer_id": "c3", "city": "B", "email": "3@x.com", "consent_email": True},
        ],
    )
    build(settings, now=NOW)
    yield tmp_path
    dispose(settings)


def test_save_list_show_size(home: Path) -> None:
    saved = cli_json(home, "segments", "save", "Big", "--conditions", BIG, "--note", "why")
    assert (saved["name"], saved["note"], saved["owner"]) == ("Big", "why", "cli")
    assert [one["name"] for one in cli_json(home, "segments", "list")] == ["Big"]
    assert cli_json(home, "segments", "size", "Big")["customers"] == 2

    shown = cli_json(home, "segments", "show", "Big")
    assert (shown["definition"], shown["sizes"]) == (json.loads(BIG), [])
    assert "Big" in cli(home, "segments", "list").stdout
    assert "customers\t2" in cli(home, "segments", "size", "Big").stdout


def test_save_again_changes_the_conditions_and_keeps_the_note(home: Path, tmp_path: Path) -> None:
    first = cli_json(home, "segments", "save", "Big", "--conditions", BIG, "--note", "why")
    file = tmp_path / "tree.json"
    file.write_text(BIG.replace("A", "B"), encoding="utf-8")
    second = cli_json(home, "segments", "save", "big", "--conditions", f"@{file}")

    assert (second["segment_id"], second["note"]) == (first["segment_id"], "why")
    assert cli_json(home, "segments", "size", "Big")["customers"] == 1


def test_mistakes_are_sentences(home: Path) -> None:
    wrong = cli(home, "segments", "save", "x", "--conditions", '{"field": "nope", "op": "eq"}')
    assert wrong.returncode == 2
    assert "no field 'nope'" in wrong.stderr
    assert cli(home, "segments", "save", "x", "--conditions", "@nowhere.json").returncode == 2
    assert "none yet" in cli(home, "segments", "size", "x").stderr


def test_a_refresh_records_the_size(home: Path) -> None:
    cli_json(home, "segments", "save", "Big", "--conditions", BIG)
    version = cli_json(home, "refresh", "--no-models")["version"]
    (size,) = cli_json(home, "segments", "show", "Big")["sizes"]

    assert (size["version"], size["customers"], size["entered"]) == (version, 2, None)


def test_an_export_keeps_to_consent_and_says_so(home: Path, tmp_path: Path) -> None:
    cli_json(home, "segments", "save", "Big", "--conditions", BIG)
    to = tmp_path / "big.parquet"
    done = cli_json(home, "export", "segment:Big", "--to", to, "--channel", "email")

    assert pd.read_parquet(to)["customer_id"].tolist() == ["c1"]
    assert (done["rows"], done["members"], done["left_out"]) == (1, 2, {"refused": 1})
    with session(Settings.from_environment({"CRM_HOME": str(home)})) as db:
        row = db.scalars(sa.select(AuditRow).where(AuditRow.action == "export")).one()
        assert (row.subject, json.loads(row.details)["left_out"]) == ("segment:Big", {"refused": 1})


def test_the_same_seed_keeps_back_the_same_customers(home: Path, tmp_path: Path) -> None:
    cli_json(home, "segments", "save", "All", "--conditions", '{"all": []}')
    words = ("export", "segment:All", "--holdout", "0.5", "--seed", "3", "--to")
    kept = []
    for name in ("one.csv", "two.csv"):
        done = cli_json(home, *words, tmp_path / name)
        kept.append(done["rows"])
        assert done["rows"] + done["left_out"].get("held_out", 0) == 3

    assert kept[0] == kept[1]


def test_both_arms_are_in_a_file_where_asked_for(home: Path, tmp_path: Path) -> None:
    cli_json(home, "segments", "save", "All", "--conditions", '{"all": []}')
    words = ("export", "segment:All", "--holdout", "0.5", "--seed", "3", "--to")
    done = cli(home, *words, tmp_path / "both.csv", "--both-arms")
    both = pd.read_csv(tmp_path / "both.csv")
    cli_json(home, *words, tmp_path / "one.csv")
    alone = pd.read_csv(tmp_path / "one.csv")
    held = both["arm"] == "held_back"

    assert (len(both), set(alone["arm"])) == (3, {"contact"})
    assert set(both["customer_id"][~held]) == set(alone["customer_id"])
    assert f"{held.sum()} of them are held back" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("segment:Nope",), "no segment 'Nope'"),
        (("segment:Big", "--where", "city=A"), "its own conditions"),
        (("segment:Big", "--holdout", "1"), "hold-out"),
        (("segment:Big", "--limit", "1"), "--limit is 1"),
    ],
)
def test_an_export_that_is_refused_leaves_nothing(
    home: Path, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    cli_json(home, "segments", "save", "Big", "--conditions", BIG)
    to = tmp_path / "big.csv"
    done = cli(home, "export", *words, "--to", to)

    assert done.returncode == 2
    assert said in done.stderr
    assert not to.exists()
