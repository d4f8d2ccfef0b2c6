"""Half a million deals with 3.5 million events. ``python -m benchmarks.deals --home FOLDER``.

Seconds to build the version (import left out: the batches are written straight away), and of every
query behind the pages of deals (``benchmarks.deal_queries``) the least milliseconds of some runs,
of the clock and of the processor, beside DuckDB's sum over all events in the same run.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import duckdb
import sqlalchemy as sa

from benchmarks.deal_queries import queries
from crm_data import warehouse
from crm_data.app_db import TaskRow, session
from crm_data.batches import NewBatch, store
from crm_data.frames import FrameSpec, columns_of
from crm_data.score_store import ScoreStore
from crm_data.settings import Settings
from crm_data.versions import Warehouse

RESULTS = Path(__file__).with_name("results") / "deals.json"
NOW = datetime(2026, 3, 1, tzinfo=UTC).replace(tzinfo=None)
TASKS = 35_000
_BASE = """
CREATE TABLE base AS
SELECT 'D' || i AS opportunity_id, 'C' || (i % 100000) AS customer_id, 'Deal ' || i AS name,
       CASE WHEN i % 3 = 0 THEN 'New' ELSE 'Old' END AS pipeline,
       TIMESTAMP '2022-01-01' + to_seconds(CAST(random() * 1500 * 86400 AS INTEGER)) AS created_at,
       'E' || (i % 200) AS owner_id, 'P' || (i % 50) AS product_id,
       CAST(1000 + random() * 9000 AS DECIMAL(18,4)) AS amount,
       ['web', 'event', 'call'][1 + i % 3] AS source,
       CAST(1 + random() * 4 AS INTEGER) AS depth, random() AS luck
