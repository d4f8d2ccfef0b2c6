"""A PostgreSQL server of our own: a temporary folder, a Unix socket, no network.

Whoever asks gets a database of its own: tests then run in any order, and several at a time.
"""

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

BINARIES = Path(os.environ.get("CRM_POSTGRES_BIN", "/usr/lib/postgresql/15/bin"))
USER = "clientscope"
NewDatabase = Callable[[], str]


@pytest.fixture(scope="session")
def new_postgres() -> Iterator[NewDatabase]:
    """Make an empty database, give its URL; who needs it is skipped where there is no server."""
    if not (BINARIES / "initdb").exists():
        pytest.skip(f"PostgreSQL: no server binaries in {BINARIES} (set CRM_POSTGRES_BIN)")
    # A short path: a socket's address is limited to about 100 characters.
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    as_user = _as_ordinary_user(folder)
    data = folder / "data"
    control = [*as_user, str(BINARIES / "pg_ctl"), "-D", str(data), "-w", "-s"]
    options = f"-c listen_addresses= -k {folder} -c fsync=off -c max_connections=200"
    try:
        _run(as_user, BINARIES / "initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8")
        subprocess.run(
            [*control, "-l", str(folder / "log"), "-o", options, "start"],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
        )
        numbers = itertools.count()

        def new_database() -> str:
            name = f"t{next(numbers)}"
            at = ["-h", folder, "-U", USER]
            _run(as_user, BINARIES / "createdb", *at, "-T", "template0", name)
            return f"postgresql://{USER}@/{name}?host={folder}"

        yield new_database
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
