"""The files of an upload: what is in them, and how each is to be read, kept for the session."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from crm_data.errors import BadInputError
from crm_data.importers import read_mapping, source_files
from crm_data.importers.mapping import Mapping
from crm_data.importers.preview import Preview, preview_file
from ui.context import PageContext
from ui.upload_folder import Upload, on_disk, place_of

_KEPT = "wizard.files"
AUTOMATIC = ""


@dataclass
class WizardFile:
    """A file, or a member of a zip, and what was said about it.

    ``place`` tells the file among the uploads (``upload_folder.place_of``); ``key`` begins the keys
    of its widgets. ``mapping`` is how it will be read; None while ``problem`` says what is missing.
    """

    key: str
    place: str
    preview: Preview
    table: str = AUTOMATIC
    preset: str = AUTOMATIC
    mapping: Mapping | None = None
    problem: BadInputError | None = None
    is_confirmed: bool = False
    constants: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Its name without folders."""
        return self.place.partition("/")[2] or self.place

    @property
    def asks(self) -> bool:
        """Whether something was guessed that is to be confirmed before it is stored."""
        is_as_proposed = self.mapping == self.preview.mapping
        return bool(self.preview.doubtful) and is_as_proposed and not self.is_confirmed

    @property
    def is_ready(self) -> bool:
        """Whether it can be imported."""
        return self.mapping is not None and not self.asks


def files_of(ctx: PageContext, uploads: Sequence[Any], mapping: Upload | None) -> list[WizardFile]:
    """Return the files of uploads; each is looked at once, and again when it is read otherwise.

    Raises
    ------
    BadInputError
        A file cannot be read as a table, or the mapping file is none.
    """
    upload_ids = [upload.file_id for upload in uploads]
    mapping_id = getattr(mapping, "file_id", None)
    kept = st.session_state.get(_KEPT)
    if kept is not None and kept[0] == (upload_ids, mapping_id):
        return list(kept[1])
    found = []
    given = [*uploads, *([mapping] if mapping else [])]
    with on_disk(ctx.settings, given) as paths:
        told = read_mapping(paths[-1]) if mapping else None
        for upload, path in zip(uploads, paths, strict=False):
            for one in source_files([path], ctx.settings.import_limits):
                place = place_of(one, paths[0])
                seen = _told(preview_file(ctx.settings, one), told)
                found.append(_new(f"{upload.file_id}:{place}", place, seen))
    st.session_state[_KEPT] = ((upload_ids, mapping_id), found)
    return found


def look_again(ctx: PageContext, uploads: Sequence[Any], file: WizardFile) -> None:
    """Propose anew, as the table or by the preset that was chosen; corrections are forgotten."""
    with on_disk(ctx.settings, uploads) as paths:
        place = next(
            one for path in paths for one in source_files([path], ctx.settings.import_limits)
            if place_of(one, paths[0]) == file.place
        )  # fmt: skip
        seen = preview_file(
            ctx.settings, place, as_table=file.table or None, preset=file.preset or None
        )
    fresh = _new(file.key, file.place, seen)
    file.preview, file.mapping, file.problem = fresh.preview, fresh.mapping, fresh.problem
    file.is_confirmed, file.constants = False, {}


def forget_files() -> None:
    """Forget what was said about the files."""
    st.session_state.pop(_KEPT, None)


def _new(key: str, place: str, seen: Preview) -> WizardFile:
    mapping = None if seen.why_not is not None else seen.mapping
    return WizardFile(key, place, seen, mapping=mapping, problem=seen.why_not)


def _told(seen: Preview, told: Mapping | None) -> Preview:
    """Return the preview of a file that a mapping file speaks of: what is said is certain."""
    if told is None or not set(told.headers) <= set(seen.headers):
        return seen
    return replace(seen, mapping=told, confidence={}, doubtful={}, preset=None, why_not=None)
