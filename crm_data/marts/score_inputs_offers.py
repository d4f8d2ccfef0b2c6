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


# Which part of what its buyers bring each category is; customers who brought nothing do not count.
# Missing: a category that was brought back more than bought, or whose buyers brought nothing.
CATEGORY_WEIGHTS = FrameSpec(
    "category_weights",
    "one row per category with a weight, by name",
    ("category",),
    columns_of("category:text weight:share"),
)
CATEGORY_WEIGHTS_SQL = """
SELECT p.category, CAST(sum(p.net_amount) AS DOUBLE) / CAST(sum(f.net_amount) AS DOUBLE) AS weight
FROM customer_categories p JOIN customer_facts f USING (customer_no)
WHERE p.category IS NOT NULL AND f.net_amount > 0
GROUP BY p.category
HAVING sum(p.net_amount) > 0
ORDER BY p.category
"""

# Categories are numbered by name, as the categories of category_pairs are in its own rows.
CUSTOMER_CATEGORY_NUMBERS = FrameSpec(
    "customer_category_numbers",
    "one row per customer and category of category_pairs",
    (),
    columns_of("customer_no:count category:count"),
)
CATEGORY_NAMES = FrameSpec(
    "category_names", "one row per category of category_pairs, by name", ("category",),
    columns_of("category:text"),
)  # fmt: skip
CATEGORY_NAMES_SQL = """
SELECT category FROM category_pairs UNION SELECT other_category FROM category_pairs
ORDER BY category
"""
CUSTOMER_CATEGORY_NUMBERS_SQL = f"""
WITH numbered AS (
  SELECT category, row_number() OVER (ORDER BY category) - 1 AS number FROM ({CATEGORY_NAMES_SQL})
)
SELECT p.customer_no, n.number AS category
FROM customer_categories p JOIN numbered n USING (category)
"""
CATEGORY_PAIRS_SQL = "SELECT * FROM category_pairs"
