"""SQLAlchemy tables of the warehouse, made from the declarations. No foreign keys, no indexes."""

from typing import Any

import sqlalchemy as sa

from crm_data.frames import Kind
from crm_data.tables.marts import MARTS
from crm_data.tables.model import TABLES
from crm_data.tables.scores import SCORES

_SQL_TYPE: dict[Kind, Any] = {
    "text": sa.Text(),
    "day": sa.Date(),
    "instant": sa.DateTime(),
    "money": sa.Numeric(18, 4),
    "number": sa.Double(),
    "count": sa.BigInteger(),
    "share": sa.Double(),
    "flag": sa.Boolean(),
    "json": sa.Text(),
}
_DUCKDB_TYPE: dict[Kind, str] = {
    "text": "VARCHAR",
    "day": "DATE",
    "instant": "TIMESTAMP",
    "money": "DECIMAL(18,4)",
    "number": "DOUBLE",
    "count": "BIGINT",
    "share": "DOUBLE",
    "flag": "BOOLEAN",
    "json": "VARCHAR",
}

METADATA = sa.MetaData()

_TABLES = {
    spec.name: sa.Table(
        spec.name,
        METADATA,
        *(sa.Column(f.name, _SQL_TYPE[f.kind]) for f in spec.fields),
        sa.Column("attributes", sa.Text()),
        sa.Column("batch_id", sa.Text()),
    )
    for spec in TABLES
}
_MARTS = {
    spec.name: sa.Table(
        spec.name, METADATA, *(sa.Column(c.name, _SQL_TYPE[c.kind]) for c in spec.columns)
    )
    for spec in (*MARTS, *SCORES)
}


def table(name: str) -> sa.Table:
    """Return the SQLAlchemy table of a canonical table."""
    return _TABLES[name]


def mart(name: str) -> sa.Table:
    """Return the SQLAlchemy table of a mart or a score table."""
    return _MARTS[name]


def duckdb_type(kind: Kind) -> str:
    """Return DuckDB's type of a kind."""
    return _DUCKDB_TYPE[kind]
