"""Metrics of sales, customers, deals, leads, tickets, campaigns, surveys, each declared once.

Names in both languages, meaning, formula and pitfalls are labels: ``metric.<name>.name``,
``.meaning``, ``.formula``, ``.numerator``, ``.denominator`` and ``.pitfalls``.
"""

from typing import Any

from analytics.metric_campaigns import CAMPAIGN_METRICS
from analytics.metric_deals import DEAL_METRICS
from analytics.metric_kinds import Metric
from analytics.metric_quality import QUALITY_METRICS
from analytics.metric_surveys import SURVEY_METRICS
from analytics.metric_tickets import TICKET_METRICS
from crm_data.errors import UsageError

__all__ = ["METRICS", "Metric", "metric"]

_SALES = (
    Metric("net_revenue", "money", "net_amount", rivals=("gross_revenue",)),
    Metric(
        "gross_revenue", "money", "gross_amount", sample="paid_orders", rows="paid_orders",
        rivals=("net_revenue",),
    ),
    Metric("orders", "count", "orders", rivals=("order_lines",)),
    Metric("order_lines", "count", "lines", sample="lines", rows="order_lines", rivals=("orders",)),
    Metric("units", "number", "units", sample="lines", rows="order_lines"),
    Metric(
        "active_customers", "count", "active_customers", sample="active_customers",
        rows="active_customers",
    ),
    Metric(
        "new_customers", "count", "new_customers", sample="new_customers", rows="new_customers",
    ),
    Metric(
        "returning_customers", "count", "returning_customers", sample="returning_customers",
        rows="returning_customers", rivals=("repeat_purchase_rate",),
    ),
    Metric(
        "average_order_value", "money", "net_amount", "valued_orders", sample="valued_orders",
        interval="mean", squares=("net_amount_sq",), rivals=("revenue_per_customer",),
    ),
    Metric(
        "revenue_per_customer", "money", "customer_net_amount", "active_customers",
        sample="active_customers", interval="mean", squares=("customer_net_amount_sq",),
        rows="active_customers", rivals=("average_order_value",),
    ),
    Metric(
        "repeat_purchase_rate", "share", "repeat_customers", "paid_customers",
        sample="paid_customers", interval="wilson", rows="paid_customers",
        rivals=("purchase_frequency", "returning_customers"),
    ),
    Metric(
        "return_rate", "share", "returned_amount", "gross_amount",
        direction="down", interval="ratio", squares=("returned_amount_sq", "gross_amount_sq"),
    ),
    Metric(
        "purchase_frequency", "number", "customer_orders", "active_customers",
        sample="active_customers", interval="mean", squares=("customer_orders_sq",),
        rows="active_customers", rivals=("repeat_purchase_rate",),
    ),
    Metric(
        "net_revenue_growth_previous", "share", "net_amount", base="previous",
        rivals=("net_revenue_growth_year",),
    ),
    Metric(
        "net_revenue_growth_year", "share", "net_amount", base="year",
        rivals=("net_revenue_growth_previous",),
    ),
)  # fmt: skip

_OF_CHURN: dict[str, Any] = {
    "sample": "start_customers", "rows": "lost_customers", "date_column": "month_on",
    "source": "churn",
}  # fmt: skip
_KEEPING = (
    Metric(
        "churn_rate", "share", "lost_customers", "start_customers", direction="down",
        interval="wilson", rivals=("retention_rate", "revenue_churn_rate"), **_OF_CHURN,
    ),
    Metric(
        "revenue_churn_rate", "share", "lost_amount", "start_amount", direction="down",
        interval="ratio", rivals=("churn_rate", "gross_revenue_retention"), **_OF_CHURN,
    ),
    Metric(
        "retention_rate", "share", "kept_customers", "start_customers", interval="wilson",
        rivals=("churn_rate", "repeat_purchase_rate"), **_OF_CHURN,
    ),
    Metric(
        "gross_revenue_retention", "share", "kept_amount", "start_amount", interval="ratio",
        rivals=("net_revenue_retention",), **_OF_CHURN,
    ),
    Metric(
        "net_revenue_retention", "share", "kept_and_added_amount", "start_amount",
        interval="ratio", rivals=("gross_revenue_retention",), **_OF_CHURN,
    ),
    Metric(
        "historic_clv", "money", "customer_net_amount", "active_customers",
        sample="active_customers", interval="mean", squares=("customer_net_amount_sq",),
        rows="active_customers", rivals=("predicted_clv", "revenue_per_customer"),
    ),
    Metric(
        "early_value", "money", "early_amount", "new_customers", sample="new_customers",
        rows="cohort_members", rivals=("historic_clv", "predicted_clv"), clock="cohort",
        source="cohorts",
    ),
    Metric(
        "predicted_clv", "money", "expected_value", "valued_customers",
        sample="valued_customers", rows="valued_customers", rivals=("historic_clv",),
        date_column="scored_on", source="value",
    ),
)  # fmt: skip

METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        *_SALES,
        *DEAL_METRICS,
        *_KEEPING,
        *TICKET_METRICS,
        *CAMPAIGN_METRICS,
        *SURVEY_METRICS,
        *QUALITY_METRICS,
    )
}


def metric(name: str) -> Metric:
    """Return a metric of the registry, or raise ``UsageError`` naming them all."""
    if name not in METRICS:
        raise UsageError(
            "unknown_metric",
            f"There is no metric '{name}'. Metrics are: {', '.join(METRICS)}.",
            metric=name,
            metrics=", ".join(METRICS),
        )
    return METRICS[name]
