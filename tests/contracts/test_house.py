"""Rules of the house that no reviewer should have to remember."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = (
    "analytics", "charts", "cli", "crm_data", "forecasting", "pages", "sample_data", "scoring",
    "ui",
)  # fmt: skip
SOURCES = sorted(p for name in PACKAGES for p in (ROOT / name).rglob("*.py"))
TESTS = sorted(path for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__))
VAGUE = {"utils", "helpers", "common", "misc", "util", "helper"}
CLOCKS = {"datetime.now", "datetime.utcnow", "date.today", "pd.Timestamp.now", "datetime.today"}
SILENCED = re.compile(r"#\s*(noqa|type: ignore)")
WITH_REASON = re.compile(r"#\s*(noqa: [A-Z0-9, ]+|type: ignore\[[a-z-, ]+\])\s+(-|#)\s*\S+")


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_a_module_is_about_one_thing() -> None:
    long = {}
    for path in SOURCES:
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > (120 if path.is_relative_to(ROOT / "pages") else 300):
            long[relative(path)] = lines

    assert long == {}
    assert [relative(path) for path in SOURCES if path.stem in VAGUE] == []


def test_app_is_short() -> None:
    assert len((ROOT / "app.py").read_text(encoding="utf-8").splitlines()) <= 60


def test_a_silenced_check_says_why_on_its_line() -> None:
    silent = [
        (relative(path), line)
        for path in (*SOURCES, *TESTS)
        for line in path.read_text(encoding="utf-8").splitlines()
        if SILENCED.search(line) and not WITH_REASON.search(line)
    ]

    assert silent == []


def test_nobody_below_app_and_cli_reads_the_clock_or_the_environment() -> None:
    """Waiting and measuring durations (time.monotonic, file ages) is not reading the date."""
    readers = [
        (relative(path), found)
        for path in SOURCES
        if not path.is_relative_to(ROOT / "cli")
        for found in _outer_reads(ast.parse(path.read_text(encoding="utf-8")))
    ]

    assert readers == []


def test_reading_the_clock_and_the_environment_is_seen() -> None:
    source = (
        "x = datetime.now(UTC)\ny = pd.Timestamp.now\nz = os.environ.get('A')\npd.Timestamp.now()"
    )

    assert sorted(_outer_reads(ast.parse(source))) == [
        "datetime.now", "os.environ", "pd.Timestamp.now",
    ]  # fmt: skip


def _outer_reads(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _dotted(node.func) in CLOCKS:
            yield _dotted(node.func)
        elif isinstance(node, ast.Attribute) and _dotted(node) == "os.environ":
            yield "os.environ"


def _dotted(node: ast.AST) -> str:
    """Return a name with its dots; empty where something is called or indexed on the way."""
    if isinstance(node, ast.Name):
        return node.id
    owner = _dotted(node.value) if isinstance(node, ast.Attribute) else ""
    return f"{owner}.{node.attr}" if isinstance(node, ast.Attribute) and owner else ""


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
