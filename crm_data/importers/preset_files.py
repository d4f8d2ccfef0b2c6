"""Presets: mappings of known exports, and those that a company saved; found by the header row."""

import re
import tomllib
from collections.abc import Mapping as Dict
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from crm_data.errors import BadInputError, UsageError
from crm_data.importers.mapping import (
    KEY_STAND_INS,
    Cell,
    Mapping,
    TableMapping,
    mapping_from_dict,
)

_FOLDER = Path(__file__).parent / "presets"
_NAME = re.compile(r"[^\W_][\w-]{0,60}")


@dataclass(frozen=True)
class Preset:
    """A mapping under a name, with the headers by which its export is known."""

    name: str
    title: str
    needs: tuple[str, ...]
    mapping: Mapping

    def fits(self, headers: tuple[str, ...]) -> bool:
        """Whether a file has the headers that the export is known by."""
        return set(self.needs) <= set(headers)

    def for_headers(self, headers: tuple[str, ...]) -> Mapping:
        """Return the mapping without what the file has no columns for."""
        known = set(headers)
        tables = (_narrowed(table, known) for table in self.mapping.tables)
        return replace(self.mapping, tables=tuple(t for t in tables if t is not None))


def presets(saved_in: Path | None = None) -> tuple[Preset, ...]:
    """Return the presets, those of the company first."""
    own = _read(saved_in) if saved_in is not None and saved_in.is_dir() else ()
    return (*own, *_shipped())


def preset_named(name: str, saved_in: Path | None = None) -> Preset:
    """Return a preset.

    Raises
    ------
    UsageError
        There is none of that name; the message lists those there are.
    """
    found = presets(saved_in)
    for preset in found:
        if preset.name == name:
            return preset
    raise UsageError(
        "no_preset",
        f"There is no preset '{name}'. Presets are: {', '.join(p.name for p in found)}.",
        preset=name,
    )


def fitting_preset(headers: tuple[str, ...], saved_in: Path | None = None) -> Preset | None:
    """Return the preset that knows the most headers of a file, or None where none fits."""
    fitting = [preset for preset in presets(saved_in) if preset.fits(headers)]
    known = set(headers)
    return max(
        fitting,
        key=lambda p: (len(p.needs), len(known & set(p.mapping.headers))),
        default=None,
    )


def save_preset(folder: Path, name: str, mapping: Mapping, headers: tuple[str, ...]) -> Path:
    """Store a mapping as a preset of the company, for files with just these headers.

    Raises
    ------
    UsageError
        The name is not made of letters (of any script), digits, ``-`` and ``_``.
    """
    if _NAME.fullmatch(name) is None:
        raise UsageError(
            "preset_name",
            f"'{name}' cannot name a preset; use letters, digits, - and _.",
            preset=name,
        )
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.toml"
    head = ["[preset]", f"title = {_quoted(name)}", f"needs = {_listed(headers)}", ""]
    path.write_text("\n".join(head) + "\n" + mapping_text(mapping), encoding="utf-8")
    return path


def mapping_text(mapping: Mapping) -> str:
    """Return a mapping as a mapping file (TOML): tables, columns and the order of dates."""
    lines: list[str] = []
    if mapping.day_first is not None:
        lines += ["[source]", f"day_first = {str(mapping.day_first).lower()}", ""]
    for table in mapping.tables:
        if table.skip_when_missing:
            lines += [f"[tables.{table.table}]",
                      f"skip_when_missing = {_listed(table.skip_when_missing)}", ""]  # fmt: skip
        lines.append(f"[tables.{table.table}.columns]")
        lines += [f"{column} = {_written(cell)}" for column, cell in table.columns]
        lines.append("")
    return "\n".join(lines)


@cache
def _shipped() -> tuple[Preset, ...]:
    return _read(_FOLDER)


def _read(folder: Path) -> tuple[Preset, ...]:
    return tuple(_preset(path) for path in sorted(folder.glob("*.toml")))


def _preset(path: Path) -> Preset:
    try:
        data: Dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
        head = data["preset"]
        needs = tuple(head["needs"])
        title = str(head["title"])
    except (tomllib.TOMLDecodeError, KeyError, TypeError, UnicodeDecodeError) as error:
        raise BadInputError(
            "preset_invalid",
            f"The preset {path.name} cannot be read: {error}. Correct or remove it.",
            path=path.name,
        ) from error
    body = {key: value for key, value in data.items() if key != "preset"}
    return Preset(path.stem, title, needs, mapping_from_dict(body, path.name))


def _narrowed(table: TableMapping, known: set[str]) -> TableMapping | None:
    columns = tuple(
        (name, cell) for name, cell in table.columns if all(h in known for h in cell.headers)
    )
    names = [name for name, _ in columns]
    for key in table.spec.key:
        if not any(n in names for n in (key, *KEY_STAND_INS.get((table.table, key), ()))):
            return None
    skip = tuple(name for name in table.skip_when_missing if name in names)
    return replace(table, columns=columns, skip_when_missing=skip)


def _written(cell: Cell) -> str:
    said: dict[str, str] = {}
    for form, value in vars(cell).items():
        if value is None:
            continue
        if form in ("starts_with", "values"):
            pairs = ", ".join(f"{_quoted(k)} = {_quoted(v)}" for k, v in value)
            said[form] = f"{{ {pairs} }}"
        elif form == "times_number":
            said["times"] = value
        else:
            said[form] = _listed(value) if isinstance(value, tuple) else _quoted(value)
    if list(said) == ["source"]:
        return said["source"]
    return "{ " + ", ".join(f"{form} = {text}" for form, text in said.items()) + " }"


def _listed(values: tuple[str, ...]) -> str:
    return "[" + ", ".join(_quoted(value) for value in values) + "]"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return (
        '"' + "".join(c if c >= " " and c != "\x7f" else f"\\u{ord(c):04x}" for c in escaped) + '"'
    )
