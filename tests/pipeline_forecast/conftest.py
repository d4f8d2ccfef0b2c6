"""Deals, scores and past quarters over DuckDB and PostgreSQL."""

from tests.pipeline_forecast.company import fill_company
from tests.two_engines import on_both_engines

conn = on_both_engines(fill_company)
