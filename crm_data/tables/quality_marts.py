"""Marts of data quality. SQL is in ``crm_data.marts.quality``."""

from crm_data.frames import FrameSpec, columns_of

# Rows are those that a batch still says the last word of: a later one takes them over.
QUALITY_FIELDS = FrameSpec(
    "quality_fields",
    "one row per table, batch and field: rows, and how many of them have a value",
    ("table_name", "batch_id", "field"),
    columns_of("table_name:text field:text rows:count present:count batch_id:text"),
)
# Days are of the table's clock, as written (instants in UTC); those yet to come are left out.
QUALITY_DAYS = FrameSpec(
    "quality_days",
    "one row per table and day with a row",
    ("table_name", "day_on"),
    columns_of("table_name:text day_on:day rows:count newest_at:instant"),
)
QUALITY_SUMS = FrameSpec(
    "quality_sums",
    "one row per sum that says what faults do to the headline numbers",
    ("name",),
    columns_of("name:text value:number"),
)

QUALITY_MARTS = (QUALITY_FIELDS, QUALITY_DAYS, QUALITY_SUMS)
