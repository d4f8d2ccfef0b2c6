"""Files that nobody should send: one sentence, an exit status, nothing stored, no memory lost."""

import gzip
import io
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from crm_data.batches import ledger
from crm_data.commands.imports import import_files
from crm_data.errors import CrmError
from crm_data.importers import stage_file
from crm_data.settings import Settings
from tests.cli.run import cli
from tests.conftest import NOW
from tests.importers.old_workbook import ole
from tests.importers.reading import Result

GOOD = "customer_id,name\n1,Ada\n2,Bob\n"
LINES = "x\n" * 600_000


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes | str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members:
            packed.writestr(name, data)
    return made.getvalue()


def link() -> bytes:
    info = zipfile.ZipInfo("passwd.csv")
    info.create_system = 3
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return zipped((info, "/etc/passwd"), ("good.csv", GOOD))


def encrypted() -> bytes:
    made = zipped(("a.csv", GOOD))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = made.index(mark) + at
        made = made[:place] + b"\x01" + made[place + 1 :]
    return made


def bomb() -> bytes:
    return zipped(("good.csv", GOOD), ("zeros.csv", b"customer_id,name\n" + b"1,x\n" * (10 << 20)))


def lying_bomb() -> bytes:
    """A member whose header says that it is small."""
    made = bytearray(bomb())
    true, small = (17 + (40 << 20)).to_bytes(4, "little"), (100).to_bytes(4, "little")
    return bytes(made).replace(true, small)


def book(write: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as opened:
        write(opened)
    return made.getvalue()


def far(opened: xlsxwriter.Workbook) -> None:
    sheet = opened.add_worksheet()
    sheet.write(0, 0, "customer_id")
    sheet.write(1_048_575, 16_383, "x")


def wide(count: int) -> str:
    return ",".join(["customer_id", *(f"x{n}" for n in range(count))]) + "\n1\n"


HOSTILE: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "path outside": ("a.zip", lambda: zipped(("../../a.csv", GOOD)), "unsafe_archive"),
    "link": ("a.zip", link, "unsafe_archive"),
    "zip in zip": ("a.zip", lambda: zipped(("b.zip", zipped(("a.csv", GOOD)))), "nested_archive"),
    "password": ("a.zip", encrypted, "encrypted_archive"),
    "zip bomb": ("a.zip", bomb, "too_large"),
    "zip bomb that lies": ("a.zip", lying_bomb, "damaged_archive"),
    "gzip bomb": ("a.csv.gz", lambda: gzip.compress(b"1,x\n" * (10 << 20), 9), "too_large"),
    "cut zip": ("a.zip", lambda: zipped(("a.csv", GOOD))[:-30], "damaged_archive"),
    "cut gzip": ("a.csv.gz", lambda: gzip.compress(GOOD.encode())[:-12], "damaged_archive"),
    "book with a password": (
        "a.xlsx", lambda: ole({"EncryptedPackage": b"x", "EncryptionInfo": b"y"}),
        "encrypted_workbook",
    ),
    "book with a cell far away": ("a.xlsx", lambda: book(far), "workbook_too_demanding"),
    "book that becomes huge": (
        "a.xlsx",
        lambda: zipped(
            ("[Content_Types].xml", b"<x/>"), ("xl/worksheets/sheet1.xml", b"<c/>" * (10 << 20))
        ),
        "too_large",
    ),
    "cut book": ("a.xlsx", lambda: book(far)[:900], "damaged_archive"),
    "one long line": ("a.csv", lambda: b"customer_id,name\n" + b"x" * (17 << 20), "line_too_long"),
    "10,000 columns": ("a.csv", lambda: wide(10_000).encode(), "too_many_columns"),
    "headers only": ("a.csv", lambda: b"customer_id,name\n", "no_rows"),
    "NUL bytes": ("a.csv", lambda: b"customer_id,name\n1,A\x00B\n", "null_byte"),
    "two encodings": (
        "a.csv", lambda: "customer_id,name\n1,Größe für\n2,ößäü\n".encode() + b"3,\xe4\n",
        "mixed_encodings",
    ),
    "half a character": ("a.jsonl", lambda: b'{"customer_id": "\\ud800"}', "not_json_lines"),
    "deep JSON": ("a.jsonl", lambda: b'{"customer_id":' * 50_000, "not_json_lines"),
    "wide JSON": (
        "a.jsonl", lambda: ("{" + ",".join(f'"x{n}":1' for n in range(2000)) + "}").encode(),
        "too_many_columns",
    ),
    "cut Parquet": ("a.parquet", lambda: b"PAR1" + b"\x15" * 80, "damaged_parquet"),
    "long cell": ("a.csv", lambda: f'{GOOD}3,"{LINES}"\n'.encode(), "cell_too_long"),
}  # fmt: skip


