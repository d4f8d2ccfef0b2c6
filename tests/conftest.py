"""Fixtures that every kind of test shares."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import hypothesis
import pytest

from crm_data.app_db import dispose
from crm_data.settings import Settings
from tests.postgres_server import new_postgres

__all__ = ["new_postgres"]  # a fixture: one server for the whole run

hypothesis.settings.register_profile("clientscope", deadline=None)  # no test asserts time
hypothesis.settings.load_profile("clientscope")
NOW = datetime(2026, 3, 20, 8, 0, 0)


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    """Settings whose data folder is new and empty."""
    made = Settings.from_environment({"CRM_HOME": str(tmp_path / "home")})
    yield made
    dispose(made)
