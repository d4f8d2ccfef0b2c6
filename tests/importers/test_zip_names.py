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


@pytest.mark.parametrize("name", ["./a.csv", "d//a.csv", "../../a.csv", "d/../a.csv", "d\\a.csv"])
def test_a_member_is_read_below_its_zip(tmp_path: Path, name: str) -> None:
    path = archive(tmp_path, name)

    (found,) = expand_paths([path])

    assert path in found.parents
    assert ".." not in found.parts
    assert b"".join(read_chunks(found)) == b"inside"


def test_an_absolute_member_never_means_a_file_of_this_disk(tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("secret")
    path = archive(tmp_path, str(secret))

    (found,) = expand_paths([path])

    assert found == path / str(secret).lstrip("/")
    assert b"".join(read_chunks(found)) == b"inside"


def test_two_members_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"two members are called a\.csv"):
        expand_paths([archive(tmp_path, "a.csv", "./a.csv")])
