"""Rows that name a customer, contact or employee: for how many of them an id is known."""

from collections.abc import Sequence

import duckdb

from crm_data.batch_rows import NamedRows
from crm_data.importers import StagedFile
from crm_data.known_names import known_rows
from crm_data.settings import Settings


def count_names(settings: Settings, staged: Sequence[StagedFile]) -> None:
    """Report ``names_found`` and ``names_unknown`` of the staged tables.

    Looked at are the files of this import and all that are stored. The ids themselves are put in
    place when a version is built (``crm_data.batch_rows``).
    """
    new = [batch for made in staged for batch in made.batches]
    if not any(batch.named for batch in new):
        return
    with duckdb.connect(":memory:") as con:
        reader = known_rows(settings, con, new)
        for made in staged:
            for batch in made.batches:
                found = reader.counted(NamedRows(batch.staged, batch.named))
                findings = made.report["tables"][batch.table]["findings"]
                for rule, count in zip(("names_found", "names_unknown"), found, strict=True):
                    if count:
                        findings[rule] = count
