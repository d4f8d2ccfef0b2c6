"""One list of what is to be done: stored tasks, and calls of retention lists beside them.

A call of a retention list is stored once, as a member of its list. Here it is read as a task with
the code ``retention_call``; what came of it is written down in its list, and nowhere else.
"""

import json
from datetime import date
from urllib.parse import urlencode

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import Connection

from crm_data.app_db import RetentionListRow, RetentionMemberRow, session
from crm_data.commands.retention_drafts import CONTACT
from crm_data.commands.retention_members import open_tasks
from crm_data.queries import tasks as queries
from crm_data.queries.retention_candidates import owners_of
from crm_data.queries.tasks import TASKS, DueCounts, State, TaskPart, stored_due, tasks
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from crm_data.task_codes import RETENTION_CALL


def retention_calls(settings: Settings, conn: Connection, scope: AccessScope) -> pd.DataFrame:
    """Return whom open retention lists still have to contact, as ``TASKS``; nobody held back.

    Within a list those with most at stake come first. Those only whose customer ``scope`` may see;
    who sees everything sees those, too, who are not in the data any more.
    """
    found = open_tasks(settings)
    if not scope.is_everything:
        seen = owners_of(conn, scope, found["customer_id"].tolist())["customer_id"]
        found = found[found["customer_id"].isin(seen)]
    found = found.assign(least=-found["value_at_stake"].astype("float64"))  # unknown values last
    found = found.sort_values(["due_on", "list_id", "least", "customer_id"], ignore_index=True)
    ids = list(zip(found["list_id"], found["customer_id"], strict=True))
    stakes = zip(found["list_name"], found["value_at_stake"], strict=True)
    made = found.assign(
        task_id=[f"{RETENTION_CALL}:{of}:{customer}" for of, customer in ids],
        code=RETENTION_CALL,
        figures=[
            json.dumps({"list_name": name, "value_at_stake": None if pd.isna(stake) else stake})
            for name, stake in stakes
        ],
        title="",
        subject=[f"customer:{customer}" for _of, customer in ids],
        origin="retention_actions",
        origin_query=[
            urlencode({"list": of, "member": customer, "show": "calls"}) for of, customer in ids
        ],
        status="open",
        **dict.fromkeys(
            ("opportunity_id", "lead_id", "ticket_id", "response_id", "created_by", "created_at",
             "snoozed_until", "done_at", "outcome")
        ),
    )  # fmt: skip
    return TASKS.conform(made)


def listed(
    settings: Settings,
    conn: Connection,
    scope: AccessScope,
    viewer: str,
    *,
    state: State,
    on: date,
    limit: int | None = None,
) -> pd.DataFrame:
    """Return ``TASKS``: stored ones and, among the open ones, calls of retention lists."""
    own = tasks(settings, scope, viewer, state=state, on=on, limit=limit)
    if state != "open":
        return own
    calls = retention_calls(settings, conn, scope)
    if calls.empty:
        return own
    both = pd.concat([own, calls], ignore_index=True) if len(own) else calls
    return both.sort_values("due_on", kind="stable").reset_index(drop=True)


def open_counts(
    settings: Settings,
    conn: Connection,
    scope: AccessScope,
    viewer: str,
    *,
    on: date,
    week_end: date,
) -> pd.DataFrame:
    """Return how many tasks and calls are open on a day, up to a week's end: ``TASK_COUNTS``."""
    own = queries.open_counts(settings, scope, viewer, on=on, week_end=week_end)
    calls = retention_calls(settings, conn, scope)
    if calls.empty:
        return own
    day, now, end = calls["due_on"], pd.Timestamp(on), pd.Timestamp(week_end)
    when = [
        "overdue" if one < now else "today" if one == now else "week" if one <= end else "later"
        for one in day
    ]
    keys = ["owner_id", "code", "origin", "due"]
    counted = calls.assign(due=when).groupby(keys, dropna=False).size().reset_index(name="tasks")
    return queries.TASK_COUNTS.conform(
        pd.concat([own, queries.TASK_COUNTS.conform(counted)], ignore_index=True)
    )


def open_page(
    settings: Settings,
    conn: Connection,
    scope: AccessScope,
    viewer: str,
    part: TaskPart,
    *,
    on: date,
    offset: int,
    size: int,
) -> pd.DataFrame:
    """Return rows of ``listed`` that are open and of a part, from ``offset`` on: ``TASKS``."""
    own = queries.open_page(settings, scope, viewer, part, on=on, limit=offset + size)
    calls = part.kept(retention_calls(settings, conn, scope))
    both = own
    if not calls.empty:
        both = pd.concat([own, calls], ignore_index=True) if len(own) else calls
        both = both.sort_values("due_on", kind="stable")
    return both.iloc[offset : offset + size].reset_index(drop=True)


def due_counts(
    settings: Settings, conn: Connection, scope: AccessScope, viewer: str, *, on: date
) -> DueCounts:
    """Count what is overdue and what is due on a day, stored tasks and calls together.

    For who sees everything, all of it; else what is given to the viewer by name, or to the scope's
    owners.
    """
    owners = None if scope.owner_ids is None else frozenset({viewer, *scope.owner_ids})
    stored = stored_due(settings, scope, viewer, owners, on=on)
    member, of = RetentionMemberRow, RetentionListRow
    where = [
        of.deleted_at.is_(None), of.closed_at.is_(None), of.due_on <= on, member.arm == CONTACT,
        member.status.in_(("open", "contacted")),
    ]  # fmt: skip
    if owners is not None:
        where.append(member.owner_id.in_(sorted(owners)))
    # The names are read only where they decide: whoever sees everything counts without them.
    columns = (of.due_on, member.customer_id) if owners is not None else (of.due_on,)
    statement = (
        sa.select(*columns, sa.func.count())
        .select_from(member)
        .join(of, of.list_id == member.list_id)
        .where(*where)
        .group_by(*columns)
    )
    with session(settings) as db:
        found = db.execute(statement).all()
    if owners is not None:
        seen = set(owners_of(conn, scope, [row[1] for row in found])["customer_id"])
        found = [row for row in found if row[1] in seen]
    late = sum(row[-1] for row in found if row[0] < on)
    return DueCounts(stored.overdue + late, stored.today + sum(row[-1] for row in found) - late)
