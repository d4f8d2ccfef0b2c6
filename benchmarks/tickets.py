"""Two million tickets of a million customers. ``python -m benchmarks.tickets --home FOLDER``.

Seconds to build the version (import left out: the batches are written straight away), and of every
query behind the page Tickets and its metrics the least milliseconds of some runs, of the clock and
of the processor, for who sees everything and for who sees a tenth.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import duckdb
import sqlalchemy as sa

from benchmarks.deals import least
from crm_data import warehouse
from crm_data.batches import NewBatch, store
from crm_data.queries import sales_options, ticket_measures, ticket_rows, tickets
from crm_data.queries.cut import Cut
from crm_data.queries.ticket_rows import TicketPick
from crm_data.queries.tickets import TicketCut
from crm_data.scope import EVERYTHING, AccessScope
from crm_data.settings import Settings
from crm_data.versions import Warehouse

RESULTS = Path(__file__).with_name("results") / "tickets.json"
NOW = datetime(2026, 3, 1, tzinfo=UTC).replace(tzinfo=None)
YEAR = date(2025, 2, 1), date(2026, 3, 1)
SCOPES = {"all": EVERYTHING, "some": AccessScope(frozenset(f"E{i}" for i in range(20)))}
_TABLES = {
    "customers": """
        SELECT 'C' || i AS customer_id, 'Customer ' || i AS name, 'E' || (i % 200) AS owner_id,
               ['North', 'South', 'East', 'West'][1 + i % 4] AS region
        FROM range({customers}) t(i)""",
    "employees": """
        SELECT 'A' || i AS employee_id, 'Agent ' || i AS name, 'T' || (i % 8) AS team
        FROM range(120) t(i)""",
    "tickets": """
        WITH base AS (
          SELECT i, random() AS luck, random() AS wait,
                 TIMESTAMP '2022-03-01' + to_seconds(CAST(random() * 1461 * 86400 AS INTEGER))
                   AS created_at
          FROM range({tickets}) t(i)
        ),
        timed AS (
          SELECT *, created_at + to_seconds(CAST(-ln(1 - wait) * 4 * 3600 AS INTEGER)) AS answered,
                 created_at + to_seconds(CAST(-ln(1 - wait) * 20 * 3600 AS INTEGER)) AS solved
          FROM base
        )
        SELECT 'T' || i AS ticket_id, 'C' || CAST(luck * {customers} AS INTEGER) AS customer_id,
               ['phone', 'email', 'chat', 'app'][1 + i % 4] AS channel,
               ['delivery', 'fault', 'billing', 'return', 'question', 'account'][1 + i % 6]
                 AS category,
               ['low', 'normal', 'high'][1 + i % 3] AS priority, i % 3 = 0 AS is_complaint,
               created_at,
               CASE WHEN answered < TIMESTAMP '2026-03-01' THEN answered END AS first_response_at,
               CASE WHEN solved < TIMESTAMP '2026-03-01' THEN solved END AS resolved_at,
               CAST(i % 5 = 0 AS INTEGER) AS reopened_count, 1 + i % 3 AS contact_count,
               'A' || (i % 120) AS agent_id, created_at + INTERVAL 24 HOUR AS sla_due_at,
               'closed' AS status
        FROM timed""",
}
Asks = dict[str, Callable[[], object]]


def stored(settings: Settings, customers: int, count: int) -> None:
    """Write the company as batches."""
    settings.staging_dir.mkdir(parents=True, exist_ok=True)
    batches = []
    with duckdb.connect() as con:
        con.execute("SELECT setseed(0.5)")
        for name, sql in _TABLES.items():
            path = settings.staging_dir / f"{uuid4().hex}.parquet"
            con.sql(sql.format(customers=customers, tickets=count)).write_parquet(str(path))
            row = con.execute(f"SELECT count(*) FROM '{path}'").fetchone() or (0,)
            batches.append(NewBatch(name, path, int(row[0]), uuid4().hex, "bench", replaces=False))
    store(settings, batches, now=NOW)


def queries(con: sa.Connection) -> Asks:
    """Return what to run by ``query.scope``."""
    found: Asks = {}
    for who, scope in SCOPES.items():
        found |= {f"{name}.{who}": ask for name, ask in _of(con, scope).items()}
    return found


def _of(con: sa.Connection, scope: AccessScope) -> Asks:
    cut, ever = TicketCut(*YEAR), TicketCut()
    month = Cut(*YEAR, by=("created_on:month",), clock="ticket_facts.created_on")
    state = Cut(*YEAR, clock="ticket_facts.known_on")
    return {
        "ticket_days": lambda: tickets.ticket_days(con, scope=scope),
        "ticket_options": lambda: sales_options.sales_options(con, "ticket_facts", scope=scope),
        "counts": lambda: tickets.ticket_counts(con, cut, scope=scope),
        "counts_by_agent": lambda: tickets.ticket_counts(con, cut, scope=scope, by="agent_id"),
        "counts_of_all_times": lambda: tickets.ticket_counts(con, ever, scope=scope),
        "waits_response": lambda: tickets.ticket_waits(con, cut, scope=scope),
        "waits_solve_open": lambda: tickets.ticket_waits(
            con, cut, scope=scope, clock="solve", hours="open"
        ),
        "waits_by_agent": lambda: tickets.ticket_waits(con, cut, scope=scope, by="agent_id"),
        "waits_of_all_times": lambda: tickets.ticket_waits(con, ever, scope=scope),
        "flow": lambda: tickets.ticket_flow(con, ever, scope=scope),
        "arrivals": lambda: tickets.ticket_arrivals(con, cut, scope=scope),
        "open_tickets": lambda: tickets.open_tickets(con, ever, scope=scope),
        "strata": lambda: tickets.ticket_strata(con, cut, scope=scope),
        "rows": lambda: ticket_rows.ticket_rows(con, TicketPick(cut), scope=scope, limit=50),
        "rows_missed": lambda: ticket_rows.ticket_rows(
            con, TicketPick(cut, "sla_missed"), scope=scope, limit=50
        ),
        "rows_count": lambda: ticket_rows.ticket_rows_count(
            con, TicketPick(cut, "complaints"), scope=scope
        ),
        "measures_by_month": lambda: ticket_measures.ticket_measures(con, cut, month, scope=scope),
        "open_at": lambda: ticket_measures.open_at(con, cut, state, day=YEAR[1], scope=scope),
        "metric_waits": lambda: ticket_measures.waits_by_group(
            con, cut, month, clock="response", hours="calendar", scope=scope
        ),
    }


def main() -> None:
    """Build the company where it is not there yet, ask, print and keep the results."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--tickets", type=int, default=2_000_000)
    parser.add_argument("--runs", type=int, default=7)
    given = parser.parse_args()
    settings = Settings.from_environment({"CRM_HOME": str(given.home)})
    found: dict[str, object] = {"customers": given.customers, "tickets": given.tickets}
    warehouse_ = Warehouse(settings)
    version = warehouse_.current()
    if version is None:
        stored(settings, given.customers, given.tickets)
        begun = time.perf_counter()
        version = warehouse.build(settings, now=NOW)
        found["build_seconds"] = round(time.perf_counter() - begun, 1)
    with warehouse_.connect(version) as con:
        for name, ask in queries(con).items():
            clock, processor = least(ask, given.runs)
            found[name] = {"ms": clock, "processor_ms": processor}
            sys.stdout.write(f"{name}\t{clock:.1f}\t{processor:.1f}\n")
    warehouse_.close()
    RESULTS.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
