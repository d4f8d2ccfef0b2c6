"""What faults and duplicates do to the headline numbers; pages and the command line share it."""

import pandas as pd

from analytics.quality_effects import Merged, effects
from crm_data.queries.quality import fault_sums
from crm_data.queries.quality_duplicates import merged_changes
from crm_data.scope import AccessScope
from crm_data.sql import Connection


def effects_of(conn: Connection, scope: AccessScope) -> pd.DataFrame:
    """Return ``analytics.quality_effects.effects`` of a version; empty for who sees a part."""
    found = fault_sums(conn, scope=scope)
    sums = dict(zip(found["name"], found["value"], strict=True))
    return effects(sums, _merged(merged_changes(conn, scope=scope)))


def _merged(changes: pd.DataFrame) -> Merged | None:
    if changes.empty:
        return None
    row = changes.iloc[0]
    return Merged(
        int(row["customers"]), int(row["active"]), int(row["buyers"]), int(row["repeat_buyers"]),
        float(row["net_amount"]),
    )  # fmt: skip
