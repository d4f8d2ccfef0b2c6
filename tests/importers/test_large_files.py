"""A large file is written on a guess, which its result must prove. Here everything is large."""

from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from crm_data.importers import engine, sample, table_staging
from crm_data.importers import profile as profiling
from crm_data.importers.source import SourceFile
from crm_data.settings import Settings
from tests.importers.reading import Result, money, stage

MAPPING = {
    "tables": {
        "order_lines": {"columns": {
            "order_id": "o", "line_no": "n", "product_id": "p", "quantity": "q",
            "amount": {"source": "u", "times": "q"},
        }},
        "orders": {"columns": {"order_id": "o", "customer_id": "c", "ordered_at": "at"}},
        "customers": {"skip_when_missing": ["customer_id"],
                      "columns": {"customer_id": "c", "region": "r"}},
    }
}  # fmt: skip
HEADER = "o,n,p,q,u,c,at,r\n"


def lines(count: int = 900) -> list[str]:
    return [
        f"O{n // 3:05},{n % 3 + 1},P{n % 7},{n % 5 + 1},1.25,C{n // 3 % 50},"
        f"2026-01-{n // 3 % 28 + 1:02} 10:00:00,R{n // 3 % 50 % 4}"
        for n in range(count)
    ]


@pytest.fixture
def profiled(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each profile read the whole file; every file counts as large."""
    calls: list[bool] = []
    real_sample, real_profile = sample.spread_sample, profiling.profile

    def spread(source: SourceFile, target: Path) -> Path | None:
        return real_sample(source, target, smallest=0)

    def profile(reader: Any, mapping: Any, part: Path | None = None) -> Any:
        calls.append(part is None)
        return real_profile(reader, mapping, part)

    monkeypatch.setattr(table_staging, "spread_sample", spread)
    monkeypatch.setattr(table_staging, "profile", profile)
    return calls


def text(rows: list[str]) -> str:
    return HEADER + "\n".join(rows) + "\n"


def everything(made: Result) -> dict[str, Any]:
    return {
        table: (made.rows(table, "*"), made.rejects(table), made.table(table))
        for table in MAPPING["tables"]
    }


def careful(settings: Settings, folder: Path, rows: list[str]) -> dict[str, Any]:
    """What the file gives when it is read carefully from the start."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table_staging, "spread_sample", lambda *_: None)
        return everything(stage(settings, folder, text(rows), MAPPING))


def test_plain_file_is_read_on_the_guess_alone(
    settings: Settings, tmp_path: Path, profiled: list[bool]
) -> None:
    made = stage(settings, tmp_path, text(lines()), MAPPING)

    assert profiled == [False]
    assert everything(made) == careful(settings, tmp_path, lines())
    assert made.table("order_lines")["rows"] == 900
    assert made.table("orders")["rows"] == 300
    assert made.table("customers")["rows"] == 50
    assert made.rows("order_lines", "sum(amount)") == [(money("3375"),)]


# Beyond what the sample of a part shows: the guess is wrong, the result must not be.
SPOILED = {
    "number": lambda f: [*f[:3], "x", *f[4:]],
    "missing number": lambda f: [*f[:3], "", *f[4:]],
    "grouped number": lambda f: [*f[:4], '"1,250.50"', *f[5:]],
    "fraction in a count": lambda f: [f[0], "2.5", *f[2:]],
    "date": lambda f: [*f[:6], "never", f[7]],
    "other date": lambda f: [*f[:6], "2026年1月3日", f[7]],
    "missing date": lambda f: [*f[:6], "", f[7]],
    "offset": lambda f: [*f[:6], "2026-01-03T10:00:00+02:00", f[7]],
    "missing customer": lambda f: [*f[:5], "", *f[6:]],
    "missing order": lambda f: ["", *f[1:]],
    "other region": lambda f: [*f[:7], "elsewhere"],
    "padded key": lambda f: [f" {f[0]} ", *f[1:]],
    "repeated key": lambda f: [f[0], "1", *f[2:]],
    "product out of range": lambda f: [*f[:3], "99999999999", "99999999999", *f[5:]],
    "blank line before": lambda f: ["\n" + f[0], *f[1:]],
    "line end in quotes": lambda f: [*f[:7], '"R\n1"'],
    "ragged": lambda f: f[:5],
}


@pytest.mark.parametrize("is_held", [True, False])
@pytest.mark.parametrize("spoiled", SPOILED)
def test_wrong_guess_never_shows(
    settings: Settings, tmp_path: Path, profiled: list[bool],
    monkeypatch: pytest.MonkeyPatch, spoiled: str, is_held: bool,
) -> None:  # fmt: skip
    monkeypatch.setattr(sample, "_PIECES", 2)
    monkeypatch.setattr(sample, "_PIECE", 2000)
    rows = lines()
    rows[700] = ",".join(SPOILED[spoiled](rows[700].split(",")))
    assert rows[700] != lines()[700]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "_HELD_SIZE", 4 if is_held else 1 << 40)
        made = stage(settings, tmp_path, text(rows), MAPPING)

    if spoiled != "ragged" or not is_held:  # a file that is held shows that at once
        assert profiled[0] is False, "the guess must have been made"
    assert everything(made) == careful(settings, tmp_path, rows)


def test_sample_is_from_all_over_the_file(
    settings: Settings, tmp_path: Path, profiled: list[bool]
) -> None:
    rows = lines(40_000)
    rows[20_000:] = [row.replace("2026-01-", "2026/1/") for row in rows[20_000:]]
    made = stage(settings, tmp_path, text(rows), MAPPING)

    assert profiled == [False, True], "half of the dates are not plain: no table on a guess"
    assert made.rows("orders", "count(ordered_at), min(ordered_at)") == [
        (13334, datetime(2026, 1, 1, 10))
    ]


def test_zone_of_the_company_counts_on_the_guess_too(tmp_path: Path, profiled: list[bool]) -> None:
    settings = Settings(home=tmp_path / "home", timezone="Asia/Shanghai")
    made = stage(settings, tmp_path, text(lines()), MAPPING)

    assert profiled == [False]
    assert made.rows("orders", "min(ordered_at)") == [(datetime(2026, 1, 1, 2),)]


def test_only_the_batches_stay_staged(settings: Settings, tmp_path: Path) -> None:
    made = stage(settings, tmp_path, text(lines()), MAPPING)

    names = sorted(p.name for p in made.staged.folder.iterdir())
    assert names == ["customers.parquet", "order_lines.parquet", "orders.parquet"]
    assert duckdb.sql(f"SELECT count(*) FROM '{made.staged.folder}/*.parquet'").fetchall()
    made.staged.discard()
    assert not list(settings.staging_dir.iterdir())
