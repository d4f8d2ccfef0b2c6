"""Submitting a forecast: one row that stays as it is, one transaction, one audit row."""

import json
import math
from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy import Connection, select

from crm_data.app_db import AuditRow, ForecastSubmissionRow, session
from crm_data.errors import NotPermittedError, UsageError
from crm_data.queries.forecast_submissions import whole_teams
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from crm_data.tables import mart, table
from crm_data.task_codes import storable

LEVELS = ("owner", "team", "all")
MAX_NOTE = 1_000
_MOST = 1e13  # money beyond which a number is a slip of the keyboard


@dataclass(frozen=True)
class ForecastDraft:
    """What somebody says will be won.

    Attributes
    ----------
    level, subject : str
        ``owner`` and an employee, ``team`` and its name, or ``all`` and nothing.
    period_start, period_end : date
        Half-open.
    commit, best : float
        Money; ``best`` is what is possible at best, and may be left open.
    """

    level: str
    subject: str
    period_start: date
    period_end: date
    commit: float
    best: float | None = None
    note: str = ""


def submit_forecast(
    settings: Settings,
    conn: Connection,
    scope: AccessScope,
    draft: ForecastDraft,
    *,
    version: str,
    today: date,
    now: datetime,
    actor: str,
) -> str:
    """Store a submission and return its id. An earlier one stays: the newest counts.

    Parameters
    ----------
    conn : Connection
        To the version in which sellers and teams are.
    today : date
        A period that is over takes no forecast any more.

    Raises
    ------
    NotPermittedError
        The deals are not all in ``scope``: a seller's need the seller, a team's all of its sellers.
    UsageError
        Amounts, period or note cannot be.
    """
    _require(conn, scope, draft)
    _check(draft, today)
    row = ForecastSubmissionRow(
        submission_id=uuid4().hex, level=draft.level, subject=draft.subject,
        period_start=draft.period_start, period_end=draft.period_end,
        commit_amount=float(draft.commit),
        best_amount=None if draft.best is None else float(draft.best),
        note=plain_note(draft.note), submitted_by=actor, submitted_at=now, version=version,
    )  # fmt: skip
    details = {
        "submission_id": row.submission_id, "level": draft.level, "subject": draft.subject,
        "period_start": draft.period_start.isoformat(), "period_end": draft.period_end.isoformat(),
        "commit": row.commit_amount, "best": row.best_amount,
    }  # fmt: skip
    with session(settings) as db:
        db.add(row)
        db.add(
            AuditRow(
                happened_at=now,
                actor=actor,
                action="forecast_submit",
                subject=f"{draft.level}:{draft.subject}",
                details=json.dumps(details, ensure_ascii=False),
            )
        )
        return row.submission_id


def _require(conn: Connection, scope: AccessScope, draft: ForecastDraft) -> None:
    """Refuse a forecast of deals that are not all in the scope, or of nobody."""
    if draft.level == "all":
        allowed = scope.is_everything and not draft.subject
    elif draft.level == "team":
        allowed = draft.subject in whole_teams(conn, scope=scope)
    else:
        inside = scope.owner_ids is None or draft.subject in scope.owner_ids
        allowed = draft.level == "owner" and inside and _sells(conn, draft.subject)
    if not allowed:
        raise NotPermittedError(
            "forecast_not_yours",
            "A forecast is submitted for your own deals, or for a team of which you see every "
            "seller. Choose one of these.",
        )


def _sells(conn: Connection, employee_id: str) -> bool:
    """Return whether somebody has deals or a quota, and has not left."""
    facts, quotas, staff = mart("deal_facts"), table("quotas"), table("employees")
    known = [
        sa.exists(select(rows.c.owner_id).where(rows.c.owner_id == employee_id))
        for rows in (facts, quotas)
    ]
    gone = sa.exists(
        select(staff.c.employee_id).where(
            staff.c.employee_id == employee_id, staff.c.left_on.is_not(None)
        )
    )
    return bool(conn.scalar(select(sa.and_(sa.or_(*known), ~gone))))


def plain_note(note: str) -> str:
    """Return a note without what terminals act on; lines stay."""
    text = "".join(one if one.isprintable() or one == "\n" else " " for one in storable(note))
    return text.strip()


def _check(draft: ForecastDraft, today: date) -> None:
    amounts = [one for one in (draft.commit, draft.best) if one is not None]
    if not all(math.isfinite(one) and 0 <= one <= _MOST for one in amounts):
        raise UsageError(
            "forecast_amount", "An amount is a number from 0 up. Check commit and best case."
        )
    if draft.best is not None and draft.best < draft.commit:
        raise UsageError(
            "forecast_best_below",
            "The best case is below the commit. Give a best case of at least the commit.",
        )
    if not draft.period_start < draft.period_end or draft.period_end <= today:
        raise UsageError(
            "forecast_over",
            f"The period that ends on {draft.period_end} is over, so that its result is known. "
            "Choose a period that is still running or to come.",
            day=str(draft.period_end),
        )
    if len(draft.note) > MAX_NOTE:
        raise UsageError(
            "task_long",
            f"This text has more than {MAX_NOTE} characters. Shorten it.",
            most=MAX_NOTE,
        )
