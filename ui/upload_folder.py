"""Uploaded files on disk for as long as they are read."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from crm_data.settings import Settings


class Upload(Protocol):
    """A file as the upload widget gives it."""

    name: str

    def getbuffer(self) -> memoryview:
        """Return the content."""


@contextmanager
def on_disk(settings: Settings, uploads: Sequence[Upload]) -> Iterator[list[Path]]:
    """Yield the paths of uploads, each in a folder named by its place; removed afterwards."""
    settings.staging_dir.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="upload-", dir=settings.staging_dir))
    try:
        yield [_put(folder, number, upload) for number, upload in enumerate(uploads)]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def place_of(path: Path, uploaded: Path) -> str:
    """Return where a file is among uploads: its upload's place, then its name, inside a zip too."""
    return str(path.relative_to(uploaded.parent.parent))


def _put(folder: Path, number: int, upload: Upload) -> Path:
    """Write an upload under its own name in a folder of its own: names may repeat or be hostile."""
    place = folder / str(number)
    place.mkdir()
    name = Path(upload.name.replace("\\", "/")).name.lstrip(".") or "upload"
    path = place / name
    path.write_bytes(upload.getbuffer())
    return path