FROM range({deals}) t(i)
"""
_TABLES = {
    "opportunities": """
        SELECT * EXCLUDE (depth, luck),
               CASE WHEN luck < 0.3 THEN 'won' WHEN luck < 0.8 THEN 'lost' ELSE 's' || depth END
                 AS stage,
               CASE WHEN luck < 0.3 THEN 'won' WHEN luck < 0.8 THEN 'lost' END AS outcome,
               CASE WHEN luck < 0.8 THEN created_at
                 + to_seconds(CAST(depth * 21 * 86400 * (0.5 + luck) AS INTEGER)) END AS closed_at,
               CAST(created_at AS DATE) + CASE WHEN depth < 3 THEN 90 ELSE 120 END
                 AS expected_close_on,
               CASE WHEN luck BETWEEN 0.3 AND 0.8 THEN 'price' END AS loss_reason,
               'commit' AS forecast_category, luck AS probability
        FROM base""",
    "opportunity_events": """
        SELECT * FROM (
          SELECT opportunity_id,
                 created_at + to_seconds(CAST(g * 20 * 86400 * (0.5 + luck) AS INTEGER))
                   AS changed_at, 'stage' AS field, CASE WHEN g > 0 THEN 's' || g END AS old_value,
                 's' || (g + 1) AS new_value
          FROM base, range(5) q(g) WHERE g < depth
          UNION ALL
          SELECT opportunity_id,
                 created_at + to_seconds(CAST(g * 31 * 86400 * (0.3 + luck) AS INTEGER)),
                 'expected_close_on',
                 CASE WHEN g > 0 THEN CAST(CAST(created_at AS DATE) + CAST(30 + g * 30 AS INTEGER)
                   AS VARCHAR) END,
                 CAST(CAST(created_at AS DATE) + CAST(60 + g * 30 AS INTEGER) AS VARCHAR)
          FROM base, range(3) q(g) WHERE g < 1 + depth / 2
          UNION ALL
          SELECT opportunity_id, created_at, 'amount', NULL,
                 CAST(CASE WHEN luck < 0.5 THEN amount * 0.9 ELSE amount END AS VARCHAR)
          FROM base
          UNION ALL
          SELECT opportunity_id, created_at + INTERVAL 9 DAY, 'amount',
                 CAST(amount * 0.9 AS VARCHAR), CAST(amount AS VARCHAR)
          FROM base WHERE luck < 0.5
        )
        QUALIFY row_number() OVER (PARTITION BY opportunity_id, changed_at, field) = 1""",
    "employees": "SELECT 'E' || i AS employee_id, 'Seller ' || i AS name, 'T' || (i % 10) AS team, "
    "'R' || (i % 4) AS region FROM range(200) t(i)",
    "customers": "SELECT 'C' || i AS customer_id, 'Company ' || i AS name, "
    "'N' || (i % 4) AS region, 'E' || (i % 200) AS owner_id FROM range({deals} // 5) t(i)",
    "leads": """
        SELECT 'L' || i AS lead_id, created_at, ['web', 'event', 'call'][1 + i % 3] AS source,
               'E' || (i % 200) AS owner_id, 'new' AS status,
               CASE WHEN luck < 0.9 THEN created_at + to_seconds(CAST(luck * 90000 AS INTEGER)) END
                 AS first_response_at,
               CASE WHEN luck < 0.2 THEN created_at + INTERVAL 20 DAY END AS converted_at,
               CASE WHEN luck BETWEEN 0.2 AND 0.7 THEN created_at + INTERVAL 40 DAY END AS lost_at
        FROM (SELECT i, random() AS luck,
                     TIMESTAMP '2022-01-01' + to_seconds(CAST(random() * 1500 * 86400 AS INTEGER))
                       AS created_at
              FROM range({deals} * 2 // 5) t(i))""",
    "interactions": """
        SELECT 'I' || i AS interaction_id, 'C' || (i % 100000) AS customer_id,
               'E' || (i % 200) AS employee_id, ['call', 'email', 'visit'][1 + i % 3] AS channel,
               TIMESTAMP '2022-01-01' + to_seconds(CAST(random() * 1500 * 86400 AS INTEGER))
                 AS occurred_at
        FROM range({deals} * 2) t(i)""",
    "quotas": "SELECT 'E' || i AS owner_id, DATE '2026-01-01' AS period_start, "
    "DATE '2026-04-01' AS period_end, CAST(100000 AS DECIMAL(18,4)) AS amount "
    "FROM range(200) t(i)",
}
_REFERENCE = "SELECT field, count(*), max(changed_at) FROM opportunity_events GROUP BY ALL"


def stored(settings: Settings, count: int) -> dict[str, int]:
    """Write the batches of so many deals; rows by table."""
    settings.staging_dir.mkdir(parents=True, exist_ok=True)
    batches, rows = [], {}
    with duckdb.connect() as con:
        con.execute("SELECT setseed(0.3)")
        con.execute(_BASE.format(deals=count))
        for table, sql in _TABLES.items():
            path = settings.staging_dir / f"{uuid4().hex}.parquet"
            con.sql(sql.format(deals=count)).write_parquet(str(path))
            counted = con.execute(f"SELECT count(*) FROM '{path}'").fetchone() or (0,)
            rows[table] = int(counted[0])
            batches.append(NewBatch(table, path, rows[table], uuid4().hex, "bench", replaces=False))
    store(settings, batches, now=NOW)
    return rows


def stored_tasks(settings: Settings) -> None:
    """Write tasks about deals into the app database, a fifth of them done."""
    due = NOW.date()
    rows = [
        TaskRow(
            task_id=f"t{i}",
            code="deal_stuck",
            figures=json.dumps({"stage": "s2", "days": 60, "usual_days": 21}),
            title="",
            subject=f"deal:D{i}",
            customer_id=f"C{i}",
            opportunity_id=f"D{i}",
            due_on=due + timedelta(days=i % 60 - 30),
            owner_id=f"E{i % 200}",
            created_by="bench",
            created_at=NOW,
            origin="pipeline",
            origin_query="view=attention",
            status="open" if i % 5 else "done",
            done_at=None if i % 5 else NOW,
            note="",
            changed_at=NOW,
        )
        for i in range(TASKS)
    ]
    with session(settings) as db:
        db.add_all(rows)


def chances(store_: ScoreStore) -> None:
    """Give every open deal the chance that its seller gave it: scores are not what is timed."""
    kept = columns_of("opportunity_no:count opportunity_id:text win_probability:share method:text")
    spec = FrameSpec("chances", "one row per open deal", ("opportunity_id",), kept)
    sql = """SELECT opportunity_no, opportunity_id, probability AS win_probability,
                    'model' AS method FROM deal_facts WHERE outcome IS NULL"""
    store_.write("deal_scores", store_.frame(sql, spec))


def least(ask: Callable[[], object], runs: int) -> tuple[float, float]:
    """Return the least milliseconds of the clock and of the processor that some runs took."""
    ask()
    clock, spent = [], []
    for _ in range(runs):
        started, used = time.perf_counter(), time.process_time()
        ask()
        clock.append(time.perf_counter() - started)
        spent.append(time.process_time() - used)
    return round(1000 * min(clock), 1), round(1000 * min(spent), 1)


def main() -> None:
    """Build, time, print and keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="an empty folder")
    parser.add_argument("--deals", type=int, default=500_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--again", action="store_true", help="ask a folder that is there already")
    parser.add_argument("--only", help="queries with this in their name; nothing is kept")
    asked = parser.parse_args()
    settings = Settings.from_environment({"CRM_HOME": str(asked.home)})
    found: dict[str, Any] = json.loads(RESULTS.read_text()) if asked.again else {}
    if not asked.again:
        found["rows"] = stored(settings, asked.deals)
        started, spent = time.perf_counter(), time.process_time()
        warehouse.build(settings, now=NOW, scorer=chances)
        found["build_seconds"] = round(time.perf_counter() - started, 1)
        found["build_cpu_seconds"] = round(time.process_time() - spent, 1)
        stored_tasks(settings)
    store_ = Warehouse(settings)
    with store_.connect(store_.current() or "") as con:
        asks = queries(con, settings)
        asks["all_events"] = lambda: con.execute(sa.text(_REFERENCE)).fetchall()
        took = {
            name: least(ask, asked.runs) for name, ask in asks.items() if (asked.only or "") in name
        }
    store_.close()
    found["milliseconds"] = {name: clock for name, (clock, _) in took.items()}
    found["cpu_milliseconds"] = {name: spent for name, (_, spent) in took.items()}
    json.dump(found, sys.stdout, indent=2)
    if not asked.only:
        RESULTS.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
