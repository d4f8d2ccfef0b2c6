"""The folder of one import in progress, removed on any failure."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crm_data.errors import StorageError
from crm_data.importers.inputs import unreadable


def file_state(path: Path) -> tuple[int, int] | None:
    """Return size and time of change of a file, None where it has none of its own."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


@contextmanager
def staging_folder(path: Path, folder: Path) -> Iterator[None]:
    """Make the staging folder; remove it on any failure, and say what the system refused."""
    try:
        folder.mkdir(parents=True)
        yield
        for leftover in (
            "source.csv",
            "unpacked",
            "utf8.csv",
            "regular.csv",
            "sample.csv",
            "converted.csv",
            "source.parquet",
        ):
            (folder / leftover).unlink(missing_ok=True)
        shutil.rmtree(folder / "spill", ignore_errors=True)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, FileNotFoundError) and str(error.filename) == str(path):
            raise unreadable(path, error) from error
        raise StorageError(
            "staging_failed",
            f"The import cannot write its working files in {folder.parent}: "
            f"{error.strerror or error}. Free space or correct the permissions, and import again.",
            reason=str(error.strerror or error),
        ) from error
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
