import gzip
import os
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

from crm_data.errors import BadInputError, CrmError, StorageError
from crm_data.importers import expand_paths, stage_file, staging, to_utf8
from crm_data.settings import Settings
from tests.importers.reading import mapped, stage

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00"
GOOD = "customer_id,name\n1,Ada\n2,Bob\n"


def refusal(settings: Settings, folder: Path, data: str | bytes, *args: Any) -> CrmError:
    with pytest.raises(BadInputError) as caught:
        stage(settings, folder, data, *args)
    assert not list(settings.staging_dir.glob("*"))
    message = str(caught.value)
    assert "in.csv" in message
    assert "\n" not in message
    return caught.value


@pytest.mark.parametrize(
    ("data", "code", "said"),
    [
        (b"", "empty_file", "is empty"),
        (b"\n\n", "empty_file", "only blank lines"),
        ("customer_id,name\n", "no_rows", "has a header but no rows"),
        (PNG, "not_text", "a PNG picture"),
        (b"PK\x03\x04....[Content_Types].xml", "damaged_archive", "cannot be unpacked"),
        (b"PK\x03\x04....data.csv", "not_text", "a zip archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "not_text", "a damaged Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "damaged_workbook", "cannot be read as a workbook"),
        ("<table><tr><td>id</td></tr></table>", "not_text", "a web page"),
        (bytes(range(256)) * 8, "not_text", "binary data"),
        (GOOD.replace("Bob", "B\0b"), "null_byte", "NUL byte in line 3"),
        (gzip.compress(GOOD.encode(), mtime=0)[:-9], "damaged_archive", "damaged"),
    ],
)
def test_unusable_file_is_one_sentence(
    settings: Settings, tmp_path: Path, data: str | bytes, code: str, said: str
) -> None:
    error = refusal(settings, tmp_path, data)

    assert error.code == code
    assert re.search(said, str(error))
    assert error.args[0].count(". ") <= 2


def test_ragged_file_is_refused(settings: Settings, tmp_path: Path) -> None:
    lines = [f"{n},Ada" for n in range(20)]
    lines[3] = lines[7] = lines[11] = "1"
    error = refusal(settings, tmp_path, "customer_id,name\n" + "\n".join(lines))

    assert error.code == "ragged_file"
    assert error.details | {} == {"path": str(tmp_path / "in.csv"), "rows": 3, "row": 5}


