"""What scoring of offers reads of a version. Always runs in DuckDB."""

from crm_data.frames import FrameSpec, columns_of

# In the order of their ids, as everything numbered by it: the same data gives the same scores.
SOLD_PRODUCTS = FrameSpec(
    "sold_products",
    "one row per product that a known customer bought, by id",
    ("product_id",),
    columns_of(
        "product_id:text category:text customers:count customers_90d:count last_sold_on:day"
    ),
)
SOLD_PRODUCTS_SQL = """
WITH edge AS (SELECT watermark_on FROM version_info WHERE table_name = 'orders'),
sold AS (
  SELECT product_id, count(*) AS customers,
         count(*) FILTER (last_on > watermark_on - 90 AND last_on <= watermark_on)
           AS customers_90d,
         max(last_on) AS last_sold_on
  FROM customer_products, edge
  GROUP BY product_id
)
SELECT s.product_id, p.category, s.customers, s.customers_90d, s.last_sold_on
FROM sold s LEFT JOIN products p USING (product_id)
ORDER BY s.product_id
"""

# A hash orders the customers, so that a part of them is a random one, and the same every time.
SAMPLED_PURCHASES = FrameSpec(
    "sampled_purchases",
    "one row per customer, product and day, by the hash of the customer",
    ("place", "product_id", "day"),
    columns_of("place:count product:count day:count"),
)


def sampled_purchases_sql(customers: int) -> str:
    """Return the SELECT of the purchases of at most so many customers: ``SAMPLED_PURCHASES``.

    ``place`` numbers customers from 0 in the order of the hash, ``product`` numbers the rows of
    ``SOLD_PRODUCTS``, ``day`` counts days since 1970-01-01.
    """
    return f"""
WITH edge AS (SELECT watermark_on FROM version_info WHERE table_name = 'orders'),
sampled AS (
  SELECT customer_no, row_number() OVER (ORDER BY md5(customer_id), customer_id) - 1 AS place
  FROM customer_facts WHERE paid_orders > 0
  QUALIFY place < {customers}
),
numbered AS (
  SELECT product_id, row_number() OVER (ORDER BY product_id) - 1 AS product
  FROM (SELECT DISTINCT product_id FROM customer_products)
),
orders_of AS (
  SELECT f.order_id, s.place, f.ordered_on
  FROM order_facts f JOIN sampled s USING (customer_no), edge
  WHERE f.status = 'paid' AND f.ordered_on <= watermark_on
)
SELECT DISTINCT o.place, n.product, o.ordered_on - DATE '1970-01-01' AS day
FROM order_lines l JOIN orders_of o USING (order_id) JOIN numbered n USING (product_id)
WHERE coalesce(l.quantity, 1) > 0
ORDER BY o.place, n.product, day
"""
