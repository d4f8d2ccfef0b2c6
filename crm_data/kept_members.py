"""Members of saved segments, found once and kept on a connection to a version.

Every chart of a page that is filtered by a segment asks who is in it. Who bought something a number
of times is most of what such a chart costs, and the answer is the same for each of them: a version
does not change. The answer knows nothing of viewers; their scope is asked for beside it.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import BinaryExpression, Connection, Engine, Select, Subquery, Table, event
from sqlalchemy.sql import operators, visitors

from crm_data.segments.compile import MEMBERS

_MOST = 6  # segments on a connection, 8 bytes a member
_KEPT = "kept_members"


def keep_members(engine: Engine) -> Engine:
    """Let connections of a DuckDB engine keep the members that statements ask for.

    Statements stay as they are: for each segment in one (``segments.members_of``) what is run reads
    a temporary table of the connection, which is made the first time. Where being a member is one
    of the conditions that rows of a table must all meet, the table is joined: nobody is in it
    twice, and numbers without gaps are looked up in a third of the time that a list takes.
    """
    event.listen(engine, "before_execute", _with_kept, retval=True)
    return engine


def _with_kept(
    conn: Connection, statement: Any, multi: Any, params: Any, _options: Any
) -> tuple[Any, Any, Any]:
    asked = _asked(statement)
    if not asked:
        return statement, multi, params
    kept = {name: _kept(conn, name, chosen) for name, chosen in asked.items()}
    joined = _joined(statement)

    def instead(element: Any, **_kw: Any) -> Any:
        if id(element) in joined:
            return kept[joined[id(element)]].alias().c.customer_no == element.left
        name = _name_of(element)
        return sa.select(kept[name].c.customer_no) if name else None

    return visitors.replacement_traverse(statement, {}, instead), multi, params


def _asked(statement: Any) -> dict[str, Select[Any]]:
    if not isinstance(statement, sa.SelectBase):
        return {}
    parts: list[Any] = list(visitors.iterate(statement))
    return {name: one for one in parts if (name := _name_of(one))}


def _joined(statement: Any) -> dict[int, str]:
    """Return the conditions that can be joins, by identity, and what their segments are called."""
    found = {}
    for one in visitors.iterate(statement):
        if not isinstance(one, Select) or one.whereclause is None:
            continue
        for condition in _all_of(one.whereclause):
            if name := _segment_of(condition):
                found[id(condition)] = name
    return found


def _all_of(condition: Any) -> list[Any]:
    if getattr(condition, "operator", None) is operators.and_:
        return [part for clause in condition.clauses for part in _all_of(clause)]
    return [condition]


def _segment_of(condition: Any) -> str:
    """Return the name of the segment that a column of a table must be in; else nothing."""
    if not isinstance(condition, BinaryExpression) or condition.operator is not operators.in_op:
        return ""
    if not isinstance(getattr(condition.left, "table", None), Table):
        return ""
    asked = getattr(condition.right, "element", None)
    if not isinstance(asked, Select) or asked.whereclause is not None:
        return ""
    source, *others = asked.get_final_froms()
    return _name_of(source.element) if isinstance(source, Subquery) and not others else ""


def _name_of(element: Any) -> str:
    is_select = isinstance(element, Select)
    return str(element.get_execution_options().get(MEMBERS, "")) if is_select else ""


def _kept(conn: Connection, name: str, chosen: Select[Any]) -> sa.TableClause:
    """Return the temporary table of a segment's members, made where the connection has none."""
    names: list[str] = conn.info.setdefault(_KEPT, [])
    raw: Any = conn.connection.driver_connection
    if name in names:
        names.remove(name)
    else:
        while len(names) >= _MOST:
            raw.execute(f'DROP TABLE IF EXISTS temp."{names.pop(0)}"')
        found = conn.execute(chosen.execution_options(**{MEMBERS: ""}))
        members = found.cursor.to_arrow_table()
        raw.register(f"{name}_rows", members)
        raw.execute(
            f'CREATE OR REPLACE TEMP TABLE "{name}" AS SELECT customer_no FROM "{name}_rows"'
        )
        raw.unregister(f"{name}_rows")
        raw.commit()  # the pool rolls a connection back when it is given back
        raw.begin()
    names.append(name)
    return sa.table(name, sa.column("customer_no", sa.BigInteger()))
