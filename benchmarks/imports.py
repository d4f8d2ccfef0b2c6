"""Importing a large CSV against DuckDB's own conversion of the same file; then the build."""

import shutil
import time
from datetime import datetime
from pathlib import Path

import duckdb

from crm_data import warehouse
from crm_data.commands.imports import import_files
from crm_data.settings import Settings
from scoring import score_version

NOW = datetime(2026, 1, 15)  # noqa: DTZ001 - naive UTC, as the stores keep it
MAPPING = Path(__file__).with_name("order_lines.toml")


def duckdb_to_parquet(csv: Path, target: Path) -> float:
    """Seconds of the reference: DuckDB reads the CSV and writes Parquet, nothing else."""
    started = time.perf_counter()
    with duckdb.connect() as con:
        con.execute(f"COPY (SELECT * FROM read_csv('{csv}')) TO '{target}' (FORMAT parquet)")
    seconds = time.perf_counter() - started
    target.unlink()
    return seconds


def import_and_build(csv: Path, home: Path) -> dict[str, float]:
    """Seconds of the import (all four tables), of the build with marts, and of scoring."""
    shutil.rmtree(home, ignore_errors=True)
    settings = Settings.from_environment({"CRM_HOME": str(home)})
    reference = duckdb_to_parquet(csv, csv.with_suffix(".parquet"))
    started = time.perf_counter()
    import_files(settings, [csv], mapping=MAPPING, now=NOW)
    imported = time.perf_counter()
    version = warehouse.build(settings, now=NOW)
    built = time.perf_counter()
    warehouse.build(settings, now=NOW, scorer=score_version)
    scored = time.perf_counter()
    again = duckdb_to_parquet(csv, csv.with_suffix(".parquet"))
    reference = (reference + again) / 2
    size = (settings.warehouse_dir / f"{version}.duckdb").stat().st_size
    return {
        "csv_megabytes": csv.stat().st_size / 2**20,
        "reference_seconds": reference,
        "import_seconds": imported - started,
        "import_to_reference": (imported - started) / reference,
        "build_seconds": built - imported,
        "build_to_reference": (built - imported) / reference,
        "score_seconds": scored - built,
        "version_megabytes": size / 2**20,
    }
