"""What names stand for, as every stored batch teaches it, and staged ones beside."""

from collections.abc import Sequence

import duckdb

from crm_data import batches as batch_store
from crm_data.batch_rows import NamedRows, RowReader
from crm_data.batches import NewBatch
from crm_data.repairs import corrections
from crm_data.settings import Settings


def known_rows(
    settings: Settings, con: duckdb.DuckDBPyConnection, beside: Sequence[NewBatch] = ()
) -> RowReader:
    """Return what reads batches with the names that stored batches teach, and staged ones beside.

    It asks the batches and no version, so it is the same for every store.
    """
    counted = batch_store.effective(batch_store.ledger(settings))
    files = {
        table: [NamedRows(batch_store.path_of(settings, b), b.named) for b in found]
        for table, found in counted.items()
    }
    for new in beside:
        files.setdefault(new.table, []).append(NamedRows(new.staged, new.named))
    return RowReader(con, files, corrections(settings))
