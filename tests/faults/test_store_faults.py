"""Full disk, read-only folder, damaged files: one sentence, nothing half-written, nothing lost."""

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from crm_data import batches, warehouse
from crm_data.batches import ledger, path_of
from crm_data.errors import NoWarehouseError, StorageError
from crm_data.settings import Settings
from crm_data.versions import Warehouse, current_version, version_file
from tests.conftest import NOW
from tests.warehouse.stage import staged, stored, table_rows

ROOT = Path(__file__).parents[2]
needs_mount = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("mount") is None,
    reason="a real full disk needs root and mount",
)


def files_below(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def test_a_full_disk_while_storing_leaves_no_batch_behind(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (
        staged(settings, "customers", [{"customer_id": "1"}]),
        staged(settings, "products", [{"product_id": "1"}]),
    )
    calls = []

    def full(path: Path) -> None:
        calls.append(path)
        if len(calls) == 3:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(batches, "fsync", full)
    with pytest.raises(StorageError, match="No space left on device. Nothing was stored"):
        batches.store(settings, [first, second], now=NOW)

    assert ledger(settings) == []
    assert files_below(settings.batches_dir) == set()


def test_a_ledger_that_cannot_be_written_leaves_no_batch_behind(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = staged(settings, "customers", [{"customer_id": "1"}])
    monkeypatch.setattr(batches, "_audit", lambda *_: (_ for _ in ()).throw(OSError(5, "I/O")))

    with pytest.raises(StorageError, match="I/O"):
        batches.store(settings, [new], now=NOW)

    assert ledger(settings) == []
    assert files_below(settings.batches_dir) == set()


@needs_mount
def test_a_really_full_disk_stops_a_build_and_keeps_the_published_version(tmp_path: Path) -> None:
    """A 6 MB file system: the first version fits, the second does not."""
    home = tmp_path / "home"
    home.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=14m", "tmpfs", str(home)], check=True)
    settings = Settings.from_environment({"CRM_HOME": str(home)})
    try:
        stored(settings, "customers", [{"customer_id": "1", "name": "kept"}])
        first = warehouse.build(settings, now=NOW)
        stored(settings, "customers", [{"customer_id": "2"}])
        filler = home / "filler"
        filler.write_bytes(b"\0" * (shutil.disk_usage(home).free - 200_000))

        with pytest.raises(StorageError, match="rebuild|cannot be written") as raised:
            warehouse.build(settings, now=NOW)

        assert "\n" not in str(raised.value)
        assert current_version(settings) == first
        assert len(table_rows(settings, first, "customers")) == 1
        filler.unlink()
        second = warehouse.build(settings, now=NOW)
        assert len(table_rows(settings, second, "customers")) == 2
        assert not list(settings.staging_dir.glob("build-*"))
    finally:
        batches_session_closed(settings)
        subprocess.run(["umount", "-l", str(home)], check=True)


@needs_mount
def test_a_read_only_home_is_one_sentence_and_exit_status_1(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "ro,size=1m", "tmpfs", str(home)], check=True)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "cli", "demo", "--customers", "60"],
            cwd=ROOT,
            env={**os.environ, "CRM_HOME": str(home / "var")},
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        subprocess.run(["umount", "-l", str(home)], check=True)

    assert done.returncode == 1
    sentences = [line for line in done.stderr.splitlines() if not line.startswith("sample company")]
    assert len(sentences) == 1
    assert "cannot be" in sentences[0]
    assert "Read-only file system" in sentences[0]


def test_a_home_that_is_a_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("not a folder", encoding="utf-8")
    settings = Settings.from_environment({"CRM_HOME": str(tmp_path / "home")})

    with pytest.raises(StorageError, match="cannot be"):
        warehouse.build(settings, now=NOW)


def test_a_damaged_batch_stops_the_build_and_keeps_the_published_version(
    settings: Settings,
) -> None:
    stored(settings, "customers", [{"customer_id": "1"}])
    first = warehouse.build(settings, now=NOW)
    damaged = stored(settings, "customers", [{"customer_id": "2"}])
    path_of(settings, damaged).write_bytes(b"PAR1 nonsense")

    with pytest.raises(StorageError, match="The build stopped.*published version is unchanged"):
        warehouse.build(settings, now=NOW)

    assert current_version(settings) == first
    assert not list(settings.staging_dir.glob("build-*"))


def test_a_damaged_published_version_is_said_and_rebuilt_from_the_batches(
    settings: Settings,
) -> None:
    stored(settings, "customers", [{"customer_id": "1"}])
    first = warehouse.build(settings, now=NOW)
    path = version_file(settings, first)
    path.chmod(0o644)
    path.write_bytes(b"nonsense" * 1000)

    with pytest.raises(StorageError, match="cannot be read"), Warehouse(settings).connect(first):
        pass

    second = warehouse.build(settings, now=NOW)
    assert len(table_rows(settings, second, "customers")) == 1


def test_a_version_that_is_gone_is_said(settings: Settings) -> None:
    with (
        pytest.raises(NoWarehouseError, match="There is no version 'v000009'"),
        Warehouse(settings).connect("v000009"),
    ):
        pass


def batches_session_closed(settings: Settings) -> None:
    from crm_data.app_db import dispose

    dispose(settings)
