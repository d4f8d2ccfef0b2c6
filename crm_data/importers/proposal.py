"""A proposed mapping for headers never seen, from their words and from what is below them."""

from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import dataclass, field

from crm_data.importers.column_content import Content, content_of, fit
from crm_data.importers.field_meanings import OWN_WORDS, formulas, score, tables
from crm_data.importers.header_words import readings
from crm_data.importers.mapping import KEY_STAND_INS, Cell, Mapping, TableMapping
from crm_data.importers.proposal_parts import further_tables, name_of_parts
from crm_data.tables import TableSpec, table_spec

_BY_CONTENT = {"email": ("email", 0.6), "phone": ("phone", 0.5), "stage": ("stage", 0.6)}
_NUMBERED = ("interactions", "survey_responses", "orders", "tickets", "subscriptions", "leads")
_NAMED_BY_KEY = ("customers", "products", "employees")
_OWN_WORD, _FILE_WORD, _KEY_WORTH = 0.25, 2.0, 1.0
_LEAST = 0.3
_LEAST_FIELDS = 2
_GAPS = 0.8


@dataclass(frozen=True)
class Proposal:
    """A mapping with how sure each of its columns is, 0 to 1; the preset where one fits."""

    mapping: Mapping
    confidence: Dict[tuple[str, str], float] = field(default_factory=dict)
    preset: str | None = None
    is_table_guessed: bool = False

    def of(self, table: str, column: str) -> float:
        """Return the confidence of a column; what was said and not guessed is certain."""
        return self.confidence.get((table, column), 1.0)


@dataclass(frozen=True)
class Columns:
    """Headers of a file, with the look of their values."""

    headers: tuple[str, ...]
    content: Dict[str, Content]

    @classmethod
    def of(cls, headers: Sequence[str], rows: Sequence[Sequence[str]]) -> "Columns":
        """Look at a sample of rows."""
        values = {h: [r[i] for r in rows if i < len(r)] for i, h in enumerate(headers)}
        return cls(tuple(headers), {h: content_of(found) for h, found in values.items()})


def propose(columns: Columns, file_stem: str, as_table: str | None) -> Proposal | None:
    """Return the most plausible mapping, or None where the headers say too little.

    Parameters
    ----------
    file_stem : str
        Name of the file without its ending: it may name the table.
    as_table : str, optional
        The only table to consider.
    """
    wanted = tables() if as_table is None else tuple(t for t in tables() if t == as_table)
    best: tuple[float, str, dict[str, tuple[Cell, float]]] | None = None
    for table in wanted:
        found = _assign(table, columns)
        if found is None:
            continue
        worth = _worth(table, found, columns, file_stem)
        if best is None or worth > best[0]:
            best = (worth, table, found)
    if best is None:
        return None
    _, table, found = best
    named = [n for n, (cell, _) in found.items() if cell.headers]
    if len(named) < _LEAST_FIELDS and as_table is None:
        return None
    parts = [(table, found), *further_tables(table, found, columns.headers, columns.content)]
    return Proposal(
        Mapping(tuple(_table(name, cells, is_first=name == table) for name, cells in parts)),
        {(name, column): sure for name, cells in parts for column, (_, sure) in cells.items()},
        is_table_guessed=as_table is None,
    )


def propose_fields(columns: Columns, table: str) -> Proposal:
    """Return what columns would be in a table, though it may lack its key."""
    found = _fields(table, columns)
    cells = tuple((n, found[n][0]) for n in table_spec(table).names if n in found)
    return Proposal(
        Mapping((TableMapping(table, cells),)),
        {(table, column): sure for column, (_, sure) in found.items()},
    )


def _table(name: str, cells: Dict[str, tuple[Cell, float]], *, is_first: bool) -> TableMapping:
    spec = table_spec(name)
    columns = tuple((n, cells[n][0]) for n in spec.names if n in cells)
    return TableMapping(name, columns, () if is_first else tuple(k for k in spec.key if k in cells))


def _assign(table: str, columns: Columns) -> dict[str, tuple[Cell, float]] | None:
    """Return cells by field, no header twice; None where the table has no key."""
    found = _fields(table, columns)
    return found if _complete(table_spec(table), found) else None


def _fields(table: str, columns: Columns) -> dict[str, tuple[Cell, float]]:
    """Return cells by field, no header twice, with or without a key."""
    spec = table_spec(table)
    offers = sorted(
        (
            (-sure, place, position, name, header)
            for position, header in enumerate(columns.headers)
            for place, name in enumerate(formulas(table))
            if (sure := _sure(table, spec, name, header, columns.content[header])) >= _LEAST
        ),
    )
    found: dict[str, tuple[Cell, float]] = {}
    used: set[str] = set()
    for negative, _, _, name, header in offers:
        if name not in found and header not in used:
            found[name] = (Cell(source=header), round(-negative, 2))
            used.add(header)
    if (made := name_of_parts(spec, columns.headers)) is not None and _may_join(found):
        found["name"] = made
    _by_content(spec, columns, found, used)
    _closing(table, columns, found)
    _closed_deals(table, found)
    return found


