"""Damaged variants of the sample exports: read, or refused in a sentence, whole or not at all."""

import csv
import io
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_data.app_db import dispose
from crm_data.batches import ledger, path_of
from crm_data.commands.imports import import_files
from crm_data.errors import CrmError
from crm_data.settings import Settings
from tests.conftest import NOW
from tests.real_data import ROOT

EXAMPLES = ROOT / "sample_data" / "examples"
FILES = {"customers_gb18030.csv": "gb18030", "order_lines_export.csv": "utf-8-sig"}
ROWS = 25
SLIPS = (
    b"", b"\0", b"\xff", b'"', b"\n", b"\r", b",", b"\t", b";", b"\xef\xbb\xbf", b"\xed\xa0\x80",
    b"9999-12-31", b"<b>", b"=1+1", b"{", b"}", b"[", b"PK\x03\x04", b"\xe5\x8c", b"1e999", b"-",
    "\u3000".encode(), b"\x80" * 7, b",,,,,,", b'"""', b"\\u0000", b"'); --",
)  # fmt: skip
Damage = tuple[float, float, bytes]


@cache
def rows(name: str) -> list[list[str]]:
    text = (EXAMPLES / name).read_text(FILES[name])
    return list(csv.reader(io.StringIO(text)))[: ROWS + 1]


@cache
def as_csv(name: str) -> bytes:
    return b"".join((EXAMPLES / name).read_bytes().splitlines(keepends=True)[: ROWS + 1])


@cache
def as_json(name: str) -> bytes:
    header, *body = rows(name)
    return "\n".join(
        json.dumps(dict(zip(header, row, strict=False)), ensure_ascii=False) for row in body
    ).encode()


@cache
def as_book(name: str) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows(name)):
            sheet.write_row(number, 0, row)
    return made.getvalue()


def damaged(data: bytes, damages: list[Damage]) -> bytes:
    """Cut out, put in: each at a share of the length."""
    for start, length, put in damages:
        at = int(start * len(data))
        data = data[:at] + put + data[at + int(length * len(data)) :]
    return data


damages = st.lists(
    st.tuples(
        st.floats(0, 1), st.sampled_from((0.0, 0.0, 0.001, 0.03, 0.5, 1.0)), st.sampled_from(SLIPS)
    ),
    min_size=1, max_size=3,
)  # fmt: skip
names = st.sampled_from(sorted(FILES))
given_time = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    made = Settings.from_environment({"CRM_HOME": str(tmp_path_factory.mktemp("fuzz") / "home")})
    yield made
    dispose(made)


def holds(home: Settings, folder: Path, file: str, data: bytes) -> None:
    path = folder / file
    path.write_bytes(data)
    before, refused, tables = len(ledger(home)), None, 0
    try:
        made = import_files(home, [path], accept_proposal=True, force=True, now=NOW)
        tables = sum(len(one["tables"]) for one in made["files"])
    except CrmError as error:
        refused = error
    assert refused is None or ("\n" not in str(refused) and refused.exit_status in (1, 2))
    stored = ledger(home)[before:]
    assert len(stored) == tables
    assert all(path_of(home, batch).exists() for batch in stored)
    assert not list(home.staging_dir.glob("*"))


@given(names, damages)
@settings(max_examples=30, **given_time)
def test_damaged_text(home: Settings, tmp_path: Path, name: str, damages: list[Damage]) -> None:
    holds(home, tmp_path, "export.csv", damaged(as_csv(name), damages))


@given(names, damages)
@settings(max_examples=20, **given_time)
def test_damaged_json(home: Settings, tmp_path: Path, name: str, damages: list[Damage]) -> None:
    holds(home, tmp_path, "export.jsonl", damaged(as_json(name), damages))


@given(names, damages)
@settings(max_examples=12, **given_time)
def test_damaged_book(home: Settings, tmp_path: Path, name: str, damages: list[Damage]) -> None:
    holds(home, tmp_path, "export.xlsx", damaged(as_book(name), damages))
