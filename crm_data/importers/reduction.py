"""Fewer records to work on: equal ones become one, once for all tables that can share the result.

Customers of an order file repeat on each of its lines. Where a table's key is among the columns of
another table, and its other columns follow from that key, both come from the same distinct rows.
"""

from dataclasses import dataclass

from crm_data.importers.engine import ROW, Engine
from crm_data.importers.profile import Profile
from crm_data.importers.projection import Projection

_TRIED_ROWS = 50_000
_FOLLOWS = 1.05


@dataclass(frozen=True)
class Records:
    """What a table is made from: SQL, the number of rows where it is known, and the rows' numbers.

    ``numbered`` is SQL of the same records with ``row_in_file``, the last that each stands for;
    None where the file has to be read for it.
    """

    sql: str
    rows: int | None = None
    numbered: str | None = None


def reduce_records(
    engine: Engine, projections: list[Projection], known: Profile
) -> dict[str, Records]:
    """Return the records that each table is made from.

    Tables that have a row per record read the file itself; for the others equal records are one.
    """
    records = {p.spec.name: Records(engine.rows(numbered=p.needs_rows)) for p in projections}
    merging = [p for p in projections if not (p.needs_rows or known.is_row_like[p.spec.name])]
    for group in _groups(engine, merging):
        parent = engine.rows(numbered=engine.is_held)
        for position, projection in enumerate(group):
            columns = [c for p in (group if position == 0 else [projection]) for c in p.sources]
            name = f"distinct_{projection.spec.name}"
            made = _distinct(engine, name, list(dict.fromkeys(columns)), parent)
            records[projection.spec.name] = made
            parent = made.sql if position == 0 else parent
    return records


def _distinct(engine: Engine, name: str, columns: list[str], parent: str) -> Records:
    if not columns:  # constants only: one row, if any
        return Records(f"(SELECT 1 AS one FROM {parent} LIMIT 1)")
    listed = ", ".join(columns)
    last = f", max({ROW}) AS {ROW}" if engine.is_held else ""
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT {listed}{last} FROM {parent} "
        f"GROUP BY {listed}"
    )
    count = engine.one(f"SELECT count(*) FROM {name}")[0]
    return Records(name, count, name if engine.is_held else None)


def _groups(engine: Engine, merging: list[Projection]) -> list[list[Projection]]:
    """Group tables; the first of a group holds the keys of the others."""
    groups: list[list[Projection]] = []
    for projection in sorted(merging, key=lambda p: -len(p.sources)):
        for group in groups:
            holds_key = set(projection.key_sources) <= set(group[0].sources)
            if holds_key and _follows(engine, group, projection):
                group.append(projection)
                break
        else:
            groups.append([projection])
    return groups


def _follows(engine: Engine, group: list[Projection], projection: Projection) -> bool:
    """Whether the columns of a table add no rows to those of a group, as far as a part shows."""
    held = list(dict.fromkeys(c for p in group for c in p.sources))
    both = list(dict.fromkeys([*held, *projection.sources]))
    if held == both:
        return True
    without, together = engine.one(
        f"SELECT approx_count_distinct(hash({', '.join(held)})), "
        f"approx_count_distinct(hash({', '.join(both)})) "
        f"FROM (FROM {engine.rows()} LIMIT {_TRIED_ROWS})"
    )
    return bool(together <= without * _FOLLOWS)
