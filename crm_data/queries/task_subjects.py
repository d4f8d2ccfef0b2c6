"""What tasks are about: names of customers, deals, leads, tickets, answers that may be seen."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, Select, func, select

from crm_data.frames import FrameSpec, columns_of
from crm_data.queries.retention_candidates import asked_for
from crm_data.scope import AccessScope, visible_to
from crm_data.sql import read_frame
from crm_data.tables import mart, table

TASK_SUBJECTS = FrameSpec(
    "task_subjects",
    "one row per customer, deal, lead, ticket or answer asked for that may be seen",
    ("kind", "subject_id"),
    columns_of(
        "kind:text subject_id:text name:text customer_id:text customer_name:text owner_id:text"
    ),
)
KINDS = ("customer", "opportunity", "lead", "ticket", "response")


def task_subjects(
    conn: Connection, scope: AccessScope, asked: Sequence[tuple[str, str]]
) -> pd.DataFrame:
    """Return ``TASK_SUBJECTS`` of (kind, id) pairs, those only that ``scope`` may see.

    A deal is its owner's, else its customer's owner's; a lead its own owner's, else its customer's;
    a ticket or an answer is its customer's owner's. A deal is called what it is called, a ticket by
    its category, an answer by its kind; leads have no name.
    """
    parts = []
    for kind in KINDS:
        ids = [one for of, one in asked if of == kind]
        if ids:
            parts.append(_part(kind, scope, ids))
    if not parts:
        return TASK_SUBJECTS.conform(pd.DataFrame(columns=TASK_SUBJECTS.column_names))
    every = sa.union_all(*parts).subquery("subject")
    return read_frame(
        conn, select(*every.c).order_by(every.c.kind, every.c.subject_id), TASK_SUBJECTS
    )


def _part(kind: str, scope: AccessScope, ids: Sequence[str]) -> Select[Any]:
    facts = mart("customer_facts")
    rows = facts if kind == "customer" else table(_TABLES[kind])
    key = rows.c[f"{kind}_id"]
    owner: ColumnElement[str] = facts.c.owner_id
    if kind in ("opportunity", "lead"):
        owner = func.coalesce(rows.c.owner_id, facts.c.owner_id)
    name: ColumnElement[Any] = (
        rows.c[_NAMES[kind]] if kind in _NAMES else sa.cast(sa.null(), sa.Text)
    )
    joined: Any = (
        facts
        if kind == "customer"
        else rows.outerjoin(facts, facts.c.customer_id == rows.c.customer_id)
    )
    return (
        select(
            sa.literal(kind).label("kind"),
            key.label("subject_id"),
            name.label("name"),
            rows.c.customer_id.label("customer_id"),
            facts.c.name.label("customer_name"),
            owner.label("owner_id"),
        )
        .select_from(joined)
        .where(visible_to(scope, owner), key.in_(asked_for(ids)))
    )


_TABLES = {
    "opportunity": "opportunities", "lead": "leads", "ticket": "tickets",
    "response": "survey_responses",
}  # fmt: skip
_NAMES = {"customer": "name", "opportunity": "name", "ticket": "category", "response": "kind"}
