"""Rules of the house that no reviewer should have to remember."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = (
    "analytics", "charts", "cli", "crm_data", "forecasting", "pages", "sample_data", "scoring",
    "ui",
)  # fmt: skip
SOURCES = sorted(p for name in PACKAGES for p in (ROOT / name).rglob("*.py"))
TESTS = sorted(path for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__))
VAGUE = {"utils", "helpers", "common", "misc", "util", "helper"}
SILENCED = re.compile(r"#\s*(noqa|type: ignore)")
WITH_REASON = re.compile(r"#\s*(noqa: [A-Z0-9, ]+|type: ignore\[[a-z-, ]+\])\s+(-|#)\s*\S+")


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_a_module_is_about_one_thing(path: Path) -> None:
    limit = 120 if path.is_relative_to(ROOT / "pages") else 300

    assert len(path.read_text(encoding="utf-8").splitlines()) <= limit
    assert path.stem not in VAGUE


def test_app_is_short() -> None:
    assert len((ROOT / "app.py").read_text(encoding="utf-8").splitlines()) <= 60


@pytest.mark.parametrize("path", [*SOURCES, *TESTS], ids=relative)
def test_a_silenced_check_says_why_on_its_line(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    silent = [line for line in lines if SILENCED.search(line) and not WITH_REASON.search(line)]

    assert silent == []


@pytest.mark.parametrize(
    "path", [p for p in SOURCES if not p.is_relative_to(ROOT / "cli")], ids=relative
)
def test_nobody_below_app_and_cli_reads_the_clock_or_the_environment(path: Path) -> None:
    """Waiting and measuring durations (time.monotonic, file ages) is not reading the date."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    read = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}

    assert called.isdisjoint(
        {"datetime.now", "datetime.utcnow", "date.today", "pd.Timestamp.now", "datetime.today"}
    )
    assert "os.environ" not in read


def test_no_name_of_this_machine_is_tracked() -> None:
    tracked = subprocess.run(
        ["git", "grep", "-nIE", r"(^|[^.a-zA-Z_])/(work|root)/", "--", ".", ":!tests"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert tracked.stdout == ""


def test_money_of_the_data_model_is_exact() -> None:
    from crm_data.tables.model import TABLES
    from crm_data.tables.schema import duckdb_type

    money = {f.name for spec in TABLES for f in spec.fields if f.kind == "money"}

    assert {"amount", "cost", "unit_price", "budget", "monthly_amount"} <= money
    assert duckdb_type("money") == "DECIMAL(18,4)"
