"""Builds that are killed, meet a full disk or each other: all of a version, or nothing of it."""

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import sqlalchemy as sa

from crm_data import batches, warehouse
from crm_data.app_db import AuditRow, VersionRow, session
from crm_data.batches import path_of, undo_all
from crm_data.errors import BuildBusyError, StorageError
from crm_data.locks import build_lock
from crm_data.settings import Settings
from crm_data.versions import Warehouse, current_version, version_file
from tests.cli.run import ROOT, environment
from tests.conftest import NOW
from tests.warehouse.stage import selected, staged, stored

# A process of its own that builds, and kills itself at the first call whose text begins with a
# word: a step of the build, a renaming, a flush, the entry in the ledger.
KILLED = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from crm_data import warehouse
from crm_data.settings import Settings

at = sys.argv[1]

def reached(what):
    if what.startswith(at):
        os.kill(os.getpid(), signal.SIGKILL)

def watched(name, function):
    def call(*arguments, **named):
        reached(f"before {name}")
        result = function(*arguments, **named)
        reached(f"after {name}")
        return result
    return call

Path.rename = watched("rename", Path.rename)
Path.replace = watched("replace", Path.replace)
warehouse._record = watched("record", warehouse._record)
warehouse.build(
    Settings.from_environment(os.environ),
    now=datetime(2026, 3, 20, 8),
    progress=lambda step, share: reached(step),
)
"""


def names(settings: Settings, version: str) -> list[str]:
    found = selected(settings, version, "SELECT customer_id FROM customers ORDER BY 1")
    return [str(row[0]) for row in found]


def killed_at(settings: Settings, moment: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED, moment],
        cwd=ROOT, env=environment(settings.home), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr


@pytest.mark.parametrize(
    "moment", ["table customers", "mart order_facts", "mart customer_facts", "before rename"]
)
def test_a_build_killed_before_it_publishes_leaves_nothing_to_the_next(
    settings: Settings, moment: str
) -> None:
    stored(settings, "customers", [{"customer_id": "1"}])
    first = warehouse.build(settings, now=NOW)
    wrong = stored(settings, "customers", [{"customer_id": "wrong"}])
    killed_at(settings, moment)
    assert current_version(settings) == first
    assert warehouse.kept_versions(settings) == [first]

    undo_all(settings, [wrong.batch_id], now=NOW)
    stored(settings, "customers", [{"customer_id": "2"}])
    assert names(settings, warehouse.build(settings, now=NOW)) == ["1", "2"]


def test_a_first_build_that_was_killed_is_made_at_the_next_attempt(settings: Settings) -> None:
    stored(settings, "customers", [{"customer_id": "1"}])
    killed_at(settings, "mart customer_facts")
    assert current_version(settings) is None

    assert names(settings, warehouse.build(settings, now=NOW)) == ["1"]


@pytest.mark.parametrize("moment", ["after rename", "before replace", "after replace"])
def test_a_build_killed_while_it_publishes_leaves_the_old_or_the_new(
    settings: Settings, moment: str
) -> None:
    stored(settings, "customers", [{"customer_id": "1"}])
    first = warehouse.build(settings, now=NOW)
    stored(settings, "customers", [{"customer_id": "2"}])
    killed_at(settings, moment)

    published = current_version(settings)
    assert published is not None
    assert names(settings, published) == (["1"] if moment != "after replace" else ["1", "2"])
    assert (published == first) == (moment != "after replace")
    stored(settings, "customers", [{"customer_id": "3"}])
    assert names(settings, warehouse.build(settings, now=NOW)) == ["1", "2", "3"]


def test_no_id_is_used_twice_when_a_build_is_killed_before_the_ledger(settings: Settings) -> None:
    stored(settings, "customers", [{"customer_id": "1"}])
    killed_at(settings, "before record")
    published = current_version(settings)
    assert published == "v000001"
    stored(settings, "customers", [{"customer_id": "2"}])

    assert warehouse.build(settings, now=NOW) == "v000002"
    assert names(settings, "v000001") == ["1"]


def test_no_id_is_used_twice_when_the_versions_are_gone(settings: Settings) -> None:
    stored(settings, "customers", [{"customer_id": "1"}])
    first = warehouse.build(settings, now=NOW)
    version_file(settings, first).unlink()
    (settings.warehouse_dir / "CURRENT").unlink()

    second = warehouse.build(settings, now=NOW)
    assert (first, second) == ("v000001", "v000002")
    assert names(settings, second) == ["1"]
