"""Whom a retention list may be made of: value at stake, and reasons that the data gives."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, select

from crm_data.frames import FrameSpec, columns_of
from crm_data.queries.segments import data_ends_on
from crm_data.scope import AccessScope, visible_to
from crm_data.segments import in_segment
from crm_data.sql import json_items, read_frame
from crm_data.tables import mart, table

# What a list is made of, whoever chose the customers: reasons is a JSON list of codes.
RETENTION_INPUT = FrameSpec(
    "retention_input",
    "one row per customer to be listed",
    ("customer_id",),
    columns_of("customer_id:text value_at_stake:money reasons:json"),
)
CUSTOMER_OWNERS = FrameSpec(
    "customer_owners",
    "one row per customer asked for that may be seen",
    ("customer_id",),
    columns_of("customer_id:text name:text owner_id:text"),
)
PEOPLE = FrameSpec(
    "people",
    "one row per employee who has not left, by name",
    ("employee_id",),
    columns_of("employee_id:text name:text"),
)
# In the order in which they are told.
REASONS = ("at_risk", "lost", "open_ticket", "complaint", "low_nps")
_LOW_NPS = 6
# Every set of reasons as it is written: few beside the customers that have one of them.
_TOLD = [
    json.dumps([name for place, name in enumerate(REASONS) if which >> place & 1])
    for which in range(2 ** len(REASONS))
]
_FLAGS = FrameSpec(
    "retention_flags",
    "one row per candidate, the largest value at stake first",
    ("customer_id",),
    columns_of("customer_id:text value_at_stake:money " + " ".join(f"{r}:flag" for r in REASONS)),
)


def candidates(conn: Connection, scope: AccessScope, tree_json: str) -> pd.DataFrame:
    """Return the members of a segment as ``RETENTION_INPUT``, the largest value at stake first.

    Value at stake is the net amount of the last 365 days of the data, where it is above zero; a
    model may know better and bring its own frame.

    Raises
    ------
    UsageError
        The tree cannot be read.
    """
    facts = mart("customer_facts")
    return _input(conn, scope, in_segment(facts.c.customer_no, tree_json, data_ends_on(conn)))


def candidates_among(
    conn: Connection, scope: AccessScope, customer_ids: Sequence[str]
) -> pd.DataFrame:
    """Return those of the customers that may be seen as ``RETENTION_INPUT``."""
    return _input(conn, scope, mart("customer_facts").c.customer_id.in_(asked_for(customer_ids)))


def owners_of(conn: Connection, scope: AccessScope, customer_ids: Sequence[str]) -> pd.DataFrame:
    """Return ``CUSTOMER_OWNERS`` of those customers that ``scope`` may see."""
    facts = mart("customer_facts")
    statement = (
        select(*(facts.c[column.name] for column in CUSTOMER_OWNERS.columns))
        .where(visible_to(scope, facts.c.owner_id))
        .where(facts.c.customer_id.in_(asked_for(customer_ids)))
        .order_by(facts.c.customer_id)
    )
    return read_frame(conn, statement, CUSTOMER_OWNERS)


def people(conn: Connection, scope: AccessScope) -> pd.DataFrame:
    """Return who may be given tasks: ``PEOPLE``, those whose customers ``scope`` may see."""
    staff = table("employees")
    statement = (
        select(staff.c.employee_id, staff.c.name)
        .where(staff.c.left_on.is_(None), visible_to(scope, staff.c.employee_id))
        .order_by(staff.c.name, staff.c.employee_id)
    )
    return read_frame(conn, statement, PEOPLE)


def asked_for(customer_ids: Sequence[str]) -> sa.Select[Any]:
    """Return customers as a subquery: one parameter for any number of them."""
    ids = sorted({one.replace("\0", "") for one in customer_ids})
    asked = select(json_items(json.dumps(ids)).label("customer_id")).subquery("asked")
    return select(asked.c.customer_id)


def _input(conn: Connection, scope: AccessScope, where: ColumnElement[bool]) -> pd.DataFrame:
    facts, scores = mart("customer_facts"), mart("customer_scores")
    spent = facts.c.net_amount_365d
    flags = {
        "at_risk": scores.c.stage == "at_risk",
        "lost": scores.c.stage == "lost",
        "open_ticket": facts.c.open_tickets > 0,
        "complaint": facts.c.complaints > 0,
        "low_nps": facts.c.last_nps <= _LOW_NPS,
    }
    statement = (
        select(
            facts.c.customer_id,
            sa.case((spent > 0, spent)).label("value_at_stake"),
            *(flags[name].label(name) for name in REASONS),
        )
        .select_from(facts.outerjoin(scores, scores.c.customer_no == facts.c.customer_no))
        .where(visible_to(scope, facts.c.owner_id), where)
        .order_by(sa.desc("value_at_stake").nulls_last(), facts.c.customer_id)
    )
    found = read_frame(conn, statement, _FLAGS)
    told = found[list(REASONS)].fillna(False).astype(bool).to_numpy()
    which = told @ (1 << np.arange(len(REASONS)))
    return RETENTION_INPUT.conform(found.assign(reasons=pd.array(_TOLD, dtype="str").take(which)))
