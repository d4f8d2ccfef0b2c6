"""What is seen of a file before it is read, and what is handed back of it afterwards."""

from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from crm_data.app_db import AuditRow, session
from crm_data.batches import ledger, undo_all
from crm_data.commands.imports import import_files
from crm_data.commands.presets import save_mapping
from crm_data.errors import BadInputError, UsageError
from crm_data.import_history import import_history
from crm_data.importers.preview import preview_file, without_blank_cells
from crm_data.refused_rows import refused_in_source, source_rows_path_of
from crm_data.settings import Settings
from tests.conftest import NOW

DEALS = "单据号,客户单位,进展情况,预估额\nS1,甲公司,赢单,8.5万\nS2,,输单,\n"


def written(folder: Path, text: str, name: str = "in.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode("gb18030"))
    return path


def test_headers_first_rows_and_a_proposal(settings: Settings, tmp_path: Path) -> None:
    seen = preview_file(settings, written(tmp_path, DEALS))
    assert seen.headers == ("单据号", "客户单位", "进展情况", "预估额")
    assert seen.rows == (("S1", "甲公司", "赢单", "8.5万"), ("S2", "", "输单", ""))
    assert seen.mapping is not None
    assert seen.mapping.tables[0].table == "orders"
    assert 0 < seen.confidence["orders", "status"] < 0.7
    assert list(settings.staging_dir.iterdir()) == []
    assert without_blank_cells(seen.rows, 1) == ["甲公司"]


def test_as_another_table_without_its_key(settings: Settings, tmp_path: Path) -> None:
    seen = preview_file(settings, written(tmp_path, DEALS), as_table="opportunities")
    assert isinstance(seen.why_not, BadInputError)
    assert seen.mapping is not None
    fields = {name: cell.source for name, cell in seen.mapping.tables[0].columns}
    assert fields["stage"] == "进展情况"
    assert "opportunity_id" not in fields
    nothing = preview_file(settings, written(tmp_path, "qq,zz\n1,2\n"))
    assert (nothing.mapping, nothing.headers) == (None, ("qq", "zz"))
    assert nothing.why_not is not None


def test_a_saved_preset_is_recognised_next_time_and_audited(
    settings: Settings, tmp_path: Path
) -> None:
    path = written(tmp_path, DEALS)
    seen = preview_file(settings, path)
    assert seen.mapping is not None
    save_mapping(settings, "我们的商机", seen.mapping, seen.headers, now=NOW, actor="ada")
    again = preview_file(settings, path)
    assert (again.preset, again.mapping, again.doubtful) == ("我们的商机", seen.mapping, {})
    by_name = preview_file(settings, path, preset="我们的商机")
    assert by_name.mapping == seen.mapping
    with pytest.raises(UsageError, match="cannot name"):
        save_mapping(settings, "a/b", seen.mapping, seen.headers, now=NOW, actor="ada")
    with session(settings) as db:
        said = db.execute(sa.select(AuditRow.actor, AuditRow.action, AuditRow.subject)).all()
    assert [tuple(row) for row in said] == [("ada", "preset", "我们的商机")]


def test_refused_rows_come_back_in_the_layout_of_their_file(
    settings: Settings, tmp_path: Path
) -> None:
    text = "Amount,order_id,ordered_on,Note\n5,1,2025-01-05,a\nx,2,soon,b\n7,,2025-01-07,c\n"
    text += "1,9,2025-01-09,d,too,many\n" + "".join(f"3,1{n},2025-02-01,\n" for n in range(20))
    import_files(settings, [written(tmp_path, text)], as_table="orders", now=NOW)
    (batch,) = ledger(settings)
    found = refused_in_source(settings, batch.batch_id)
    assert found.columns.tolist() == [
        "Amount", "order_id", "ordered_on", "Note",
        "refused_row", "refused_column", "refused_value", "refused_rule",
    ]  # fmt: skip
    rows = found.astype(object).where(found.notna(), None).to_numpy().tolist()
    assert rows[0] == ["x", "2", "soon", "b", 3, "Amount; ordered_on", "x; soon",
                       "not_a_number; not_a_date"]  # fmt: skip
    assert rows[1][:5] == ["7", None, "2025-01-07", "c", 4]
    assert rows[2][0] == "1,9,2025-01-09,d,too,many"
    assert (rows[2][4], rows[2][7], len(rows)) == (5, "ragged", 3)
    kept = pd.read_parquet(source_rows_path_of(settings, batch))
    assert kept["row_in_file"].tolist() == [3, 4]  # and no row that was read whole
    source_rows_path_of(settings, batch).unlink()  # as of an import before this was kept
    assert len(refused_in_source(settings, batch.batch_id)) == 3
    fine = import_files(
        settings, [written(tmp_path, "order_id,ordered_on\n1,2025-01-01\n", "b.csv")], now=NOW
    )
    made = fine["files"][0]["tables"]["orders"]["batch"]
    assert isinstance(refused_in_source(settings, made), pd.DataFrame)
    assert refused_in_source(settings, made).empty


def test_who_imported_and_who_took_it_back(settings: Settings, tmp_path: Path) -> None:
    path = written(tmp_path, "order_id,ordered_on\n1,2025-01-01\n")
    import_files(settings, [path], now=NOW, actor="ada")
    (batch,) = ledger(settings)
    undo_all(settings, [batch.batch_id], now=NOW, actor="bob")
    (one,) = import_history(settings)
    assert (one.batch.batch_id, one.by, one.undone_by) == (batch.batch_id, "ada", "bob")
