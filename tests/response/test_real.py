"""Real files: Hillstrom's e-mail test, and calls of a bank."""

from pathlib import Path
from typing import Any

import pytest

from crm_data.app_db import dispose
from crm_data.settings import Settings
from crm_data.warehouse import build
from scoring import score_version
from tests.cli.run import cli_json
from tests.conftest import NOW
from tests.real_data import ROOT, real_file
from tests.response.conftest import card_of


def _card(home: Path, name: str, mapping: str) -> dict[str, Any]:
    file = real_file(name)
    mapped = ROOT / "sample_data" / "mappings" / mapping
    cli_json(home, "import", file, "--mapping", mapped, "--no-refresh")
    settings = Settings.from_environment({"CRM_HOME": str(home)})
    build(settings, now=NOW, scorer=score_version)
    found = card_of(settings)
    dispose(settings)
    return found


def test_hillstrom(tmp_path: Path) -> None:
    """Effects on visits are known; only women's e-mail is known to change some more than others."""
    card = _card(tmp_path, "hillstrom/hillstrom.csv.gz", "hillstrom.toml")
    mens, womens = sorted(card["uplift"], key=lambda one: one["arm"])

    for found, effect in ((mens, 0.0765896), (womens, 0.0452331)):
        assert found["outcome"] == "responded"
        assert found["effect"] == pytest.approx(effect, abs=1e-7)
        mean = sum(one["effect"] for one in found["parts"]) / 5
        assert mean == pytest.approx(effect, abs=1e-7)
    assert womens["verdict"] == "differs"
    assert 0.003 < womens["low"] < womens["high"] < 0.011
    assert mens["verdict"] == "no_differences"
    assert mens["low"] < 0 < mens["high"]
    assert womens["leave_out"] == mens["leave_out"] == []


def test_calls_of_a_bank(tmp_path: Path) -> None:
    """The length of the call is not known before it; without it the AUC is about 0.80."""
    name = "uci_bank_marketing/bank-full.csv.gz"
    card = _card(tmp_path, name, "bank_marketing_calls.toml")
    (found,) = card["asked"]

    assert found["verdict"] == "useful"
    assert found["by"] == "customers"
    assert found["auc"] == pytest.approx(0.80, abs=0.03)
    refused = {one["field"]: one for one in found["refused"]}
    assert refused["attributes.duration"]["reason"] == "named"
    assert refused["attributes.duration"]["alone"] > 0.78
    assert "attributes.duration" not in {one["field"] for one in found["importance"]}
    assert found["ece"] < 0.03
