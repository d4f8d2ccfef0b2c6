"""What files or repairs would do to the headline numbers, before anything is stored.

Not a build: only the tables that the numbers are made of, in a file that is thrown away. Tables
that would stay as they are, are read where they are. Totals of all time, as the metrics define
them; a test holds them against a version that was built.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from crm_data import batches as batch_store
from crm_data import warehouse
from crm_data.batch_rows import Correction
from crm_data.batches import NewBatch
from crm_data.build_file import open_build, write_table
from crm_data.build_plan import BatchFile, BuildPlan
from crm_data.deal_diffs import DEALS, create_diffs
from crm_data.merged_records import write_merged
from crm_data.settings import Settings
from crm_data.tables.model import table_spec
from crm_data.versions import current_version

# Each headline number, and the table that has to be there for it.
_NUMBERS: dict[str, str] = {
    "net_revenue": "SELECT sum(coalesce(o.amount, l.amount)) FROM orders o LEFT JOIN "
    "(SELECT order_id, sum(amount) AS amount FROM order_lines GROUP BY 1) l USING (order_id) "
    "WHERE coalesce(o.status, 'paid') IN ('paid', 'returned')",
    "orders": "SELECT count(*) FROM orders WHERE coalesce(status, 'paid') IN ('paid', 'returned')",
    "customers": "SELECT count(*) FROM customers",
    "deals": "SELECT count(*) FROM opportunities",
    "won_value": "SELECT sum(amount) FROM opportunities WHERE outcome = 'won'",
    "open_deals": "SELECT count(*) FROM opportunities WHERE outcome IS NULL",
    "leads": "SELECT count(*) FROM leads",
    "tickets": "SELECT count(*) FROM tickets",
    "survey_answers": "SELECT count(*) FROM survey_responses",
}
HEADLINES = tuple(_NUMBERS)
_TABLES = ("customers", "orders", "order_lines", "opportunities", "leads", "tickets",
           "survey_responses")  # fmt: skip
Progress = Callable[[str, float], None]
Numbers = Mapping[str, float | None]


@dataclass(frozen=True)
class Trial:
    """Headline numbers as they are published and as they would be; None: nothing to add up."""

    before: Numbers
    after: Numbers


def try_batches(
    settings: Settings, new: Sequence[NewBatch], *, now: datetime, progress: Progress | None = None
) -> Trial:
    """Return what storing staged batches would do.

    Raises
    ------
    StorageError
        A stored batch cannot be read.
    """
    counted = batch_store.effective(batch_store.ledger(settings))
    before = dict(counted)
    for batch in new:
        if batch.replaces:
            counted[batch.table] = [
                b for b in counted.get(batch.table, ()) if b.source != batch.source
            ]
    published = current_version(settings)
    fresh = [BatchFile(f"new{n}", b.staged, now, b.named) for n, b in enumerate(new)]
    tables = [batch.table for batch in new]
    plan = warehouse.plan_build(settings, published, counted, fresh=fresh, tables=tables)
    as_it_is = warehouse.plan_build(settings, published, before)
    return _compare(settings, as_it_is, plan, progress)


def try_repairs(settings: Settings, repaired: Sequence[Correction]) -> Trial:
    """Return what these repairs, besides those accepted, would do."""
    counted = batch_store.effective(batch_store.ledger(settings))
    published = current_version(settings)
    as_it_is = warehouse.plan_build(settings, published, counted)
    more = (*as_it_is.corrections, *repaired)
    plan = warehouse.plan_build(settings, published, counted, repaired=more)
    return _compare(settings, as_it_is, plan, None)


def _compare(
    settings: Settings, before: BuildPlan, after: BuildPlan, progress: Progress | None
) -> Trial:
    say = progress or (lambda _step, _share: None)
    return Trial(
        _numbers(settings, before, lambda step, share: say(step, 0.5 * share)),
        _numbers(settings, after, lambda step, share: say(step, 0.5 + 0.5 * share)),
    )


def _numbers(settings: Settings, plan: BuildPlan, say: Progress) -> Numbers:
    """Make the tables of a plan that differ from its base, and count."""
    settings.staging_dir.mkdir(parents=True, exist_ok=True)
    path = settings.staging_dir / f"trial-{uuid.uuid4().hex}.duckdb"
    try:
        with open_build(settings, path) as con:
            if plan.is_small and not settings.threads:
                con.execute("SET threads = 1")
            _make_tables(con, plan, say)
            return {name: _number(con, sql) for name, sql in _NUMBERS.items()}
    finally:
        for left in (path, path.with_suffix(".duckdb.wal")):
            left.unlink(missing_ok=True)


def _make_tables(con: duckdb.DuckDBPyConnection, plan: BuildPlan, say: Progress) -> None:
    if plan.base is not None:
        con.execute(f"ATTACH {_literal(plan.base)} AS published (READ_ONLY)")
    write_merged(con, plan.merges)
    reader = plan.reader(con)
    for done, name in enumerate(_TABLES):
        say(f"table {name}", done / len(_TABLES))
        is_same = plan.base is not None and name not in plan.fresh
        if is_same and not plan.pending[name]:
            con.execute(f"CREATE VIEW {name} AS FROM published.{name}")
            continue
        if is_same:
            con.execute(f"CREATE TABLE {name} AS FROM published.{name}")
            if name == DEALS:
                create_diffs(con)
        write_table(con, plan, table_spec(name), reader)


def _number(con: duckdb.DuckDBPyConnection, sql: str) -> float | None:
    (found,) = con.execute(sql).fetchone() or (None,)
    return None if found is None else float(found)


def _literal(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
