"""When the first member of a campaign was assigned."""

from collections.abc import Iterable
from datetime import date

import sqlalchemy as sa

from crm_data.tables import mart


def first_assignments(conn: sa.Connection, campaigns: Iterable[str]) -> dict[str, date]:
    """Return the day by campaign; those without a dated member are missing.

    A day is of nobody: whoever sees a part of the members has to know whether the plan came first.
    """
    facts = mart("campaign_member_facts")
    ids, on = facts.c.campaign_id, facts.c.assigned_on
    rows = conn.execute(
        sa.select(ids, sa.func.min(on))
        .where(ids.in_(list(campaigns)), on.is_not(None))
        .group_by(ids)
    )
    return {str(campaign): day for campaign, day in rows}
