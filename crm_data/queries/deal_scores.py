"""How likely open deals are to be won, and what the pipeline is worth by that. Scoped by owner."""

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import Connection, func, select

from crm_data.errors import UsageError
from crm_data.frames import FrameSpec, columns_of
from crm_data.queries.deals import DealCut, deal_source
from crm_data.scope import AccessScope
from crm_data.sql import read_frame
from crm_data.tables import mart

# probability is the one set by hand; see DEAL_SCORES for the others. weighted_amount is amount ×
# win_probability, missing where either is.
DEAL_CHANCES = FrameSpec(
    "deal_chances",
    "one row per open deal of the cut, the largest weighted amount first",
    ("opportunity_no",),
    columns_of(
        "opportunity_no:count opportunity_id:text name:text customer_id:text customer_name:text "
        "pipeline:text stage:text owner_id:text amount:money expected_close_on:day "
        "probability:share win_probability:share low:share high:share known_deals:count "
        "method:text reasons:json weighted_amount:money"
    ),
)
# amount is of all deals with one; weighted_amount of those that also have a probability. unvalued:
# deals without an amount; untold: without a probability. expected_won counts deals, valued or not.
WEIGHTED_PIPELINE = FrameSpec(
    "weighted_pipeline",
    "one row per pipeline with open deals in the cut",
    ("pipeline",),
    columns_of(
        "pipeline:text deals:count unvalued:count untold:count amount:money "
        "untold_amount:money weighted_amount:money expected_won:number"
    ),
)


def deal_chances(
    conn: Connection,
    cut: DealCut,
    *,
    scope: AccessScope,
    limit: int | None = None,
    offset: int = 0,
) -> pd.DataFrame:
    """Return the open deals of a cut with their chances: ``DEAL_CHANCES``.

    Parameters
    ----------
    conn : Connection
    cut : DealCut
        Of today: what a model of today says of a past day would know what came after it.
    scope : AccessScope
    limit, offset : int
        Of the rows, in their order.

    Raises
    ------
    UsageError
        ``scores_as_of``: the cut is of a past day.
    """
    source, weighted = _scored(cut, scope), _weighted
    people = mart("customer_facts")
    names = [n for n in DEAL_CHANCES.column_names if n not in ("customer_name", "weighted_amount")]
    statement = (
        select(
            *(source.c[name] for name in names),
            people.c.name.label("customer_name"),
            weighted(source).label("weighted_amount"),
        )
        .select_from(source.outerjoin(people, people.c.customer_id == source.c.customer_id))
        .order_by(
            weighted(source).desc().nulls_last(),
            source.c.amount.desc().nulls_last(),
            source.c.opportunity_no,
        )
        .limit(limit)
        .offset(offset)
    )
    return read_frame(conn, statement, DEAL_CHANCES)


def weighted_pipeline(conn: Connection, cut: DealCut, *, scope: AccessScope) -> pd.DataFrame:
    """Return what open deals are worth by their chances: ``WEIGHTED_PIPELINE``.

    Raises
    ------
    UsageError
        ``scores_as_of``: the cut is of a past day.
    """
    source = _scored(cut, scope)
    is_untold = source.c.win_probability.is_(None)
    statement = (
        select(
            source.c.pipeline,
            func.count().label("deals"),
            (func.count() - func.count(source.c.amount)).label("unvalued"),
            (func.count() - func.count(source.c.win_probability)).label("untold"),
            func.sum(source.c.amount).label("amount"),
            func.sum(sa.case((is_untold, source.c.amount))).label("untold_amount"),
            func.sum(_weighted(source)).label("weighted_amount"),
            func.sum(source.c.win_probability).label("expected_won"),
        )
        .group_by(source.c.pipeline)
        .order_by(source.c.pipeline)
    )
    return read_frame(conn, statement, WEIGHTED_PIPELINE)


def _scored(cut: DealCut, scope: AccessScope) -> sa.Subquery:
    """Return the open deals of a cut, with and without a score."""
    if cut.as_of is not None:
        raise UsageError(
            "scores_as_of",
            f"Chances to win are known as of today only, not as of {cut.as_of}. Choose the latest "
            "day.",
            day=str(cut.as_of),
        )
    source, scores = deal_source(cut, scope), mart("deal_scores")
    names = ("win_probability", "low", "high", "known_deals", "method", "reasons")
    return (
        select(*source.c, *(scores.c[name] for name in names))
        .select_from(source.outerjoin(scores, scores.c.opportunity_no == source.c.opportunity_no))
        .where(source.c.outcome.is_(None))
        .subquery("scored")
    )


def _weighted(source: sa.Subquery) -> sa.ColumnElement[float]:
    return sa.cast(source.c.amount, sa.Double()) * source.c.win_probability
