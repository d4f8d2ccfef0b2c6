"""Mapping files (TOML)."""

import tomllib
from pathlib import Path

from crm_data.errors import BadInputError
from crm_data.importers.mapping import Mapping, mapping_from_dict


def read_mapping(path: Path) -> Mapping:
    """Read and check a mapping file.

    Raises
    ------
    BadInputError
        The file is not there, is not TOML (with the line), or says something unknown.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadInputError(
            "mapping_unreadable",
            f"The mapping {path} cannot be read: {error.strerror}. Check its path and permissions.",
            path=str(path),
        ) from error
    except UnicodeDecodeError as error:
        raise BadInputError(
            "mapping_not_toml",
            f"The mapping {path} is not UTF-8 text; save it as UTF-8 and try again.",
            path=str(path),
        ) from error
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInputError(
            "mapping_not_toml",
            f"The mapping {path} is not valid TOML: {error}. Correct that line and try again.",
            path=str(path),
            reason=str(error),
        ) from error
    return mapping_from_dict(data, path.name)
