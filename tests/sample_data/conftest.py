from datetime import date

import duckdb
import pytest

from sample_data.generate import SampleCompany, generate
from tests.sample_data.evidence import connect

END = date(2026, 11, 18)


@pytest.fixture(scope="session")
def company() -> SampleCompany:
    return generate(customers=20_000, seed=4, months=36, end=END)


@pytest.fixture(scope="session")
def small() -> SampleCompany:
    return generate(customers=600, seed=5, months=36, end=END)


@pytest.fixture(scope="session")
def warehouse(company: SampleCompany) -> duckdb.DuckDBPyConnection:
    return connect(company)
