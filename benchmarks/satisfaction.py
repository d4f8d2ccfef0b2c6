"""A million answers of a million customers. ``python -m benchmarks.satisfaction --home FOLDER``.

Seconds to build the version (import left out: the batches are written straight away), and of every
query behind the page Satisfaction and its metrics the least milliseconds of some runs, of the clock
and of the processor, for who sees everything and for who sees a tenth.
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
from crm_data.queries import survey_losses, survey_measures, surveys
from crm_data.queries.cut import Cut
from crm_data.queries.surveys import AnswerCut
from crm_data.scope import EVERYTHING, AccessScope
from crm_data.settings import Settings
from crm_data.versions import Warehouse

RESULTS = Path(__file__).with_name("results") / "satisfaction.json"
NOW = datetime(2026, 3, 1, tzinfo=UTC).replace(tzinfo=None)
YEAR = date(2025, 2, 1), date(2026, 3, 1)
NEWEST = 20_000  # answers that the page reads one by one
SCOPES = {"all": EVERYTHING, "some": AccessScope(frozenset(f"E{i}" for i in range(20)))}
_AT = "TIMESTAMP '2022-03-01' + to_seconds(CAST(random() * 1460 * 86400 AS INTEGER))"
_TABLES = {
    "customers": """
        SELECT 'C' || i AS customer_id, 'Customer ' || i AS name, 'E' || (i % 200) AS owner_id,
               ['North', 'South', 'East', 'West'][1 + i % 4] AS region
        FROM range({count}) t(i)""",
    "employees": """
        SELECT 'A' || i AS employee_id, 'Agent ' || i AS name, 'T' || (i % 8) AS team
        FROM range(120) t(i)""",
    "tickets": f"""
        SELECT 'T' || i AS ticket_id, 'C' || i AS customer_id, 'A' || (i % 120) AS agent_id,
               ['delivery', 'fault', 'billing'][1 + i % 3] AS category, 'closed' AS status,
               {_AT} AS created_at
        FROM range({{count}} // 2) t(i)""",
    "orders": """
        SELECT 'O' || i AS order_id, 'C' || (i % {count}) AS customer_id, 10.0 AS amount,
               'CNY' AS currency, 'paid' AS status,
               DATE '2022-03-01' + CAST(random() * 1460 AS INTEGER) AS ordered_on
        FROM range({count} * 2) t(i)""",
    "survey_responses": f"""
        SELECT 'R' || i AS response_id, 'C' || i AS customer_id,
               ['nps', 'csat', 'ces'][1 + i % 3] AS kind, [10, 5, 7][1 + i % 3] AS scale_max,
               1 + CAST(floor(random() * [10, 5, 7][1 + i % 3]) AS INTEGER) AS score,
               CASE WHEN i < {{count}} // 2 THEN 'T' || i END AS ticket_id, {_AT} AS responded_at
        FROM range({{count}}) t(i)""",
    "survey_invitations": f"""
        WITH sent AS (
          SELECT i, {_AT} AS sent_at FROM range({{count}}) t(i)
        )
        SELECT 'I' || i AS invitation_id, 'C' || i AS customer_id,
               ['nps', 'csat', 'ces'][1 + i % 3] AS kind, sent_at, sent_at AS delivered_at,
               CASE WHEN i % 3 = 0 THEN 'R' || i END AS response_id
        FROM sent""",
}
Asks = dict[str, Callable[[], object]]


def stored(settings: Settings, count: int) -> None:
    """Write the company as batches."""
    settings.staging_dir.mkdir(parents=True, exist_ok=True)
    batches = []
    with duckdb.connect() as con:
        con.execute("SELECT setseed(0.5)")
        for name, sql in _TABLES.items():
            path = settings.staging_dir / f"{uuid4().hex}.parquet"
            con.sql(sql.format(count=count)).write_parquet(str(path))
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
    nps = (("kind", ("nps",)),)
    cut, ever = AnswerCut(*YEAR, where=nps), AnswerCut(where=nps)
    newest = AnswerCut(date(2025, 12, 1), where=nps)
    month = Cut(*YEAR, by=("answered_on:month",), clock="survey_facts.answered_on")
    sent = Cut(*YEAR, by=("sent_on:month",), clock="survey_invites.sent_on")
    return {
        "options": lambda: surveys.answer_options(con, scope=scope),
        "counts": lambda: surveys.survey_counts(con, cut, scope=scope),
        "counts_by_agent": lambda: surveys.survey_counts(con, cut, scope=scope, by="agent_id"),
        "counts_by_month": lambda: surveys.survey_counts(con, ever, scope=scope, unit="month"),
        "margins": lambda: surveys.survey_margins(con, cut, scope=scope),
        "base": lambda: surveys.customer_base(con, scope=scope),
        "asked": lambda: surveys.survey_asked(con, cut, scope=scope),
        "answers_newest": lambda: surveys.answers(con, ever, scope=scope, limit=NEWEST),
        "answers_page": lambda: surveys.answers(con, cut, scope=scope, limit=50),
        "answers_count": lambda: surveys.answers_count(con, cut, scope=scope),
        "later_orders": lambda: surveys.later_orders(con, newest, scope=scope),
        "contract_spans": lambda: survey_losses.contract_spans(con, newest, scope=scope),
        "silence_spans": lambda: survey_losses.silence_spans(con, newest, scope=scope, days=180),
        "metric_scores": lambda: survey_measures.scores_by_group(
            con, cut, month, kind="nps", scope=scope
        ),
        "metric_rate": lambda: survey_measures.questions_by_group(con, cut, sent, scope=scope),
    }


def main() -> None:
    """Build the company where it is not there yet, ask, print and keep the results."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=7)
    given = parser.parse_args()
    settings = Settings.from_environment({"CRM_HOME": str(given.home)})
    found: dict[str, object] = {"customers": given.customers, "answers": given.customers}
    warehouse_ = Warehouse(settings)
    version = warehouse_.current()
    if version is None:
        stored(settings, given.customers)
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
