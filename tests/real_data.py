"""Where the real data sets lie; tests that need one are skipped, by name, where it is absent."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDER = Path(os.environ.get("CRM_REAL_DATA", str(ROOT.parent / "shared" / "data")))


def real_file(name: str) -> Path:
    """Path of a real file, or skip saying which one is missing."""
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"real data: {name} is not in {FOLDER} (set CRM_REAL_DATA)")
    return path
