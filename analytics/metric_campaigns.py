"""Metrics of campaigns, of ``crm_data.queries.campaign_measures``: each part by its own day."""

from typing import Any

from analytics.metric_kinds import Metric

_DAYS: dict[str, Any] = {
    "source": "campaigns", "date_column": "day_on", "rows": "campaign_days",
}  # fmt: skip
_SPENT = _DAYS | {"sample": "campaigns"}
_MEMBERS = _DAYS | {"sample": "reached", "interval": "wilson", "clock": "cohort"}
_NEW = _DAYS | {"sample": "new_customers"}

CAMPAIGN_METRICS = (
    Metric("campaign_cost", "money", "cost", direction="neutral", **_SPENT),
    Metric(
        "campaign_roi", "share", "margin_less_cost", "cost",
        rivals=("roas", "incremental_lift"), **_SPENT,
    ),
    Metric("roas", "number", "net_amount", "cost", rivals=("campaign_roi",), **_SPENT),
    Metric("cac", "money", "cost", "new_customers", direction="down", **_NEW),
    Metric(
        "cost_per_lead", "money", "cost", "leads", direction="down", **_DAYS | {"sample": "leads"}
    ),
    Metric(
        "conversion_rate", "share", "converted", "reached",
        rivals=("response_rate", "incremental_lift", "lead_conversion_rate"), **_MEMBERS,
    ),
    Metric(
        "response_rate", "share", "responded", "reached", rivals=("conversion_rate",), **_MEMBERS
    ),
    Metric("unsubscribe_rate", "share", "unsubscribed", "reached", direction="down", **_MEMBERS),
    Metric(
        "incremental_lift", "share", "caused", "treated", sample="treated", interval="arms",
        clock="cohort", rivals=("conversion_rate",), **_DAYS,
    ),
    Metric("ltv_to_cac", "number", "lifetime_value", "cac", rivals=("cac",), **_NEW),
    Metric(
        "cac_payback_months", "number", "cac", "margin_a_month", direction="down",
        rivals=("ltv_to_cac",), **_NEW,
    ),
)  # fmt: skip
