"""Who may be put on a retention list, with whom each of them is given to."""

import pandas as pd
from sqlalchemy import Connection

from crm_data.commands.retention_drafts import MAX_MEMBERS, ListDraft
from crm_data.errors import UsageError
from crm_data.queries.retention_candidates import owners_of
from crm_data.scope import AccessScope


def checked_members(
    conn: Connection, scope: AccessScope, frame: pd.DataFrame, draft: ListDraft
) -> pd.DataFrame:
    """Return customers with the ``owner_id`` that each is given to, after every check.

    Raises
    ------
    UsageError
        Nobody, too many, somebody twice, or somebody who is not there or not visible.
    """
    if frame.empty:
        raise UsageError("retention_empty", "Nobody is on this list. Choose customers first.")
    if len(frame) > MAX_MEMBERS:
        raise UsageError(
            "retention_too_many",
            f"{len(frame)} customers are more than one list holds ({MAX_MEMBERS}). Narrow them.",
            n=len(frame),
            most=MAX_MEMBERS,
        )
    twice = frame["customer_id"][frame["customer_id"].duplicated()]
    if len(twice):
        raise UsageError(
            "retention_twice",
            f"Customer {twice.iloc[0]} is named twice. Name each once.",
            customer=twice.iloc[0],
        )
    known = owners_of(conn, scope, frame["customer_id"].tolist())
    unknown = frame["customer_id"][~frame["customer_id"].isin(known["customer_id"])]
    if len(unknown):
        raise UsageError(
            "retention_unknown",
            f"{len(unknown)} customer(s) are not there or not yours, for example "
            f"{unknown.iloc[0]}. Take them off.",
            n=len(unknown),
            customer=unknown.iloc[0],
        )
    found = frame.merge(known[["customer_id", "owner_id"]], on="customer_id", how="left")
    return found if draft.owner_id is None else found.assign(owner_id=draft.owner_id)
