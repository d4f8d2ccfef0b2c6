"""The marts of who bought what: joined once, so that nobody has to go through the lines again."""

from crm_data.marts.orders import ORDERS_END

# Paid orders only: what was brought back was bought, too, and is not offered again.
CUSTOMER_PRODUCTS_SQL = f"""
SELECT f.customer_no, l.product_id, max(f.ordered_on) AS last_on,
       max(f.ordered_on) FILTER (f.ordered_on <= {ORDERS_END}) AS known_last_on
FROM order_lines l JOIN order_facts f USING (order_id)
WHERE f.status = 'paid' AND f.customer_no IS NOT NULL AND l.product_id IS NOT NULL
  AND coalesce(l.quantity, 1) > 0
GROUP BY f.customer_no, l.product_id
ORDER BY f.customer_no, l.product_id
"""

# Amounts are net of returns. Sorted by customer, so that a page of customers reads a few parts of
# it. Orders are those up to their last day.
CUSTOMER_CATEGORIES_SQL = f"""
WITH known AS (
  SELECT customer_no, category, net_amount,
         CASE WHEN has_order AND is_paid AND ordered_on <= {ORDERS_END}
              THEN order_no END AS paid_no
  FROM order_categories
  WHERE customer_no IS NOT NULL
)
SELECT customer_no, category, count(paid_no) AS paid_orders, min(paid_no) AS first_paid_no,
       max(paid_no) AS last_paid_no, CAST(sum(net_amount) AS DECIMAL(18,4)) AS net_amount
FROM known
GROUP BY customer_no, category
ORDER BY customer_no, category
"""
