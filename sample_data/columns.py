"""Numpy values to Arrow columns of the canonical types, and columns to a canonical table."""

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from crm_data.frames import Kind
from crm_data.tables import table_spec

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]

T = TypeVar("T")

TYPES: dict[Kind, Any] = {
    "text": pa.string(),
    "day": pa.date32(),
    "instant": pa.timestamp("us"),
    "money": pa.decimal128(18, 4),
    "number": pa.float64(),
    "count": pa.int64(),
    "share": pa.float64(),
    "flag": pa.bool_(),
    "json": pa.string(),
}

_SECONDS_PER_DAY = 86_400
_FEN_TO_SCALE_4 = 100


def labels(words: Sequence[str | None], codes: npt.NDArray[Any]) -> Any:
    """Return the word of each code; a negative code is missing."""
    codes = codes.astype(np.int64)
    indexes = pa.array(np.maximum(codes, 0), mask=codes < 0)
    return pc.take(pa.array(words, pa.string()), indexes)


def identifiers(prefix: str, numbers: Ints, width: int = 7) -> Any:
    """Return keys such as ``C0000012``; a negative number is missing."""
    digits = pc.cast(pa.array(np.maximum(numbers, 0)), pa.string())
    padded = pc.utf8_lpad(digits, width, "0")
    keys = joined(prefix, padded)
    return pc.if_else(pa.array(numbers < 0), pa.scalar(None, pa.string()), keys)


def joined(*parts: Any) -> Any:
    """Concatenate text columns and constants; missing where any part is missing."""
    return pc.binary_join_element_wise(*parts, "", null_handling="emit_null")


def missing_where(mask: Bools, column: Any) -> Any:
    """Return the column with missing values where ``mask`` holds."""
    return pc.if_else(pa.array(mask), pa.scalar(None, column.type), column)


def money(fen: Ints, missing: Bools | None = None) -> Any:
    """Return DECIMAL(18,4) from whole fen, without passing through floats."""
    halves = np.empty((len(fen), 2), dtype="<i8")
    halves[:, 0] = fen.astype(np.int64) * _FEN_TO_SCALE_4
    halves[:, 1] = halves[:, 0] >> 63
    column = pa.Array.from_buffers(TYPES["money"], len(fen), [None, pa.py_buffer(halves.tobytes())])
    return column if missing is None else missing_where(missing, column)


def instants(times: Floats) -> Any:
    """Return instants, to the second, from days since 1970; NaN is missing."""
    absent = np.isnan(times)
    seconds = np.floor(np.where(absent, 0.0, times) * _SECONDS_PER_DAY + 1e-3).astype(np.int64)
    return pa.array(seconds * 1_000_000, mask=absent).cast(TYPES["instant"])


def days(times: npt.NDArray[Any]) -> Any:
    """Return the day of each time in days since 1970; NaN is missing."""
    values = times.astype(np.float64)
    absent = np.isnan(values)
    whole = np.floor(np.where(absent, 0.0, values)).astype(np.int32)
    return pa.array(whole, mask=absent).cast(TYPES["day"])


def table(name: str, rows: int, /, **columns: Any) -> pa.Table:
    """Return a canonical table with every declared column; those not given are missing.

    Raises
    ------
    KeyError
        When a column is not declared.
    """
    spec = table_spec(name)
    unknown = set(columns) - set(spec.names)
    if unknown:
        raise KeyError(f"'{name}' declares no {sorted(unknown)}")
    arrays = [_column(columns.get(f.name), TYPES[f.kind], rows) for f in spec.fields]
    return pa.Table.from_arrays(arrays, names=list(spec.names))


def stacked(*parts: T) -> T:
    """Return one dataclass of arrays from several: each array one after the other."""
    names = vars(parts[0])
    return type(parts[0])(**{n: np.concatenate([vars(p)[n] for p in parts]) for n in names})


def taken(whole: T, places: Ints | Bools) -> T:
    """Return a dataclass of arrays with the rows at these places."""
    return type(whole)(**{name: values[places] for name, values in vars(whole).items()})


def _column(values: Any, kind: Any, rows: int) -> Any:
    if values is None:
        return pa.nulls(rows, kind)
    if isinstance(values, np.ndarray):
        from_pandas = values.dtype.kind in "fO"
        return pa.array(values, type=kind, from_pandas=from_pandas)
    return values
