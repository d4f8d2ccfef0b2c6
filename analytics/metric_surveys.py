"""Metrics of answers to surveys, of ``crm_data.queries.survey_measures``."""

from typing import Any

from analytics.metric_kinds import Metric

_ANSWERED: dict[str, Any] = {
    "source": "surveys", "date_column": "answered_on", "rows": "answers", "sample": "answers",
    "denominator": "answers",
}  # fmt: skip

SURVEY_METRICS = (
    Metric(
        name="nps", unit="number", numerator="promoters_less_detractors", interval="nps",
        rivals=("csat", "ces"), **_ANSWERED,
    ),
    Metric(
        name="csat", unit="share", numerator="satisfied", interval="wilson",
        rivals=("nps", "ces"), **_ANSWERED,
    ),
    Metric(
        name="ces", unit="number", numerator="scores", interval="mean", rivals=("csat", "nps"),
        **_ANSWERED,
    ),
    Metric(
        "survey_response_rate", "share", "answered", "delivered", sample="delivered",
        interval="wilson", source="invitations", date_column="sent_on", rows="survey_days",
        rivals=("csat",),
    ),
)  # fmt: skip
SURVEY_ROW_KINDS: tuple[str, ...] = tuple(dict.fromkeys(one.rows for one in SURVEY_METRICS))
