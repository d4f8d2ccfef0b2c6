"""Builds that are killed, meet a full disk or each other: all of a version, or nothing of it."""

import errno
import json
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
warehouse.record = watched("record", warehouse.record)
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


def test_a_version_published_by_a_killed_build_is_entered_in_the_ledger(
    settings: Settings,
) -> None:
    batch = stored(settings, "customers", [{"customer_id": "1"}])
    killed_at(settings, "before record")
    assert warehouse.versions(settings) == []

    same = warehouse.build(settings, now=NOW, actor="ada")

    (entered,) = warehouse.versions(settings)
    assert (entered.version, entered.is_current, entered.built_at) == (same, True, NOW)
    assert entered.row_counts["customers"] == 1
    with session(settings) as db:
        row = db.get_one(VersionRow, same)
        assert json.loads(row.batches)["customers"] == [batch.batch_id]
        audit = db.scalars(sa.select(AuditRow.actor).where(AuditRow.action == "publish")).all()
    assert list(audit) == ["ada"]
    warehouse.build(settings, now=NOW)
    assert len(warehouse.versions(settings)) == 1


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


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What publishing does to the disk, in order."""
    found: list[str] = []
    real_fsync, real_rename, real_replace = os.fsync, Path.rename, Path.replace

    def fsync(descriptor: int) -> None:
        found.append(f"flush {Path(os.readlink(f'/proc/self/fd/{descriptor}')).name}")
        real_fsync(descriptor)

    def rename(self: Path, target: Path) -> Path:
        found.append(f"rename to {target.name}")
        return real_rename(self, target)

    def replaced(self: Path, target: Path) -> Path:
        found.append(f"replace {target.name}")
        return real_replace(self, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "rename", rename)
    monkeypatch.setattr(Path, "replace", replaced)
    return found


def test_a_version_is_on_the_disk_before_the_pointer_names_it(
    settings: Settings, events: list[str]
) -> None:
    stored(settings, "customers", [{"customer_id": "1"}])
    events.clear()
    warehouse.build(settings, now=NOW)

    assert events == [
        "flush build-v000001.duckdb",
        "rename to v000001.duckdb",
        "flush warehouse",
        "flush CURRENT.new",
        "replace CURRENT",
        "flush warehouse",
    ]


def test_a_batch_is_on_the_disk_before_it_has_its_name(
    settings: Settings, events: list[str]
) -> None:
    new = staged(settings, "customers", [{"customer_id": "1"}])
    events.clear()
    (batch,) = batches.store(settings, [new], now=NOW)

    assert events == [
        f"flush {new.staged.name}",
        f"rename to {batch.batch_id}.parquet",
        "flush customers",
    ]


@pytest.mark.parametrize("failing", range(3))
def test_a_full_disk_at_any_moment_of_publishing_leaves_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    stored(settings, "customers", [{"customer_id": "1"}])
    first = warehouse.build(settings, now=NOW)
    before = sorted(settings.warehouse_dir.iterdir())
    stored(settings, "customers", [{"customer_id": "2"}])
    calls = iter(range(9))
    real = os.fsync

    def full(descriptor: int) -> None:
        if next(calls) == failing:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(descriptor)

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(StorageError, match="No space left on device"):
            warehouse.build(settings, now=NOW)

    assert current_version(settings) == first
    assert sorted(settings.warehouse_dir.iterdir()) == before
    assert list(settings.staging_dir.iterdir()) == []
    assert names(settings, warehouse.build(settings, now=NOW)) == ["1", "2"]


def test_going_back_on_a_full_disk_is_one_sentence(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored(settings, "customers", [{"customer_id": "1"}])
    first = warehouse.build(settings, now=NOW)
    second = warehouse.rebuild(settings, now=NOW)

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(StorageError, match="No space left on device"):
            warehouse.rollback(settings, first, now=NOW)

    assert current_version(settings) == second


def test_a_build_holds_the_lock_until_it_is_in_the_ledger(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored(settings, "customers", [{"customer_id": "1"}])
    refused = []

    def attempt(step: str) -> None:
        with pytest.raises(BuildBusyError, match=f"process {os.getpid()}"):
            warehouse.build(settings, now=NOW, wait_seconds=0)
        refused.append(step)

    real = warehouse.record

    def recorded(*given: Any) -> None:
        attempt("record")
        real(*given)

    monkeypatch.setattr(warehouse, "record", recorded)
    warehouse.build(
        settings, now=NOW, progress=lambda step, _: attempt(step) if "table c" in step else None
    )

    assert refused[0] == "table customers"
    assert refused[-1] == "record"
    assert warehouse.build(settings, now=NOW, wait_seconds=0) == "v000001"


def test_a_failed_build_lets_go_of_the_lock(settings: Settings) -> None:
    batch = stored(settings, "customers", [{"customer_id": "1"}])
    path_of(settings, batch).unlink()
    with pytest.raises(StorageError, match="The build stopped"):
        warehouse.build(settings, now=NOW)

    with build_lock(settings, wait_seconds=0):
        pass


def test_going_back_waits_for_a_build(settings: Settings) -> None:
    stored(settings, "customers", [{"customer_id": "1"}])
    first = warehouse.build(settings, now=NOW)
    second = warehouse.rebuild(settings, now=NOW)
    going_back = Thread(target=warehouse.rollback, args=(settings, first), kwargs={"now": NOW})
    with build_lock(settings, wait_seconds=0):
        going_back.start()
        going_back.join(0.3)
        assert current_version(settings) == second
    going_back.join(20)

    assert current_version(settings) == first


def test_three_processes_that_build_at_once_make_one_version(settings: Settings) -> None:
    stored(settings, "customers", [{"customer_id": "1"}])
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "cli", "refresh"],
            cwd=ROOT, env=environment(settings.home), stdout=subprocess.DEVNULL,
        )
        for _ in range(3)
    ]  # fmt: skip

    assert [process.wait(120) for process in running] == [0, 0, 0]
    assert [v.version for v in warehouse.versions(settings)] == ["v000001"]
    assert list(settings.staging_dir.iterdir()) == []


@pytest.fixture
def reader(settings: Settings) -> Iterator[Warehouse]:
    """Somebody in this process who reads the first version, as the app does."""
    stored(settings, "customers", [{"customer_id": "1"}])
    warehouse.build(settings, now=NOW)
    opened = Warehouse(replace(settings, memory_mb=512))
    with opened.connect("v000001") as connection:
        connection.execute(sa.text("SELECT 1"))
        yield opened
    opened.close()


def test_changes_are_counted_while_the_app_reads(settings: Settings, reader: Warehouse) -> None:
    new = staged(settings, "customers", [{"customer_id": "1"}, {"customer_id": "2"}])

    assert reader.current() == "v000001"
    assert warehouse.count_changes(settings, new) == (1, 0, 1)


def test_changes_against_a_damaged_version_are_one_sentence(settings: Settings) -> None:
    stored(settings, "customers", [{"customer_id": "1"}])
    path = version_file(settings, warehouse.build(settings, now=NOW))
    path.chmod(0o644)
    path.write_bytes(b"nonsense" * 1000)

    with pytest.raises(StorageError, match="cannot be read"):
        warehouse.count_changes(settings, staged(settings, "customers", [{"customer_id": "1"}]))


def test_a_build_is_incremental_while_the_app_reads(settings: Settings, reader: Warehouse) -> None:
    assert reader.current() == "v000001"
    (first,) = batches.ledger(settings)
    stored(settings, "customers", [{"customer_id": "2"}])
    path_of(settings, first).unlink()  # only a build from nothing would read it

    assert names(settings, warehouse.build(settings, now=NOW)) == ["1", "2"]


def test_what_is_published_and_dropped_is_written_down(settings: Settings) -> None:
    stored(settings, "customers", [{"customer_id": "1"}])
    made = [warehouse.rebuild(settings, now=NOW, actor="ada") for _ in range(6)]
    warehouse.rollback(settings, made[1], now=NOW, actor="bo")

    with session(settings) as db:
        dropped = db.execute(
            sa.select(VersionRow.version, VersionRow.dropped_at).order_by(VersionRow.version)
        ).all()
        audit = db.execute(
            sa.select(AuditRow.actor, AuditRow.action, AuditRow.subject)
            .where(AuditRow.action != "import")
            .order_by(AuditRow.audit_id)
        ).all()
    assert [tuple(row) for row in dropped] == [(made[0], NOW), *((v, None) for v in made[1:])]
    assert [tuple(row) for row in audit] == [
        *(("ada", "publish", v) for v in made),
        ("bo", "rollback", made[1]),
    ]
