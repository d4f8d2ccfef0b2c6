"""What an import refused: its cells with the reason, and the rows of the source that hold them."""

from pathlib import Path

import duckdb
import pandas as pd

from crm_data.batches import Batch, stored_batch
from crm_data.settings import Settings


def rejects_path_of(settings: Settings, batch: Batch) -> Path:
    """Return the Parquet file of a batch's refused cells; it exists only where there are some."""
    return settings.batches_dir / batch.table / f"{batch.batch_id}.rejects.parquet"


def source_rows_path_of(settings: Settings, batch: Batch) -> Path:
    """Return the Parquet file of the source's rows that have refused cells, where it is kept."""
    return settings.batches_dir / batch.table / f"{batch.batch_id}.source.parquet"


def rejected_cells(settings: Settings, batch_id: str, *, limit: int) -> pd.DataFrame:
    """Return what an import refused, in the order of the file.

    Returns
    -------
    DataFrame
        ``row`` (as a spreadsheet numbers it), ``column``, ``value``, ``rule``.

    Raises
    ------
    BadInputError
        There is no such batch.
    """
    path = rejects_path_of(settings, stored_batch(settings, batch_id))
    if not path.exists():
        return pd.DataFrame(columns=["row", "column", "value", "rule"])
    with duckdb.connect() as con:
        return con.execute(
            'SELECT "row", "column", "value", "rule" FROM read_parquet(?) ORDER BY ALL LIMIT ?',
            [str(path), limit],
        ).df()


def refused_in_source(settings: Settings, batch_id: str) -> pd.DataFrame:
    """Return the rows that have refusals in the layout of their own file, to be corrected there.

    Returns
    -------
    DataFrame
        The columns of the file as they were written, then ``refused_row`` (as a spreadsheet
        numbers it), ``refused_column``, ``refused_value`` and ``refused_rule``; several of one row
        are joined by ``; ``. A row that could not be split into columns is whole in the first one.
        Without the rows of the file (imports of earlier releases) only the last four.

    Raises
    ------
    BadInputError
        There is no such batch.
    """
    batch = stored_batch(settings, batch_id)
    reasons, rows = rejects_path_of(settings, batch), source_rows_path_of(settings, batch)
    last = ["refused_row", "refused_column", "refused_value", "refused_rule"]
    if not reasons.exists():
        return pd.DataFrame(columns=last)
    told = (
        'SELECT "row" AS refused_row, string_agg("column", \'; \') AS refused_column, '
        "string_agg(value, '; ') AS refused_value, string_agg(rule, '; ') AS refused_rule, "
        "bool_or(rule = 'ragged') AS is_ragged FROM "
        '(FROM read_parquet($reasons) ORDER BY "row", "column", rule) GROUP BY "row"'
    )
    with duckdb.connect() as con:
        if not rows.exists():
            sql = f"SELECT * EXCLUDE (is_ragged) FROM ({told}) ORDER BY refused_row"
            return con.execute(sql, {"reasons": str(reasons)}).df()
        found = con.execute(
            f"SELECT s.* EXCLUDE (row_in_file), t.* FROM ({told}) AS t "
            "LEFT JOIN read_parquet($rows) AS s ON s.row_in_file = t.refused_row "
            "ORDER BY t.refused_row",
            {"reasons": str(reasons), "rows": str(rows)},
        ).df()
    first = str(found.columns[0])
    is_ragged = found.pop("is_ragged").astype(bool)
    found.loc[is_ragged, first] = found.loc[is_ragged, "refused_value"]
    return found
