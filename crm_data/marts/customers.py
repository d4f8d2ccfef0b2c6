"""Marts of customers."""

from crm_data.marts.orders import ORDERS_END
from crm_data.tables.marts import NEVER

# Full-width ASCII, as Chinese input methods type it, is looked up as its half-width form.
FULL_WIDTH = "".join(chr(code + 0xFEE0) for code in range(0x21, 0x7F) if chr(code) != "'")
HALF_WIDTH = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) != "'")

CUSTOMER_MONTHS_SQL = f"""
WITH active AS (
  SELECT buyer_row, CAST(date_trunc('month', ordered_on) AS DATE) AS month_on,
         min(ordered_on) AS first_on, max(ordered_on) AS last_on,
         count(*) FILTER (previous_on < ordered_on) AS order_days,
         count(*) AS orders, min(ordered_on) FILTER (is_paid) AS first_paid_on,
         max(ordered_on) FILTER (is_paid) AS last_paid_on,
         count(*) FILTER (is_paid AND previous_paid_on < ordered_on) AS paid_days,
         count(*) FILTER (is_paid) AS paid_orders,
         CAST(sum(net_amount) AS DECIMAL(18,4)) AS net_amount,
         CAST(sum(net_amount) FILTER (is_paid) AS DECIMAL(18,4)) AS gross_amount,
         CAST(sum(net_amount - cost) AS DECIMAL(18,4)) AS margin
  FROM purchases
  WHERE ordered_on IS NOT NULL
  GROUP BY ALL
),
joined AS (
  SELECT buyer_row, min(month_on) FILTER (paid_orders > 0) AS cohort_on
  FROM active GROUP BY buyer_row
),
-- months after the watermark of orders have not come yet
paid AS (
  SELECT buyer_row, month_on,
         coalesce(lag(month_on) OVER customer < date_trunc('quarter', month_on), TRUE)
           AS is_first_in_quarter,
         lead(month_on) OVER customer IS NULL AS is_last,
         CASE WHEN lead(first_paid_on) OVER customer <= known_on
              THEN lead(first_paid_on) OVER customer END AS next_paid_on
  FROM active, (SELECT {ORDERS_END} AS known_on)
  WHERE paid_orders > 0 AND month_on <= known_on
  WINDOW customer AS (PARTITION BY buyer_row ORDER BY month_on)
)
SELECT a.buyer_row AS customer_no, coalesce(c.customer_id, s.customer_id) AS customer_id,
       a.month_on, j.cohort_on, c.region, c.country, c.source, c.owner_id, a.first_on, a.last_on,
       a.order_days, a.orders, a.first_paid_on, a.last_paid_on, a.paid_days, a.paid_orders,
       coalesce(p.is_first_in_quarter, FALSE) AS is_first_in_quarter,
       coalesce(p.is_last, FALSE) AS is_last, p.next_paid_on, a.net_amount, a.gross_amount, a.margin
FROM active a
JOIN joined j USING (buyer_row)
LEFT JOIN paid p USING (buyer_row, month_on)
LEFT JOIN customers c ON c.rowid = a.buyer_row
LEFT JOIN strangers s USING (buyer_row)
ORDER BY a.month_on
"""


def _folded(text: str) -> str:
    """Lower case, compatibility forms folded; plain ASCII (as many bytes as letters) has none."""
    folded = f"translate(nfc_normalize({text}), '{FULL_WIDTH}', '{HALF_WIDTH}')"
    return f"lower(CASE WHEN strlen({text}) = length({text}) THEN {text} ELSE {folded} END)"


