"""The company over DuckDB and over PostgreSQL; its app database over SQLite and PostgreSQL."""

from tests.tasks.company import fill_company
from tests.two_engines import on_both_engines, on_duckdb

conn = on_both_engines(fill_company)
warehouse = on_duckdb(fill_company)