def _sure(table: str, spec: TableSpec, name: str, header: str, content: Content) -> float:
    said = max(
        (score(table, name, r.meanings) * r.known**1.5 for r in readings(header)), default=0.0
    )
    if said == 0:
        same = "".join(c for c in header.casefold() if c.isalnum()) == name.replace("_", "")
        said = 1.0 if same else 0.0
    return said * fit(spec.field(name), content)


def _may_join(found: Dict[str, tuple[Cell, float]]) -> bool:
    return "name" not in found or found["name"][1] < 0.85


def _by_content(
    spec: TableSpec, columns: Columns, found: dict[str, tuple[Cell, float]], used: set[str]
) -> None:
    """Take columns whose headers say nothing by what is in them."""
    for header in columns.headers:
        content = columns.content[header]
        is_known = any(r.meanings and r.known > 0.5 for r in readings(header))
        if header in used or is_known or content.look not in _BY_CONTENT:
            continue
        name, sure = _BY_CONTENT[content.look]
        if name in formulas(spec.name) and name not in found:
            found[name] = (Cell(source=header), sure)
            used.add(header)


def _closing(table: str, columns: Columns, found: dict[str, tuple[Cell, float]]) -> None:
    """Tell a planned closing day, which every deal has, from the day that closed deals have."""
    if table != "opportunities" or ("closed_at" in found) == ("expected_close_on" in found):
        return
    only = "closed_at" if "closed_at" in found else "expected_close_on"
    cell, sure = found.pop(only)
    meanings = {m for r in readings(cell.source or "") for m in r.meanings}
    content = columns.content.get(cell.source or "", Content())
    has_gaps = content.look == "date" and content.filled < _GAPS
    is_planned = "expected" in meanings or not has_gaps
    found["expected_close_on" if is_planned else "closed_at"] = (cell, sure)


def _closed_deals(table: str, found: dict[str, tuple[Cell, float]]) -> None:
    """Read the outcome by words, from the stage if need be; a closed deal closed when planned."""
    if table != "opportunities":
        return
    said = found.get("outcome", found.get("stage"))
    if said is None or said[0].source is None:
        return
    told = said[0].source
    found["outcome"] = (Cell(source=told, words="outcome"), said[1])
    if "closed_at" not in found and "expected_close_on" in found:
        cell, sure = found["expected_close_on"]
        found["closed_at"] = (Cell(source=cell.source, when_closed=told), sure)


def _complete(spec: TableSpec, found: dict[str, tuple[Cell, float]]) -> bool:
    """Give a table without an id another key where that can be; return whether it has one."""
    for key in spec.key:
        if any(name in found for name in (key, *KEY_STAND_INS.get((spec.name, key), ()))):
            continue
        made = _other_key(spec, key, found)
        if made is None:
            return False
        found[key] = made
    first = found.get(spec.key[0])
    if first is not None and "name" not in found and spec.name in _NAMED_BY_KEY:
        said = readings(first[0].source or "")[:1]
        if not any("id" in one.meanings for one in said):
            found["name"] = first  # "account" names the customers it tells apart
    return True


def _other_key(
    spec: TableSpec, key: str, found: Dict[str, tuple[Cell, float]]
) -> tuple[Cell, float] | None:
    if key == "line_no" and "order_id" in found:
        return Cell(row_number_within=found["order_id"][0].source), 0.5
    if key == spec.key[0] and "name" in found and found["name"][0].source is not None:
        return Cell(source=found["name"][0].source), 0.5
    if key == "contact_id" and "email" in found:
        return found["email"][0], 0.4
    if spec.name in _NUMBERED and len(found) >= _LEAST_FIELDS:
        return Cell(row_number=f"{spec.name}-"), 0.3
    return None


def _worth(
    table: str, found: Dict[str, tuple[Cell, float]], columns: Columns, file_stem: str
) -> float:
    """Return how well a table explains the headers, its own words and the file's name included."""
    own = set(OWN_WORDS.get(table, ()))
    said = [{m for r in readings(h)[:1] for m in r.meanings} for h in columns.headers]
    owned = sum(1 for meanings in said if meanings & own and meanings & {"id", "name", "stage",
                "owner", "status", "created", "amount", "topic", "type", "source"})  # fmt: skip
    stem = {m for r in readings(file_stem)[:1] for m in r.meanings}
    keys = table_spec(table).key
    key_worth = sum(
        sure * _KEY_WORTH
        for name, (cell, sure) in found.items()
        if name in keys and cell.row_number_within is None
    )
    return (
        sum(sure for cell, sure in found.values() if cell.row_number_within is None)
        + key_worth
        + _OWN_WORD * min(owned, 6)
        + (_FILE_WORD if stem & own else 0.0)
    )
