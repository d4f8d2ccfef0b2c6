"""What RFM and the lifecycle read of a version. Days are numbers, counted from 1970-01-01."""

from crm_data.frames import FrameSpec, columns_of

ORDER_MONTHS = FrameSpec(
    "order_months",
    "one row per customer and calendar month with an order up to the watermark, by month",
    ("customer_no", "month_no"),
    columns_of(
        "customer_no:count month_no:count first_no:count last_no:count order_days:count "
        "orders:count net_amount:money"
    ),
)
# What was booked for a day after the watermark has not happened yet. Orders and days are of paid
# orders; a month of returns only has none, and days 0.
ORDER_MONTHS_SQL = """
WITH edge AS (SELECT watermark_on AS last_on FROM version_info WHERE table_name = 'orders')
SELECT m.customer_no, m.month_on - DATE '1970-01-01' AS month_no,
       coalesce(m.first_paid_on - DATE '1970-01-01', 0) AS first_no,
       coalesce(least(m.last_paid_on, edge.last_on) - DATE '1970-01-01', 0) AS last_no,
       m.paid_days AS order_days, m.paid_orders AS orders, m.net_amount
FROM customer_months m, edge
WHERE coalesce(m.first_paid_on, m.first_on) <= edge.last_on
ORDER BY m.month_on
"""
