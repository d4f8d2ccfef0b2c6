"""The call list of a retention list: who is still to be contacted and may be, never the hold-back.

Handing it out is an export: ``record_export`` writes it into the audit log first.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Connection

from crm_data.commands.retention_drafts import CONTACT
from crm_data.commands.retention_members import members_of
from crm_data.errors import UsageError
from crm_data.frames import FrameSpec, columns_of
from crm_data.queries.retention_addresses import CHANNELS, Channel, reachable
from crm_data.scope import AccessScope
from crm_data.settings import Settings

LEFT_OUT = ("refused", "no_consent", "no_address")
CALL_LIST = FrameSpec(
    "call_list",
    "one row per customer to contact, the largest value at stake first",
    ("customer_id",),
    columns_of(
        "customer_id:text name:text address:text value_at_stake:money reasons:text owner_id:text "
        "due_on:day"
    ),
)


@dataclass(frozen=True)
class CallList:
    """Who may be contacted; ``left_out`` counts the other open tasks by the first reason."""

    frame: pd.DataFrame
    left_out: Mapping[str, int]


def call_list(
    settings: Settings, conn: Connection, scope: AccessScope, list_id: str, channel: Channel
) -> CallList:
    """Return the open tasks of a list that a channel may reach: ``CALL_LIST``.

    Raises
    ------
    UsageError
        Another channel.
    """
    if channel not in CHANNELS:
        raise UsageError(
            "segment_channel",
            f"There is no channel '{channel}'. Channels are: {', '.join(CHANNELS)}.",
            channel=channel,
            channels=", ".join(CHANNELS),
        )
    members = members_of(settings, list_id)
    is_open = members["arm"].eq(CONTACT) & members["status"].eq("open")
    waiting = members[is_open & ~members["is_closed"]]
    found = waiting.merge(
        reachable(conn, scope, waiting["customer_id"].tolist(), channel), on="customer_id"
    )
    reason = pd.Series("", index=found.index, dtype="str")
    if channel != "none":
        reason[found["consent"].eq(False).fillna(False).astype(bool)] = "refused"
        reason[found["consent"].isna()] = "no_consent"
        has_no_address = found["address"].isna() | found["address"].str.strip().eq("")
        reason[has_no_address & reason.eq("")] = "no_address"
    told = [", ".join(json.loads(text)) for text in found["reasons"]]
    found = found.assign(reasons=pd.Series(told, index=found.index, dtype="str"))
    kept = CALL_LIST.conform(found[reason.eq("").to_numpy()].reset_index(drop=True))
    counts = reason.value_counts()
    return CallList(kept, {name: int(counts[name]) for name in LEFT_OUT if name in counts})
