"""What a mapping says: which canonical column comes from where. Pure values, no files."""

import json
from collections.abc import Mapping as Dict
from dataclasses import asdict, dataclass
from typing import Any, NoReturn

from crm_data.errors import BadInputError, CrmError
from crm_data.tables import TableSpec, table_spec

FORMS = (
    "constant", "default", "else_source", "first_of", "format", "join", "named", "row_number",
    "row_number_within", "source", "starts_with", "times", "unless", "values", "when_closed",
    "words",
)  # fmt: skip
_ALONE = ("constant", "join", "row_number", "row_number_within")
_WITH_SOURCE = {"times", "starts_with", "values", "format", "default"}
_LATER_FORMS = ("join", "else_source", "first_of", "unless", "named", "words", "when_closed")
NAMED = ("contacts", "customers", "employees")  # tables that a cell can be looked up in
WORDS = ("outcome",)  # lists of words that a cell can be read by
_SOURCE_KEYS = ("encoding", "delimiter", "header", "day_first", "keep_unmapped")
# A missing key column that we can do without, and the columns that stand in for it.
KEY_STAND_INS: dict[tuple[str, str], tuple[str, ...]] = {
    ("campaign_members", "member_id"): ("customer_id", "lead_id"),
    ("quotas", "owner_id"): ("team",),
    ("quotas", "team"): ("owner_id",),
}
NULLABLE_KEYS = {("quotas", "owner_id"), ("quotas", "team")}

Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Cell:
    """Where the values of one canonical column come from: one form of the mapping file."""

    source: str | None = None
    times: str | None = None
    starts_with: Choices | None = None
    values: Choices | None = None
    default: str | None = None
    format: str | None = None
    constant: str | None = None
    row_number: str | None = None
    row_number_within: str | None = None
    times_number: str | None = None
    join: tuple[str, ...] | None = None
    else_source: str | None = None
    first_of: str | None = None
    unless: str | None = None
    named: str | None = None
    words: str | None = None
    when_closed: str | None = None

    @property
    def headers(self) -> tuple[str, ...]:
        """Source columns that this cell reads."""
        read = (self.source, self.times, self.row_number_within, self.else_source, self.unless,
                self.when_closed, *(self.join or ()))  # fmt: skip
        return tuple(h for h in read if h is not None)

    @property
    def is_product(self) -> bool:
        """Whether the value is the source column times something."""
        return self.times is not None or self.times_number is not None

    @property
    def is_read(self) -> bool:
        """Whether values are read from a source column and can therefore be unreadable."""
        return self.source is not None and self.starts_with is None and self.values is None


@dataclass(frozen=True)
class TableMapping:
    """The columns of one canonical table."""

    table: str
    columns: tuple[tuple[str, Cell], ...]
    skip_when_missing: tuple[str, ...] = ()

    @property
    def spec(self) -> TableSpec:
        """Declaration of the table."""
        return table_spec(self.table)

    def cell(self, name: str) -> Cell | None:
        """Return the cell of a canonical column, or None where it is not mapped."""
        return dict(self.columns).get(name)


@dataclass(frozen=True)
class Mapping:
    """How a source file is read, and the tables that it feeds."""

    tables: tuple[TableMapping, ...]
    encoding: str = "auto"
    delimiter: str = "auto"
    header: bool = True
    day_first: bool | None = None
    keep_unmapped: bool = True

    @property
    def headers(self) -> tuple[str, ...]:
        """Every source column that is read, once, in the order of first mention."""
        cells = [cell for table in self.tables for _, cell in table.columns]
        return tuple(dict.fromkeys(h for cell in cells for h in cell.headers))

    def canonical_json(self) -> str:
        """Return the same text for the same mapping, however its file is laid out."""
        said = asdict(self)
        for table in said["tables"]:
            for _, cell in table["columns"]:
                for form in (f for f in _LATER_FORMS if cell[f] is None):
                    del cell[form]  # as before there was such a form
        return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def mapping_from_dict(data: Dict[str, Any], origin: str = "mapping") -> Mapping:
    """Check a mapping and return it as a value.

    Parameters
    ----------
    data : dict
        As in a mapping file: ``source`` (optional) and ``tables``.
    origin : str
        What to call the mapping in an error.

    Raises
    ------
    BadInputError
        One sentence that names the first thing that is wrong and what is allowed.
    """
    _only(data, ("source", "tables"), origin, "")
    source = _section(data.get("source", {}), origin, "[source]")
    _only(source, _SOURCE_KEYS, origin, "[source]")
    tables = _section(data.get("tables", {}), origin, "[tables]")
    if not tables:
        _refuse(origin, "[tables]", "names no table; add at least one [tables.NAME.columns]")
    return Mapping(
        tables=tuple(_table(name, body, origin) for name, body in tables.items()),
        encoding=_text(source, "encoding", origin),
        delimiter=_text(source, "delimiter", origin),
        header=_flag(source, "header", origin, default=True) is not False,
        day_first=_flag(source, "day_first", origin, default=None),
        keep_unmapped=_flag(source, "keep_unmapped", origin, default=True) is not False,
    )


