"""The SQL of each mart, in build order. Always runs in DuckDB (decision 0002)."""

from crm_data.marts.customers import CUSTOMER_FACTS_SQL, CUSTOMER_MONTHS_SQL
from crm_data.marts.findings import findings_sql
from crm_data.marts.orders import (
    DAILY_CATEGORY_SALES_SQL,
    DAILY_SALES_SQL,
    LINE_KEYS_SQL,
    ORDER_CATEGORIES_SQL,
    ORDER_DAYS_SQL,
    ORDER_FACTS_SQL,
    ORDER_KEYS_SQL,
)

STEPS: tuple[tuple[str, str], ...] = (
    ("line_keys", LINE_KEYS_SQL),
    ("order_categories", ORDER_CATEGORIES_SQL),
    ("order_keys", ORDER_KEYS_SQL),
    ("order_days", ORDER_DAYS_SQL),
    ("order_facts", ORDER_FACTS_SQL),
    ("daily_sales", DAILY_SALES_SQL),
    ("daily_category_sales", DAILY_CATEGORY_SALES_SQL),
    ("customer_months", CUSTOMER_MONTHS_SQL),
    ("customer_facts", CUSTOMER_FACTS_SQL),
)
TEMPORARY = ("line_keys", "order_categories", "order_keys", "order_days")

__all__ = ["STEPS", "TEMPORARY", "findings_sql"]
