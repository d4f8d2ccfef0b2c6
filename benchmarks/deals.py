"""Half a million deals with 3.5 million events. ``python -m benchmarks.deals --home FOLDER``.

Seconds to build the version (import left out: the batches are written straight away), and the
median milliseconds of every query behind the pages of deals, beside DuckDB's sum over all events
in the same run.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import duckdb
import sqlalchemy as sa

from benchmarks.survival import median_seconds
from crm_data import warehouse
from crm_data.batches import NewBatch, store
from crm_data.queries import deal_stages, deals, sales_team
from crm_data.queries.deals import DealCut
from crm_data.scope import EVERYTHING
from crm_data.settings import Settings
from crm_data.versions import Warehouse

RESULTS = Path(__file__).with_name("results") / "deals.json"
NOW = datetime(2026, 3, 1, tzinfo=UTC).replace(tzinfo=None)
AS_OF = date(2025, 9, 30)
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
               CAST(created_at AS DATE) + 90 AS expected_close_on,
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
          SELECT opportunity_id, created_at, 'amount', NULL, CAST(amount * 0.9 AS VARCHAR)
          FROM base
          UNION ALL
          SELECT opportunity_id, created_at + INTERVAL 9 DAY, 'amount',
                 CAST(amount * 0.9 AS VARCHAR), CAST(amount AS VARCHAR)
          FROM base WHERE luck < 0.5
        )
        QUALIFY row_number() OVER (PARTITION BY opportunity_id, changed_at, field) = 1""",
    "employees": "SELECT 'E' || i AS employee_id, 'Seller ' || i AS name, 'T' || (i % 10) AS team, "
    "'R' || (i % 4) AS region FROM range(200) t(i)",
    "quotas": "SELECT 'E' || i AS owner_id, DATE '2026-01-01' AS period_start, "
    "DATE '2026-04-01' AS period_end, CAST(100000 AS DECIMAL(18,4)) AS amount "
    "FROM range(200) t(i)",
}


def stored(settings: Settings, count: int) -> dict[str, int]:
    """Write the batches of so many deals; rows by table."""
    settings.staging_dir.mkdir(parents=True, exist_ok=True)
    batches, rows = [], {}
    with duckdb.connect() as con:
        con.execute("SELECT setseed(0.3)")
        con.execute(_BASE.format(deals=count))
        for table, sql in _TABLES.items():
            path = settings.staging_dir / f"{uuid4().hex}.parquet"
            con.sql(sql).write_parquet(str(path))
            counted = con.execute(f"SELECT count(*) FROM '{path}'").fetchone() or (0,)
            rows[table] = int(counted[0])
            batches.append(NewBatch(table, path, rows[table], uuid4().hex, "bench", replaces=False))
    store(settings, batches, now=NOW)
    return rows


def queries(con: sa.Connection) -> dict[str, Callable[[], Any]]:
    """Every query behind the pages of deals, now and as of a past day."""
    now, then = DealCut((("pipeline", ("New",)),)), DealCut((("pipeline", ("New",)),), as_of=AS_OF)
    quarter: Any = {"start": date(2025, 10, 1), "end": date(2026, 1, 1)}
    both = {
        name: (lambda ask=ask, cut=cut: ask(cut))
        for label, cut in (("now", now), ("then", then))
        for name, ask in {
            f"open_deals_{label}": lambda c: deals.open_deals(con, c, scope=EVERYTHING),
            f"visits_{label}": lambda c: deal_stages.visits(
                con, c, start=None, end=None, scope=EVERYTHING
            ),
            f"stays_{label}": lambda c: deal_stages.stays(con, c, scope=EVERYTHING),
            f"results_{label}": lambda c: sales_team.results(con, c, **quarter, scope=EVERYTHING),
        }.items()
    }
    return both | {
        "deal_days": lambda: deals.deal_days(con, scope=EVERYTHING),
        "stages": lambda: deal_stages.stages(con, scope=EVERYTHING),
        "all_events": lambda: con.execute(
            sa.text("SELECT field, count(*), max(changed_at) FROM opportunity_events GROUP BY ALL")
        ).fetchall(),
    }


def main() -> None:
    """Build, time, print and keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="an empty folder")
    parser.add_argument("--deals", type=int, default=500_000)
    parser.add_argument("--runs", type=int, default=7)
    asked = parser.parse_args()
    settings = Settings.from_environment({"CRM_HOME": str(asked.home)})
    found: dict[str, Any] = {"rows": stored(settings, asked.deals)}
    started, spent = time.perf_counter(), time.process_time()
    warehouse.build(settings, now=NOW)
    found["build_seconds"] = time.perf_counter() - started
    found["build_cpu_seconds"] = time.process_time() - spent
    store_ = Warehouse(settings)
    with store_.connect(store_.current() or "") as con:
        asks = queries(con)
        for ask in asks.values():
            ask()
        found["milliseconds"] = {
            name: 1000 * median_seconds(ask, asked.runs) for name, ask in asks.items()
        }
    store_.close()
    json.dump(found, sys.stdout, indent=2)
    RESULTS.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