# Windows (90d, 365d) end at the watermark of orders, never at today's date: data that has not
# arrived is not a customer who stayed away. A day that has not come yet (`known_until`, set by the
# build) is not the watermark. search_text holds what a lookup may type: id, name,
# e-mail, and the phone as written and as bare digits, lower case, compatibility forms folded.
# first_complaint_hours is the wait for a first response to the first complaint; missing where that
# complaint has none yet, or one from before it.
CUSTOMER_FACTS_SQL = f"""
WITH edge AS (
  SELECT max(ordered_on) AS last_on, {ORDERS_END} AS orders_end FROM order_keys
  WHERE is_counted AND ordered_on <= coalesce(getvariable('known_until'), DATE '9999-12-31')
),
bought AS (
  SELECT buyer_row,
         min(ordered_on) AS first_order_on, max(ordered_on) AS last_order_on,
         min(ordered_on) FILTER (is_paid) AS first_paid_on,
         max(ordered_on) FILTER (is_paid) AS last_paid_on,
         count(*) AS orders, count(*) FILTER (is_paid) AS paid_orders,
         count(*) FILTER (is_paid AND ordered_on <= orders_end) AS known_paid_orders,
         count(*) FILTER (previous_on < ordered_on) AS order_days,
         count(*) FILTER (is_paid AND previous_paid_on < ordered_on) AS paid_days,
         count(*) FILTER (NOT is_paid) AS returned_orders,
         sum(net_amount) AS net_amount,
         sum(net_amount) FILTER (is_paid) AS gross_amount,
         -sum(net_amount) FILTER (NOT is_paid) AS returned_amount,
         sum(net_amount - cost) AS margin,
         sum(net_amount) FILTER (ordered_on > last_on - 90 AND ordered_on <= last_on)
           AS net_amount_90d,
         sum(net_amount) FILTER (ordered_on > last_on - 365 AND ordered_on <= last_on)
           AS net_amount_365d,
         sum(net_amount) FILTER (ordered_on > last_on - 730 AND ordered_on <= last_on - 365)
           AS net_amount_year_before,
         count(*) FILTER (ordered_on > last_on - 365 AND ordered_on <= last_on) AS orders_365d,
         avg(gap_days) AS mean_gap_days, median(gap_days) AS median_gap_days
  FROM (SELECT *, CASE WHEN previous_on > DATE '{NEVER}' AND ordered_on > previous_on
                       THEN ordered_on - previous_on END AS gap_days
        FROM purchases), edge
  GROUP BY buyer_row
),
-- Of the category that most was spent on in the first paid order.
began AS (
  SELECT p.buyer_row, arg_max(s.category, (s.amount, s.category)) AS first_category
  FROM purchases p JOIN category_sums s USING (order_row)
  WHERE p.is_paid AND p.previous_paid_on = DATE '{NEVER}' AND s.amount IS NOT NULL
  GROUP BY p.buyer_row
),
cases AS (
  SELECT customer_id, count(*) AS tickets,
         count(*) FILTER (resolved_at IS NULL AND closed_at IS NULL) AS open_tickets,
         count(*) FILTER (is_complaint) AS complaints,
         arg_min_null(epoch(first_response_at - created_at) / 3600, (created_at, ticket_id))
           FILTER (is_complaint AND created_at IS NOT NULL) AS first_complaint_hours,
         max(created_at) AS last_ticket_at
  FROM tickets WHERE customer_id IS NOT NULL GROUP BY customer_id
),
met AS (
  SELECT customer_id, max(occurred_at) AS last_contact_at
  FROM interactions WHERE customer_id IS NOT NULL GROUP BY customer_id
),
said AS (
  SELECT customer_id,
         arg_max(score, (coalesce(responded_at, sent_at), response_id))
           FILTER (kind = 'nps' AND score IS NOT NULL) AS last_nps,
         arg_max(score, (coalesce(responded_at, sent_at), response_id))
           FILTER (kind = 'csat' AND score IS NOT NULL) AS last_csat
  FROM survey_responses WHERE customer_id IS NOT NULL GROUP BY customer_id
),
holds AS (
  SELECT customer_id, bool_or(ended_on IS NULL) AS has_subscription,
         sum(monthly_amount) FILTER (ended_on IS NULL) AS monthly_amount
  FROM subscriptions WHERE customer_id IS NOT NULL GROUP BY customer_id
),
deals AS (
  SELECT customer_id, count(*) FILTER (outcome IS NULL) AS open_deals
  FROM opportunities WHERE customer_id IS NOT NULL GROUP BY customer_id
),
everybody AS (
  SELECT rowid AS buyer_row, customer_id, name, kind, email, phone, city, region, country,
         industry, source, owner_id, lifecycle, created_at FROM customers
  UNION ALL BY NAME
  SELECT buyer_row, customer_id FROM strangers JOIN bought USING (buyer_row)
)
SELECT c.buyer_row AS customer_no, c.customer_id, c.name, c.kind, c.email, c.phone, c.city,
       c.region, c.country, c.industry, c.source, c.owner_id, c.lifecycle, c.created_at,
       {
    _folded(
        "concat_ws(chr(31), c.customer_id, c.name, c.email, c.phone, "
        f"regexp_replace({_folded('c.phone')}, '[^0-9]', '', 'g'))"
    )
} AS search_text,
       b.first_order_on, b.last_order_on, g.first_category, coalesce(b.orders, 0) AS orders,
       coalesce(b.paid_orders, 0) AS paid_orders,
       coalesce(b.known_paid_orders, 0) AS known_paid_orders,
       coalesce(b.order_days, 0) AS order_days,
       b.first_paid_on, b.last_paid_on, coalesce(b.paid_days, 0) AS paid_days,
       coalesce(b.returned_orders, 0) AS returned_orders,
       CAST(b.net_amount AS DECIMAL(18,4)) AS net_amount,
       CAST(b.gross_amount AS DECIMAL(18,4)) AS gross_amount,
       CAST(b.returned_amount AS DECIMAL(18,4)) AS returned_amount,
       CAST(b.margin AS DECIMAL(18,4)) AS margin,
       CAST(b.net_amount_90d AS DECIMAL(18,4)) AS net_amount_90d,
       CAST(b.net_amount_365d AS DECIMAL(18,4)) AS net_amount_365d,
       CAST(b.net_amount_year_before AS DECIMAL(18,4)) AS net_amount_year_before,
       coalesce(b.orders_365d, 0) AS orders_365d,
       b.mean_gap_days, b.median_gap_days, coalesce(t.tickets, 0) AS tickets,
       coalesce(t.open_tickets, 0) AS open_tickets,
       coalesce(t.complaints, 0) AS complaints,
       CASE WHEN t.first_complaint_hours >= 0 THEN t.first_complaint_hours END
         AS first_complaint_hours,
       t.last_ticket_at, m.last_contact_at,
       s.last_nps, s.last_csat, h.has_subscription,
       CAST(h.monthly_amount AS DECIMAL(18,4)) AS monthly_amount,
       coalesce(d.open_deals, 0) AS open_deals
FROM everybody c
LEFT JOIN bought b USING (buyer_row)
LEFT JOIN began g USING (buyer_row)
LEFT JOIN cases t USING (customer_id)
LEFT JOIN met m USING (customer_id)
LEFT JOIN said s USING (customer_id)
LEFT JOIN holds h USING (customer_id)
LEFT JOIN deals d USING (customer_id)
"""
