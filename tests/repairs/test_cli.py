"""Repairs, presets and refused rows from the command line: the same functions as the page."""

from pathlib import Path

import pandas as pd
import pytest

from crm_data.settings import Settings
from tests.cli.run import cli, cli_json

pytestmark = pytest.mark.long


def test_listed_tried_accepted_undone(slips: Settings) -> None:
    home = slips.home
    said = cli_json(home, "repairs", "list")
    ids = {one["value"]: one["suggestion_id"] for one in said["suggested"]}
    assert set(ids) == {"GTXPro", "technolgy", "Philipines"}
    assert said["accepted"] == []
    tried = cli_json(home, "repairs", "try", ids["GTXPro"])
    assert tried["before"] == tried["after"]
    assert tried["before"]["won_value"] == 140

    made = cli_json(home, "repairs", "accept", ids["GTXPro"], ids["technolgy"], "--no-refresh")
    assert ([one["target"] for one in made["accepted"]], made["version"]) == (
        ["GTX Pro", "technology"], None,
    )  # fmt: skip
    again = cli(home, "repairs", "accept", ids["GTXPro"])
    assert (again.returncode, "no suggestion" in again.stderr) == (2, True)
    gone = cli(home, "repairs", "undo", "1", "--no-refresh")
    assert "Undone: GTXPro -> GTX Pro." in gone.stdout
    assert cli(home, "repairs", "undo", "1").returncode == 2
    table = cli(home, "repairs", "list").stdout
    assert f"{ids['GTXPro']}\topportunities\tproduct_id\tGTXPro\tGTX Pro\t2" in table
    assert "technolgy\ttechnology\t1\tcli" in table


def test_presets_refused_rows_and_who_imported(tmp_path: Path) -> None:
    home = tmp_path / "home"
    path = tmp_path / "in.csv"
    path.write_text("order_id,ordered_on,amount\n1,2025-01-05,x\n2,2025-01-06,3\n", "utf-8")
    checked = cli_json(home, "import", path, "--dry-run")
    assert checked["headlines"]["after"]["orders"] == 2
    assert "orders\t0\t2" in cli(home, "import", path, "--dry-run").stdout

    assert "Saved preset ours." in cli(home, "presets", "save", "ours", path).stdout
    assert cli_json(home, "presets", "list")[0]["name"] == "ours"
    made = cli_json(home, "import", path, "--no-refresh")["files"][0]
    assert made["preset"] == "ours"
    (batch,) = cli_json(home, "batches")
    assert (batch["by"], batch["undone_by"], batch["preset"]) == ("cli", None, "ours")
    out = tmp_path / "refused.csv"
    assert "Wrote 1 row(s)" in cli(home, "rejects", batch["batch_id"], "--out", out).stdout
    row = pd.read_csv(out).iloc[0]
    assert [row["order_id"], row["amount"], row["refused_rule"]] == [1, "x", "not_a_number"]
