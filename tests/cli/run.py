"""Running the command line in its own process, as a user does."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def environment(home: Path, **more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("CRM_")}
    return {**kept, "CRM_HOME": str(home), **more}


def cli(home: Path, *words: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cli", *map(str, words)],
        cwd=ROOT, env=environment(home, **more), capture_output=True, text=True, check=False,
    )  # fmt: skip


def cli_json(home: Path, *words: str | Path, **more: str) -> Any:
    done = cli(home, *words, "--json", **more)
    assert done.returncode in (0, 1), done.stderr
    return json.loads(done.stdout)
