"""Members of saved segments, found once and kept on a connection to a version.

Every chart of a page that is filtered by a segment asks who is in it. Who bought something a number
of times is most of what such a chart costs, and the answer is the same for each of them: a version
does not change. The answer knows nothing of viewers; their scope is asked for beside it.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import BinaryExpression, Connection, Engine, Select, Table, event
from sqlalchemy.sql import operators, visitors

from crm_data.segments.compile import IS_ASKED, MEMBERS

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
    if not isinstance(statement, sa.SelectBase):
        return statement, multi, params
    parts = [one for one in visitors.iterate(statement) if isinstance(one, Select)]
    asked = {name: one for one in parts if (name := _name_of(one))}
    if not asked:
        return statement, multi, params
    kept = {name: _kept(conn, name, chosen) for name, chosen in asked.items()}
    joined = {id(test) for one in parts for test in _tests_of_all(one)}

    def instead(element: Any, **_kw: Any) -> Any:
        if id(element) in joined:
            source = element.right.element.columns_clause_froms[0]
            return kept[_name_of(source.element)].alias().c.customer_no == element.left
        name = _name_of(element)
        return sa.select(kept[name].c.customer_no) if name else None

    return visitors.replacement_traverse(statement, {}, instead), multi, params


def _tests_of_all(statement: Select[Any]) -> list[Any]:
    """Return the conditions that a column of a table be a member, which all rows must meet."""
    if statement.whereclause is None:
        return []
    return [
        condition
        for condition in _all_of(statement.whereclause)
        if isinstance(condition, BinaryExpression)
        and condition.operator is operators.in_op
        and isinstance(getattr(condition.left, "table", None), Table)
        and _is_asked(getattr(condition.right, "element", None))
    ]


def _all_of(condition: Any) -> list[Any]:
    if getattr(condition, "operator", None) is operators.and_:
        return [part for clause in condition.clauses for part in _all_of(clause)]
    return [condition]


def _is_asked(element: Any) -> bool:
    return isinstance(element, Select) and bool(element.get_execution_options().get(IS_ASKED))


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
