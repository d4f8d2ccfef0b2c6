"""What else a file holds: names in parts, and the customers and employees that rows name."""

from collections.abc import Iterator
from collections.abc import Mapping as Dict
from dataclasses import replace

from crm_data.importers.column_content import Content
from crm_data.importers.header_words import readings
from crm_data.importers.mapping import Cell
from crm_data.tables import TableSpec

Cells = dict[str, tuple[Cell, float]]
_WITH_CUSTOMERS = ("opportunities", "contacts", "orders", "tickets", "subscriptions")
_OWNERS = ("owner_id", "agent_id", "employee_id")
_CUSTOMER_NAMES = (frozenset({"customer", "name"}), frozenset({"customer"}))


def name_of_parts(spec: TableSpec, headers: tuple[str, ...]) -> tuple[Cell, float] | None:
    """Return a name put together from a given and a family name, where there are both."""
    if spec.name not in ("customers", "contacts", "employees"):
        return None
    parts = [next(_meaning(headers, {part}), None) for part in ("given", "family")]
    if parts[1] is None:
        return None
    if parts[0] is None:  # 姓 and 名: the second is a name of any kind elsewhere
        parts[0] = next(_meaning(headers, {"name"}), None)
    if parts[0] is None:
        return None
    return Cell(join=(parts[0], parts[1])), 0.9


def further_tables(
    table: str, found: Cells, headers: tuple[str, ...], content: Dict[str, Content]
) -> list[tuple[str, Cells]]:
    """Return tables that the rows of another table name: customers, and owners by name."""
    made: list[tuple[str, Cells]] = []
    if table in _WITH_CUSTOMERS and "customer_id" in found:
        cell, sure = found["customer_id"]
        used = {h for c, _ in found.values() for h in c.headers}
        offered = (h for words in _CUSTOMER_NAMES for h in _meaning(headers, words))
        name = next((header for header in offered if header not in used), None)
        if name is None and _is_name(cell, content):
            name = cell.source
        if name is not None:
            made.append(("customers", {"customer_id": (cell, sure),
                                       "name": (Cell(source=name), sure)}))  # fmt: skip
    owner = next((found[name] for name in _OWNERS if name in found), None)
    if table != "employees" and owner is not None:
        cell, sure = owner
        look = content.get(cell.source or "", Content()).look
        says_id = any("id" in r.meanings for r in readings(cell.source or "")[:1])
        as_what = "email" if look == "email" else "name"
        if not says_id and look in ("email", "text", "words"):
            named = replace(cell, named="employees") if as_what == "name" else cell
            made.append(("employees", {"employee_id": (named, sure), as_what: (cell, sure)}))
    return made


def _is_name(cell: Cell, content: Dict[str, Content]) -> bool:
    meanings = {m for r in readings(cell.source or "")[:1] for m in r.meanings}
    look = content.get(cell.source or "", Content()).look
    return "id" not in meanings and look not in ("id", "number", "email")


def _meaning(headers: tuple[str, ...], words: set[str] | frozenset[str]) -> Iterator[str]:
    for header in headers:
        if any(r.meanings == words and r.known > 0.8 for r in readings(header)):
            yield header
