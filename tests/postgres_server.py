"""A PostgreSQL server of our own: a temporary folder, a Unix socket, no network."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

BINARIES = Path(os.environ.get("CRM_POSTGRES_BIN", "/usr/lib/postgresql/15/bin"))
USER = "clientscope"


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """URL of an empty database; tests that need it are skipped where there is no server."""
    if not (BINARIES / "initdb").exists():
        pytest.skip(f"PostgreSQL: no server binaries in {BINARIES} (set CRM_POSTGRES_BIN)")
    # A short path: a socket's address is limited to about 100 characters.
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    as_user = _as_ordinary_user(folder)
    data = folder / "data"
    control = [*as_user, str(BINARIES / "pg_ctl"), "-D", str(data), "-w", "-s"]
    options = f"-c listen_addresses= -k {folder} -c fsync=off -c max_connections=60"
    try:
        _run(as_user, BINARIES / "initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8")
        subprocess.run(
            [*control, "-l", str(folder / "log"), "-o", options, "start"],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
        )
        yield f"postgresql://{USER}@/postgres?host={folder}"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=False, cwd=folder)
        shutil.rmtree(folder, ignore_errors=True)


def _as_ordinary_user(folder: Path) -> list[str]:
    """Return a prefix that gives up root, which the server refuses to run as."""
    if os.geteuid() != 0:
        return []
    shutil.chown(folder, "postgres")
    return ["runuser", "-u", "postgres", "--"]


def _run(as_user: list[str], program: Path, *arguments: object) -> None:
    command = [*as_user, str(program), *map(str, arguments)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/tmp")  # noqa: S108 - initdb wants a folder that postgres may enter
