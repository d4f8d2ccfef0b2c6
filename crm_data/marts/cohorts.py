"""The mart of cohorts: customer_months counted, so that a page does not read one row a customer."""

# Months after the watermark of orders have not come yet (`known_until` is set by the build).
# first_in_quarter and last_customers make quarters and "this month or later" sums of rows, because
# each customer is in one row of a quarter, and in one last month. DuckDB's windows over sorted
# integers are cheap; the text keys are joined after.
COHORT_MONTHS_SQL = """
WITH months AS (
  SELECT customer_no, cohort_on, month_on, region, source, paid_orders, net_amount, margin,
         paid_orders > 0 AS buys,
         lag(month_on) OVER customer AS before_on, lead(month_on) OVER customer AS after_on
  FROM customer_months
  WHERE month_on >= cohort_on AND month_on <= (SELECT max(ordered_on) FROM orders
                     WHERE ordered_on <= coalesce(getvariable('known_until'), DATE '9999-12-31'))
  WINDOW customer AS (PARTITION BY customer_no, paid_orders > 0 ORDER BY month_on)
)
SELECT m.cohort_on, m.month_on, m.region, m.source, f.first_category,
       count(*) FILTER (m.buys) AS customers,
       count(*) FILTER (m.buys AND (m.before_on IS NULL
                                    OR m.before_on < date_trunc('quarter', m.month_on)))
         AS first_in_quarter,
       count(*) FILTER (m.buys AND m.after_on IS NULL) AS last_customers,
       count(m.net_amount) FILTER (m.buys) AS valued_customers,
       count(m.margin) FILTER (m.buys) AS costed_customers,
       CAST(sum(m.paid_orders) AS BIGINT) AS orders,
       CAST(sum(m.net_amount) AS DECIMAL(18,4)) AS net_amount,
       CAST(sum(m.margin) AS DECIMAL(18,4)) AS margin
FROM months m JOIN customer_facts f USING (customer_no)
GROUP BY ALL
ORDER BY m.cohort_on, m.month_on, m.region, m.source, f.first_category
"""
