"""The deals and leads behind a metric of them."""

from datetime import date, timedelta

import pandas as pd

from analytics.deal_attention import stuck
from analytics.metric_registry import Metric
from analytics.stage_history import WINNERS, limits_of
from analytics.win_rates import DerailRule, is_derailed
from crm_data.queries.cut import Cut
from crm_data.queries.deal_counts import stage_evidence
from crm_data.queries.deal_rows import DEAL_ROWS, DealPick, Period, deal_rows, deal_rows_count
from crm_data.queries.deals import open_deals
from crm_data.scope import AccessScope
from crm_data.sql import Connection
from ui import lead_metrics
from ui.deal_analyses import EVER, NEVER, aged, deals_of
from ui.deal_asked import Asked
from ui.deal_metrics import asked_of

DEAL_ROW_KINDS = (
    "won_deals", "lost_deals", "closed_deals", "closed_or_derailed_deals", "created_deals",
    "open_deals", "due_deals", "stuck_deals", "leads",
)  # fmt: skip
_OUTCOMES: dict[str, tuple[str | None, ...]] = {
    "won_deals": ("won",), "lost_deals": ("lost",), "closed_deals": ("won", "lost"),
    "open_deals": (None,), "due_deals": (None,),
}  # fmt: skip
_ONE = timedelta(days=1)


def deal_metric_rows(
    conn: Connection,
    *,
    scope: AccessScope,
    metric: Metric,
    cut: Cut,
    limit: int,
    as_of: date | None = None,
) -> tuple[int, pd.DataFrame]:
    """Return how many deals (or leads) a metric rests on, and the first of them, largest first.

    Raises
    ------
    UsageError
        Those of ``ui.deal_metrics.deal_values`` and ``ui.lead_metrics.lead_values``.
    """
    if metric.source == "leads":
        asked = lead_metrics.asked_of(conn, scope=scope, metric=metric, cut=cut, as_of=as_of)
        return lead_metrics.lead_metric_rows(asked, limit=limit)
    asked = asked_of(conn, scope=scope, metric=metric, cut=cut, as_of=as_of)
    if metric.rows == "stuck_deals":
        return _stuck(asked, limit)
    if metric.rows == "closed_or_derailed_deals":
        return _closed_or_derailed(asked, limit)
    pick = _pick(asked, metric)
    return (
        deal_rows_count(conn, pick, scope=scope),
        deal_rows(conn, pick, scope=scope, limit=limit),
    )


_NAMES = {"name": "deal_name", "stage": "deal_stage"}


def _pick(asked: Asked, metric: Metric) -> DealPick:
    period, outcomes = _period(asked.cut), _OUTCOMES.get(metric.rows, ())
    if metric.rows == "due_deals":
        # Of slippage those due when the period began, of coverage those still open at its end.
        is_slippage = metric.date_column == "expected_close_on" and asked.cut.start is not None
        day = asked.cut.start - _ONE if is_slippage and asked.cut.start else asked.at_end
        return DealPick(asked.deals(day), outcomes, expected=period)
    if metric.rows == "open_deals":
        return DealPick(asked.deals(asked.at_end), outcomes)
    if metric.rows == "created_deals":
        return DealPick(asked.deals(), outcomes, created=period)
    return DealPick(asked.deals(), outcomes, closed=period)


def _period(cut: Cut) -> Period:
    return cut.start or EVER, cut.end or NEVER


def _stuck(asked: Asked, limit: int) -> tuple[int, pd.DataFrame]:
    opened = open_deals(asked.conn, asked.deals(asked.at_end), scope=asked.scope)
    evidence = stage_evidence(
        asked.conn, asked.history(asked.at_end), share=WINNERS, scope=asked.scope
    )
    is_stuck, _ = stuck(opened, pd.Timestamp(asked.at_end or EVER), limits=limits_of(evidence))
    return _largest(_open_rows(opened[is_stuck]), limit)


def _closed_or_derailed(asked: Asked, limit: int) -> tuple[int, pd.DataFrame]:
    """Deals that went nowhere are known by their age only, so these are picked here."""
    start, end = (pd.Timestamp(day) for day in _period(asked.cut))
    as_of = pd.Timestamp(asked.known or NEVER)
    derailed = [
        part["opportunity_no"][
            is_derailed(part, start, end, as_of=as_of, rule=DerailRule(age_days=age))
        ]
        for _, part, age in aged(asked, deals_of(asked))
    ]
    opened = open_deals(asked.conn, asked.deals(), scope=asked.scope)
    gone = _open_rows(opened[opened["opportunity_no"].isin(pd.concat(derailed))])
    pick = DealPick(asked.deals(), ("won", "lost"), closed=_period(asked.cut))
    total, found = _largest(gone, limit)
    closed = deal_rows(asked.conn, pick, scope=asked.scope, limit=limit)
    both = pd.concat([part for part in (closed, found) if len(part)] or [closed])
    count = total + deal_rows_count(asked.conn, pick, scope=asked.scope)
    return count, _largest(both, limit)[1]


def _open_rows(opened: pd.DataFrame) -> pd.DataFrame:
    """Open deals as rows behind a number: nothing is known of their end."""
    named = opened.rename(columns=_NAMES)
    return named.assign(outcome=None, closed_on=None, loss_reason=None)


def _largest(found: pd.DataFrame, limit: int) -> tuple[int, pd.DataFrame]:
    ranked = found.sort_values("amount", ascending=False, kind="stable", na_position="last")
    return len(found), DEAL_ROWS.conform(ranked.head(limit).reset_index(drop=True))
