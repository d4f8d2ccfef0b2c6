"""What a build finds wrong with the tables: counted, shown on the quality page, never hidden."""

from crm_data.marts.churn_contracts import CONTRACT_FINDINGS_SQL
from crm_data.marts.service_findings import SERVICE_FINDINGS_SQL

# Child column -> parent table. Key columns carry the parent's own name.
REFERENCES: tuple[tuple[str, str, str], ...] = (
    ("orders", "customer_id", "customers"),
    ("orders", "campaign_id", "campaigns"),
    ("orders", "owner_id", "employees"),
    ("order_lines", "product_id", "products"),
    ("contacts", "customer_id", "customers"),
    ("customers", "owner_id", "employees"),
    ("subscriptions", "customer_id", "customers"),
    ("interactions", "customer_id", "customers"),
    ("opportunities", "customer_id", "customers"),
    ("opportunities", "owner_id", "employees"),
    ("opportunities", "product_id", "products"),
    ("opportunity_events", "opportunity_id", "opportunities"),
    ("campaign_members", "campaign_id", "campaigns"),
    ("campaign_members", "customer_id", "customers"),
    ("campaign_costs", "campaign_id", "campaigns"),
    ("touchpoints", "customer_id", "customers"),
    ("tickets", "customer_id", "customers"),
    ("tickets", "agent_id", "employees"),
    ("survey_responses", "customer_id", "customers"),
    ("leads", "customer_id", "customers"),
)
_PARENT_KEY = {
    "customers": "customer_id",
    "campaigns": "campaign_id",
    "employees": "employee_id",
    "products": "product_id",
    "opportunities": "opportunity_id",
}

_MISSING_CUSTOMER = """
SELECT 'orders_without_customer' AS rule, 'orders' AS table_name, 'customer_id' AS field,
       count(*) AS rows FROM orders WHERE customer_id IS NULL
UNION ALL
SELECT 'lines_without_customer', 'order_lines', 'customer_id', coalesce(sum(lines), 0)
FROM order_facts WHERE customer_id IS NULL
UNION ALL
SELECT 'orders_without_day', 'orders', 'ordered_on', count(*) FROM orders WHERE ordered_on IS NULL
UNION ALL
SELECT 'orders_without_value', 'orders', 'amount', count(*) FROM order_facts
WHERE is_counted AND net_amount IS NULL
UNION ALL
SELECT 'amount_differs_from_lines', 'orders', 'amount', count(*)
FROM order_keys WHERE has_lines AND net_amount <> line_amount
UNION ALL
SELECT 'orphans', 'order_lines', 'order_id',
       (SELECT count(*) FROM order_lines) - (SELECT coalesce(sum(lines), 0) FROM category_sums)
"""


def findings_sql() -> str:
    """Return the SELECT of ``build_findings``: rules with no row that breaks them are left out.

    A reference into a table that has no rows at all is not a finding: that table was never
    imported.
    """
    parts = [_MISSING_CUSTOMER, CONTRACT_FINDINGS_SQL, SERVICE_FINDINGS_SQL]
    for child, column, parent in REFERENCES:
        key = _PARENT_KEY[parent]
        parts.append(
            f"SELECT 'orphans', '{child}', '{column}', count(*) FROM {child} "
            f"WHERE {column} IS NOT NULL AND EXISTS (SELECT 1 FROM {parent}) "
            f"AND {column} NOT IN (SELECT {key} FROM {parent})"
        )
    return f"SELECT * FROM ({' UNION ALL '.join(parts)}) WHERE rows > 0 ORDER BY ALL"
