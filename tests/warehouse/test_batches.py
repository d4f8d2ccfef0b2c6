"""The ledger of batches, and what is swept away."""

import os
from dataclasses import replace
from pathlib import Path

import duckdb
import sqlalchemy as sa

from crm_data.app_db import AuditRow, session
from crm_data.batches import (
    effective,
    ledger,
    path_of,
    same_content,
    store,
    sweep,
    undo_all,
)
from crm_data.refused_rows import rejected_cells, rejects_path_of
from crm_data.settings import Settings
from tests.conftest import NOW
from tests.warehouse.stage import staged, stored

DAY = 24 * 3600


def aged(path: Path, seconds: float) -> Path:
    when = path.stat().st_mtime - seconds
    os.utime(path, (when, when))
    return path


def with_rejects(settings: Settings, cells: list[tuple[int, str, str, str]]) -> Path:
    path = settings.staging_dir / "rejects.parquet"
    with duckdb.connect() as con:
        con.execute('CREATE TABLE t ("row" BIGINT, "column" VARCHAR, value VARCHAR, rule VARCHAR)')
        con.executemany("INSERT INTO t VALUES (?, ?, ?, ?)", cells)
        con.table("t").write_parquet(str(path))
    return path


def counted(settings: Settings) -> dict[str, list[str]]:
    found = effective(ledger(settings))
    return {table: [batch.batch_id for batch in kept] for table, kept in found.items()}


def test_sweep_takes_old_leftovers_and_never_a_batch_of_the_ledger(settings: Settings) -> None:
    new = staged(settings, "customers", [{"customer_id": "1"}])
    cells = with_rejects(settings, [(2, "name", "x", "r")])
    (batch,) = store(settings, [replace(new, rejects=cells, rejected=1)], now=NOW)
    undone = stored(settings, "customers", [{"customer_id": "2"}])
    undo_all(settings, [undone.batch_id], now=NOW)
    kept = [path_of(settings, batch), rejects_path_of(settings, batch), path_of(settings, undone)]
    folder = settings.batches_dir / "customers"
    for name in ("old.parquet", "old.rejects.parquet", "young.parquet"):
        (folder / name).write_bytes(b"")
    for name in ("old-build.duckdb", "young-build.duckdb"):
        (settings.staging_dir / name).write_bytes(b"")
    old_folder = settings.staging_dir / "upload-old"
    (old_folder / "below").mkdir(parents=True)
    (old_folder / "below" / "file").write_bytes(b"")
    for path in (
        *kept, folder / "old.parquet", folder / "old.rejects.parquet",
        settings.staging_dir / "old-build.duckdb", old_folder,
    ):  # fmt: skip
        aged(path, DAY + 60)
    aged(folder / "young.parquet", DAY - 600)

    assert sweep(settings) == 4
    assert sorted(folder.iterdir()) == sorted([*kept, folder / "young.parquet"])
    assert list(settings.staging_dir.iterdir()) == [settings.staging_dir / "young-build.duckdb"]


def test_the_same_content_is_known_until_it_is_undone(settings: Settings) -> None:
    new = [staged(settings, "customers", [{"customer_id": "1"}]) for _ in range(2)]
    first, second = store(settings, [replace(n, content_hash="h") for n in new], now=NOW)

    assert same_content(settings, "h") == first
    undo_all(settings, [first.batch_id], now=NOW)
    assert same_content(settings, "h") == second
    undo_all(settings, [second.batch_id], now=NOW)
    assert same_content(settings, "h") is None
    assert same_content(settings, "other") is None


def test_an_undone_replacement_replaces_nothing(settings: Settings) -> None:
    first = stored(settings, "customers", [{"customer_id": "1"}], source="erp")
    last = stored(settings, "customers", [{"customer_id": "2"}], source="erp", replaces=True)
    others = stored(settings, "products", [{"product_id": "1"}], source="erp")

    assert counted(settings) == {"customers": [last.batch_id], "products": [others.batch_id]}
    undo_all(settings, [last.batch_id], now=NOW)
    assert counted(settings) == {"customers": [first.batch_id], "products": [others.batch_id]}
    assert [b.batch_id for b in ledger(settings, with_undone=False)] == [
        first.batch_id, others.batch_id,
    ]  # fmt: skip


def test_batches_count_in_the_order_they_were_stored(settings: Settings) -> None:
    made = [stored(settings, "customers", [{"customer_id": "1"}]) for _ in range(3)]

    found = effective(list(reversed(ledger(settings))))["customers"]
    assert [b.batch_id for b in found] == [b.batch_id for b in made]


def test_refused_cells_come_in_the_order_of_the_file(settings: Settings) -> None:
    new = staged(settings, "customers", [{"customer_id": "1"}])
    cells = [(10, "name", "b", "r"), (9, "name", "a", "r"), (2, "city", "z", "r")]
    (batch,) = store(
        settings, [replace(new, rejects=with_rejects(settings, cells), rejected=3)], now=NOW
    )

    found = rejected_cells(settings, batch.batch_id, limit=2)
    assert list(found.itertuples(index=False, name=None)) == [cells[2], cells[1]]
    plain = stored(settings, "customers", [{"customer_id": "2"}])
    assert rejected_cells(settings, plain.batch_id, limit=2).empty


def test_imports_and_undos_are_written_down(settings: Settings) -> None:
    batch = stored(settings, "customers", [{"customer_id": "1"}], source="erp")
    undo_all(settings, [batch.batch_id, batch.batch_id], now=NOW, actor="ada")

    with session(settings) as db:
        rows = db.execute(
            sa.select(AuditRow.actor, AuditRow.action, AuditRow.subject, AuditRow.details).order_by(
                AuditRow.audit_id
            )
        ).all()
    assert [tuple(row) for row in rows] == [
        ("cli", "import", batch.batch_id, "customers from erp"),
        ("ada", "undo", batch.batch_id, "customers from erp"),
    ]


def test_a_batch_keeps_what_was_said_of_it(settings: Settings) -> None:
    new = staged(settings, "customers", [{"customer_id": "1"}], source="s", replaces=True)
    said = replace(new, rejected=7, mapping='{"a":1}', preset="p", content_hash="h")
    (batch,) = store(settings, [said], now=NOW)

    assert ledger(settings) == [batch]
    assert (batch.table, batch.source, batch.preset, batch.mapping, batch.content_hash) == (
        "customers", "s", "p", '{"a":1}', "h",
    )  # fmt: skip
    assert (batch.rows, batch.rejected, batch.replaces) == (1, 7, True)
    assert (batch.received_at, batch.undone_at) == (NOW, None)
