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
