"""One build at a time: a lock that the system frees when its process ends, however it ends."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from crm_data.durable import unwritable
from crm_data.errors import BuildBusyError
from crm_data.settings import Settings


@contextmanager
def build_lock(settings: Settings, *, wait_seconds: float) -> Iterator[None]:
    """Hold the build lock of ``settings.home``, waiting up to ``wait_seconds`` for it.

    Raises
    ------
    BuildBusyError
        Another process still builds after that time.
    """
    path = settings.warehouse_dir / "build.lock"
    try:
        settings.warehouse_dir.mkdir(parents=True, exist_ok=True)
        handle = path.open("a+", encoding="ascii")
    except OSError as error:
        raise unwritable(settings.warehouse_dir, error) from error
    with handle:
        deadline = time.monotonic() + wait_seconds
        while not _acquired(handle.fileno()):
            if time.monotonic() >= deadline:
                handle.seek(0)
                holder = handle.read().strip() or "?"
                raise BuildBusyError(
                    "build_busy",
                    f"Another build is running (process {holder}) and did not finish within "
                    f"{wait_seconds:.0f} seconds. Wait for it and try again.",
                    process=holder,
                    seconds=f"{wait_seconds:.0f}",
                )
            time.sleep(0.1)
        handle.seek(0)
        handle.truncate()
        handle.write(str(os.getpid()))
        handle.flush()
        yield


def _acquired(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