def test_missing_and_unreadable_files(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for call in (lambda p: expand_paths([p]), lambda p: stage_file(settings, p, None)):
        with pytest.raises(BadInputError, match=r"no file .*nothing.csv") as caught:
            call(tmp_path / "nothing.csv")
        assert caught.value.code == "file_not_found"

    def denied(*_args: object, **_more: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = tmp_path / "in.csv"
    path.write_text(GOOD)
    monkeypatch.setattr(Path, "open", denied)
    with pytest.raises(BadInputError, match="Permission denied") as caught:
        stage_file(settings, path, None)
    assert caught.value.code == "file_not_readable"


def test_folders_zips_and_their_members(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "set"
    (folder / "inner").mkdir(parents=True)
    (folder / "b.csv").write_text(GOOD)
    (folder / "inner" / "a.tsv.gz").write_bytes(gzip.compress(GOOD.replace(",", "\t").encode()))
    (folder / "readme.md").write_text("not data")
    with zipfile.ZipFile(folder / "c.zip", "w") as packed:
        packed.writestr("deep/d.csv", GOOD)
        packed.writestr("__MACOSX/._d.csv", "x")
        packed.writestr("picture.png", "x")

    files = expand_paths([folder])

    assert [p.relative_to(folder).as_posix() for p in files] == [
        "b.csv", "c.zip/deep/d.csv", "inner/a.tsv.gz",
    ]  # fmt: skip
    for path in files:
        staged = stage_file(settings, path, None)
        assert staged.report["tables"]["customers"]["rows"] == 2
        assert staged.batches[0].source == path.name
    hashes = {stage_file(settings, path, None).batches[0].content_hash for path in files[:2]}
    assert len(hashes) == 1, "the same content, packed or not, is the same import"


def test_archives_that_cannot_be_unpacked(settings: Settings, tmp_path: Path) -> None:
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK\x03\x04 nothing of the kind")
    with pytest.raises(BadInputError, match="damaged"):
        expand_paths([broken])
    empty = tmp_path / "empty.zip"
    with zipfile.ZipFile(empty, "w") as packed:
        packed.writestr("picture.png", "x")
    with pytest.raises(BadInputError, match="holds no file to import"):
        expand_paths([empty])
    with pytest.raises(BadInputError, match="no file"):
        stage_file(settings, empty / "gone.csv", None)


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        (mapped("customers", customer_id="customerid"), "did you mean 'customer_id'"),
        (mapped("customers", customer_id="zzz"), "it has customer_id, name"),
    ],
)
def test_column_that_is_not_there(
    settings: Settings, tmp_path: Path, mapping: dict[str, Any], said: str
) -> None:
    error = refusal(settings, tmp_path, GOOD, mapping)

    assert error.code == "column_not_in_file"
    assert said in str(error)


def test_headers_that_name_no_table(settings: Settings, tmp_path: Path) -> None:
    error = refusal(settings, tmp_path, "a,b\n1,2\n")
    assert error.code == "not_recognised"
    assert "a, b" in str(error)
    assert "--mapping" in str(error)
    with pytest.raises(BadInputError, match="key of table 'orders'"):
        stage(settings, tmp_path, GOOD, None, as_table="orders")


def test_headers_are_matched_whatever_their_case(settings: Settings, tmp_path: Path) -> None:
    text = "Order ID,LINE NO,Product-Id,Amount\nA,1,p,2.5\n"
    made = stage(settings, tmp_path, text)

    assert made.rows("order_lines", "order_id, line_no, product_id") == [("A", 1, "p")]
    chosen = stage(settings, tmp_path, text, None, as_table="orders")
    assert chosen.rows("orders", "order_id, attributes") == [
        ("A", '{"LINE NO":"1","Product-Id":"p"}')
    ]


@pytest.mark.parametrize("number", [28, 30, 13])
def test_full_or_read_only_disk_is_a_storage_error(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def full(*_args: object) -> bool:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(to_utf8, "_transcode", full)
    with pytest.raises(StorageError, match=os.strerror(number)) as caught:
        stage(
            settings, tmp_path, "customer_id,name\n1,上海的客户\n2,北京的客户\n".encode("gb18030")
        )
    assert "\n" not in str(caught.value)
    assert not list(settings.staging_dir.glob("*"))


def test_engine_without_space_is_a_storage_error(settings: Settings, tmp_path: Path) -> None:
    from dataclasses import replace

    text = "customer_id,name\n" + "".join(f"{n},{'x' * 200}\n" for n in range(100_000))
    with pytest.raises(StorageError) as caught:
        stage(replace(settings, build_memory_mb=1), tmp_path, text)
    assert "\n" not in str(caught.value)
    assert not list(settings.staging_dir.glob("*"))


def test_file_that_changes_or_disappears_meanwhile(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, real = tmp_path / "in.csv", staging.stage_tables

    def then(change: Any) -> None:
        def staged(*args: Any) -> Any:
            change()
            return real(*args)

        path.write_text(GOOD)
        monkeypatch.setattr(staging, "stage_tables", staged)

    then(lambda: path.write_text(GOOD + "3,Eve\n"))
    with pytest.raises(BadInputError, match="changed while it was read"):
        stage_file(settings, path, None)
    then(path.unlink)
    with pytest.raises(BadInputError, match="no file"):
        stage_file(settings, path, None)
    assert not list(settings.staging_dir.glob("*"))


def test_names_that_mean_something_to_the_engine(settings: Settings, tmp_path: Path) -> None:
    made = stage(settings, tmp_path, GOOD, name="it's [a] *.csv")
    assert made.table("customers")["rows"] == 2
