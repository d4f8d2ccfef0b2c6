"""Names that scripts of others rely on; CHANGELOG.md tells when one of them changes."""

from importlib import import_module

import pytest

from analytics.metric_registry import METRICS

PYTHON = [
    "analytics.rfm.score",
    "analytics.clv.BetaGeoModel",
    "analytics.clv.ModifiedBetaGeoModel",
    "analytics.clv.ParetoNBDModel",
    "analytics.clv.GammaGammaModel",
    "analytics.retention.cohort_retention",
    "analytics.survival.kaplan_meier",
    "analytics.survival.cumulative_incidence",
    "analytics.churn.ChurnModel",
    "analytics.experiments.compare_arms",
    "analytics.experiments.sample_ratio_test",
    "analytics.experiments.sample_size",
    "analytics.experiments.always_valid",
    "analytics.attribution.attribute",
    "analytics.satisfaction.nps",
    "analytics.satisfaction.csat",
    "analytics.satisfaction.ces",
    "analytics.text.fit_sentiment",
    "analytics.text.topics",
    "analytics.identity.find_duplicates",
    "forecasting.forecast",
    "forecasting.pipeline_forecast",
]
METRIC_NAMES = [
    "net_revenue",
    "gross_revenue",
    "orders",
    "order_lines",
    "units",
    "active_customers",
    "new_customers",
    "returning_customers",
    "average_order_value",
    "revenue_per_customer",
    "repeat_purchase_rate",
    "return_rate",
    "purchase_frequency",
    "won_value",
    "won_deals",
    "lost_deals",
    "win_rate",
    "win_rate_by_value",
    "win_rate_broad",
    "win_rate_created_cohort",
    "open_pipeline_value",
    "weighted_pipeline",
    "average_deal_size",
    "sales_cycle_days",
    "sales_velocity",
    "pipeline_coverage",
    "slippage_rate",
    "stuck_deals",
    "quota_attainment",
    "leads",
    "lead_conversion_rate",
    "lead_response_hours",
    "campaign_cost",
    "campaign_roi",
    "roas",
    "cac",
    "cost_per_lead",
    "conversion_rate",
    "response_rate",
    "unsubscribe_rate",
    "incremental_lift",
    "ltv_to_cac",
    "cac_payback_months",
    "churn_rate",
    "revenue_churn_rate",
    "retention_rate",
    "gross_revenue_retention",
    "net_revenue_retention",
    "historic_clv",
    "predicted_clv",
    "nps",
    "csat",
    "ces",
    "survey_response_rate",
    "complaint_rate",
    "tickets",
    "first_response_hours",
    "resolution_hours",
    "first_contact_resolution_rate",
    "sla_attainment",
    "reopen_rate",
    "backlog",
    "duplicate_rate",
]


@pytest.mark.parametrize("name", PYTHON)
def test_a_promised_name_is_where_it_is_promised(name: str) -> None:
    module, _, attribute = name.rpartition(".")

    assert callable(getattr(import_module(module), attribute, None))


def test_promised_metrics_are_in_the_registry() -> None:
    assert [name for name in METRIC_NAMES if name not in METRICS] == []
