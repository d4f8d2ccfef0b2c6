"""The canonical data model: one declaration, read by importers, build, queries and dictionary."""

from crm_data.tables.marts import MARTS
from crm_data.tables.model import TABLES, Field, TableSpec, table_spec
from crm_data.tables.schema import METADATA, mart, table

__all__ = ["MARTS", "METADATA", "TABLES", "Field", "TableSpec", "mart", "table", "table_spec"]
