"""The company of ten over DuckDB and over PostgreSQL."""

from tests.actions.company import fill
from tests.two_engines import on_both_engines, on_duckdb

conn = on_both_engines(fill)
warehouse = on_duckdb(fill)
