"""Retention lists whose outcome is in: the two campaigns drawn by lot, as lists that were called.

They live in the app database, where what people did in the app is kept, not in a batch. Arms,
days and orders are the campaigns' own, so what a list saved is what was planted: a lift with one,
none with the other.
"""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import pandas as pd
from sqlalchemy.dialects import postgresql, sqlite

from crm_data.app_db import RetentionListRow, RetentionMemberRow, session
from crm_data.commands.retention_drafts import CONTACT, HOLD_BACK
from crm_data.settings import Settings
from sample_data.company import SampleCompany
from sample_data.planted import truth

DAYS, OFFER_COST, GUESS = 14, 5.0, 0.1
CAMPAIGNS = ("campaign_with_lift", "campaign_without_lift")
_AT, _CONTROL = time(9, 0), "control"
_OUTCOMES = ("no_answer", "reached", "refused", "accepted")
_STATUS = {"no_answer": "declined", "reached": "done", "refused": "declined", "accepted": "done"}
_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@dataclass(frozen=True)
class CalledLists:
    """Rows of ``retention_lists`` and ``retention_members``, and the planted truth about them."""

    lists: list[dict[str, Any]]
    members: list[dict[str, Any]]
    planted: dict[str, Any]


def make_lists(company: SampleCompany) -> CalledLists:
    """Return both lists with everybody drawn for the campaigns, called or left alone."""
    about, truths = company.planted["company"], company.planted["truths"]
    rng = np.random.default_rng([about["seed"], 67])
    members = company.frames["campaign_members"].to_pandas()
    names = company.frames["campaigns"].to_pandas().set_index("campaign_id")["name"]
    owner = company.frames["customers"].to_pandas().set_index("customer_id")["owner_id"]
    lists: list[dict[str, Any]] = []
    called: list[dict[str, Any]] = []
    for place, key in enumerate(CAMPAIGNS):
        campaign = truths[key]["parameters"]["campaign_id"]
        mine = members[members["campaign_id"] == campaign]
        if mine.empty:
            continue
        assigned = pd.Timestamp(mine["assigned_at"].iloc[0]).date()
        list_id = str(UUID(bytes=rng.bytes(16), version=4).hex)
        is_held = mine["arm"].eq(_CONTROL).to_numpy()
        owners = mine["customer_id"].map(owner)
        lists.append(
            _list(list_id, str(names[campaign]), campaign, assigned, is_held.mean(), place)
        )
        called += _members(rng, list_id, mine["customer_id"], owners, is_held, assigned)
    lift = truths[CAMPAIGNS[0]]
    planted = truth(
        "One finished retention list saved customers, measured against those left alone; another "
        "saved nobody.",
        {"saved_share_of_contacted": lift["parameters"]["conversion_lift"], "days": DAYS},
        {"saved_share_of_contacted": lift["realised"]["true_lift_conversion"],
         "lists": [one["list_id"] for one in lists]},
        ["app database, retention_lists and retention_members: an order within the days"],
    )  # fmt: skip
    return CalledLists(lists, called, planted)


def write_lists(settings: Settings, made: CalledLists, version: str) -> None:
    """Store the lists that are not there yet; their ids tell."""
    with session(settings) as db:
        insert = _INSERTS[db.get_bind().dialect.name]
        if made.lists:
            rows = [{**one, "version": version} for one in made.lists]
            db.execute(insert(RetentionListRow).on_conflict_do_nothing(), rows)
            db.execute(insert(RetentionMemberRow).on_conflict_do_nothing(), made.members)


def _list(
    list_id: str, name: str, campaign: str, assigned: date, held: float, place: int
) -> dict[str, Any]:
    outcome = assigned + timedelta(days=DAYS)
    return {
        "list_id": list_id, "name": name, "owner": "sample", "created_at": _instant(assigned),
        "assigned_on": assigned, "due_on": outcome, "outcome_on": outcome,
        "definition": json.dumps({"source": "campaign", "campaign_id": campaign}),
        "hold_back_share": round(float(held), 2), "seed": place, "offer_cost": OFFER_COST,
        "save_rate_guess": GUESS, "outcome_rule": json.dumps({"kept": "order", "days": DAYS}),
        "changed_at": _instant(outcome), "closed_at": _instant(outcome), "deleted_at": None,
    }  # fmt: skip


def _members(
    rng: np.random.Generator, list_id: str, customers: pd.Series, owners: pd.Series,
    is_held: np.ndarray[Any, np.dtype[np.bool_]], assigned: date,
) -> list[dict[str, Any]]:  # fmt: skip
    outcomes = rng.choice(_OUTCOMES, len(customers), p=(0.3, 0.4, 0.1, 0.2))
    days = rng.integers(0, DAYS, len(customers))
    rows = []
    for customer, owner, held, outcome, day in zip(
        customers, owners, is_held, outcomes, days, strict=True
    ):
        at = _instant(assigned + timedelta(days=int(day)))
        rows.append(
            {
                "list_id": list_id, "customer_id": str(customer),
                "arm": HOLD_BACK if held else CONTACT, "value_at_stake": None, "reasons": "[]",
                "owner_id": None if pd.isna(owner) else str(owner),
                "status": "open" if held else _STATUS[outcome],
                "contacted_at": None if held else at, "outcome": None if held else str(outcome),
                "note": "", "changed_at": at,
            }
        )  # fmt: skip
    return rows


def _instant(day: date) -> datetime:
    return datetime.combine(day, _AT, tzinfo=UTC).replace(tzinfo=None)
