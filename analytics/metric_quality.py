"""Metrics of the data themselves, as they are in a version."""

from analytics.metric_kinds import Metric

QUALITY_METRICS = (
    Metric(
        "completeness_rate", "share", "present_values", "possible_values", sample="customers",
        source="quality", rows="incomplete_customers", date_column="known_on",
    ),
    Metric(
        "freshness_hours", "hours", "hours_since_newest", sample="dated_tables",
        direction="down", source="quality", rows="newest_days", date_column="known_on",
    ),
    Metric(
        "duplicate_rate", "share", "duplicate_customers", "customers_looked_at",
        sample="customers_looked_at", direction="down", source="quality",
        rows="duplicate_customers", date_column="known_on",
    ),
)  # fmt: skip
QUALITY_ROW_KINDS: tuple[str, ...] = tuple(one.rows for one in QUALITY_METRICS)
