"""Real event log and a synthetic help desk, imported as a user would."""

from pathlib import Path

import pytest

from tests.cli.run import cli_json
from tests.real_data import ROOT, real_file

pytestmark = [pytest.mark.slow, pytest.mark.real_data]


def test_impossible_resolutions_are_set_aside_and_counted(tmp_path: Path) -> None:
    file = real_file("support_tickets_synth/customer_support_tickets.csv.gz")
    mapping = ROOT / "sample_data" / "mappings" / "support_tickets.toml"
    cli_json(tmp_path, "import", file, "--mapping", mapping)

    found = cli_json(tmp_path, "analyze", "tickets")

    (counts,) = found["counts"]
    assert (counts["tickets"], counts["solved"], counts["impossible"]) == (8469, 2769, 1365)
    (handling,) = found["hours"]
    assert (handling["clock"], handling["tickets"]) == ("handling", 1404)
    assert handling["median"] > 0


def test_a_helpdesk_log_becomes_tickets_with_durations(tmp_path: Path) -> None:
    log, made = real_file("helpdesk_eventlogs/helpdesk.csv"), tmp_path / "tickets.csv"
    columns = ("--case", "CaseID", "--activity", "ActivityID", "--time", "CompleteTimestamp")
    cli_json(tmp_path, "events", log, *columns, "--to", made)
    cli_json(tmp_path, "import", made, "--as", "tickets")

    found = cli_json(tmp_path, "analyze", "tickets")

    assert found["counts"][0]["tickets"] == 3804
    assert (found["first_on"], found["last_on"][:4]) == ("2010-01-13", "2012")
    solve = next(r for r in found["hours"] if (r["clock"], r["hours"]) == ("solve", "calendar"))
    assert (solve["tickets"], solve["waiting"]) == (3804, 0)
    assert 0 < solve["median"] < solve["p90"]
