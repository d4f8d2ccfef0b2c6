"""What scoring reads of a version: named SELECTs with their contracts. Always runs in DuckDB."""

from crm_data.frames import FrameSpec, columns_of

# Orders are paid ones: a return is no purchase (decision 0003); net_amount is less of returns.
# In the order of their ids, so that the same data gives the same scores whatever its history.
SCORED_CUSTOMERS = FrameSpec(
    "scored_customers",
    "one row per customer of customer_facts, by id",
    ("customer_id",),
    columns_of(
        "customer_no:count customer_id:text owner_id:text first_order_on:day last_order_on:day "
        "orders:count order_days:count net_amount:money net_amount_365d:money margin:money "
        "created_at:instant"
    ),
)
SCORED_CUSTOMERS_SQL = """
SELECT customer_no, customer_id, owner_id, first_paid_on AS first_order_on,
       last_paid_on AS last_order_on, paid_orders AS orders, paid_days AS order_days, net_amount,
       net_amount_365d, margin, created_at
FROM customer_facts ORDER BY customer_id
"""

# As ``segments.compile.watermark``; where no table has a clock, the day of the build.
WATERMARK = FrameSpec(
    "watermark",
    "one row: the last day with orders, without orders with anything, else the day of the build",
    (),
    columns_of("as_of:day"),
)
WATERMARK_SQL = """
SELECT coalesce(max(watermark_on) FILTER (table_name = 'orders'), max(watermark_on),
                CAST(max(built_at) AS DATE)) AS as_of
FROM version_info
"""
