"""``python -m cli tasks``: the same tasks as on the page."""

from datetime import date
from pathlib import Path

import pytest

from crm_data.app_db import dispose
from crm_data.settings import Settings
from tests.cli.run import cli, cli_json
from tests.customers.shop import built


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    settings = Settings.from_environment({"CRM_HOME": str(tmp_path_factory.mktemp("c") / "home")})
    built(settings)
    dispose(settings)
    return settings.home


def test_add_list_and_done(home: Path) -> None:
    made = cli_json(
        home, "tasks", "add", "Call", "--due", "2020-01-31", "--owner", "E1", "--customer", "c1"
    )
    cli_json(home, "tasks", "add", "后天联系", "--due", "2099-01-31")
    found = cli_json(home, "tasks", "list")

    assert [one["title"] for one in found["tasks"]] == ["Call", "后天联系"]
    assert found["tasks"][0]["due_on"] == "2020-01-31"
    assert date.fromisoformat(found["on"])
    for option in (("--overdue",), ("--owner", "E1")):
        (only,) = cli_json(home, "tasks", "list", *option)["tasks"]
        assert only["task_id"] == made["task_id"]
    assert "后天联系" in cli(home, "tasks", "list").stdout
    assert cli_json(home, "tasks", "done", made["task_id"])["status"] == "done"
    (one,) = cli_json(home, "tasks", "list", "--state", "done")["tasks"]
    assert one["task_id"] == made["task_id"]


@pytest.mark.parametrize(
    "words",
    [
        ("list", "--state", "late"), ("done", "nope"), ("add", " ", "--due", "2030-01-01"),
        ("add", "x", "--due", "soon"), ("add", "x", "--due", "2030-01-01", "--customer", "nope"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_sentence(home: Path, words: tuple[str, ...]) -> None:
    done = cli(home, "tasks", *words)

    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr
