"""The mart of cohorts: customer_months counted, so that a page does not read one row a customer."""

from crm_data.marts.orders import ORDERS_END

# first_in_quarter and last_customers make quarters and "this month or later" sums of rows, because
# each customer is in one row of a quarter, and in one last month.
COHORT_MONTHS_SQL = f"""
WITH months AS (
  SELECT *, paid_orders > 0 AS buys FROM customer_months
  WHERE month_on >= cohort_on AND month_on <= {ORDERS_END}
)
SELECT m.cohort_on, m.month_on, m.region, m.source, f.first_category,
       count(*) FILTER (m.buys) AS customers,
       count(*) FILTER (m.is_first_in_quarter) AS first_in_quarter,
       count(*) FILTER (m.is_last) AS last_customers,
       count(m.net_amount) FILTER (m.buys) AS valued_customers,
       count(m.margin) FILTER (m.buys) AS costed_customers,
       CAST(sum(m.paid_orders) AS BIGINT) AS orders,
       CAST(sum(m.net_amount) AS DECIMAL(18,4)) AS net_amount,
       CAST(sum(m.margin) AS DECIMAL(18,4)) AS margin
FROM months m JOIN customer_facts f USING (customer_no)
GROUP BY ALL
ORDER BY m.cohort_on, m.month_on, m.region, m.source, f.first_category
"""
