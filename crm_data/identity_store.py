"""Decisions on records as they are kept: which stand, and which the version does not know yet."""

import pandas as pd
import sqlalchemy as sa

from crm_data.app_db import IdentityDecisionRow, session
from crm_data.frames import FrameSpec, columns_of
from crm_data.settings import Settings

DECISIONS = FrameSpec(
    "identity_decisions",
    "one row per decision that stands, newest first",
    ("decision_id",),
    columns_of(
        "decision_id:text together:text kind:text action:text record_id:text other_id:text "
        "decided_by:text decided_at:instant"
    ),
)


def decisions(settings: Settings) -> pd.DataFrame:
    """Return ``DECISIONS``."""
    row = IdentityDecisionRow
    columns = [getattr(row, name) for name in DECISIONS.column_names]
    query = (
        sa.select(*columns)
        .where(row.undone_at.is_(None))
        .order_by(row.decided_at.desc(), row.decision_id)
    )
    with session(settings) as db:
        found = [tuple(one) for one in db.execute(query)]
    return DECISIONS.conform(pd.DataFrame(found, columns=DECISIONS.column_names))
