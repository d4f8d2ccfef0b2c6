"""Retention lists: create, close, delete, restore. One transaction and one audit row each."""

import json
from datetime import datetime
from typing import Any
from uuid import uuid4

import numpy as np
import numpy.typing as npt
import pandas as pd
import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from crm_data.app_db import AuditRow, RetentionListRow, RetentionMemberRow, session
from crm_data.commands.retention_drafts import (
    CONTACT,
    HOLD_BACK,
    ListDraft,
    RetentionList,
    list_name,
    require_possible,
    stored_list,
)
from crm_data.commands.retention_input import checked_members
from crm_data.errors import NotPermittedError, UsageError
from crm_data.hold_back import drawn
from crm_data.queries.retention_candidates import RETENTION_INPUT
from crm_data.scope import AccessScope
from crm_data.settings import Settings


def retention_lists(settings: Settings, *, with_deleted: bool = False) -> list[RetentionList]:
    """Return the lists, the newest first; deleted ones only where asked for."""
    statement = sa.select(RetentionListRow).order_by(
        RetentionListRow.created_at.desc(), RetentionListRow.list_id
    )
    if not with_deleted:
        statement = statement.where(RetentionListRow.deleted_at.is_(None))
    with session(settings) as db:
        return [stored_list(row) for row in db.scalars(statement)]


def create_list(
    settings: Settings,
    conn: Connection,
    scope: AccessScope,
    frame: pd.DataFrame,
    draft: ListDraft,
    *,
    now: datetime,
    actor: str,
) -> RetentionList:
    """Draw the arms and save the list; customers of other lists that still run are left out.

    Parameters
    ----------
    conn : Connection
        To the version that the customers were chosen in.
    frame : DataFrame
        ``RETENTION_INPUT``, whoever chose them: a segment, a stage, a model.

    Raises
    ------
    UsageError
        Nobody, too many, somebody twice, somebody whom ``scope`` may not see or who is not there,
        everybody already on a list, or a draft that cannot be.
    """
    require_possible(draft)
    members = checked_members(conn, scope, RETENTION_INPUT.conform(frame), draft)
    row = RetentionListRow(
        list_id=uuid4().hex,
        name=list_name(draft.name),
        owner=actor,
        created_at=now,
        assigned_on=draft.assigned_on,
        due_on=draft.due_on,
        outcome_on=draft.outcome_on,
        definition=json.dumps(dict(draft.definition), ensure_ascii=False),
        version=draft.version,
        hold_back_share=draft.hold_back_share,
        seed=draft.seed,
        offer_cost=draft.offer_cost,
        save_rate_guess=draft.save_rate_guess,
        outcome_rule=json.dumps({"kept": draft.kept, "days": draft.days}),
        changed_at=now,
        closed_at=None,
        deleted_at=None,
    )
    with session(settings) as db:
        db.add(row)
        _require_name_is_free(db, row)
        free = members[~members["customer_id"].isin(_busy(db, row))].reset_index(drop=True)
        if free.empty:
            raise UsageError(
                "retention_all_busy",
                "Every one of these customers is on a list that still runs. Choose others, or wait "
                "for its outcome.",
            )
        held = drawn(
            free["customer_id"], free["value_at_stake"], share=draft.hold_back_share,
            seed=draft.seed,
        )  # fmt: skip
        db.execute(sa.insert(RetentionMemberRow), _rows(row.list_id, free, held, now))
        left_out = len(members) - len(free)
        counts = {"contact": int((~held).sum()), "hold_back": int(held.sum()), "left_out": left_out}
        _audit(db, row, "retention_create", actor, now, **counts)
        return stored_list(row, left_out)


def close_list(
    settings: Settings, scope: AccessScope, list_id: str, *, now: datetime, actor: str
) -> None:
    """End the tasks of a list; its outcome is still looked at, and it can be opened again."""
    _set(settings, scope, list_id, "retention_close", now, actor)


def reopen_list(
    settings: Settings, scope: AccessScope, list_id: str, *, now: datetime, actor: str
) -> None:
    """Give a closed list its tasks back."""
    _set(settings, scope, list_id, "retention_reopen", now, actor)


def delete_list(
    settings: Settings, scope: AccessScope, list_id: str, *, now: datetime, actor: str
) -> None:
    """Take a list away with its tasks; ``restore_list`` brings it back."""
    _set(settings, scope, list_id, "retention_delete", now, actor)


