"""Files that exports write: what kind, where, and all of it or nothing."""

import io
from collections.abc import Callable
from functools import partial
from pathlib import Path
from uuid import uuid4

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from crm_data.durable import discard, fsync
from crm_data.errors import UsageError
from ui.export import XLSX_MAX_ROWS, Stamp, csv_bytes, xlsx_bytes
from ui.translations import Translator


def encoder(to: Path, t: Translator) -> Callable[[pd.DataFrame, Stamp], bytes]:
    """Return what makes the content of a file, by its extension."""
    about = {name: t(f"export.{name}") for name in (*Stamp.__dataclass_fields__, "sheet", "rows")}
    encoders: dict[str, Callable[[pd.DataFrame, Stamp], bytes]] = {
        ".csv": csv_bytes,
        ".xlsx": partial(xlsx_bytes, about=about),
        ".parquet": _parquet_bytes,
    }
    suffix = to.suffix.lower()
    if suffix not in encoders:
        raise UsageError(
            "export_format",
            f"{to} does not say what kind of file it is to be. End its name in "
            f"{', '.join(encoders)}.",
            path=str(to),
        )
    return encoders[suffix]


def _parquet_bytes(frame: pd.DataFrame, stamp: Stamp) -> bytes:
    """Return Parquet with values as they are (nothing runs them), the stamp in its metadata."""
    table = pa.Table.from_pandas(frame, preserve_index=False)
    said = {f"export_{name}": str(getattr(stamp, name)) for name in Stamp.__dataclass_fields__}
    buffer = io.BytesIO()
    pq.write_table(table.replace_schema_metadata({**(table.schema.metadata or {}), **said}), buffer)
    return buffer.getvalue()


def refuse_target(to: Path, *, force: bool) -> None:
    """Raise ``UsageError`` before anything is asked, where the file cannot be or is there."""
    try:
        if not to.parent.is_dir():
            raise NotADirectoryError(None, f"there is no folder {to.parent}")
        if to.exists() and not to.is_file():
            raise IsADirectoryError(None, "it is not a file")
        is_there = to.exists()
    except OSError as error:
        raise _unwritable(to, error) from error
    if is_there and not force:
        raise UsageError(
            "export_exists",
            f"{to} exists already. Choose another name, or --force to overwrite it.",
            path=str(to),
        )


def put(to: Path, content: bytes, record: Callable[[], None]) -> None:
    """Write the file under another name, write it down, and only then let it appear."""
    part = to.with_name(f".{uuid4().hex}.part")
    try:
        part.write_bytes(content)
        fsync(part)
        record()
        part.replace(to)
    except OSError as error:
        raise _unwritable(to, error) from error
    finally:
        discard([part])


def _unwritable(to: Path, error: OSError) -> UsageError:
    reason = error.strerror or str(error)
    return UsageError(
        "export_unwritable",
        f"{to} cannot be written: {reason}. Choose another place with --to, or free space there.",
        path=str(to),
        reason=reason,
    )


def too_long(to: Path, rows: int) -> UsageError:
    """Return the error of a list that no worksheet holds."""
    return UsageError(
        "export_too_long",
        f"{to} would have {rows} rows, and a worksheet holds {XLSX_MAX_ROWS}. Narrow it with "
        "--start, --end, --where or --limit, or write .csv or .parquet.",
        path=str(to),
        rows=rows,
    )
