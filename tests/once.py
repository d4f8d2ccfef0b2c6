"""What takes long is made once for all workers of a run; who changes it has a copy."""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from crm_data.app_db import dispose
from crm_data.settings import Settings


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """Return a folder that ``make`` has filled, in this worker or in another before it."""
    base = factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, done = shared / name, shared / f"{name}.done"
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            folder.mkdir()
            make(folder)
            done.touch()
    return folder


def settings_once(
    factory: pytest.TempPathFactory, name: str, make: Callable[[Settings], object], **more: str
) -> Settings:
    """Return settings of a copy of a home that ``make`` has published in, once for all workers.

    ``more`` are variables of the environment. Whoever asks may write in the copy.
    """

    def settings(home: Path) -> Settings:
        return Settings.from_environment({"CRM_HOME": str(home), **more})

    def fill(home: Path) -> None:
        made = settings(home)
        make(made)
        dispose(made)

    copy = factory.mktemp(name)
    shutil.copytree(made_once(factory, name, fill), copy, dirs_exist_ok=True)
    return settings(copy)