def restore_list(
    settings: Settings, scope: AccessScope, list_id: str, *, now: datetime, actor: str
) -> None:
    """Bring a deleted list back.

    Raises
    ------
    UsageError
        Its name is taken, or its customers are on a list made meanwhile.
    """
    with session(settings) as db:
        row = _own(db, scope, list_id, actor, is_deleted=True)
        row.deleted_at, row.changed_at = None, now
        _require_name_is_free(db, row)
        own = sa.select(RetentionMemberRow.customer_id).where(RetentionMemberRow.list_id == list_id)
        if set(db.scalars(own)) & _busy(db, row):
            raise UsageError(
                "retention_busy_since",
                "Some of these customers are on a list that was made meanwhile. Delete that one "
                "first.",
            )
        _audit(db, row, "retention_restore", actor, now)


def _set(
    settings: Settings,
    scope: AccessScope,
    list_id: str,
    action: str,
    now: datetime,
    actor: str,
) -> None:
    with session(settings) as db:
        row = _own(db, scope, list_id, actor, is_deleted=False)
        row.changed_at = now
        if action == "retention_delete":
            row.deleted_at = now
        else:
            row.closed_at = now if action == "retention_close" else None
        _audit(db, row, action, actor, now)


def _own(
    db: Session, scope: AccessScope, list_id: str, actor: str, *, is_deleted: bool
) -> RetentionListRow:
    """Return a list that the actor made, or anybody's for who sees everything."""
    row = db.get(RetentionListRow, list_id)
    if row is None or (row.deleted_at is not None) != is_deleted:
        raise UsageError(
            "no_such_retention_list",
            "The list is not there (any more). Reload the page and choose again.",
        )
    if row.owner != actor and not scope.is_everything:
        raise NotPermittedError(
            "retention_not_yours", "Only who made a list may close or delete it. Ask that person."
        )
    return row


def _rows(
    list_id: str, members: pd.DataFrame, held: npt.NDArray[np.bool_], now: datetime
) -> list[dict[str, Any]]:
    return [
        {
            "list_id": list_id,
            "customer_id": customer,
            "arm": HOLD_BACK if is_held else CONTACT,
            "value_at_stake": None if pd.isna(value) else float(value),
            "reasons": "[]" if pd.isna(reasons) else reasons,
            "owner_id": None if pd.isna(owner) else owner,
            "status": "open",
            "contacted_at": None,
            "outcome": None,
            "note": "",
            "changed_at": now,
        }
        for customer, value, reasons, owner, is_held in zip(
            members["customer_id"],
            members["value_at_stake"],
            members["reasons"],
            members["owner_id"],
            held,
            strict=True,
        )
    ]


def _busy(db: Session, row: RetentionListRow) -> set[str]:
    """Return the customers of other lists whose outcome is not in yet on the day of this one.

    On two lists at once a customer could be left alone by one and called by the other.
    """
    other = RetentionListRow
    statement = (
        sa.select(RetentionMemberRow.customer_id)
        .join(other, other.list_id == RetentionMemberRow.list_id)
        .where(
            other.list_id != row.list_id,
            other.deleted_at.is_(None),
            other.outcome_on >= row.assigned_on,
            other.assigned_on <= row.outcome_on,
        )
    )
    return set(db.scalars(statement))


def _require_name_is_free(db: Session, row: RetentionListRow) -> None:
    """Check after writing: the writer's lock makes two who save at once wait for each other."""
    db.flush()
    living = sa.select(RetentionListRow.name).where(
        RetentionListRow.deleted_at.is_(None), RetentionListRow.list_id != row.list_id
    )
    if row.name.casefold() in {name.casefold() for name in db.scalars(living)}:
        raise UsageError(
            "retention_name_taken",
            f"There is a list '{row.name}' already. Choose another name.",
            name=row.name,
        )


def _audit(
    db: Session, row: RetentionListRow, action: str, actor: str, now: datetime, **counts: int
) -> None:
    details = {
        "list_id": row.list_id,
        "definition": json.loads(row.definition),
        "version": row.version,
        "hold_back_share": row.hold_back_share,
        "seed": row.seed,
        **counts,
    }
    db.add(
        AuditRow(
            happened_at=now,
            actor=actor,
            action=action,
            subject=row.name,
            details=json.dumps(details, ensure_ascii=False),
        )
    )