def refusal(settings: Settings, folder: Path) -> CrmError:
    with pytest.raises(CrmError) as caught:
        import_files(settings, [folder], now=NOW)
    assert ledger(settings) == []
    assert not list(settings.staging_dir.glob("*"))
    return caught.value


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "in"
    made.mkdir()
    (made / "z_good.csv").write_text(GOOD)
    return made


@pytest.mark.parametrize("case", HOSTILE)
def test_one_sentence_and_nothing_half_imported(
    settings: Settings, folder: Path, case: str
) -> None:
    name, made, code = HOSTILE[case]
    (folder / name).write_bytes(made())
    error = refusal(settings, folder)
    assert error.code == code
    assert error.exit_status in (1, 2)
    assert f"/{name.partition('.')[0]}." in str(error)
    assert "\n" not in str(error)
    assert len(str(error)) < 500


@pytest.mark.parametrize("case", ["link", "zip bomb that lies", "book with a cell far away"])
def test_the_command_line_says_it_and_no_more(folder: Path, tmp_path: Path, case: str) -> None:
    name, made, _ = HOSTILE[case]
    (folder / name).write_bytes(made())
    done = cli(tmp_path / "home", "import", folder, "--no-refresh")
    told = [line for line in done.stderr.splitlines() if not line.startswith("import: ")]
    assert (done.returncode, len(told)) == (1, 1)
    assert name in told[0]
    assert done.stdout == ""


def test_what_looks_hostile_and_is_only_text_is_kept_as_it_is(tmp_path: Path) -> None:
    home = tmp_path / "home"
    path = tmp_path / "c.csv"
    path.write_text(
        "customer_id,name,created_at\n1,<script>alert(1)</script>,9999-12-31\n"
        "2,\"=cmd|' /C calc'!A0\",2026-01-01\n3,Robert'); DROP TABLE customers;--,2026-01-02\n"
    )
    done = cli(home, "import", path, "--no-refresh")
    assert done.returncode == 1, "a date in the year 9999 is none"
    rows = cli(
        home, "rejects", ledger(Settings.from_environment({"CRM_HOME": str(home)}))[0].batch_id
    )
    assert "9999-12-31" in rows.stdout
    assert "not_a_date" in rows.stdout


def test_links_to_other_books_and_formulas_are_never_followed(
    settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "b.xlsx"
    path.write_bytes(book(linked))
    made = Result(stage_file(settings, path, None))
    assert made.rows("customers", "customer_id, name, city", "customer_id") == [
        ("1", "kept value", None), ("2", "Bob", "=1+1"),
    ]  # fmt: skip


def linked(opened: xlsxwriter.Workbook) -> None:
    sheet = opened.add_worksheet()
    sheet.write_row(0, 0, ["customer_id", "name", "city"])
    sheet.write_number(1, 0, 1)
    sheet.write_formula(1, 1, "='http://127.0.0.1:9/[other.xlsx]A'!$A$1", None, "kept value")
    sheet.write_row(2, 0, [2, "Bob"])
    sheet.write_string(2, 2, "=1+1")
    opened.add_format()


@pytest.mark.parametrize(
    ("variable", "value", "code"),
    [
        ("CRM_IMPORT_FILES", "1", "too_many_files"),
        ("CRM_IMPORT_COLUMNS", "1", "too_many_columns"),
        ("CRM_IMPORT_FILE_MB", "0", "too_large"),
        ("CRM_IMPORT_CELL_CHARS", "12", "cell_too_long"),
    ],
)
def test_limits_are_settings(
    tmp_path: Path, folder: Path, variable: str, value: str, code: str
) -> None:
    (folder / "b.csv").write_text(GOOD + "3,A name of nineteen.\n")
    settings = Settings.from_environment({"CRM_HOME": str(tmp_path / "home"), variable: value})
    assert refusal(settings, folder).code == code
