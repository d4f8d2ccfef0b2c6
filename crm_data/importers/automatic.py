"""A mapping for a file whose headers are already the names of canonical columns."""

from pathlib import Path

from crm_data.errors import BadInputError
from crm_data.importers.mapping import KEY_STAND_INS, Cell, Mapping, TableMapping
from crm_data.importers.told_headers import told_headers
from crm_data.tables import TABLES, TableSpec, table_spec


def match_headers(headers: tuple[str, ...], path: Path, as_table: str | None) -> Mapping:
    """Return the mapping of the table whose columns the headers name, whatever their case.

    Parameters
    ----------
    as_table : str or None
        The only table to consider.

    Raises
    ------
    BadInputError
        No table has its key among the headers.
    """
    specs = TABLES if as_table is None else (table_spec(as_table),)
    found = [(spec, _matches(spec, headers)) for spec in specs]
    usable = [(spec, columns) for spec, columns in found if _has_key(spec, columns)]
    if not usable:
        wanted = f"table '{as_table}'" if as_table else "any table"
        raise BadInputError(
            "not_recognised",
            f"{path}: its columns ({told_headers(headers)}) do not name the key of {wanted}. Say "
            "with --mapping which column is which.",
            path=str(path),
            headers=told_headers(headers),
        )
    spec, columns = max(usable, key=lambda pair: len(pair[1]))
    unknown = [header for header in headers if header not in columns.values()]
    if as_table is None and len(unknown) > len(columns):
        raise BadInputError(
            "mostly_not_recognised",
            f"{path}: only {told_headers(list(columns.values()))} are named as in the data model, "
            f"not {told_headers(unknown)}. Say with --mapping which column is which, or "
            f"--as {spec.name} to take it as that table.",
            path=str(path),
            headers=told_headers(unknown),
            table=spec.name,
        )
    cells = tuple((name, Cell(source=header)) for name, header in columns.items())
    return Mapping((TableMapping(spec.name, cells),))


def _matches(spec: TableSpec, headers: tuple[str, ...]) -> dict[str, str]:
    by_name: dict[str, str] = {}
    for header in headers:
        by_name.setdefault(_folded(header), header)
    return {name: by_name[_folded(name)] for name in spec.names if _folded(name) in by_name}


def _has_key(spec: TableSpec, columns: dict[str, str]) -> bool:
    return all(
        any(name in columns for name in (key, *KEY_STAND_INS.get((spec.name, key), ())))
        for key in spec.key
    )


def _folded(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())
