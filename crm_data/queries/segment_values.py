"""Values that a field of customers has, for pickers."""

from sqlalchemy import Connection, func, select

from crm_data.scope import AccessScope, visible_to
from crm_data.segments import Compare, field, source_of
from crm_data.segments.compile import column
from crm_data.segments.events import value_of
from crm_data.tables import mart, table


def field_values(conn: Connection, *, scope: AccessScope, name: str, limit: int = 200) -> list[str]:
    """Return the values of a text field of visible customers, the most frequent first."""
    about = field(name)
    value = column(about).label("value")
    facts = mart("customer_facts")
    statement = (
        select(value)
        .select_from(source_of(Compare(name, "is_known")))
        .where(visible_to(scope, facts.c.owner_id), value.is_not(None))
        .group_by(value)
        .order_by(func.count().desc(), value)
        .limit(limit)
    )
    return [str(found) for found in conn.scalars(statement)]


def event_values(
    conn: Connection, *, scope: AccessScope, event: str, name: str, limit: int = 200
) -> list[str]:
    """Return the values of a text field of events, in alphabetical order.

    Only for who sees everything: what happened to others is nobody's business.
    """
    if not scope.is_everything:
        return []
    about = field(name, event)  # type: ignore[arg-type]  # refused there where it is none
    is_mart = about.origin in ("order_facts", "order_categories")
    source = mart(about.origin) if is_mart else table(about.origin)
    # In a subquery: the key of an attribute is a parameter, and twice it would be two.
    values = select(value_of(about, source).label("value")).subquery("values")
    statement = (
        select(values.c.value)
        .where(values.c.value.is_not(None))
        .distinct()
        .order_by(values.c.value)
        .limit(limit)
    )
    return [str(found) for found in conn.scalars(statement)]
