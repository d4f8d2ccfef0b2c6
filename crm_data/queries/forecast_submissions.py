"""What people said would be won, and what was: of a viewer's scope."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, func, select

from crm_data.app_db import ForecastSubmissionRow, session
from crm_data.frames import FrameSpec, columns_of
from crm_data.scope import AccessScope, visible_to
from crm_data.settings import Settings
from crm_data.sql import read_frame
from crm_data.tables import mart, table

SUBMISSIONS = FrameSpec(
    "submissions",
    "one row per submission, the newest first",
    ("submission_id",),
    columns_of(
        "submission_id:text level:text subject:text period_start:day period_end:day "
        "commit_amount:money best_amount:money note:text submitted_by:text submitted_at:instant "
        "version:text"
    ),
)
PERIOD_WON = FrameSpec(
    "period_won",
    "one row per period and owner with a deal won in it",
    ("period_start", "period_end", "owner_id", "team"),
    columns_of("period_start:day period_end:day owner_id:text team:text won:money"),
)
_TEAMS = FrameSpec("whole_teams", "one row per team", ("team",), columns_of("team:text"))
Period = tuple[date, date]


def submissions(
    settings: Settings,
    scope: AccessScope,
    viewer: str,
    teams: frozenset[str],
    *,
    period: Period | None = None,
) -> pd.DataFrame:
    """Return the submissions that a viewer may see: ``SUBMISSIONS``.

    Those of owners in the scope, of ``teams`` (see ``whole_teams``), of all to who sees everything,
    and the viewer's own.

    Parameters
    ----------
    period : (date, date), optional
        Of this one only, half-open.
    """
    row = ForecastSubmissionRow
    columns = [getattr(row, name) for name in SUBMISSIONS.column_names]
    statement = select(*columns).where(_visible(scope, viewer, teams))
    if period is not None:
        statement = statement.where(row.period_start == period[0], row.period_end == period[1])
    order = (row.submitted_at.desc(), row.submission_id)
    with session(settings) as db:
        rows = db.connection().execute(statement.order_by(*order)).fetchall()
    values = zip(*rows, strict=True) if rows else [()] * len(columns)
    return SUBMISSIONS.conform(
        pd.DataFrame(dict(zip(SUBMISSIONS.column_names, values, strict=True)))
    )


def whole_teams(conn: Connection, *, scope: AccessScope) -> frozenset[str]:
    """Return the teams of which the viewer sees everybody who sells and has not left.

    The last seller of a team is not its manager: who sees that one only must be the manager of
    the one, or see somebody else of the team.
    """
    staff, facts, quotas = table("employees"), mart("deal_facts"), table("quotas")
    sellers = sa.union(
        select(facts.c.owner_id).where(facts.c.owner_id.is_not(None)),
        select(quotas.c.owner_id).where(quotas.c.owner_id.is_not(None)),
    ).subquery("sellers")
    unseen = sa.case((visible_to(scope, staff.c.employee_id), 0), else_=1)
    led = sa.case((visible_to(scope, staff.c.manager_id), 1), else_=0)
    people = staff.alias("people")
    several = (
        select(people.c.team)
        .where(visible_to(scope, people.c.employee_id), people.c.left_on.is_(None))
        .group_by(people.c.team)
        .having(func.count() > 1)
    )
    statement = (
        select(staff.c.team)
        .join(sellers, sellers.c.owner_id == staff.c.employee_id)
        .where(staff.c.team.is_not(None), staff.c.left_on.is_(None))
        .group_by(staff.c.team)
        .having(
            func.sum(unseen) == 0,
            sa.true()
            if scope.is_everything
            else sa.or_(staff.c.team.in_(several), func.sum(led) > 0),
        )
        .order_by(staff.c.team)
    )
    return frozenset(read_frame(conn, statement, _TEAMS)["team"])


def teams_seen(conn: Connection, *, scope: AccessScope) -> frozenset[str | None]:
    """Return the teams of whom the viewer sees that has deals; None: somebody without a team."""
    staff, facts = table("employees"), mart("deal_facts")
    sellers = select(facts.c.owner_id).where(visible_to(scope, facts.c.owner_id)).distinct()
    own = sellers.subquery("sellers")
    statement = (
        select(staff.c.team)
        .select_from(own.outerjoin(staff, staff.c.employee_id == own.c.owner_id))
        .where(own.c.owner_id.is_not(None))
        .distinct()
    )
    return frozenset(conn.scalars(statement))


def period_won(
    conn: Connection, periods: Sequence[Period], *, scope: AccessScope, teams: frozenset[str]
) -> pd.DataFrame:
    """Return what was won in each period by closing day: ``PERIOD_WON``.

    Of owners in the scope, and of whoever sells or has sold in one of ``teams``.
    """
    if not periods:
        return PERIOD_WON.conform(pd.DataFrame(columns=PERIOD_WON.column_names))
    facts = mart("deal_facts")
    days = sa.Date()
    asked = sa.union_all(
        *(
            select(
                sa.literal(start, days).label("period_start"),
                sa.literal(end, days).label("period_end"),
            )
            for start, end in dict.fromkeys(periods)
        )
    ).subquery("periods")
    groups: list[ColumnElement[Any]] = [
        asked.c.period_start, asked.c.period_end, facts.c.owner_id, facts.c.team,
    ]  # fmt: skip
    inside = sa.and_(
        facts.c.closed_on >= asked.c.period_start, facts.c.closed_on < asked.c.period_end
    )
    statement = (
        select(*groups, func.coalesce(func.sum(facts.c.amount), 0).label("won"))
        .join(facts, inside)
        .where(
            facts.c.outcome == "won",
            sa.or_(visible_to(scope, facts.c.owner_id), facts.c.team.in_(sorted(teams))),
        )
        .group_by(*groups)
        .order_by(*(group.nulls_last() for group in groups))
    )
    return read_frame(conn, statement, PERIOD_WON)


def _visible(scope: AccessScope, viewer: str, teams: frozenset[str]) -> ColumnElement[bool]:
    row = ForecastSubmissionRow
    subject: Any = row.subject
    of_all = sa.true() if scope.is_everything else sa.false()
    return sa.or_(
        sa.and_(row.level == "owner", visible_to(scope, subject)),
        sa.and_(row.level == "team", row.subject.in_(sorted(teams))),
        sa.and_(row.level == "all", of_all),
        row.submitted_by == viewer,
    )
