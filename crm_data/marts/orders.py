"""Marts of orders. Text keys are joined once; everything after works on row numbers."""

from crm_data.tables.marts import NEVER

# One row per order line whose order is known, with the order's row number.
LINE_KEYS_SQL = """
SELECT o.rowid AS order_row, p.category, l.amount, l.cost, l.quantity
FROM order_lines l
JOIN orders o ON o.order_id = l.order_id
LEFT JOIN products p ON p.product_id = l.product_id
"""

# One row per order and category.
ORDER_CATEGORIES_SQL = """
SELECT order_row, category, sum(amount) AS amount, sum(cost) AS cost,
       CAST(sum(quantity) AS DOUBLE) AS units, count(*) AS lines
FROM line_keys
GROUP BY order_row, category
"""

# One row per order: customer's attributes, value, and whether it counts.
ORDER_KEYS_SQL = """
WITH line_sums AS (
  SELECT order_row, sum(amount) AS amount, sum(cost) AS cost, sum(units) AS units,
         sum(lines) AS lines
  FROM order_categories
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

# previous_on and its siblings: see decision 0004. Orders without a customer or a day have no row.
ORDER_DAYS_SQL = f"""
WITH dated AS (
  SELECT order_row,
         coalesce(lag(ordered_on) OVER customer, DATE '{NEVER}') AS previous_on,
         coalesce(lag(ordered_on) OVER customer_channel, DATE '{NEVER}') AS previous_in_channel_on
  FROM order_keys
  WHERE is_counted AND customer_id IS NOT NULL AND ordered_on IS NOT NULL
  WINDOW customer AS (
           PARTITION BY customer_row, unknown_customer_id ORDER BY ordered_on, order_id),
         customer_channel AS (
           PARTITION BY customer_row, unknown_customer_id, channel ORDER BY ordered_on, order_id)
),
paid AS (
  SELECT order_row,
         coalesce(lag(ordered_on) OVER customer, DATE '{NEVER}') AS previous_paid_on,
         coalesce(lag(ordered_on, 2) OVER customer, DATE '{NEVER}') AS second_previous_paid_on
  FROM order_keys
  WHERE status = 'paid' AND customer_id IS NOT NULL AND ordered_on IS NOT NULL
  WINDOW customer AS (
    PARTITION BY customer_row, unknown_customer_id ORDER BY ordered_on, order_id)
)
SELECT order_row, d.previous_on, d.previous_in_channel_on, p.previous_paid_on,
       p.second_previous_paid_on
FROM dated d LEFT JOIN paid p USING (order_row)
"""

ORDER_FACTS_SQL = """
SELECT k.order_id, k.customer_id, k.ordered_at, k.ordered_on, k.status, k.channel, k.campaign_id,
       k.seller_id, k.owner_id, k.region, k.country, k.source, k.is_counted, k.net_amount, k.cost,
       k.lines, k.units, d.previous_on, d.previous_in_channel_on, d.previous_paid_on,
       d.second_previous_paid_on
FROM order_keys k
LEFT JOIN order_days d USING (order_row)
ORDER BY k.ordered_on
"""

DAILY_SALES_SQL = f"""
SELECT ordered_on, region, country, channel, source,
       CAST(sum(net_amount) AS DECIMAL(18,4)) AS net_amount,
       CAST(sum(net_amount) FILTER (status = 'paid') AS DECIMAL(18,4)) AS gross_amount,
       CAST(-sum(net_amount) FILTER (status = 'returned') AS DECIMAL(18,4)) AS returned_amount,
       sum(CAST(net_amount AS DOUBLE) ** 2) AS net_amount_sq,
       sum(CAST(net_amount AS DOUBLE) ** 2) FILTER (status = 'paid') AS gross_amount_sq,
       sum(CAST(net_amount AS DOUBLE) ** 2) FILTER (status = 'returned') AS returned_amount_sq,
       count(*) AS orders, count(*) FILTER (status = 'paid') AS paid_orders,
       CAST(sum(lines) AS BIGINT) AS lines, sum(units) AS units,
       count(*) FILTER (previous_on = DATE '{NEVER}') AS new_customers,
       CAST(sum(net_amount) FILTER (previous_on IS NOT NULL) AS DECIMAL(18,4))
         AS customer_net_amount,
       count(previous_on) AS customer_orders
FROM order_facts
WHERE is_counted
GROUP BY ALL
ORDER BY ordered_on, region, country, channel, source
"""

# What an order's own amount says beyond its lines goes to the row without a category, so that
# categories always add up to the total.
DAILY_CATEGORY_SALES_SQL = """
WITH parts AS (
  SELECT order_row, category, amount, units, lines, TRUE AS is_line FROM order_categories
  UNION ALL
  SELECT order_row, NULL, net_amount - coalesce(line_amount, 0), NULL, 0, NOT has_lines
  FROM order_keys
  WHERE is_counted AND (NOT has_lines OR net_amount <> coalesce(line_amount, 0))
)
SELECT k.ordered_on, k.region, k.country, k.channel, k.source, p.category,
       CAST(sum(p.amount) AS DECIMAL(18,4)) AS net_amount,
       CAST(sum(p.amount) FILTER (k.status = 'paid') AS DECIMAL(18,4)) AS gross_amount,
       CAST(-sum(p.amount) FILTER (k.status = 'returned') AS DECIMAL(18,4)) AS returned_amount,
       count(*) FILTER (p.is_line) AS orders,
       count(*) FILTER (p.is_line AND k.status = 'paid') AS paid_orders,
       CAST(sum(p.lines) AS BIGINT) AS lines, sum(p.units) AS units
FROM parts p JOIN order_keys k USING (order_row)
WHERE k.is_counted
GROUP BY ALL
ORDER BY k.ordered_on, k.region, k.country, k.channel, k.source, p.category
"""
