"""No file leaves a page that is not in the audit log."""

import io
import json
import threading
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa

from crm_data.app_db import AuditRow, session
from crm_data.errors import StorageError, UsageError
from crm_data.settings import Settings
from tests.pages.conftest import NOW, OpenPage
from ui import downloads
from ui.translations import catalogue

Files = dict[str, Callable[[], bytes]]


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> Files:
    """What each download button of the page opened would make, by key."""
    found: Files = {}

    def button(_label: str, make: Callable[[], bytes], *_: Any, key: str, **__: Any) -> bool:
        found[key] = make
        return False

    monkeypatch.setattr(downloads.st, "download_button", button)
    return found


def audit(settings: Settings) -> list[tuple[str, str, dict[str, Any]]]:
    with session(settings) as db:
        rows = db.scalars(sa.select(AuditRow).where(AuditRow.action == "export")).all()
        return [(row.actor, row.subject, json.loads(row.details)) for row in rows]


def rows_in(content: bytes) -> int:
    if not content.startswith(b"PK"):
        return len(pd.read_csv(io.BytesIO(content)))
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return book.read("xl/worksheets/sheet1.xml").count(b"<row ") - 1


def open_all(open_page: OpenPage, settings: Settings, language: str = "en") -> None:
    """Open every view that offers a file."""
    overview = open_page("overview", settings, language=language, query={"region": "East"})
    overview.session_state["trend_view"] = "table"
    overview.session_state["define_orders"] = True
    overview.run()
    overview.button(key="rows_orders").click().run()
    for url_path, key, query in (
        ("customers", "lookup_export", {"q": "1"}),
        ("customer", "timeline_export", {"customer": "C0000012"}),
    ):
        page = open_page(url_path, settings, language=language, query=query)
        page.session_state[key] = True
        page.run()
        assert not page.exception


def test_every_export_is_one_audit_row_with_what_it_holds(
    published: Settings, open_page: OpenPage, files: Files
) -> None:
    open_all(open_page, published)
    before = audit(published)

    assert {key.partition("_")[2] for key in files} == {
        "net_revenue", "movers_channel", "orders", "customers", "timeline_C0000012",
    }  # fmt: skip
    for number, (key, make) in enumerate(files.items()):
        content = make()
        rows = audit(published)[len(before) :]
        actor, subject, details = rows[-1]

        assert len(rows) == number + 1
        assert (actor, subject) == ("tester", key.partition("_")[2])
        assert details["version"] == "v000001"
        assert details["rows"] == rows_in(content)
        if subject in ("orders", "net_revenue"):
            assert "East" in details["filters"]
            assert "2026" in details["filters"]


def test_an_export_that_cannot_be_written_down_is_not_handed_out(
    published: Settings, open_page: OpenPage, files: Files
) -> None:
    blocked = replace(published, app_url="sqlite:////proc/none/app.sqlite")
    open_all(open_page, blocked)

    assert files
    for make in files.values():
        with pytest.raises(StorageError):
            make()


def test_exports_keep_the_values_that_a_chinese_page_names(
    published: Settings, open_page: OpenPage, files: Files
) -> None:
    open_all(open_page, published, "zh_CN")
    orders = pd.read_csv(io.BytesIO(files["csv_orders"]()))
    moved = pd.read_csv(io.BytesIO(files["csv_movers_channel"]()))

    customers = pd.read_csv(io.BytesIO(files["csv_customers"]()))

    assert not {"email", "phone", "rank"} & set(customers.columns)  # they only explain a hit
    assert set(orders["region"]) == {"East"}
    assert set(orders["channel"].dropna()) <= {"app", "phone", "store", "web"}
    assert set(moved["member"].dropna()) <= {"app", "phone", "store", "web"}


MADE, NOT_BEGUN, NOT_ENDED = (
    downloads.Ending("made"), downloads.Ending("not_begun"), downloads.Ending("not_ended"),
)  # fmt: skip
REFUSED = downloads.Ending("refused", "because")


def test_the_reason_of_a_refusal_belongs_to_its_click() -> None:
    drawn = downloads.Drawn()
    for reason in ("", "because"):  # the run of the first click was interrupted, and read nothing
        drawn.asked()
        drawn.ended(drawn.begun(), reason)

    assert drawn.ending(1, 1) == REFUSED


def test_of_two_files_at_once_the_last_click_waits_for_its_own() -> None:
    drawn = downloads.Drawn()
    drawn.asked()
    first = drawn.begun()
    drawn.asked()
    second = drawn.begun()
    drawn.ended(second, "because")
    drawn.ended(first, "")

    assert drawn.ending(1, 1) == REFUSED


def test_a_run_waits_for_a_file_that_is_slower_than_the_page() -> None:
    drawn = downloads.Drawn()
    drawn.asked()
    slow = threading.Timer(0.05, drawn.ended, [drawn.begun(), "because"])
    slow.start()

    assert drawn.ending(1, 1) == REFUSED
    slow.join()


def test_a_file_that_takes_longer_than_the_wait_is_not_told_as_made() -> None:
    drawn = downloads.Drawn()
    drawn.asked()
    drawn.begun()

    assert drawn.ending(1, 0.01) == NOT_ENDED


def test_a_file_that_begins_after_all_leaves_later_clicks_their_own_outcome(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown: dict[str, Any] = {}
    told: list[downloads.Ending] = []
    refusals = iter(["late", "", "because", "late"])

    def button(_label: str, make: Any, *_: Any, on_click: Any, args: Any, **__: Any) -> bool:
        is_clicked = bool(shown.pop("is_clicked", False))
        shown.update(make=make, click=lambda: on_click(*args))
        return is_clicked

    def record(*_: Any, **__: Any) -> None:
        if reason := next(refusals):
            raise UsageError(reason, reason)

    def click() -> Callable[[], None]:
        """Click what is shown; return what makes its file."""
        shown["click"]()
        shown["is_clicked"] = True

        def make(made: Callable[[], bytes] = shown["make"]) -> None:
            with suppress(UsageError):
                made()

        return make

    def run() -> downloads.Ending | None:
        told.clear()
        downloads._buttons.__wrapped__(context, (choice,), "rows", pd.DataFrame, None)
        return told[0] if told else None

    context: Any = SimpleNamespace(t=catalogue("en"))
    choice = downloads.Choice("key", "label", "", "rows.csv", "text/csv", lambda _: b"")
    monkeypatch.setattr(downloads.st, "download_button", button)
    monkeypatch.setattr(downloads.st, "session_state", {})
    monkeypatch.setattr(downloads.actions, "record_export", record)
    monkeypatch.setattr(downloads, "_tell", lambda _, ending: told.append(ending))
    monkeypatch.setattr(downloads, "_BEGIN_SECONDS", 0.01)

    assert run() is None
    late = click()
    assert run() == NOT_BEGUN
    late()  # the file of the first click is refused, when nobody waits for it any more
    for expected in (MADE, REFUSED):
        make = click()
        make()
        assert run() == expected
    replaced = shown["make"]
    assert run() is None
    click()
    with suppress(UsageError):
        replaced()
    assert run() == NOT_BEGUN


def test_the_clock_of_an_export_is_the_apps(
    published: Settings, open_page: OpenPage, files: Files
) -> None:
    open_all(open_page, published)
    next(iter(files.values()))()
    with session(published) as db:
        last = db.scalars(sa.select(AuditRow).order_by(AuditRow.audit_id.desc())).first()
        assert last is not None
        assert last.happened_at == NOW.replace(tzinfo=None)
