"""Several files at once: what is known is left out by name, the rest is stored whole or not."""

import zipfile
from pathlib import Path
from typing import Any

import pytest

from crm_data.batches import ledger, undo_all
from crm_data.commands.imports import import_files
from crm_data.errors import AlreadyImportedError, BadInputError, UsageError
from crm_data.settings import Settings
from tests.conftest import NOW

MANY = ("a", "b", "c")


def orders(name: str) -> str:
    return f"order_id,customer_id,ordered_on,amount\n{name}1,A,2025-01-31,10\n{name}2,B,,20\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "files"
    made.mkdir()
    for name in MANY:
        (made / f"{name}.csv").write_text(orders(name), encoding="utf-8")
    return made


def do(settings: Settings, *paths: Path, **more: Any) -> dict[str, Any]:
    return import_files(settings, paths, now=NOW, **more)


def sources(settings: Settings) -> list[str]:
    return [batch.source for batch in ledger(settings)]


def test_a_doubtful_proposal_is_stored_only_when_it_is_accepted(
    settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "calls.csv"
    path.write_text("Customer,Call date,Subject\nAcme,2026-01-02,Hello\n", encoding="utf-8")
    with pytest.raises(UsageError, match="interactions.interaction_id from no column") as refused:
        do(settings, path)
    assert refused.value.exit_status == 2
    assert all(option in str(refused.value) for option in ("--dry-run", "--accept-proposal"))
    assert ledger(settings) == []
    assert list(settings.staging_dir.iterdir()) == []

    checked = do(settings, path, dry_run=True)["files"][0]["tables"]["interactions"]
    assert "interaction_id" in checked["doubtful"]
    do(settings, path, accept_proposal=True)
    assert sources(settings) == ["calls.csv"] * len(ledger(settings)) != []


@pytest.mark.parametrize("is_zip", [False, True])
def test_known_files_are_left_out_and_the_others_stored(
    settings: Settings, folder: Path, is_zip: bool
) -> None:
    do(settings, folder / "a.csv")
    path = folder
    if is_zip:
        path = folder.parent / "all.zip"
        with zipfile.ZipFile(path, "w") as packed:
            for name in MANY:
                packed.write(folder / f"{name}.csv", f"{name}.csv")
    document = do(settings, path, skip_known=True)

    assert [Path(file["path"]).name for file in document["files"]] == ["b.csv", "c.csv"]
    (refused,) = document["refused"]
    assert Path(refused["path"]).name == "a.csv"
    assert refused["batch"] == ledger(settings)[0].batch_id
    assert refused["code"] == "already_imported"
    assert refused["message"].count("--force") == 1
    assert sources(settings) == ["a.csv", "b.csv", "c.csv"]
    assert all(file["tables"]["orders"]["batch"] for file in document["files"])
    assert list(settings.staging_dir.iterdir()) == []


def test_force_imports_all(settings: Settings, folder: Path) -> None:
    do(settings, folder / "b.csv")
    document = do(settings, folder, skip_known=True, force=True)

    assert (len(document["files"]), document["refused"]) == (3, [])
    assert sources(settings) == ["b.csv", "a.csv", "b.csv", "c.csv"]


def test_when_all_are_known_nothing_is_stored(settings: Settings, folder: Path) -> None:
    do(settings, folder)
    document = do(settings, folder, skip_known=True)

    assert (document["files"], len(document["refused"])) == ([], 3)
    assert len(sources(settings)) == 3


def test_without_skipping_the_first_known_file_stops_everything(
    settings: Settings, folder: Path
) -> None:
    do(settings, folder / "c.csv")
    with pytest.raises(AlreadyImportedError, match="c.csv was imported already"):
        do(settings, folder)

    assert sources(settings) == ["c.csv"]
    assert list(settings.staging_dir.iterdir()) == []


def test_the_same_content_twice_in_one_call_is_stored_once(
    settings: Settings, folder: Path
) -> None:
    (folder / "copy of a.csv").write_text(orders("a"), encoding="utf-8")
    document = do(settings, folder, skip_known=True)

    (refused,) = document["refused"]
    assert (refused["code"], refused["batch"]) == ("repeated_file", None)
    assert "copy of a.csv has the same content as" in refused["message"]
    assert sources(settings) == ["a.csv", "b.csv", "c.csv"]


def test_a_file_that_cannot_be_read_still_stops_everything(
    settings: Settings, folder: Path
) -> None:
    do(settings, folder / "a.csv")
    (folder / "d.csv").write_text("", encoding="utf-8")
    with pytest.raises(BadInputError, match="empty"):
        do(settings, folder, skip_known=True)

    assert sources(settings) == ["a.csv"]
    assert list(settings.staging_dir.iterdir()) == []


def test_an_undone_file_is_not_known(settings: Settings, folder: Path) -> None:
    do(settings, folder / "a.csv")
    undo_all(settings, [ledger(settings)[0].batch_id], now=NOW)

    assert do(settings, folder, skip_known=True)["refused"] == []


def test_a_file_of_which_one_table_is_new_is_stored(settings: Settings, folder: Path) -> None:
    mapping = folder.parent / "both.toml"
    mapping.write_text(
        '[tables.orders.columns]\norder_id = "order_id"\n'
        '[tables.customers.columns]\ncustomer_id = "customer_id"\n',
        encoding="utf-8",
    )
    do(settings, folder / "a.csv", mapping=mapping)
    (customers,) = (b.batch_id for b in ledger(settings) if b.table == "customers")
    undo_all(settings, [customers], now=NOW)
    document = do(settings, folder / "a.csv", mapping=mapping, skip_known=True)

    assert (len(document["files"]), document["refused"]) == (1, [])
