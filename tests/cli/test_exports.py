"""``export``: the right rows, safe, stamped, in the audit log, and never half a file."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa

from crm_data.app_db import AuditRow, dispose, session
from crm_data.settings import Settings
from tests.cli.run import Done, cli, cli_json

ORDERS = (
    "order_id,customer_id,ordered_on,amount,status\n"
    "1,A,2025-01-31,10.50,paid\n2,A,2025-02-01,4.50,paid\n=1+1,B,2025-02-02,20,paid\n"
    "4,C,2025-02-03,-2,returned\n"
)
CUSTOMERS = (
    "customer_id,name,region,created_at,tier\n"
    "A,=HYPERLINK(1),North,2024-12-01 08:30:00,gold\nB,+86,South,2024-12-02,\n"
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exports")
    for name, text in (("orders", ORDERS), ("customers", CUSTOMERS)):
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
        done = cli(folder / "home", "import", folder / f"{name}.csv")
        assert done.returncode == 0, done.stderr
    return folder / "home"


def exported(home: Path, file: Path, what: str, *words: str) -> Any:
    return cli_json(home, "export", what, "--to", file, *words)


def read_csv(file: Path) -> pd.DataFrame:
    return pd.read_csv(file, encoding="utf-8-sig", dtype=str, keep_default_na=False)


def audited(home: Path) -> list[tuple[str, str, dict[str, Any]]]:
    settings = Settings.from_environment({"CRM_HOME": str(home)})
    with session(settings) as db:
        rows = db.scalars(sa.select(AuditRow).where(AuditRow.action == "export")).all()
        found = [(row.actor, row.subject, json.loads(row.details)) for row in rows]
    dispose(settings)
    return found


def refused(home: Path, *words: str | Path) -> Done:
    before = audited(home)
    done = cli(home, "export", *words)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert audited(home) == before
    return done


def test_orders_of_a_period_are_stamped_and_written_down(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    document = exported(
        home, file, "orders", "--start", "2025-02-01", "--end", "2025-03-01", "--where", "region!="
    )
    frame = read_csv(file)

    assert document == {
        "what": "orders", "file": str(file), "version": "v000002", "rows": 2, "total": 2,
    }  # fmt: skip
    assert frame["order_id"].tolist() == ["'=1+1", "2"]
    assert frame["customer_name"].tolist() == ["'+86", "'=HYPERLINK(1)"]
    assert frame["net_amount"].tolist() == ["20.0", "4.5"]
    assert set(frame["export_subject"]) == {"orders"}
    assert set(frame["export_period"]) == {"from 2025-02-01 before 2025-03-01"}
    assert set(frame["export_filters"]) == {"region!="}
    assert set(frame["export_version"]) == {"v000002"}
    assert set(frame["export_watermark"]) == {"2025-02-03"}
    assert audited(home)[-1] == (
        "cli",
        "orders",
        {
            "filters": "from 2025-02-01 before 2025-03-01; region!=",
            "rows": 2,
            "version": "v000002",
        },
    )


def test_the_rows_behind_a_metric(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "new.csv"
    exported(home, file, "rows:new_customers", "--start", "2025-02-01")

    assert read_csv(file)["customer_id"].tolist() == ["B", "C"]
    assert audited(home)[-1][1] == "rows:new_customers"


def test_customers_with_their_numbers_and_attributes(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "customers.parquet"
    exported(home, file, "customers")
    frame = pd.read_parquet(file)

    assert frame["customer_id"].tolist() == ["A", "B", "C"]
    assert frame["net_amount"].tolist() == [15.0, 20.0, -2.0]
    assert frame["name"].tolist()[:2] == ["=HYPERLINK(1)", "+86"]
    assert json.loads(frame["attributes"][0]) == {"tier": "gold"}
    assert frame["created_at"][0] == pd.Timestamp("2024-12-01 08:30:00")
    assert "search_text" not in frame


@pytest.mark.parametrize(
    ("where", "ids"),
    [
        ("attributes.tier=gold", ["A"]),
        ("region!=North", ["B", "C"]),
        ("region=", ["C"]),
        ("customer_id=C", ["C"]),
        ("owner_id=", ["A", "B", "C"]),
        ("created_at:month=2024-12", ["A", "B"]),
    ],
)
def test_customers_are_filtered_by_what_they_have(
    home: Path, tmp_path: Path, where: str, ids: list[str]
) -> None:
    exported(home, tmp_path / "some.csv", "customers", "--where", where)

    assert read_csv(tmp_path / "some.csv")["customer_id"].tolist() == ids


def test_parquet_says_what_it_is_in_its_metadata(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "orders.parquet"
    exported(home, file, "orders")
    metadata = pq.read_schema(file).metadata

    assert metadata[b"export_version"] == b"v000002"
    assert metadata[b"export_filters"] == b"no filters"


def test_a_workbook_has_no_formulas_and_an_about_sheet(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "orders.XLSX"
    exported(home, file, "orders")
    with zipfile.ZipFile(file) as book:
        sheets = [book.read(f"xl/worksheets/sheet{n}.xml").decode() for n in (1, 2)]
        words = book.read("xl/sharedStrings.xml").decode()

    assert "<f>" not in "".join(sheets)
    assert "<v>10.5</v>" in sheets[0]
    assert "order_id" in words
    assert "'=1+1" in words
    assert "v000002" in words


def test_a_part_says_that_it_is_one(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "part.csv"
    done = cli(home, "export", "orders", "--to", file, "--limit", "1")

    assert done.returncode == 0
    assert "1 of 4 rows" in done.stderr
    assert read_csv(file)["export_subject"].tolist() == ["orders (1 of 4 rows)"]


def test_an_existing_file_is_kept_without_force(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text("precious", encoding="utf-8")
    done = refused(home, "orders", "--to", file)

    assert "--force" in done.stderr
    assert file.read_text(encoding="utf-8") == "precious"
    exported(home, file, "orders", "--force")
    assert len(read_csv(file)) == 4
    assert [path.name for path in tmp_path.iterdir()] == ["mine.csv"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["orders", "--to", "{}/x.txt"], ".csv, .xlsx, .parquet"),
        (["orders", "--to", "{}/x"], ".csv, .xlsx, .parquet"),
        (["orders", "--to", "{}/absent/x.csv"], "cannot be written"),
        (["orders", "--to", "{}/folder.csv", "--force"], "it is not a file"),
        (["orders", "--to", "{}/" + "x" * 300 + ".csv"], "cannot be written"),
        (["deals", "--to", "{}/x.csv"], "rows:METRIC"),
        (["rows:", "--to", "{}/x.csv"], "rows:METRIC"),
        (["rows:no_such", "--to", "{}/x.csv"], "There is no metric 'no_such'"),
        (["orders", "--to", "{}/x.csv", "--where", "colour=1"], "colour"),
        (["orders", "--to", "{}/x.csv", "--start", "yesterday"], "Write it like"),
        (["customers", "--to", "{}/x.csv", "--start", "2025-01-01"], "rows:active_customers"),
        (["customers", "--to", "{}/x.csv", "--where", "status=paid"], "belongs to orders"),
        (["customers", "--to", "{}/x.csv", "--where", "seller_id=s"], "belongs to orders"),
    ],
)
def test_a_mistake_leaves_no_file_and_no_trace(
    home: Path, tmp_path: Path, words: list[str], says: str
) -> None:
    (tmp_path / "folder.csv").mkdir()
    done = refused(home, *(word.replace("{}", str(tmp_path)) for word in words))

    assert says in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["folder.csv"]


def test_a_workbook_that_would_be_cut_is_refused(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.exports.XLSX_MAX_ROWS", 3)
    done = refused(home, "orders", "--to", tmp_path / "x.xlsx")

    assert "4 rows" in done.stderr
    assert (
        cli(home, "export", "orders", "--to", tmp_path / "y.xlsx", "--limit", "3").returncode == 0
    )


def test_what_cannot_be_written_down_is_not_handed_over(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from crm_data.errors import StorageError

    def fail(*_args: object, **_more: object) -> None:
        raise StorageError("app_database", "The app database cannot be used.")

    monkeypatch.setattr("cli.exports.record_export", fail)
    done = cli(home, "export", "orders", "--to", tmp_path / "x.csv")

    assert done.returncode == 1
    assert list(tmp_path.iterdir()) == []


def test_before_the_first_import_an_export_says_what_to_do(tmp_path: Path) -> None:
    done = cli(tmp_path / "home", "export", "customers", "--to", tmp_path / "x.csv")

    assert done.returncode == 1
    assert "python -m cli import FILE" in done.stderr
