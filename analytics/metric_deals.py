"""Metrics of deals and leads, of ``crm_data.queries.deal_measures`` and ``lead_measures``."""

from typing import Any

from analytics.metric_kinds import Metric

_CLOSED: dict[str, Any] = {"source": "deals", "date_column": "closed_on", "rows": "closed_deals"}
_WON = _CLOSED | {"rows": "won_deals", "sample": "won_deals"}
_KNOWN: dict[str, Any] = {
    "source": "deals", "date_column": "known_on", "rows": "open_deals", "sample": "open_deals",
}  # fmt: skip
_LEADS: dict[str, Any] = {
    "source": "leads", "date_column": "created_on", "rows": "leads", "sample": "leads",
}  # fmt: skip

DEAL_METRICS = (
    Metric("won_value", "money", "won_amount", rivals=("net_revenue", "quota_attainment"), **_WON),
    Metric("won_deals", "count", "won_deals", **_WON),
    Metric(
        "lost_deals", "count", "lost_deals", sample="lost_deals", direction="down",
        source="deals", date_column="closed_on", rows="lost_deals",
    ),
    Metric(
        "win_rate", "share", "won_deals", "closed_deals", sample="closed_deals",
        interval="wilson",
        rivals=("win_rate_by_value", "win_rate_broad", "win_rate_created_cohort"), **_CLOSED,
    ),
    Metric(
        "win_rate_by_value", "share", "valued_won_amount", "valued_amount", sample="valued_deals",
        interval="part", squares=("valued_won_amount_sq", "valued_amount_sq"),
        rivals=("win_rate",), **_CLOSED,
    ),
    Metric(
        "win_rate_broad", "share", "won_deals", "closed_or_derailed_deals",
        sample="closed_or_derailed_deals", interval="wilson", rivals=("win_rate",),
        **_CLOSED | {"rows": "closed_or_derailed_deals"},
    ),
    Metric(
        "win_rate_created_cohort", "share", "created_won", "created_deals",
        sample="created_deals", interval="wilson", rivals=("win_rate",), clock="cohort",
        source="deals", date_column="created_on", rows="created_deals",
    ),
    Metric(
        "open_pipeline_value", "money", "open_amount", rivals=("weighted_pipeline",), **_KNOWN
    ),
    Metric(
        "weighted_pipeline", "money", "weighted_amount", interval="stages",
        rivals=("open_pipeline_value",), **_KNOWN,
    ),
    Metric(
        "average_deal_size", "money", "won_amount", "won_valued", interval="mean",
        squares=("won_amount_sq",), rivals=("average_order_value",),
        **_WON | {"sample": "won_valued"},
    ),
    Metric(
        "sales_cycle_days", "days", "cycle_days", sample="timed_won_deals", direction="down",
        interval="median", source="deals", date_column="closed_on", rows="won_deals",
    ),
    Metric(
        "sales_velocity", "money", "expected_won_amount", "mean_cycle_days",
        sample="closed_deals", interval="bootstrap", **_CLOSED,
    ),
    Metric(
        "pipeline_coverage", "number", "due_amount", "quota_left",
        rivals=("quota_attainment",), **_KNOWN | {"rows": "due_deals", "sample": "due_deals"},
    ),
    Metric(
        "slippage_rate", "share", "slipped_deals", "due_deals", sample="due_deals",
        direction="down", interval="wilson", source="deals", date_column="expected_close_on",
        rows="due_deals",
    ),
    Metric(
        "stuck_deals", "count", "stuck_deals", direction="down",
        **_KNOWN | {"rows": "stuck_deals", "sample": "told_deals"},
    ),
    Metric(
        "quota_attainment", "share", "won_with_quota", "quota",
        rivals=("won_value", "pipeline_coverage"), **_WON | {"sample": "sellers_with_quota"},
    ),
    Metric("leads", "count", "leads", direction="up", **_LEADS),
    Metric(
        "lead_conversion_rate", "share", "converted_leads", "leads", interval="wilson",
        clock="cohort", **_LEADS,
    ),
    Metric(
        "lead_response_hours", "hours", "response_hours", direction="down", interval="survival",
        **_LEADS,
    ),
)  # fmt: skip
