"""Customers as they are today with what the company's file says of them, for a viewer."""

from collections.abc import Sequence

import pandas as pd
from sqlalchemy import Connection, select

from crm_data.marts.score_inputs_churn import ATTRIBUTES
from crm_data.marts.score_inputs_outcome import SNAPSHOT, snapshot
from crm_data.scope import AccessScope, visible_to
from crm_data.sql import json_text, read_frame
from crm_data.tables import table


def customer_snapshot(
    conn: Connection, *, scope: AccessScope, keys: Sequence[str], limit: int | None = None
) -> pd.DataFrame:
    """Return ``snapshot(keys)`` of the customers that the viewer may see.

    Parameters
    ----------
    conn : Connection
        Read-only connection to a version.
    scope : AccessScope
    keys : sequence of str
        Attributes wanted; missing where a customer has none.
    limit : int, optional
        Rows at most, whichever the store gives first: enough to know which values there are.
    """
    stored = table("customers")
    some = select(stored).where(visible_to(scope, stored.c.owner_id)).limit(limit)
    customers = some.subquery("customer")
    held = [json_text(customers.c["attributes"], key).label(ATTRIBUTES + key) for key in keys]
    statement = select(*(customers.c[name] for name in SNAPSHOT.column_names), *held).order_by(
        customers.c.customer_id
    )
    return read_frame(conn, statement, snapshot(keys))
