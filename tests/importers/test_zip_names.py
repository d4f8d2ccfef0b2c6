"""Members of a zip are read from the zip, whatever they are called."""

import zipfile
from pathlib import Path

import pytest

from crm_data.errors import BadInputError
from crm_data.importers.inputs import expand_paths, read_chunks


def archive(tmp_path: Path, *names: str) -> Path:
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for name in names:
            packed.writestr(name, "inside")
    return path


@pytest.mark.parametrize("name", ["./a.csv", "d//a.csv", "d\\a.csv"])
def test_a_member_is_read_below_its_zip(tmp_path: Path, name: str) -> None:
    path = archive(tmp_path, name)

    (found,) = expand_paths([path])

    assert path in found.parents
    assert b"".join(read_chunks(found)) == b"inside"


@pytest.mark.parametrize("name", ["../../a.csv", "d/../a.csv", "d\\..\\a", "/a.csv", "C:\\a.csv"])
def test_a_member_outside_of_its_zip_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInputError, match="a path outside of the archive") as caught:
        expand_paths([archive(tmp_path, name, "good.csv")])
    assert caught.value.code == "unsafe_archive"


def test_two_members_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"two members are called a\.csv"):
        expand_paths([archive(tmp_path, "a.csv", "./a.csv")])
