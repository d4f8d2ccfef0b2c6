"""Fewer records to work on: equal ones become one, once for all tables that can share the result.

Customers of an order file repeat on each of its lines. Where a table's key is among the columns of
another table, and its other columns follow from that key, both come from the same distinct rows.
"""

from crm_data.importers.engine import Engine
from crm_data.importers.profile import Profile
from crm_data.importers.projection import Projection

_TRIED_ROWS = 500_000
_FOLLOWS = 1.05


def reduce_sources(engine: Engine, projections: list[Projection], known: Profile) -> dict[str, str]:
    """Return SQL of the records that each table is made from.

    Tables that have a row per record read the file itself.
    """
    sources = {p.spec.name: engine.rows(numbered=p.needs_rows) for p in projections}
    merging = [p for p in projections if not (p.needs_rows or known.is_row_like[p.spec.name])]
    groups = _groups(engine, merging)
    for position, group in enumerate(groups):
        columns = ", ".join(dict.fromkeys(c for p in group for c in p.sources))
        distinct = f"SELECT DISTINCT {columns} FROM {engine.rows()}"
        if len(group) == 1:
            sources[group[0].spec.name] = f"({distinct})"
            continue
        engine.run(f"CREATE OR REPLACE TEMP TABLE reduced_{position} AS {distinct}")
        sources[group[0].spec.name] = f"reduced_{position}"
        for projection in group[1:]:
            own = ", ".join(projection.sources)
            sources[projection.spec.name] = f"(SELECT DISTINCT {own} FROM reduced_{position})"
    return sources


def _groups(engine: Engine, merging: list[Projection]) -> list[list[Projection]]:
    """Group tables; the first of a group holds the keys of the others."""
    groups: list[list[Projection]] = []
    for projection in sorted(merging, key=lambda p: -len(p.sources)):
        for group in groups:
            if set(projection.key_sources) <= set(group[0].sources) and _follows(
                engine, group, projection
            ):
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
