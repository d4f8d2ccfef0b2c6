"""The team over DuckDB and over PostgreSQL."""

from tests.sales_team.company import fill_company
from tests.two_engines import on_both_engines

conn = on_both_engines(fill_company)
