"""Marts of orders. Text keys are joined once; everything after works on row numbers."""

from crm_data.tables.marts import FIRST_IN_UNITS, NEVER

# The last day of orders: one that has not come yet (`known_until` is set by the build) is a slip of
# the pen or a plan.
ORDERS_END = """(SELECT max(ordered_on) FROM orders
  WHERE ordered_on <= coalesce(getvariable('known_until'), DATE '9999-12-31'))"""

# One row per order and category of its lines; lines of unknown orders are in none.
CATEGORY_SUMS_SQL = """
SELECT o.rowid AS order_row, p.category, sum(l.amount) AS amount, sum(l.cost) AS cost,
       CAST(sum(l.quantity) AS DOUBLE) AS units, count(*) AS lines
FROM order_lines l
JOIN orders o ON o.order_id = l.order_id
LEFT JOIN products p ON p.product_id = l.product_id
GROUP BY o.rowid, p.category
"""

# One row per order: customer's attributes, value, and whether it counts.
ORDER_KEYS_SQL = """
WITH line_sums AS (
  SELECT order_row, sum(amount) AS amount, sum(cost) AS cost, sum(units) AS units,
         sum(lines) AS lines
  FROM category_sums
  GROUP BY order_row
)
SELECT o.rowid AS order_row, c.rowid AS customer_row,
       CASE WHEN c.rowid IS NULL THEN o.customer_id END AS unknown_customer_id,
       o.order_id, o.customer_id, o.ordered_at, o.ordered_on,
       coalesce(o.status, 'paid') AS status, o.channel, o.campaign_id,
       o.owner_id AS seller_id,
       CASE WHEN o.customer_id IS NULL THEN o.owner_id ELSE c.owner_id END AS owner_id,
       c.region, c.country, c.source,
       coalesce(o.status, 'paid') IN ('paid', 'returned') AS is_counted,
       CAST(coalesce(o.amount, l.amount) AS DECIMAL(18,4)) AS net_amount,
       CAST(coalesce(o.cost, l.cost) AS DECIMAL(18,4)) AS cost,
       CAST(coalesce(l.lines, 0) AS BIGINT) AS lines,
       CAST(l.units AS DOUBLE) AS units, l.amount AS line_amount, l.lines IS NOT NULL AS has_lines
FROM orders o
LEFT JOIN customers c ON c.customer_id = o.customer_id
LEFT JOIN line_sums l ON l.order_row = o.rowid
"""

# Customers that orders name and the customer table lacks, numbered below the rows of those it has.
STRANGERS_SQL = """
SELECT customer_id, -row_number() OVER (ORDER BY customer_id) AS buyer_row
FROM (SELECT DISTINCT unknown_customer_id AS customer_id FROM order_keys
      WHERE unknown_customer_id IS NOT NULL)
"""

# One row per counted order with a customer: narrow, for windows over each customer. previous_on and
# its siblings are missing where the order has no day: see decision 0004.
PURCHASES_SQL = f"""
WITH known AS (
  SELECT k.order_row, k.order_id, coalesce(k.customer_row, s.buyer_row) AS buyer_row,
         k.ordered_on, k.channel, k.status = 'paid' AS is_paid, k.net_amount, k.cost
  FROM order_keys k
  LEFT JOIN strangers s ON s.customer_id = k.unknown_customer_id
  WHERE k.is_counted AND k.customer_id IS NOT NULL
),
paid AS (
  SELECT order_row,
         coalesce(lag(ordered_on) OVER customer, DATE '{NEVER}') AS previous_paid_on,
         coalesce(lag(ordered_on, 2) OVER customer, DATE '{NEVER}') AS second_previous_paid_on
  FROM known
  WHERE is_paid AND ordered_on IS NOT NULL
  WINDOW customer AS (PARTITION BY buyer_row ORDER BY ordered_on, order_id)
)
SELECT k.order_row, k.buyer_row, k.ordered_on, k.is_paid, k.net_amount, k.cost,
       CASE WHEN k.ordered_on IS NOT NULL
            THEN coalesce(lag(k.ordered_on) OVER customer, DATE '{NEVER}') END AS previous_on,
       CASE WHEN k.ordered_on IS NOT NULL
            THEN coalesce(lag(k.ordered_on) OVER customer_channel, DATE '{NEVER}')
       END AS previous_in_channel_on,
       p.previous_paid_on, p.second_previous_paid_on
FROM known k LEFT JOIN paid p USING (order_row)
WINDOW customer AS (PARTITION BY k.buyer_row ORDER BY k.ordered_on NULLS LAST, k.order_id),
       customer_channel AS (
         PARTITION BY k.buyer_row, k.channel ORDER BY k.ordered_on NULLS LAST, k.order_id)
"""

