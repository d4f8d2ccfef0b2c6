"""What is said of retention lists: their state, their progress, and customers in words."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Literal

import pandas as pd

from ui import action_loaders as load
from ui.action_lists import CONTACT, HOLD_BACK, RetentionList
from ui.churn_reason_words import churn_reason
from ui.context import PageContext
from ui.frames import records

MONEY = ("value_at_stake",)


def visible(ctx: PageContext, members: pd.DataFrame) -> pd.DataFrame:
    """Return members with ``name``, those only that the viewer may see.

    Who sees everything sees those, too, who are not in the data any more.
    """
    ids = tuple(sorted(set(members["customer_id"])))
    known = load.owners(ctx.settings, ctx.version, ctx.scope, ids)
    how: Literal["left", "inner"] = "left" if ctx.scope.is_everything else "inner"
    return members.merge(known[["customer_id", "name"]], on="customer_id", how=how)


def state(of: RetentionList, members: pd.DataFrame, today: date, known: date | None) -> str:
    """Return where a list stands: outcome in, closed, waiting for it, overdue or open."""
    if known is not None and known >= of.outcome_on:
        return "outcome"
    if of.is_closed:
        return "closed"
    if not (called(members)["status"] == "open").any():
        return "waiting"
    return "overdue" if today > of.due_on else "open"


def called(members: pd.DataFrame) -> pd.DataFrame:
    """Return the contact arm."""
    return members[members["arm"] == CONTACT]


def held(members: pd.DataFrame) -> pd.DataFrame:
    """Return the hold-back."""
    return members[members["arm"] == HOLD_BACK]


def table(ctx: PageContext, members: pd.DataFrame, *, with_task: bool = True) -> pd.DataFrame:
    """Return members as a table says them, in the viewer's language."""
    t, people = ctx.t, load.people(ctx.settings, ctx.version, ctx.scope)
    rows = records(members)
    shown = {
        "name": [named(row) for row in rows],
        "value_at_stake": members["value_at_stake"].to_numpy(),
        "reasons": [reasons(ctx, row["reasons"]) for row in rows],
    }
    if with_task:
        shown |= {
            "task_owner": [person(people, row["owner_id"]) for row in rows],
            "task_status": [t(f"actions.status_{row['status']}") for row in rows],
            "task_outcome": [
                None if pd.isna(row["outcome"]) else t(f"actions.outcome_{row['outcome']}")
                for row in rows
            ],
            "task_note": [row["note"] for row in rows],
        }
    return pd.DataFrame(shown | {"customer_id": members["customer_id"].to_numpy()})


def named(row: Mapping[str, object]) -> str:
    """Return the name of a member, else its number."""
    name = row.get("name")
    return str(row["customer_id"] if name is None or pd.isna(name) else name)  # type: ignore[call-overload]  # a cell


def person(people: Mapping[str, str], owner_id: object) -> str | None:
    """Return the name of an employee, else what stands there; None for nobody."""
    if owner_id is None or pd.isna(owner_id):  # type: ignore[call-overload]  # a cell
        return None
    return people.get(str(owner_id), str(owner_id))


def reasons(ctx: PageContext, text: object) -> str | None:
    """Return reason codes in words: those of a segment, and those of the churn model."""
    codes = json.loads(str(text))
    told = [
        ctx.t(f"actions.reason_{code}")
        if f"actions.reason_{code}" in ctx.t
        else churn_reason(ctx.t, str(code))
        for code in codes
    ]
    return ctx.t("filter.joiner").join(told) or None
