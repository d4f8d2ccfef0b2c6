"""Where the real data sets lie; tests that need one are skipped, by name, where it is absent."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.cli.run import cli_json
from tests.once import made_once

ROOT = Path(__file__).parents[1]
FOLDER = Path(os.environ.get("CRM_REAL_DATA", str(ROOT.parent / "shared" / "data")))


def real_file(name: str) -> Path:
    """Path of a real file, or skip saying which one is missing."""
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"real data: {name} is not in {FOLDER} (set CRM_REAL_DATA)")
    return path


RETAIL = "uci_online_retail/online_retail_all_days.csv.gz"


def online_retail(factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """A home with Online Retail imported, and what the import printed; for reading only."""
    file = real_file(RETAIL)
    mapping = ROOT / "sample_data" / "mappings" / "online_retail.toml"

    def make(home: Path) -> None:
        document = cli_json(home, "import", file, "--mapping", mapping)
        (home / "import.json").write_text(json.dumps(document), encoding="utf-8")

    home = made_once(factory, "online_retail", make)
    return home, json.loads((home / "import.json").read_text(encoding="utf-8"))
