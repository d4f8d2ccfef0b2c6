"""What a forecast of the pipeline needs: open and won deals, curves, past quarters. Scoped."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, func, select

from crm_data.errors import UsageError
from crm_data.frames import FrameSpec, columns_of
from crm_data.queries.deals import DealCut, deal_source
from crm_data.scope import AccessScope, visible_to
from crm_data.sql import read_frame
from crm_data.tables import mart
from crm_data.tables.scores import CLOSING_CURVES, PIPELINE_BACKTEST

# win_probability and method are of deal_scores, missing for deals that are closed.
PERIOD_DEALS = FrameSpec(
    "period_deals",
    "one row per deal that is open, or was won in the period so far",
    ("opportunity_no",),
    columns_of(
        "opportunity_no:count opportunity_id:text name:text customer_id:text pipeline:text "
        "stage:text stage_no:count amount:money forecast_category:text outcome:text closed_on:day "
        "created_on:day stage_since_on:day expected_close_on:day owner_id:text team:text "
        "win_probability:share method:text"
    ),
)
NEW_WON = FrameSpec(
    "new_won", "one row per window, in the order asked", ("window",),
    columns_of("window:count won:money"),
)  # fmt: skip
Window = tuple[date, date, date]  # created after, won from, won before


def period_deals(
    conn: Connection, cut: DealCut, *, start: date, end: date, scope: AccessScope
) -> pd.DataFrame:
    """Return the open deals of a cut, and those won in ``[start, end)``: ``PERIOD_DEALS``.

    Raises
    ------
    UsageError
        ``scores_as_of``: the cut is of a past day, of which no chances are known.
    """
    if cut.as_of is not None:
        raise UsageError(
            "scores_as_of",
            f"Chances to win are known as of today only, not as of {cut.as_of}. Choose the latest "
            "day.",
            day=str(cut.as_of),
        )
    source, scores = deal_source(cut, scope), mart("deal_scores")
    names = [n for n in PERIOD_DEALS.column_names if n not in ("win_probability", "method")]
    won = sa.and_(source.c.outcome == "won", source.c.closed_on >= start, source.c.closed_on < end)
    statement = (
        select(*(source.c[name] for name in names), scores.c.win_probability, scores.c.method)
        .select_from(source.outerjoin(scores, scores.c.opportunity_no == source.c.opportunity_no))
        .where(sa.or_(source.c.outcome.is_(None), won))
        .order_by(source.c.opportunity_no)
    )
    return read_frame(conn, statement, PERIOD_DEALS)


def closing_curves(conn: Connection, *, scope: AccessScope) -> pd.DataFrame:
    """Return by when deals of each stage are won: ``CLOSING_CURVES``.

    Shares of all deals, which say nothing of anybody: whoever sees a chance may see them.
    """
    curves = mart("closing_curves")
    columns = [curves.c[name] for name in CLOSING_CURVES.column_names]
    statement = select(*columns).order_by(
        curves.c.pipeline, curves.c.stage_no, curves.c.age_days, curves.c.days
    )
    return read_frame(
        conn, statement.where(sa.false()) if scope.is_nothing else statement, CLOSING_CURVES
    )


def new_won(
    conn: Connection, cut: DealCut, windows: Sequence[Window], *, scope: AccessScope
) -> pd.DataFrame:
    """Return what was won in past windows of deals created within them: ``NEW_WON``.

    Parameters
    ----------
    windows : sequence of (date, date, date)
        Day after which a deal was created, and the half-open days in which it was won.
    """
    if not windows:
        return NEW_WON.conform(pd.DataFrame(columns=NEW_WON.column_names))
    source = deal_source(cut, scope)
    sums: list[ColumnElement[Any]] = [
        func.coalesce(
            func.sum(source.c.amount).filter(
                source.c.created_on > after, source.c.closed_on >= start, source.c.closed_on < end
            ),
            0,
        ).label(f"w{number}")
        for number, (after, start, end) in enumerate(windows)
    ]
    first, last = min(one[1] for one in windows), max(one[2] for one in windows)
    statement = select(*sums).where(
        source.c.outcome == "won", source.c.closed_on >= first, source.c.closed_on < last
    )
    spec = FrameSpec("", "", (), columns_of(" ".join(f"{one.name}:money" for one in sums)))
    values = read_frame(conn, statement, spec).iloc[0].tolist()
    return NEW_WON.conform(pd.DataFrame({"window": range(len(values)), "won": values}))


def pipeline_backtest(
    conn: Connection, *, scope: AccessScope, teams: frozenset[str]
) -> pd.DataFrame:
    """Return forecasts of past quarters beside what was won: ``PIPELINE_BACKTEST``.

    Of owners in the scope and of ``teams`` (see ``whole_teams``); of pipelines and of all
    together to who sees everything.
    """
    rows = mart("pipeline_backtest")
    statement = select(*(rows.c[name] for name in PIPELINE_BACKTEST.column_names))
    if not scope.is_everything:
        statement = statement.where(
            sa.or_(
                sa.and_(rows.c.level == "owner", visible_to(scope, rows.c.owner_id)),
                sa.and_(rows.c.level == "team", rows.c.team.in_(sorted(teams))),
            )
        )
    order = (rows.c.level, rows.c.subject, rows.c.period_start, rows.c.lead_weeks.desc())
    return read_frame(conn, statement.order_by(*order), PIPELINE_BACKTEST)
