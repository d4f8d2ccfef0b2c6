import json

import duckdb

from crm_data.tables import TABLES
from crm_data.tables.schema import duckdb_type
from sample_data.generate import generate, write_batches, write_planted


def folder(path, name):
    made = path / name
    made.mkdir()
    return made


def test_batches_are_parquet_in_canonical_types(small, tmp_path):
    batches = write_batches(small, tmp_path, content_hash="x")
    assert [b.table for b in batches] == [spec.name for spec in TABLES]
    for batch, spec in zip(batches, TABLES, strict=True):
        described = duckdb.sql(f"DESCRIBE FROM '{batch.staged}'").fetchall()
        assert [row[:2] for row in described] == [
            (field.name, duckdb_type(field.kind)) for field in spec.fields
        ]
        assert duckdb.sql(f"SELECT count(*) FROM '{batch.staged}'").fetchone() == (batch.rows,)
        assert batch.source == "sample company"
        assert batch.replaces
        assert batch.rejected == 0


def test_same_arguments_give_the_same_bytes_and_hashes(small, tmp_path):
    again = generate(**{k: small_argument(small, k) for k in ("customers", "seed", "months")})
    first = write_batches(small, folder(tmp_path, "one"))
    second = write_batches(again, folder(tmp_path, "two"))
    for one, two in zip(first, second, strict=True):
        assert one.staged.read_bytes() == two.staged.read_bytes(), one.table
        assert one.content_hash == two.content_hash


def small_argument(company, name):
    return company.planted["company"][name]


def test_hashes_differ_by_table_prefix_and_arguments(small, tmp_path):
    other = generate(customers=600, seed=6, months=36)
    hashes = [
        batch.content_hash
        for company, prefix in ((small, "a"), (small, "b"), (other, "a"))
        for batch in write_batches(company, tmp_path, content_hash=prefix)
    ]
    assert len(set(hashes)) == 3 * len(TABLES)


def test_money_is_exact(small, tmp_path):
    batch = next(b for b in write_batches(small, tmp_path) if b.table == "orders")
    stored = duckdb.sql(f"SELECT order_id, amount FROM '{batch.staged}'").fetchall()
    orders = small.frames["orders"]
    assert stored == list(
        zip(orders["order_id"].to_pylist(), orders["amount"].to_pylist(), strict=True)
    )


def test_planted_is_written_as_it_is(small, tmp_path):
    write_planted(tmp_path / "planted.json", small.planted)
    read = json.loads((tmp_path / "planted.json").read_text(encoding="utf-8"))
    assert read == small.planted
    assert sorted(read["truths"]) == [
        "campaign_to_good_customers",
        "campaign_with_lift",
        "campaign_without_lift",
        "churn_driver",
        "comments",
        "customer_groups",
        "declining_region",
        "dirty_cells",
        "duplicates",
        "handovers",
        "poor_agent",
        "seasonal_peaks",
        "slow_stage",
    ]
    for entry in read["truths"].values():
        assert set(entry) == {
            "statement", "parameters", "realised", "where", "found_from_customers",
        }  # fmt: skip