ORDER_FACTS_SQL = """
SELECT k.order_id, k.customer_id, k.ordered_at, k.ordered_on, k.status, k.channel, k.campaign_id,
       k.seller_id, k.owner_id, k.region, k.country, k.source, k.is_counted, k.net_amount, k.cost,
       k.lines, k.units, p.previous_on, p.previous_in_channel_on, p.previous_paid_on,
       p.second_previous_paid_on, k.order_row AS order_no, p.buyer_row AS customer_no
FROM order_keys k
LEFT JOIN purchases p USING (order_row)
ORDER BY k.ordered_on
"""

# An order's own amount may say more or less than its lines; the difference belongs to no category,
# so that categories always add up to the total.
ORDER_CATEGORIES_SQL = """
WITH gaps AS (
  SELECT order_row, net_amount - coalesce(line_amount, 0) AS amount,
         NOT has_lines AS has_order
  FROM order_keys
  WHERE is_counted AND (NOT has_lines OR net_amount <> coalesce(line_amount, 0))
),
parts AS (
  SELECT c.order_row, c.category, coalesce(c.amount + g.amount, c.amount, g.amount) AS amount,
         c.units, c.lines, TRUE AS has_order
  FROM category_sums c
  -- one equality: with "AND c.category IS NULL" every row would be held against every gap
  LEFT JOIN gaps g ON g.order_row = CASE WHEN c.category IS NULL THEN c.order_row END
  UNION ALL
  SELECT order_row, NULL, amount, NULL, 0, has_order
  FROM gaps
  WHERE order_row NOT IN (SELECT order_row FROM category_sums WHERE category IS NULL)
)
SELECT p.category, f.ordered_on, f.channel, f.order_no, f.customer_no,
       f.status = 'paid' AS is_paid,
       f.previous_on, CAST(p.amount AS DECIMAL(18,4)) AS net_amount,
       CAST(p.lines AS BIGINT) AS lines, p.units, p.has_order
FROM parts p JOIN order_facts f ON f.order_no = p.order_row
WHERE f.is_counted
ORDER BY p.category, f.ordered_on
"""


def _firsts(prefix: str, previous: str) -> str:
    """Columns that count the orders which are their customer's first in a calendar unit."""
    return ",\n       ".join(
        f"count(*) FILTER ({previous} < date_trunc('{unit}', ordered_on)) AS {prefix}_{unit}"
        for unit in FIRST_IN_UNITS
    )


DAILY_SALES_SQL = f"""
SELECT ordered_on, region, country, channel, source,
       CAST(sum(net_amount) AS DECIMAL(18,4)) AS net_amount,
       CAST(sum(net_amount) FILTER (status = 'paid') AS DECIMAL(18,4)) AS gross_amount,
       CAST(-sum(net_amount) FILTER (status = 'returned') AS DECIMAL(18,4)) AS returned_amount,
       sum(CAST(net_amount AS DOUBLE) ** 2) AS net_amount_sq,
       sum(CAST(net_amount AS DOUBLE) ** 2) FILTER (status = 'paid') AS gross_amount_sq,
       sum(CAST(net_amount AS DOUBLE) ** 2) FILTER (status = 'returned') AS returned_amount_sq,
       count(*) AS orders, count(*) FILTER (status = 'paid') AS paid_orders,
       count(net_amount) AS valued_orders,
       CAST(sum(lines) AS BIGINT) AS lines, sum(units) AS units,
       count(*) FILTER (previous_on = DATE '{NEVER}') AS new_customers,
       CAST(sum(net_amount) FILTER (previous_on IS NOT NULL) AS DECIMAL(18,4))
         AS customer_net_amount,
       count(previous_on) AS customer_orders,
       {_firsts("first_in", "previous_on")},
       {_firsts("first_in_channel", "previous_in_channel_on")}
FROM order_facts
WHERE is_counted
GROUP BY ALL
ORDER BY ordered_on, region, country, channel, source
"""

DAILY_CATEGORY_SALES_SQL = """
SELECT f.ordered_on, f.region, f.country, f.channel, f.source, c.category,
       CAST(sum(c.net_amount) AS DECIMAL(18,4)) AS net_amount,
       CAST(sum(c.net_amount) FILTER (c.is_paid) AS DECIMAL(18,4)) AS gross_amount,
       CAST(-sum(c.net_amount) FILTER (NOT c.is_paid) AS DECIMAL(18,4)) AS returned_amount,
       count(*) FILTER (c.has_order) AS orders,
       count(*) FILTER (c.has_order AND c.is_paid) AS paid_orders,
       count(c.net_amount) FILTER (c.has_order) AS valued_orders,
       CAST(sum(c.lines) AS BIGINT) AS lines, sum(c.units) AS units
FROM order_categories c JOIN order_facts f USING (order_no)
GROUP BY ALL
ORDER BY f.ordered_on, f.region, f.country, f.channel, f.source, c.category
"""
