"""One version as a DuckDB file: tables from batches, then marts. Knows nothing of publishing."""

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from crm_data.app_db import naive_utc
from crm_data.batch_rows import RowReader
from crm_data.build_plan import BuildPlan
from crm_data.deal_diffs import DEALS, create_diffs, record_diffs
from crm_data.followed import DECLINE_RULES, followed_from, write_followed
from crm_data.marts import STEPS, TEMPORARY, MartMaker, findings_sql
from crm_data.merge import apply_batch, create_table
from crm_data.merged_records import write_merged
from crm_data.opening_hours import write_opening_hours
from crm_data.release import fingerprint
from crm_data.score_store import (
    RULES_CARD,
    Scorer,
    ScoreStore,
    create_score_tables,
)
from crm_data.settings import Settings
from crm_data.stage_rules import STAGE_RULES, stage_rules_from, write_stage_rules
from crm_data.tables.marts import MARTS
from crm_data.tables.model import TABLES, TableSpec
from crm_data.tables.schema import duckdb_type

Progress = Callable[[str, float], None]
_BUILT = 0.8  # share of a build's progress that is tables and marts; the rest is scores


@contextmanager
def open_build(
    settings: Settings, path: Path, *, read_only: bool = False
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a DuckDB file with the build's limits."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": f"{settings.build_memory_mb}MB",
        "temp_directory": str(settings.staging_dir / f"{path.stem}.tmp"),
        "preserve_insertion_order": False,
        "storage_compatibility_version": "latest",  # words are kept by place, and written sooner
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    if settings.threads:
        config["threads"] = settings.threads
    con = duckdb.connect(str(path), read_only=read_only, config=config)
    try:
        yield con
    finally:
        con.close()


def write_version(
    settings: Settings,
    plan: BuildPlan,
    target: Path,
    *,
    now: datetime,
    progress: Progress | None = None,
    scorer: Scorer | None = None,
) -> dict[str, int]:
    """Write a version to ``target`` and return the rows of each canonical table.

    Marts follow the company's rules, and so do the scores that ``scorer`` makes; without one
    the score tables stay empty.
    """
    report = progress or (lambda _step, _share: None)
    if plan.base is not None:
        shutil.copyfile(plan.base, target)
        target.chmod(0o644)
    with open_build(settings, target) as con:
        if plan.is_small and not settings.threads:
            con.execute("SET threads = 1")
        _set_days(con, settings, now)  # scores ask for them too, where no mart is made again
        if plan.has_changes:
            _write_tables(con, plan, lambda step, share: report(step, share * _BUILT))
            _prepare(con, settings, plan.rules)
            _write_marts(con, lambda step, share: report(step, share * _BUILT))
            _write_info(con, plan, now)
        create_score_tables(con)
        if scorer is not None:
            own, told = plan.rules, lambda step, share: report(step, _BUILT + (1 - _BUILT) * share)
            store = ScoreStore(con, own, told, settings.holiday_country, settings.forecasts_dir)
            scorer(store)
            store.write_card(RULES_CARD, own)
        counts = con.execute("SELECT table_name, rows FROM version_info").fetchall()
        con.execute("CHECKPOINT")
    return {str(table): int(rows) for table, rows in counts}


def _write_tables(con: duckdb.DuckDBPyConnection, plan: BuildPlan, report: Progress) -> None:
    if plan.base is not None:
        for mart in MARTS:
            con.execute(f"DROP TABLE IF EXISTS {mart.name}")
        con.execute("CHECKPOINT")
    write_merged(con, plan.merges)
    reader = plan.reader(con)
    for position, spec in enumerate(TABLES):
        report(f"table {spec.name}", 0.5 * position / len(TABLES))
        write_table(con, plan, spec, reader)


def _set_days(con: duckdb.DuckDBPyConnection, settings: Settings, now: datetime) -> None:
    """Set the day of the build and the company's zone, for SQL of marts and of scores."""
    known_until = naive_utc(now).date() + timedelta(days=1)
    con.execute(f"SET VARIABLE known_until = DATE '{known_until}'")
    local = "moment"
    if settings.timezone != "UTC":
        local = f"(moment AT TIME ZONE 'UTC') AT TIME ZONE '{settings.timezone}'"
    con.execute(f"CREATE OR REPLACE TEMP MACRO business_day(moment) AS CAST({local} AS DATE)")
    con.execute(f"CREATE OR REPLACE TEMP MACRO business_time(moment) AS CAST({local} AS TIMESTAMP)")


def _prepare(con: duckdb.DuckDBPyConnection, settings: Settings, rules: Mapping[str, Any]) -> None:
    """Set the company's hours and rules, which the marts' SQL asks of the build."""
    write_opening_hours(con, settings.opening_hours)
    write_stage_rules(con, stage_rules_from(rules.get(STAGE_RULES)))
    write_followed(con, followed_from(rules.get(DECLINE_RULES)))


def write_table(
    con: duckdb.DuckDBPyConnection, plan: BuildPlan, spec: TableSpec, reader: RowReader
) -> None:
    """Apply the batches of a table that are pending, to what is there or to nothing."""
    if plan.base is None or spec.name in plan.fresh:
        create_table(con, spec)
        if spec.name == DEALS:
            create_diffs(con)
    for file in plan.pending[spec.name]:
        rows = reader.rows(spec.name, file.rows)
        if spec.name == DEALS:
            record_diffs(con, file.batch_id, rows, naive_utc(file.received_at))
        apply_batch(con, spec, rows, file.batch_id)


def _write_marts(con: duckdb.DuckDBPyConnection, report: Progress) -> None:
    maker = MartMaker(con)
    for position, (name, sql) in enumerate(STEPS):
        report(f"mart {name}", 0.5 + 0.5 * position / len(STEPS))
        kind = "TEMP TABLE" if name in TEMPORARY else "TABLE"
        maker.make(name, sql, kind)
    con.execute(f"CREATE TABLE build_findings AS {findings_sql()}")
    for name in TEMPORARY:
        con.execute(f"DROP TABLE {name}")


def _write_info(con: duckdb.DuckDBPyConnection, plan: BuildPlan, now: datetime) -> None:
    con.execute(
        f"CREATE TABLE version_info (table_name VARCHAR, rows {duckdb_type('count')}, "
        "first_on DATE, watermark_on DATE, batches VARCHAR, built_at TIMESTAMP, "
        "fingerprint VARCHAR, follows VARCHAR, read_by VARCHAR)"
    )
    made_by, reader = fingerprint(), plan.reader(con)
    for spec in TABLES:
        clock = f"CAST({spec.clock} AS DATE)" if spec.clock else "CAST(NULL AS DATE)"
        # A day that has not come yet is a slip of the pen or a plan, never the end of the data.
        row = con.execute(
            f"SELECT count(*), min({clock}), "
            f"max({clock}) FILTER ({clock} <= getvariable('known_until')) FROM \"{spec.name}\""
        ).fetchone()
        rows, first_on, watermark_on = row or (0, None, None)
        ids = json.dumps([file.batch_id for file in plan.wanted[spec.name]])
        con.execute(
            "INSERT INTO version_info VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [spec.name, rows, first_on, watermark_on, ids, naive_utc(now), made_by, plan.follows,
             reader.read_by(spec.name, [file.rows for file in plan.wanted[spec.name]])],
        )  # fmt: skip
