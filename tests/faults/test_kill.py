"""SIGKILL at random moments: the published version and every earlier batch stay as they were."""

import hashlib
import multiprocessing
import os
import random
import shutil
import sys
import time
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import ModuleType

import pytest

from cli.__main__ import app
from crm_data.app_db import dispose
from crm_data.batches import ledger, path_of
from crm_data.settings import Settings
from crm_data.versions import current_version
from tests.cli.run import cli, cli_json
from tests.warehouse.stage import table_rows

MAPPING = """
[tables.order_lines.columns]
order_id = "order"
line_no = "line"
amount = "amount"

[tables.orders.columns]
order_id = "order"
customer_id = "customer"
ordered_on = "day"
"""
KILLS = 10


def write_orders(path: Path, first: int, orders: int) -> None:
    lines = ["order,line,customer,day,amount"]
    lines += [
        f"{order},{line},C{order % 97},2025-{order % 12 + 1:02d}-15,1.25"
        for order in range(first, first + orders)
        for line in (1, 2)
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.slow
def test_killed_imports_lose_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Tests of pages leave a page's script as the main module, which a new process would run again.
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))
    home = tmp_path / "home"
    mapping = tmp_path / "orders.toml"
    mapping.write_text(MAPPING, encoding="utf-8")
    write_orders(tmp_path / "first.csv", 0, 500)
    write_orders(tmp_path / "second.csv", 500, 40_000)
    assert cli(home, "import", tmp_path / "first.csv", "--mapping", mapping).returncode == 0
    settings = Settings.from_environment({"CRM_HOME": str(home)})
    before = state(settings)
    words = ["import", "--force", str(tmp_path / "second.csv"), "--mapping", str(mapping)]
    shutil.copytree(home, tmp_path / "rehearsal")
    started = time.monotonic()
    rehearsal = start(tmp_path / "rehearsal", words)
    rehearsal.join()
    duration = time.monotonic() - started
    assert rehearsal.exitcode == 0
    chance = random.Random(20260320)  # noqa: S311 - moments to kill at, not secrets
    met_at_work = 0

    for number in range(KILLS):
        process = start(home, words)
        # One moment in each part of the run: starting, reading, storing, building, publishing.
        time.sleep(duration * (number + chance.random()) / KILLS)
        process.kill()
        process.join()
        after = state(settings)
        met_at_work += any(settings.staging_dir.iterdir()) or len(after) > len(before)
        assert before.items() <= after.items()
        version = current_version(settings)
        assert version is not None
        assert len(table_rows(settings, version, "orders")) in (500, 40_500)

    assert met_at_work > 0
    done = cli(home, "import", tmp_path / "second.csv", "--mapping", mapping, "--force")
    assert done.returncode == 0, done.stderr
    assert cli(home, "refresh").returncode == 0
    assert cli_json(home, "metric", "get", "net_revenue")["rows"][0]["value"] == 101_250.0
    dispose(settings)


def start(home: Path, words: list[str]) -> BaseProcess:
    """Run a command in a process of its own, forked where all modules are loaded already.

    Loading them takes longer than the import, and a kill meanwhile says nothing of the store.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    process = context.Process(target=run, args=(str(home), words))
    process.start()
    return process


def run(home: str, words: list[str]) -> None:
    """Be the command line: the target of ``start``."""
    for name in [name for name in os.environ if name.startswith("CRM_")]:
        del os.environ[name]
    for stream in (sys.stdout, sys.stderr):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    os.environ["CRM_HOME"] = home
    app(words)


def state(settings: Settings) -> dict[str, str]:
    """Every batch of the ledger with the hash of its file: a ledger row always has its file."""
    found = ledger(settings)
    return {
        batch.batch_id: hashlib.sha256(path_of(settings, batch).read_bytes()).hexdigest()
        for batch in found
    }
