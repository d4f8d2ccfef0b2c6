"""Marts of data quality: how full fields are, on which days there is news, what faults weigh."""

from crm_data.tables.model import TABLES, TableSpec

# Lines that say again what another line of the same order says, in every column but their number,
# and what they add to the value of orders that carry no amount of their own. One product twice in
# an order is not rare; the same quantity at the same price, too, is what an export does twice.
REPEATED_LINES_SQL = """
WITH twice AS (
  SELECT any_value(order_id) AS order_id, any_value(amount) AS amount,
         any_value(quantity) AS quantity, count(*) - 1 AS more
  FROM order_lines WHERE product_id IS NOT NULL
  GROUP BY hash(order_id, product_id, quantity, unit_price, amount, attributes)
  HAVING count(*) > 1
)
SELECT CAST(coalesce(sum(t.more), 0) AS BIGINT) AS lines,
       coalesce(sum(t.more * t.amount) FILTER (o.amount IS NULL
                AND coalesce(o.status, 'paid') IN ('paid', 'returned')), 0) AS amount
FROM twice t LEFT JOIN orders o ON o.order_id = t.order_id
"""


def _fields_of(spec: TableSpec) -> str:
    counts = ", ".join(f'count("{f.name}") AS "{f.name}"' for f in spec.fields)
    names = ", ".join(f'"{f.name}"' for f in spec.fields)
    return (
        f"SELECT '{spec.name}' AS table_name, field, of_rows AS rows, present, batch_id "
        f'FROM (SELECT batch_id, count(*) AS of_rows, {counts} FROM "{spec.name}" '
        f"GROUP BY batch_id) UNPIVOT (present FOR field IN ({names}))"
    )


QUALITY_FIELDS_SQL = " UNION ALL ".join(_fields_of(spec) for spec in TABLES)

QUALITY_DAYS_SQL = " UNION ALL ".join(
    f"SELECT '{spec.name}' AS table_name, CAST({spec.clock} AS DATE) AS day_on, "
    f"count(*) AS rows, max(CAST({spec.clock} AS TIMESTAMP)) AS newest_at "
    f"FROM \"{spec.name}\" WHERE {spec.clock} < getvariable('known_until') "
    f"GROUP BY CAST({spec.clock} AS DATE)"
    for spec in TABLES
    if spec.clock
)

_OF_ORDERS = """
SELECT unnest(map_entries(MAP {
  'net_amount': sum(net_amount) FILTER (is_counted),
  'orders': count(*) FILTER (is_counted),
  'valued_orders': count(net_amount) FILTER (is_counted),
  'unvalued_orders': count(*) FILTER (is_counted AND net_amount IS NULL),
  'order_p05': quantile_cont(net_amount, 0.05) FILTER (status = 'paid'),
  'order_p95': quantile_cont(net_amount, 0.95) FILTER (status = 'paid'),
  'strange_orders': count(*) FILTER (status = 'paid' AND customer_id IS NULL),
  'strange_counted': count(*) FILTER (is_counted AND customer_id IS NULL),
  'strange_amount': sum(net_amount) FILTER (is_counted AND customer_id IS NULL),
  'undated_orders': count(*) FILTER (is_counted AND ordered_on IS NULL),
  'undated_amount': sum(net_amount) FILTER (is_counted AND ordered_on IS NULL),
  'differing_orders': count(*) FILTER (is_counted AND has_lines AND net_amount <> line_amount),
  'differing_amount': sum(net_amount) FILTER (is_counted AND has_lines
                                              AND net_amount <> line_amount),
  'lines_above': sum(line_amount - net_amount) FILTER (is_counted AND has_lines
                                                       AND line_amount > net_amount),
  'lines_below': sum(net_amount - line_amount) FILTER (is_counted AND has_lines
                                                       AND line_amount < net_amount)
}), recursive := true) FROM (SELECT * REPLACE (CAST(net_amount AS DOUBLE) AS net_amount,
                             CAST(line_amount AS DOUBLE) AS line_amount) FROM order_keys)
"""
_OF_STATUS = """
SELECT unnest(map_entries(MAP {
  'unsaid_orders': count(*),
  'unsaid_amount': CAST(sum(k.net_amount) AS DOUBLE)
}), recursive := true)
FROM orders o JOIN order_keys k ON k.order_row = o.rowid WHERE o.status IS NULL
  AND EXISTS (SELECT 1 FROM orders WHERE status IS NOT NULL)
"""
_OF_LINES = """
SELECT unnest(map_entries(MAP {
  'repeated_lines': CAST(any_value(lines) AS DOUBLE),
  'repeated_amount': CAST(any_value(amount) AS DOUBLE)
}), recursive := true) FROM repeated_lines
UNION ALL
SELECT 'orphan_amount', CAST(coalesce((SELECT sum(amount) FROM order_lines), 0)
                             - coalesce((SELECT sum(amount) FROM category_sums), 0) AS DOUBLE)
"""
_OF_CUSTOMERS = """
SELECT unnest(map_entries(MAP {
  'active': count(*) FILTER (orders > 0),
  'buyers': count(*) FILTER (paid_orders > 0),
  'repeat_buyers': count(*) FILTER (paid_orders > 1),
  'single_buyers': count(*) FILTER (paid_orders = 1)
}), recursive := true) FROM customer_facts
"""
_OF_DEALS = """
SELECT unnest(map_entries(MAP {
  'won_value': sum(amount) FILTER (outcome = 'won'),
  'won': count(*) FILTER (outcome = 'won'),
  'lost': count(*) FILTER (outcome = 'lost'),
  'won_valued': count(amount) FILTER (outcome = 'won'),
  'won_p05': quantile_cont(amount, 0.05) FILTER (outcome = 'won'),
  'won_p95': quantile_cont(amount, 0.95) FILTER (outcome = 'won'),
  'unsaid_deals': count(*) FILTER (outcome IS NULL AND closed_at IS NOT NULL),
  'unsaid_value': sum(amount) FILTER (outcome IS NULL AND closed_at IS NOT NULL)
}), recursive := true)
FROM (SELECT * REPLACE (CAST(amount AS DOUBLE) AS amount) FROM opportunities)
"""
_OF_ANSWERS = """
SELECT unnest(map_entries(MAP {
  'csat_answers': count(*) FILTER (is_possible AND score IS NOT NULL),
  'csat_satisfied': count(*) FILTER (is_possible AND score > scale - 2),
  'csat_impossible': count(*) FILTER (NOT is_possible)
}), recursive := true) FROM survey_facts WHERE kind = 'csat' AND scale = 5
"""

QUALITY_SUMS_SQL = (
    "SELECT key AS name, CAST(value AS DOUBLE) AS value FROM ("
    + " UNION ALL ".join(
        part.strip()
        for part in (_OF_ORDERS, _OF_STATUS, _OF_LINES, _OF_CUSTOMERS, _OF_DEALS, _OF_ANSWERS)
    )
    + ") WHERE value IS NOT NULL"
)
