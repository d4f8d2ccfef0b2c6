"""SQL that differs between databases. Nothing outside this file may name a dialect."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, Select, bindparam
from sqlalchemy.exc import CompileError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from crm_data.calendar import UNITS, Unit
from crm_data.frames import FrameSpec

__all__ = [
    "Connection",
    "bucket_start",
    "json_items",
    "json_keys",
    "json_text",
    "literal_sql",
    "read_frame",
]


class _BucketStart(FunctionElement[date]):
    """First day of the day, week (Monday), month, quarter or year of a date."""

    # The unit is part of the class, so it is part of the compile cache's key and never a parameter:
    # two equal expressions, in SELECT and GROUP BY, stay equal.
    unit = "day"
    type = sa.Date()
    inherit_cache = True


_BUCKETS: dict[str, type[_BucketStart]] = {
    unit: type(f"_{unit}_start", (_BucketStart,), {"unit": unit, "inherit_cache": True})
    for unit in UNITS
}


def bucket_start(column: ColumnElement[Any], unit: Unit) -> ColumnElement[date]:
    """Return the first day of the ``unit`` that ``column``, a day or an instant, falls in.

    Weeks start on Monday. Missing stays missing. Instants are cut in UTC.
    """
    return _BUCKETS[unit](column)


@compiles(_BucketStart, "duckdb")
@compiles(_BucketStart, "postgresql")
def _date_trunc(element: _BucketStart, compiler: Any, **kw: Any) -> str:
    inner = compiler.process(element.clauses, **kw)
    if element.unit == "day":
        return f"CAST({inner} AS DATE)"
    return f"CAST(date_trunc('{element.unit}', {inner}) AS DATE)"


@compiles(_BucketStart)
def _no_bucket_start(_element: _BucketStart, compiler: Any, **_kw: Any) -> str:
    raise CompileError(_unsupported("bucket_start", compiler.dialect.name))


class _JsonText(FunctionElement[str]):
    """A key of a JSON object kept as text."""

    type = sa.Text()
    inherit_cache = True


def json_text(column: ColumnElement[Any], key: str) -> ColumnElement[str]:
    """Return the value of a top-level ``key`` of JSON text, as text; NULL where it has none.

    The key is a bound parameter, whatever characters it holds. As it is a parameter, give the
    expression a label in a subquery and group by that.
    """
    pointer = "/" + key.replace("~", "~0").replace("/", "~1")
    return _JsonText(column, bindparam(None, key, sa.Text()), bindparam(None, pointer, sa.Text()))


@compiles(_JsonText, "duckdb")
def _json_text_duckdb(element: _JsonText, compiler: Any, **kw: Any) -> str:
    column, _key, pointer = element.clauses
    return (
        f"json_extract_string({compiler.process(column, **kw)}, {compiler.process(pointer, **kw)})"
    )


@compiles(_JsonText, "postgresql")
def _json_text_postgresql(element: _JsonText, compiler: Any, **kw: Any) -> str:
    column, key, _pointer = element.clauses
    return f"(CAST({compiler.process(column, **kw)} AS JSONB) ->> {compiler.process(key, **kw)})"


@compiles(_JsonText)
def _no_json_text(_element: _JsonText, compiler: Any, **_kw: Any) -> str:
    raise CompileError(_unsupported("json_text", compiler.dialect.name))


class _JsonKeys(FunctionElement[str]):
    """The keys of a JSON object kept as text, a row for each."""

    type = sa.Text()
    inherit_cache = True


def json_keys(column: ColumnElement[Any]) -> ColumnElement[str]:
    """Return the top-level keys of JSON text, for the select list: a row for each key.

    Rows that hold no object (missing, a list, a single value) give none.
    """
    return _JsonKeys(column)


@compiles(_JsonKeys, "duckdb")
def _json_keys_duckdb(element: _JsonKeys, compiler: Any, **kw: Any) -> str:
    return f"unnest(json_keys({compiler.process(element.clauses, **kw)}))"


@compiles(_JsonKeys, "postgresql")
def _json_keys_postgresql(element: _JsonKeys, compiler: Any, **kw: Any) -> str:
    held = f"CAST({compiler.process(element.clauses, **kw)} AS JSONB)"
    return f"jsonb_object_keys(CASE WHEN jsonb_typeof({held}) = 'object' THEN {held} END)"


@compiles(_JsonKeys)
def _no_json_keys(_element: _JsonKeys, compiler: Any, **_kw: Any) -> str:
    raise CompileError(_unsupported("json_keys", compiler.dialect.name))


class _JsonItems(FunctionElement[str]):
    """The texts of a JSON list, a row for each."""

    type = sa.Text()
    inherit_cache = True


def json_items(texts: str) -> ColumnElement[str]:
    """Return the texts of a JSON list of texts, for the select list: a row for each.

    One bound parameter, however long the list: drivers take only so many.
    """
    return _JsonItems(bindparam(None, texts, sa.Text()))


@compiles(_JsonItems, "duckdb")
def _json_items_duckdb(element: _JsonItems, compiler: Any, **kw: Any) -> str:
    held = compiler.process(element.clauses, **kw)
    return f"unnest(from_json(CAST({held} AS JSON), '[\"VARCHAR\"]'))"


@compiles(_JsonItems, "postgresql")
def _json_items_postgresql(element: _JsonItems, compiler: Any, **kw: Any) -> str:
    return f"json_array_elements_text(CAST({compiler.process(element.clauses, **kw)} AS JSON))"


@compiles(_JsonItems)
def _no_json_items(_element: _JsonItems, compiler: Any, **_kw: Any) -> str:
    raise CompileError(_unsupported("json_items", compiler.dialect.name))


def _unsupported(construct: str, dialect: str) -> str:
    return (
        f"{construct}() has no form for '{dialect}'. Add a @compiles function in crm_data/sql.py "
        "and the dialect to tests/queries/test_sql.py."
    )


def read_frame(conn: Connection, statement: Select[Any], contract: FrameSpec) -> pd.DataFrame:
    """Run ``statement`` and return what ``contract`` promises.

    Takes Arrow from drivers that offer it, rows from the others. Exact decimals become float64
    here, after the engine has summed them.

    Parameters
    ----------
    conn : Connection
        Read-only connection to a version.
    statement : Select
        Its labels are the contract's column names.
    contract : FrameSpec
        Columns and kinds of the result.

    Returns
    -------
    DataFrame
        Conforms to ``contract``, also when there are no rows.
    """
    result = conn.execute(statement)
    to_arrow = getattr(result.cursor, "to_arrow_table", None)
    if to_arrow is None:
        return contract.conform(
            pd.DataFrame.from_records(result.fetchall(), columns=list(result.keys()))
        )
    arrow = _decimals_to_double(to_arrow())
    result.close()
    if not arrow.num_rows:  # pandas cannot merge text columns that hold no Arrow chunk at all
        return contract.conform(pd.DataFrame(columns=contract.column_names))
    return contract.conform(arrow.to_pandas(integer_object_nulls=True, date_as_object=False))


def _decimals_to_double(arrow: pa.Table) -> pa.Table:
    for position, field in enumerate(arrow.schema):
        if pa.types.is_decimal(field.type):
            # Arrow's own cast is off in the last digit (9439.14 becomes 9439.140000000001). A
            # whole number divided by the scale is the nearest float.
            scale = 10.0**field.type.scale
            double = pc.cast(arrow.column(position), pa.float64())
            double = pc.divide(pc.round(pc.multiply(double, scale)), scale)
            arrow = arrow.set_column(position, field.name, double)
    return arrow


def literal_sql(conn: Connection, statements: Iterable[Select[Any]]) -> str:
    """Return statements as this connection's dialect writes them, values filled in, for reading."""
    texts = (
        str(statement.compile(conn, compile_kwargs={"literal_binds": True}))
        for statement in statements
    )
    return ";\n\n".join(texts)
