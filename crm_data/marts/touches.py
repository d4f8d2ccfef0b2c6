"""Mart of touches: whose each is, and the paid order that came next."""

from crm_data.tables.marts import NEVER

# A visitor who turned out to be one customer is that customer in every touch. Persons are
# customers, customers whom nothing else knows, and visitors: numbers that never meet. Of orders of
# one moment the first by id has the touches. Orders of a day without a time were placed at its end.
TOUCH_PATHS_SQL = f"""
WITH visitors AS (
  SELECT visitor_id, min(rowid) AS first_row,
         CASE WHEN min(customer_id) = max(customer_id) THEN min(customer_id) END AS customer_id
  FROM touchpoints WHERE visitor_id IS NOT NULL GROUP BY visitor_id
),
known AS (
  SELECT customer_id, rowid AS customer_no, owner_id FROM customers
  UNION ALL SELECT customer_id, buyer_row, NULL FROM strangers
),
named AS (
  SELECT t.rowid AS touch_row, t.occurred_at, t.channel, v.first_row AS visitor_row,
         coalesce(t.customer_id, v.customer_id) AS customer_id
  FROM touchpoints t LEFT JOIN visitors v ON v.visitor_id = t.visitor_id
),
seen AS (
  SELECT n.*, k.customer_no, k.owner_id,
         date_trunc('millisecond', n.occurred_at) AS touched_at
  FROM named n LEFT JOIN known k ON k.customer_id = n.customer_id
),
lost AS (
  SELECT customer_id, min(touch_row) AS first_row FROM seen
  WHERE customer_id IS NOT NULL AND customer_no IS NULL GROUP BY customer_id
),
channels AS (
  SELECT channel, row_number() OVER (ORDER BY channel) - 1 AS channel_no
  FROM (SELECT DISTINCT channel FROM touchpoints WHERE channel IS NOT NULL)
),
paid AS (
  SELECT o.customer_no, o.order_no, o.order_id, o.net_amount,
         o.previous_paid_on = DATE '{NEVER}' AS is_first,
         date_trunc('millisecond', coalesce(
           o.ordered_at, o.ordered_on + INTERVAL 1 DAY - INTERVAL 1 MICROSECOND)) AS ended_at
  FROM order_facts o
  SEMI JOIN seen s ON s.customer_no = o.customer_no
  WHERE o.is_counted AND o.status = 'paid' AND coalesce(o.ordered_at, o.ordered_on) IS NOT NULL
),
ends AS (
  SELECT * FROM paid
  QUALIFY row_number() OVER (PARTITION BY customer_no, ended_at ORDER BY order_id) = 1
),
firsts AS (SELECT * FROM paid WHERE is_first),
found AS (
  SELECT s.touch_row, s.touched_at, s.customer_no, s.owner_id, s.occurred_at, s.channel,
         CASE WHEN s.customer_no IS NOT NULL THEN 4 * s.customer_no
              WHEN s.customer_id IS NOT NULL THEN 4 * l.first_row + 1
              ELSE 4 * s.visitor_row + 2 END AS person_no,
         c.channel_no, n.order_no AS next_no, n.net_amount AS next_value,
         (epoch_ms(n.ended_at) - epoch_ms(s.touched_at)) / 86400000.0 AS next_days,
         f.order_no AS first_no, f.net_amount AS first_value,
         (epoch_ms(f.ended_at) - epoch_ms(s.touched_at)) / 86400000.0 AS first_days
FROM seen s
ASOF LEFT JOIN ends n ON n.customer_no = s.customer_no AND s.touched_at <= n.ended_at
LEFT JOIN firsts f ON f.customer_no = s.customer_no AND s.touched_at <= f.ended_at
LEFT JOIN lost l ON l.customer_id = s.customer_id
LEFT JOIN channels c ON c.channel = s.channel
)
SELECT row_number() OVER (ORDER BY person_no, touched_at, touch_row) AS touch_no,
       * EXCLUDE (touch_row, touched_at)
FROM found ORDER BY touch_no
"""
