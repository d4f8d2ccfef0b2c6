"""The marts of who bought what: joined once, so that nobody has to go through the lines again."""

# Paid orders only: what was brought back was bought, too, and is not offered again.
CUSTOMER_PRODUCTS_SQL = """
SELECT f.customer_no, l.product_id, min(f.ordered_on) AS first_on, max(f.ordered_on) AS last_on
FROM order_lines l JOIN order_facts f USING (order_id)
WHERE f.status = 'paid' AND f.customer_no IS NOT NULL AND l.product_id IS NOT NULL
  AND coalesce(l.quantity, 1) > 0
GROUP BY f.customer_no, l.product_id
ORDER BY f.customer_no, l.product_id
"""

# Net of returns. Sorted by customer, so that a page of customers reads a few parts of it.
CUSTOMER_CATEGORIES_SQL = """
SELECT customer_no, category, CAST(sum(net_amount) AS DECIMAL(18,4)) AS net_amount
FROM order_categories
WHERE customer_no IS NOT NULL
GROUP BY customer_no, category
ORDER BY customer_no, category
"""
