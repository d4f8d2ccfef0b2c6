"""What one import of deals changed since the import before: a history where none was exported.

A CRM's export says what a deal is, seldom what it was. Where the same deals are imported again and
again, the differences say when each change came to be known. They are written while batches are
applied, one after another, so an incremental build and a full one hold the same.
"""

from datetime import datetime

import duckdb

from crm_data.merge import batch_rows
from crm_data.tables.model import table_spec

DEALS = "opportunities"
DIFFS = "opportunity_diffs"
TRACKED = (
    "stage", "amount", "probability", "forecast_category", "expected_close_on", "owner_id",
    "outcome",
)  # fmt: skip
DIFF_COLUMNS = (
    "opportunity_id VARCHAR, changed_at TIMESTAMP, field VARCHAR, old_value VARCHAR, "
    "new_value VARCHAR, batch_id VARCHAR"
)
# A row with this field says when a deal came to be known that an earlier import did not hold.
APPEARED = "appeared"


def create_diffs(con: duckdb.DuckDBPyConnection) -> None:
    """Create the empty table of differences, replacing one that is there."""
    con.execute(f"CREATE OR REPLACE TABLE {DIFFS} ({DIFF_COLUMNS})")


def record_diffs(
    con: duckdb.DuckDBPyConnection, batch_id: str, rows: str, received_at: datetime
) -> None:
    """Record what a batch of deals (SQL of its rows) will change, before it is applied.

    The first import changes nothing: it is the state that later ones are held against.
    ``received_at`` is UTC without a zone, as the stores keep instants.
    """
    (is_first,) = con.execute("SELECT NOT EXISTS (SELECT 1 FROM opportunities)").fetchone() or (1,)
    if is_first:
        return
    source, present = batch_rows(con, table_spec(DEALS), rows, batch_id)
    parts = [
        "SELECT s.opportunity_id, $at, $appeared, NULL, NULL, $batch FROM incoming s "
        "ANTI JOIN opportunities t USING (opportunity_id)"
    ]
    parts += [
        f"SELECT s.opportunity_id, $at, '{name}', CAST(t.{name} AS VARCHAR), "
        f"CAST(s.{name} AS VARCHAR), $batch FROM incoming s JOIN opportunities t "
        f"USING (opportunity_id) WHERE s.{name} IS NOT NULL AND s.{name} IS DISTINCT FROM t.{name}"
        for name in TRACKED
        if name in present
    ]
    con.execute(
        f"INSERT INTO {DIFFS} WITH incoming AS ({source}) {' UNION ALL '.join(parts)}",
        {"at": received_at, "appeared": APPEARED, "batch": batch_id},
    )
