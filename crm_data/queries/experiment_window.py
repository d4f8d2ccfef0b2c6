"""The days in which an outcome counts, and until when it is known."""

from datetime import timedelta

import pandas as pd
from sqlalchemy import Connection

from crm_data.queries.campaign_arms import NO_WINDOW, ORDERED, Window
from crm_data.queries.version_facts import version_facts

ORDER_DAYS = 30


def window_of(conn: Connection, outcome: str, days: int) -> Window:
    """Return the window of an outcome: what orders tell is counted in 30 days unless said."""
    if outcome == "outcome_value":
        return NO_WINDOW
    chosen = days or (ORDER_DAYS if outcome in ORDERED else 0)
    if not chosen:
        return NO_WINDOW
    facts = version_facts(conn).set_index("table_name")["watermark_on"]
    tables = ("orders",) if outcome in ORDERED else ("orders", "campaign_members")
    ends = [facts.get(name) for name in tables]
    known = [pd.Timestamp(end).date() for end in ends if end is not None and not pd.isna(end)]
    return Window(chosen, max(known) + timedelta(days=1) if known else None)
