"""Running the command line as a user does: the same words, environment, status and streams."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from cli.__main__ import app

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    returncode: int
    stdout: str
    stderr: str


def environment(home: Path, **more: str) -> dict[str, str]:
    """The environment for a process of its own."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("CRM_")}
    return {**kept, "CRM_HOME": str(home), **more}


def cli(home: Path, *words: str | Path, **more: str) -> Done:
    """Run a command in this process; an exception that is not an exit is a failure."""
    cleared = {name: None for name in os.environ if name.startswith("CRM_")}
    done = CliRunner().invoke(
        app, [str(word) for word in words], env={**cleared, "CRM_HOME": str(home), **more}
    )
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Done(done.exit_code, done.stdout, done.stderr)


def cli_json(home: Path, *words: str | Path, **more: str) -> Any:
    """Run a command with ``--json`` and read its document."""
    done = cli(home, *words, "--json", **more)
    assert done.returncode in (0, 1), done.stderr
    return json.loads(done.stdout)
