"""A proposed mapping as somebody corrects it: which column is which field, constants, dates."""

from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from crm_data.errors import BadInputError
from crm_data.importers.mapping import KEY_STAND_INS, Cell, Mapping, TableMapping
from crm_data.tables import TableSpec, table_spec

_OWNERS = ("owner_id", "agent_id", "employee_id", "manager_id")


@dataclass(frozen=True)
class Correction:
    """What somebody says of a file.

    Attributes
    ----------
    table : str
        The table that its rows are.
    fields : dict of str to sequence of str
        Of each source column the fields of ``table`` that it fills; none: not imported, it is
        kept beside.
    constants : dict of str to str
        Fields that have the same value in every row.
    day_first : bool or None
        Order of day and month in dates; None: found per column.
    further : sequence of str or None
        Other tables to take from the rows, of those proposed; None: all of them.
    """

    table: str
    fields: Dict[str, Sequence[str]]
    constants: Dict[str, str] = field(default_factory=dict)
    day_first: bool | None = None
    further: Sequence[str] | None = None


def fields_of(mapping: Mapping | None, table: str) -> dict[str, list[str]]:
    """Return the fields of a table that each source column fills.

    A column that only helps to read another one's value fills nothing by itself.
    """
    found: dict[str, list[str]] = {}
    main = _table(mapping, table)
    for name, cell in main.columns if main else ():
        for header in cell.join or ((cell.source,) if cell.source else ()):
            found.setdefault(header, []).append(name)
    return found


def corrected(mapping: Mapping | None, said: Correction) -> Mapping:
    """Return the mapping as it was corrected.

    A field that stays with its column is read as before (words, names, days that count when
    closed); one that moves is read plainly. Fields that no column fills (numbered rows) stay.

    Raises
    ------
    BadInputError
        Two columns fill one field, or the table has no key.
    """
    spec, main = table_spec(said.table), _table(mapping, said.table)
    before = dict(main.columns) if main else {}
    filled: dict[str, list[str]] = {}
    for header, names in said.fields.items():
        for name in names:
            filled.setdefault(name, []).append(header)
    cells = {name: _cell(spec, name, before.get(name), found) for name, found in filled.items()}
    for name, value in said.constants.items():
        cells[name] = Cell(constant=value)
    for name, cell in before.items():
        if name not in cells and not (cell.source or cell.join):
            cells[name] = cell
    _check_key(spec, cells)
    ordered = tuple((name, cells[name]) for name in spec.names if name in cells)
    if main is not None and dict(ordered) == before:
        ordered = main.columns  # nothing was corrected: the same mapping, however it is laid out
    skip = tuple(n for n in main.skip_when_missing if n in cells) if main else ()
    first = TableMapping(said.table, ordered, skip)
    return replace(
        mapping or Mapping(()),
        tables=(first, *_others(mapping, said, before, cells)),
        day_first=said.day_first,
    )


def _others(
    mapping: Mapping | None, said: Correction, before: Dict[str, Cell], cells: Dict[str, Cell]
) -> list[TableMapping]:
    """Return the further tables; what they share with a moved field moves along."""
    moved = {
        old.source: cells[name].source
        for name, old in before.items()
        if old.source and name in cells and cells[name].source not in (None, old.source)
    }
    found = []
    for table in mapping.tables if mapping else ():
        if table.table == said.table or (
            said.further is not None and table.table not in said.further
        ):
            continue
        columns = tuple(
            (name, replace(cell, source=moved.get(cell.source or "", cell.source)))
            for name, cell in table.columns
        )
        found.append(replace(table, columns=columns))
    return found


def _cell(spec: TableSpec, name: str, before: Cell | None, headers: Sequence[str]) -> Cell:
    """Return how a field is read of the columns that fill it; of several only if it was before."""
    joined = before.join if before is not None and before.join else ()
    if set(headers) <= set(joined):
        parts = tuple(header for header in joined if header in headers)
        return Cell(join=parts) if len(parts) > 1 else Cell(source=parts[0])
    if len(headers) > 1:
        other = next(h for h in reversed(headers) if h not in joined)
        raise _twice(spec, name, next(h for h in headers if h != other), other)
    if before is not None and before.source == headers[0]:
        return before
    return _new(name, headers[0])


def _new(name: str, header: str) -> Cell:
    if name == "outcome":
        return Cell(source=header, words="outcome")
    return Cell(source=header, named="employees" if name in _OWNERS[:2] else None)


def _table(mapping: Mapping | None, table: str) -> TableMapping | None:
    return next((t for t in (mapping.tables if mapping else ()) if t.table == table), None)


def _check_key(spec: TableSpec, cells: Dict[str, Cell]) -> None:
    for key in spec.key:
        if not any(name in cells for name in (key, *KEY_STAND_INS.get((spec.name, key), ()))):
            raise BadInputError(
                "wizard_no_key",
                f"Nothing fills {spec.name}.{key}, which tells the rows apart. Say which column "
                "it is.",
                table=spec.name,
                field=key,
            )


def _twice(spec: TableSpec, name: str, one: str, other: str) -> BadInputError:
    return BadInputError(
        "wizard_twice",
        f"Both '{one}' and '{other}' fill {spec.name}.{name}. Keep one of them.",
        table=spec.name,
        field=name,
        one=one,
        other=other,
    )
