"""Parquet as CSV, each row with its number; what it becomes is measured before it is written."""

from pathlib import Path

import duckdb

from crm_data.errors import BadInputError
from crm_data.import_limits import ImportLimits
from crm_data.importers.archives import too_large
from crm_data.importers.json_lines import too_many_columns
from crm_data.importers.written_numbers import quoted

_MEMORY_MB = 1024


def convert_parquet(data: Path, path: Path, target: Path, limits: ImportLimits) -> tuple[
    tuple[str, ...], int
]:  # fmt: skip
    """Write a Parquet file to ``target`` with a row number as last column.

    Instants with a zone are written in UTC; lists of single values become one text with ``;``.

    Returns
    -------
    tuple
        Headers, and rows.

    Raises
    ------
    BadInputError
        The file is damaged, too wide or too large.
    """
    source = f"read_parquet({quoted(str(data))}, binary_as_string = true)"
    memory: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": f"{_MEMORY_MB}MB",
        "temp_directory": str(target.parent / "spill"),
    }
    try:
        with duckdb.connect(":memory:", config=memory) as con:
            con.execute("SET TimeZone = 'UTC'")
            columns = [(str(r[0]), str(r[1])) for r in con.execute(
                f"DESCRIBE FROM {source}").fetchall()]  # fmt: skip
            if len(columns) > limits.columns:
                raise too_many_columns(path, len(columns), limits)
            texts = [_text(name, kind) for name, kind in columns]
            sizes = " + ".join(f"coalesce(strlen({text}), 0) + 1" for text in texts)
            rows, size = con.execute(f"SELECT count(*), sum({sizes}) FROM {source}").fetchone() or (
                0, 0)  # fmt: skip
            if (size or 0) > limits.file_bytes:
                raise too_large(path, limits.file_bytes)
            listed = ", ".join(f"{text} AS c{i}" for i, text in enumerate(texts))
            con.execute(
                f"COPY (SELECT {listed}, row_number() OVER () AS row_text FROM {source}) "
                f"TO {quoted(str(target))} (FORMAT csv, HEADER, QUOTE '\"', ESCAPE '\"')"
            )
    except duckdb.Error as error:
        raise BadInputError(
            "damaged_parquet",
            f"{path} cannot be read as Parquet ({str(error).splitlines()[0][:200]}). Write it "
            "again, or export the table as CSV.",
            path=str(path),
            reason=str(error).splitlines()[0][:200],
        ) from error
    return tuple(name for name, _ in columns), rows


def _text(name: str, kind: str) -> str:
    """Return SQL: a column as the text that the cleaning rules read."""
    column = '"' + name.replace('"', '""') + '"'
    if kind.endswith("[]") and not kind.startswith("STRUCT"):
        return f"array_to_string({column}, ';')"
    if kind.startswith(("STRUCT", "MAP", "UNION")):
        return f"CAST(to_json({column}) AS VARCHAR)"
    return f"CAST({column} AS VARCHAR)"
