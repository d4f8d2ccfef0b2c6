"""Files that survive a crash: flushed to the disk, and sentences for disks that refuse."""

import contextlib
import os
import time
from collections.abc import Sequence
from pathlib import Path

from crm_data.errors import StorageError


def fsync(path: Path) -> None:
    """Force a file or folder to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def unwritable(where: Path, error: OSError) -> StorageError:
    """Return the error for a folder that cannot be written or a full disk."""
    reason = error.strerror or str(error)
    return StorageError(
        "disk",
        f"{where} cannot be written: {reason}. Nothing was stored; free space or choose another "
        "folder with CRM_HOME and try again.",
        folder=str(where),
        reason=reason,
    )


def discard(paths: Sequence[Path]) -> None:
    """Delete files, whatever happens."""
    for path in paths:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def age_seconds(path: Path) -> float:
    """Seconds since a file or folder changed; 0 when it is gone."""
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def remove(path: Path) -> None:
    """Delete a file, or a folder with what is in it."""
    if path.is_dir():
        for child in path.iterdir():
            remove(child)
        path.rmdir()
    else:
        path.unlink(missing_ok=True)