def _table(name: str, body: Any, origin: str) -> TableMapping:
    where = f"[tables.{name}]"
    try:
        spec = table_spec(name)
    except CrmError as error:
        raise BadInputError(
            "mapping_unknown_table", f"{origin}: {where}: {error}", origin=origin, table=name
        ) from error
    section = _section(body, origin, where)
    _only(section, ("columns", "skip_when_missing"), origin, where)
    columns = _section(section.get("columns", {}), origin, f"[tables.{name}.columns]")
    for column in columns:
        if column not in spec.names:
            _refuse(
                origin,
                where,
                f"has no column '{column}'; its columns are {', '.join(spec.names)}",
                "mapping_unknown_column",
            )
    skip = section.get("skip_when_missing", [])
    if not isinstance(skip, list) or any(column not in columns for column in skip):
        _refuse(origin, where, f"skip_when_missing must list mapped columns, not {skip!r}")
    cells = tuple((column, _cell(form, origin, f"{where} {column}")) for column, form in
                  columns.items())  # fmt: skip
    for key in spec.key:
        allowed = (key, *KEY_STAND_INS.get((name, key), ()))
        if not any(candidate in columns for candidate in allowed):
            _refuse(
                origin,
                where,
                f"does not map its key column '{key}'; say which source column holds it",
                "mapping_key_not_mapped",
            )
    return TableMapping(name, cells, tuple(skip))


def _cell(form: Any, origin: str, where: str) -> Cell:
    if isinstance(form, str):
        return Cell(source=form)
    if not isinstance(form, dict):
        _refuse(origin, where, f"must be a source column or a table of {', '.join(FORMS)}")
    _only(form, FORMS, origin, where)
    for alone in _ALONE:
        if alone in form and len(form) > 1:
            _refuse(origin, where, f"{alone} stands alone, without {_others(form, alone)}")
    if not any(key in form for key in (*_ALONE, "source")):
        _refuse(origin, where, f"needs source or one of {', '.join(_ALONE)}")
    rules = [key for key in ("times", "starts_with", "values", "format") if key in form]
    if len(rules) > 1:
        _refuse(origin, where, f"{' and '.join(rules)} cannot be used together; keep one")
    times = form.get("times")
    is_number = isinstance(times, int | float) and not isinstance(times, bool)
    return Cell(
        source=_optional(form, "source", origin, where),
        times=None if is_number else _optional(form, "times", origin, where),
        starts_with=_choices(form, "starts_with", origin, where),
        values=_choices(form, "values", origin, where),
        default=_scalar(form, "default", origin, where),
        format=_optional(form, "format", origin, where),
        constant=_scalar(form, "constant", origin, where),
        row_number=_optional(form, "row_number", origin, where),
        row_number_within=_optional(form, "row_number_within", origin, where),
        times_number=str(times) if is_number else None,
        join=_joined(form, origin, where),
        else_source=_optional(form, "else_source", origin, where),
        first_of=_optional(form, "first_of", origin, where),
        unless=_optional(form, "unless", origin, where),
        named=_one_of(form, "named", NAMED, origin, where),
        words=_one_of(form, "words", WORDS, origin, where),
        when_closed=_optional(form, "when_closed", origin, where),
    )


def _one_of(
    form: Dict[str, Any], key: str, allowed: tuple[str, ...], origin: str, where: str
) -> str | None:
    said = _optional(form, key, origin, where)
    if said is not None and said not in allowed:
        _refuse(origin, where, f"{key} must be one of {', '.join(allowed)}, not {said!r}")
    return said


def _joined(form: Dict[str, Any], origin: str, where: str) -> tuple[str, ...] | None:
    if (parts := form.get("join")) is None:
        return None
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        _refuse(origin, where, f"join must list source columns, not {parts!r}")
    return tuple(parts)


def _others(form: Dict[str, Any], alone: str) -> str:
    return ", ".join(sorted(set(form) - {alone}))


def _choices(form: Dict[str, Any], key: str, origin: str, where: str) -> Choices | None:
    if key not in form:
        return None
    choices = form[key]
    if not isinstance(choices, dict) or not choices:
        _refuse(origin, where, f'{key} must be a table such as {{ "C" = "returned" }}')
    return tuple((str(k), _scalar(choices, k, origin, where) or "") for k in choices)


def _scalar(form: Dict[str, Any], key: str, origin: str, where: str) -> str | None:
    if key not in form:
        return None
    value = form[key]
    if isinstance(value, dict | list):
        _refuse(origin, where, f"{key} must be one value, not {value!r}")
    return str(value).lower() if isinstance(value, bool) else str(value)


def _optional(form: Dict[str, Any], key: str, origin: str, where: str) -> str | None:
    value = form.get(key)
    if value is not None and not isinstance(value, str):
        _refuse(origin, where, f"{key} must be text, not {value!r}")
    return value


def _text(section: Dict[str, Any], key: str, origin: str) -> str:
    return _optional(section, key, origin, "[source]") or "auto"


def _flag(section: Dict[str, Any], key: str, origin: str, *, default: bool | None) -> bool | None:
    value = section.get(key, "auto")
    if value == "auto":
        return default
    if not isinstance(value, bool):
        _refuse(origin, "[source]", f"{key} must be true or false, not {value!r}")
    return bool(value)


def _section(value: Any, origin: str, where: str) -> Dict[str, Any]:
    if not isinstance(value, dict):
        _refuse(origin, where, f"must be a table of names, not {value!r}")
    return value


def _only(section: Dict[str, Any], allowed: tuple[str, ...], origin: str, where: str) -> None:
    unknown = sorted(set(section) - set(allowed))
    if unknown:
        _refuse(
            origin,
            where,
            f"does not know '{unknown[0]}'; allowed are {', '.join(sorted(allowed))}",
            "mapping_unknown_key",
        )


def _refuse(origin: str, where: str, what: str, code: str = "mapping_invalid") -> NoReturn:
    place = f"{origin}: {where}" if where else origin
    raise BadInputError(code, f"{place} {what}.", origin=origin, where=where, what=what)
