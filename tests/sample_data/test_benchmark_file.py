import tomllib
from pathlib import Path

import duckdb
import pytest

from benchmarks.generate import write_order_lines
from crm_data.tables import table_spec

MAPPING = Path(__file__).parents[2] / "benchmarks" / "order_lines.toml"


@pytest.fixture(scope="module")
def lines(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("benchmark") / "lines.csv"
    write_order_lines(path, customers=1_000, lines=20_000)
    return path


def test_file_has_the_asked_size(lines):
    found = duckdb.sql(
        f"""SELECT count(*), count(DISTINCT order_id), min(ordered_at)::DATE::VARCHAR,
            max(ordered_at)::DATE::VARCHAR FROM '{lines}'"""
    ).fetchone()
    assert found == (20_000, 6_667, "2023-11-01", "2026-11-18")


def test_lines_of_an_order_are_together_and_in_the_order_of_time(lines):
    text = lines.read_text().splitlines()[1:]
    fields = [line.split(",") for line in text]
    keys = [(f[0], int(f[1])) for f in fields]
    times = [f[3] for f in fields]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)
    assert times == sorted(times)


@pytest.mark.parametrize(
    ("owner", "dependent"),
    [
        ("customer_id", "(region, country, source)"),
        ("product_id", "(category, unit_price)"),
        ("order_id", "(customer_id, ordered_at, channel)"),
    ],
)
def test_what_depends_on_a_key_has_one_value(lines, owner, dependent):
    most = duckdb.sql(
        f"""SELECT max(n) FROM (
            SELECT count(DISTINCT {dependent}) AS n FROM '{lines}' GROUP BY {owner})"""
    ).fetchone()
    assert most == (1,)


def test_few_customers_buy_much(lines):
    median, most = duckdb.sql(
        f"""SELECT median(n), max(n) FROM (
            SELECT count(DISTINCT order_id) AS n FROM '{lines}' GROUP BY customer_id)"""
    ).fetchone()
    assert most > 8 * median


def test_same_arguments_give_the_same_file(lines, tmp_path):
    again, other = tmp_path / "again.csv", tmp_path / "other.csv"
    write_order_lines(again, customers=1_000, lines=20_000)
    write_order_lines(other, customers=1_000, lines=20_000, seed=2)
    assert again.read_bytes() == lines.read_bytes()
    assert other.read_bytes() != lines.read_bytes()


def test_mapping_names_columns_of_the_file_and_of_the_model(lines):
    header = lines.read_text().splitlines()[0].split(",")
    mapping = tomllib.loads(MAPPING.read_text())
    used = set()
    for table, rules in mapping["tables"].items():
        assert set(rules["columns"]) <= set(table_spec(table).names)
        assert set(table_spec(table).key) <= set(rules["columns"])
        for cell in rules["columns"].values():
            used |= {cell} if isinstance(cell, str) else {cell.get("source"), cell.get("times")}
    assert used - {None} == set(header)
