"""What a build finds wrong with the tables: counted, shown on the quality page, never hidden."""

from itertools import groupby

from crm_data.marts.churn_contracts import CONTRACT_FINDINGS_SQL
from crm_data.marts.service_findings import SERVICE_FINDINGS_SQL
from crm_data.tables.checks import CHECKS, Check

_OF_ORDERS = """
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

_REPEATED = "SELECT 'repeated', 'order_lines', 'line_no', lines FROM repeated_lines"


def findings_sql() -> str:
    """Return the SELECT of ``build_findings``: rules with no row that breaks them are left out.

    A reference into a table that has no rows at all is not a finding: that table was never
    imported.
    """
    counted = [check for check in CHECKS if check.is_counted]
    alone = sorted((c for c in counted if c.is_of_one_row), key=lambda c: c.table)
    parts = [_OF_ORDERS, CONTRACT_FINDINGS_SQL, SERVICE_FINDINGS_SQL, _REPEATED]
    parts += [_in_one_pass(name, list(own)) for name, own in groupby(alone, lambda c: c.table)]
    parts += [_by_itself(check) for check in counted if not check.is_of_one_row]
    return f"SELECT * FROM ({' UNION ALL '.join(parts)}) WHERE rows > 0 ORDER BY ALL"


def _in_one_pass(table: str, checks: list[Check]) -> str:
    """Count every check of a table's single rows in one pass over it."""
    counts = ", ".join(
        f"{{'rule': '{c.rule}', 'table_name': '{table}', 'field': '{c.field}', "
        f"'rows': count(*) FILTER (WHERE {_condition(c)})}}"
        for c in checks
    )
    return f"SELECT unnest([{counts}], recursive := true) FROM {table} t"


def _by_itself(check: Check) -> str:
    other = f" AND EXISTS (SELECT 1 FROM {check.needs})" if check.needs else ""
    return (
        f"SELECT '{check.rule}', '{check.table}', '{check.field}', count(*) FROM {check.table} t "
        f"WHERE {_condition(check)}{other}"
    )


def _condition(check: Check) -> str:
    return check.condition.replace("{until}", "getvariable('known_until')")
