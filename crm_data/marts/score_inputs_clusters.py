"""What clusters are made of: how customers have behaved up to a day, and what came after."""

from datetime import date

from crm_data.frames import FrameSpec, columns_of

CLUSTER_INPUTS = FrameSpec(
    "cluster_inputs",
    "one row per customer with a dated order up to the day, by id",
    ("customer_no",),
    columns_of(
        "customer_no:count days_since_last_order:number days_since_first_order:number "
        "order_days:number orders:number returned_orders:number net_amount:money "
        "categories:number later_orders:number later_amount:money"
    ),
)

_MOST = 62  # one bit of a whole number for each category


def cluster_inputs_sql(until: date, end: date) -> str:
    """Return the SELECT of behaviour up to ``until`` and of orders after it, up to ``end``.

    ``order_days`` are different days with a paid order; ``categories`` different product
    categories, missing where no line names one; the rarest beyond the 61 most common count as one.
    """
    day, last = until.isoformat(), end.isoformat()
    known = f"ordered_on <= DATE '{day}'"
    bought = f"{known} AND status = 'paid'"
    return f"""
WITH bought AS (
  SELECT customer_no,
         CAST(DATE '{day}' - max(ordered_on) FILTER ({bought}) AS DOUBLE) AS days_since_last_order,
         CAST(DATE '{day}' - min(ordered_on) FILTER ({bought}) AS DOUBLE) AS days_since_first_order,
         count(*) FILTER ({bought} AND previous_paid_on < ordered_on) AS order_days,
         count(*) FILTER ({known}) AS orders,
         count(*) FILTER ({known} AND status = 'returned') AS returned_orders,
         coalesce(sum(net_amount) FILTER ({known}), 0) AS net_amount,
         count(*) FILTER (NOT ({known}) AND status = 'paid') AS later_orders,
         coalesce(sum(net_amount) FILTER (NOT ({known})), 0) AS later_amount
  FROM order_facts
  WHERE is_counted AND customer_no IS NOT NULL AND ordered_on <= DATE '{last}'
  GROUP BY customer_no
),
numbered AS (
  SELECT category, least(row_number() OVER (ORDER BY count(*) DESC, category), {_MOST}) AS place
  FROM order_categories WHERE category IS NOT NULL GROUP BY category
),
kinds AS (
  SELECT o.customer_no, bit_count(bit_or(CAST(1 AS BIGINT) << (place - 1))) AS categories
  FROM order_categories o JOIN numbered USING (category)
  WHERE o.customer_no IS NOT NULL AND {known}
  GROUP BY o.customer_no
)
SELECT b.customer_no, b.days_since_last_order, b.days_since_first_order, b.order_days, b.orders,
       b.returned_orders, b.net_amount, k.categories, b.later_orders, b.later_amount
FROM bought b
JOIN customer_facts c USING (customer_no)
LEFT JOIN kinds k USING (customer_no)
WHERE b.order_days > 0
ORDER BY c.customer_id
"""
