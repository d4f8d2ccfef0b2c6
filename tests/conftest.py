"""Fixtures that every kind of test shares."""

import os
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path

import hypothesis
import pytest
from streamlit.components.v2 import manifest_scanner

from crm_data.app_db import dispose
from crm_data.settings import Settings
from tests.postgres_server import new_postgres

__all__ = ["new_postgres"]  # a fixture: one server for the whole run

hypothesis.settings.register_profile("clientscope", deadline=None)  # no test asserts time
hypothesis.settings.load_profile("clientscope")
NOW = datetime(2026, 3, 20, 8, 0, 0)
# AppTest looks through every installed package for components, each time a page is opened: more
# work than the page itself. Packages do not change during a run.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)
# Workers fill the cores already: threads of OpenMP spend twenty times the work on waiting for each
# other. It is read when scikit-learn is imported, which is later, and by processes of tests.
os.environ.setdefault("OMP_NUM_THREADS", "1")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put long modules first: begun last, one would keep a worker when all others have ended.

    Goes with ``--no-loadscope-reorder``: by number of tests, those with few long ones are the last.
    """
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    long = {item.path for item in items if item.get_closest_marker("long")}
    items.sort(key=lambda item: (item.path not in long, item.path not in slow))


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    """Settings whose data folder is new and empty."""
    made = Settings.from_environment({"CRM_HOME": str(tmp_path / "home")})
    yield made
    dispose(made)
