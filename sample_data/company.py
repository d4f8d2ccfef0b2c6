"""A sample company, and its tables written as staged batches."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from crm_data.batches import NewBatch

# Part of every content hash: raise it whenever the same arguments give another company.
GENERATOR_VERSION = 5
SOURCE = "sample company"
_ARGUMENTS = ("customers", "seed", "months", "end", "generator_version")


@dataclass(frozen=True)
class SampleCompany:
    """All canonical tables as Arrow tables, and the truths planted in them.

    ``frames`` has every table of ``crm_data.tables.TABLES``, every declared column, canonical
    types. ``planted`` is what ``planted.json`` says: ``company`` (the arguments) and ``truths``.
    """

    frames: dict[str, pa.Table]
    planted: dict[str, Any]


def write_batches(
    company: SampleCompany, staging_dir: Path, *, content_hash: str = "sample"
) -> list[NewBatch]:
    """Write each table as Parquet in ``staging_dir``, and return the batches to store.

    Parameters
    ----------
    company : SampleCompany
        What ``generate`` returned.
    staging_dir : Path
        An existing folder; one file per table is written into it.
    content_hash : str
        A prefix of the caller's choice. The hash of a batch is made from it, the table, the
        company's arguments and the generator's version.

    Returns
    -------
    list of NewBatch
        In the order of ``TABLES``; each replaces earlier batches of its table and this source.
    """
    about = company.planted["company"]
    content = "|".join([content_hash, *(str(about[a]) for a in _ARGUMENTS)])
    return [_write(table, name, staging_dir, content) for name, table in company.frames.items()]


def _write(table: pa.Table, name: str, folder: Path, content: str) -> NewBatch:
    path = folder / f"{name}.parquet"
    pq.write_table(table, path, compression="zstd")
    digest = hashlib.sha256(f"{content}|{name}".encode()).hexdigest()
    return NewBatch(
        table=name,
        staged=path,
        rows=table.num_rows,
        content_hash=digest,
        source=SOURCE,
        replaces=True,
    )
