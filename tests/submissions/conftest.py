"""Sellers of two teams over DuckDB and PostgreSQL; submissions over SQLite and PostgreSQL."""

from tests.sales_team.company import fill_company
from tests.two_engines import on_both_engines, on_duckdb

conn = on_both_engines(fill_company)
warehouse = on_duckdb(fill_company)
