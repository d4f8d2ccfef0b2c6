"""What a retention list is to be, and what is stored of it."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal, get_args

from crm_data.app_db import RetentionListRow
from crm_data.errors import UsageError
from crm_data.hold_back import MOST_SHARE

Kept = Literal["either", "order", "contract"]
KEPT: tuple[Kept, ...] = get_args(Kept)
CONTACT, HOLD_BACK = "contact", "hold_back"
MAX_NAME, MAX_MEMBERS, MAX_DAYS = 80, 20_000, 730
DEFAULT_SHARE = 0.2


@dataclass(frozen=True)
class ListDraft:
    """What a list is to be.

    Attributes
    ----------
    assigned_on, due_on : date
        The business day on which arms are drawn, and by when everybody is to be contacted.
    definition : mapping
        Where the customers come from, for the record: ``source`` and what belongs to it.
    version : str
        The warehouse version that they were chosen in.
    hold_back_share : float
        Share that is left alone, 0 to 0.5; on unless it is switched off.
    kept, days : str, int
        A customer is kept who has an order in so many days after ``assigned_on`` (``order``), a
        running contract at their end (``contract``), or one of both (``either``).
    save_rate_guess : float
        The share of those who would leave that a contact keeps, as guessed beforehand.
    owner_id : str or None
        Who gets all tasks; None: the owner of each customer.
    """

    name: str
    assigned_on: date
    due_on: date
    definition: Mapping[str, Any]
    version: str
    hold_back_share: float = DEFAULT_SHARE
    seed: int = 0
    offer_cost: float = 0.0
    save_rate_guess: float = 0.2
    kept: Kept = "either"
    days: int = 90
    owner_id: str | None = None

    @property
    def outcome_on(self) -> date:
        """Return the day at whose end the outcome is looked at."""
        return self.assigned_on + timedelta(days=self.days)


@dataclass(frozen=True)
class RetentionList:
    """A list as it is stored; ``left_out`` (on creation only) are customers of other lists."""

    list_id: str
    name: str
    owner: str
    created_at: datetime
    assigned_on: date
    due_on: date
    outcome_on: date
    definition: dict[str, Any]
    version: str
    hold_back_share: float
    seed: int
    offer_cost: float
    save_rate_guess: float
    kept: Kept
    is_closed: bool
    is_deleted: bool
    left_out: int = 0


def require_possible(draft: ListDraft) -> None:
    """Raise ``UsageError`` where a draft cannot be; its name and members are checked elsewhere."""
    fits = {
        "hold_back_share": 0 <= draft.hold_back_share <= MOST_SHARE,
        "save_rate_guess": 0 < draft.save_rate_guess <= 1,
        "offer_cost": 0 <= draft.offer_cost < math.inf,
        "days": 1 <= draft.days <= MAX_DAYS,
        "kept": draft.kept in KEPT,
        "due_on": draft.assigned_on <= draft.due_on <= draft.outcome_on,
    }
    for name, is_fit in fits.items():
        if not is_fit:  # NaN fits nothing
            value = getattr(draft, name)
            raise UsageError(
                f"retention_draft_{name}",
                f"'{value}' cannot be the {name.replace('_', ' ')} of a list. Change it.",
                value=value,
            )


def list_name(text: str) -> str:
    """Return a name with single spaces; ``UsageError`` for an empty or too long one."""
    name = " ".join(text.split())
    if not name or len(name) > MAX_NAME or not name.isprintable():
        raise UsageError(
            "retention_name",
            f"A list needs a name of 1 to {MAX_NAME} characters. Give one.",
            most=MAX_NAME,
        )
    return name


def stored_list(row: RetentionListRow, left_out: int = 0) -> RetentionList:
    """Return a row of the app database as what it means."""
    return RetentionList(
        row.list_id,
        row.name,
        row.owner,
        row.created_at,
        row.assigned_on,
        row.due_on,
        row.outcome_on,
        json.loads(row.definition),
        row.version,
        row.hold_back_share,
        row.seed,
        row.offer_cost,
        row.save_rate_guess,
        json.loads(row.outcome_rule)["kept"],
        row.closed_at is not None,
        row.deleted_at is not None,
        left_out,
    )
