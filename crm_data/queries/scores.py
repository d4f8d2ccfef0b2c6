"""What rules and models say of one customer."""

import pandas as pd
from sqlalchemy import Connection, select

from crm_data.queries.customer_search import storable
from crm_data.scope import AccessScope, visible_to
from crm_data.sql import read_frame
from crm_data.tables import mart
from crm_data.tables.scores import CUSTOMER_SCORES


def customer_scores(conn: Connection, *, scope: AccessScope, customer_id: str) -> pd.DataFrame:
    """Return ``CUSTOMER_SCORES`` of one customer; no row where it is not scored or out of scope."""
    scores = mart("customer_scores")
    statement = select(*scores.c).where(
        scores.c.customer_id == storable(customer_id), visible_to(scope, scores.c.owner_id)
    )
    return read_frame(conn, statement, CUSTOMER_SCORES)
