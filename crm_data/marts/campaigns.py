"""Marts of campaigns. Members are brought to row numbers once; orders meet the days of each."""

from crm_data.marts.orders import ORDERS_END
from crm_data.tables.campaign_marts import DID, WINDOW_DAYS
from crm_data.tables.marts import NEVER

_MOST_CONTACTS = 10

# The days of a member are over once orders are known up to their end. A company without any order
# has no such day: there those of a campaign that records conversions are over by the calendar.
_IS_OVER = f"""CASE WHEN {ORDERS_END} IS NULL
       THEN w.has_conversions AND w.window_end_on < getvariable('known_until') - 1
       ELSE (w.is_followed OR w.is_told) AND w.window_end_on <= {ORDERS_END} END"""

# One row per member, with the days in which orders count. Who was sent something reached the
# customer unless the campaign records deliveries. A lead buys as the customer whom it became: who
# became none has bought nothing, where leads are linked to customers at all.
CAMPAIGN_PEOPLE_SQL = f"""
WITH delivers AS (
  SELECT campaign_id, bool_or(delivered_at IS NOT NULL) AS has_deliveries,
         bool_or(converted_at IS NOT NULL) AS has_conversions
  FROM campaign_members GROUP BY campaign_id
),
links AS (SELECT count(customer_id) > 0 AS are_linked FROM leads),
known AS (
  SELECT customer_id, rowid AS buyer_row, owner_id, region FROM customers
  UNION ALL SELECT customer_id, buyer_row, NULL, NULL FROM strangers
),
dated AS (
  SELECT m.rowid AS member_row, m.member_id, m.campaign_id, m.arm, m.customer_id,
         c.buyer_row AS customer_row, coalesce(c.buyer_row, b.buyer_row) AS buyer_row,
         m.assigned_at, m.sent_at, business_day(m.responded_at) AS responded_on,
         business_day(m.converted_at) AS converted_on,
         CAST(m.outcome_value AS DOUBLE) AS outcome_value,
         m.customer_id IS NOT NULL OR (l.lead_id IS NOT NULL AND k2.are_linked) AS is_followed,
         l.lead_id IS NOT NULL AND d.has_conversions AS is_told, d.has_conversions,
         coalesce(c.owner_id, l.owner_id) AS owner_id, c.region,
         coalesce(business_day(coalesce(m.assigned_at, m.sent_at)), k.started_on) AS assigned_on,
         k.ended_on, m.sent_at IS NOT NULL AS is_sent,
         m.opened_at IS NOT NULL AS is_opened,
         CASE WHEN d.has_deliveries THEN m.delivered_at ELSE m.sent_at END AS reached_at,
         m.clicked_at IS NOT NULL AS is_clicked, m.responded_at IS NOT NULL AS is_responded,
         m.converted_at IS NOT NULL AS is_converted,
         m.unsubscribed_at IS NOT NULL AS is_unsubscribed
  FROM campaign_members m
  JOIN delivers d ON d.campaign_id = m.campaign_id
  LEFT JOIN campaigns k ON k.campaign_id = m.campaign_id
  LEFT JOIN known c ON c.customer_id = m.customer_id
  LEFT JOIN leads l ON m.customer_id IS NULL AND l.lead_id = m.lead_id
  LEFT JOIN known b ON b.customer_id = l.customer_id
  CROSS JOIN links k2
),
windows AS (
  SELECT *, greatest(coalesce(ended_on, assigned_on), assigned_on + {WINDOW_DAYS - 1})
            AS window_end_on
  FROM dated
),
complaints AS (
  SELECT c.buyer_row AS customer_row, business_day(t.created_at) AS complained_on
  FROM tickets t JOIN known c ON c.customer_id = t.customer_id
  WHERE t.is_complaint
),
complained AS (
  SELECT DISTINCT w.member_row
  FROM windows w JOIN complaints t
    ON t.customer_row = w.customer_row
   AND t.complained_on BETWEEN w.assigned_on AND w.window_end_on
)
SELECT w.* EXCLUDE (ended_on, has_conversions), w.reached_at IS NOT NULL AS is_reached,
       business_day(w.reached_at) AS reached_on, c.member_row IS NOT NULL AS is_complained,
       coalesce({_IS_OVER}, FALSE) AS is_over
FROM windows w LEFT JOIN complained c ON c.member_row = w.member_row
"""

# What members bought in their days. Orders first meet the few campaigns of their day, then members.
CAMPAIGN_PURCHASES_SQL = """
WITH spans AS (
  SELECT campaign_id, min(assigned_on) AS first_on, max(window_end_on) AS last_on
  FROM campaign_people GROUP BY campaign_id
),
near AS (
  SELECT s.campaign_id, o.customer_no, o.ordered_on, o.status, o.net_amount, o.cost
  FROM order_facts o JOIN spans s ON o.ordered_on BETWEEN s.first_on AND s.last_on
  WHERE o.is_counted AND o.customer_no IS NOT NULL
)
SELECT p.member_row, bool_or(n.status = 'paid') AS is_buyer,
       bool_or(n.net_amount IS NULL) AS has_unvalued,
       bool_or(n.net_amount IS NULL OR n.cost IS NULL) AS has_uncosted,
       CAST(sum(n.net_amount) AS DOUBLE) AS net_amount,
       CAST(sum(n.net_amount - n.cost) AS DOUBLE) AS margin
FROM campaign_people p
JOIN near n ON n.campaign_id = p.campaign_id AND n.customer_no = p.buyer_row
           AND n.ordered_on BETWEEN p.assigned_on AND p.window_end_on
GROUP BY p.member_row
"""

_DID = " + ".join(f"CASE WHEN f.is_{name} THEN {bit} ELSE 0 END" for name, bit in DID.items())

CAMPAIGN_MEMBER_FACTS_SQL = f"""
WITH facts AS (
SELECT p.member_row AS member_no, p.campaign_id, p.member_id, p.arm,
       p.customer_row AS customer_no, p.customer_id, p.buyer_row AS buyer_no, p.is_followed,
       p.owner_id, p.region, p.assigned_at, p.sent_at, p.responded_on, p.converted_on,
       p.outcome_value, p.assigned_on, p.window_end_on, p.reached_on, p.is_sent, p.is_reached,
       p.is_opened, p.is_clicked, p.is_responded, p.is_converted, p.is_unsubscribed,
       p.is_complained, p.is_over, p.is_over AND coalesce(b.is_buyer, FALSE) AS is_buyer,
       CASE WHEN p.is_over AND p.is_followed AND {ORDERS_END} IS NOT NULL
             AND b.has_unvalued IS NOT TRUE
            THEN coalesce(b.net_amount, 0) END AS net_amount,
       CASE WHEN p.is_over AND p.is_followed AND {ORDERS_END} IS NOT NULL
             AND b.has_uncosted IS NOT TRUE
            THEN coalesce(b.margin, 0) END AS margin
FROM campaign_people p LEFT JOIN campaign_purchases b ON b.member_row = p.member_row
)
SELECT f.*, CAST({_DID} AS SMALLINT) AS did FROM facts f ORDER BY f.campaign_id, f.member_no
"""

_OF_MEMBERS = """
  count(*) AS members, count(*) FILTER (p.is_sent) AS sent,
  count(*) FILTER (p.is_reached) AS reached,
  count(*) FILTER (p.is_opened) AS opened, count(*) FILTER (p.is_clicked) AS clicked,
  count(*) FILTER (p.is_responded{only}) AS responded,
  count(*) FILTER (p.is_converted{only}) AS converted,
  count(*) FILTER (p.is_unsubscribed{only}) AS unsubscribed,
  count(*) FILTER (p.is_complained{only}) AS complained"""

CAMPAIGN_RESULTS_SQL = f"""
SELECT p.campaign_id, p.arm, p.owner_id, p.region, min(p.assigned_on) AS assigned_on,
       max(p.window_end_on) AS window_end_on, {_OF_MEMBERS.format(only="")},
       count(*) FILTER (p.is_over) AS over, count(*) FILTER (p.is_buyer) AS buyers,
       count(p.net_amount) AS valued, coalesce(sum(p.net_amount), 0) AS net_amount,
       coalesce(sum(p.net_amount ** 2), 0) AS net_amount_sq,
       count(p.margin) AS costed, coalesce(sum(p.margin), 0) AS margin,
       coalesce(sum(p.margin ** 2), 0) AS margin_sq
FROM campaign_member_facts p
GROUP BY p.campaign_id, p.arm, p.owner_id, p.region
"""

_DAY_SUMS = (
    "cost", "impressions", "ad_clicks", "members", "sent", "reached", "opened", "clicked",
    "responded", "converted", "unsubscribed", "complained", "leads", "orders", "net_amount",
    "gross_amount", "returned_amount", "margin", "uncosted_orders", "new_customers",
)  # fmt: skip
_MONEY = ("cost", "net_amount", "gross_amount", "returned_amount", "margin")


def _summed(name: str) -> str:
    kind = "DECIMAL(18,4)" if name in _MONEY else "BIGINT"
    return f"CAST(coalesce(sum(u.{name}), 0) AS {kind}) AS {name}"


_OF_ORDERS = f"""
  count(*) FILTER (status = 'paid') AS orders, sum(net_amount) AS net_amount,
  sum(net_amount) FILTER (status = 'paid') AS gross_amount,
  -sum(net_amount) FILTER (status = 'returned') AS returned_amount,
  sum(net_amount - cost) AS margin,
  count(*) FILTER (net_amount IS NULL OR cost IS NULL) AS uncosted_orders,
  count(*) FILTER (status = 'paid' AND previous_paid_on = DATE '{NEVER}') AS new_customers"""

CAMPAIGN_DAYS_SQL = f"""
WITH everything AS (
  SELECT campaign_id, spent_on AS day_on, NULL AS owner_id, sum(amount) AS cost,
         sum(impressions) AS impressions, sum(clicks) AS ad_clicks
  FROM campaign_costs GROUP BY ALL
  UNION ALL BY NAME
  SELECT p.campaign_id, p.assigned_on AS day_on, p.owner_id,
         {_OF_MEMBERS.format(only=" AND p.is_reached")}
  FROM campaign_member_facts p GROUP BY p.campaign_id, p.assigned_on, p.owner_id
  UNION ALL BY NAME
  SELECT campaign_id, ordered_on AS day_on, owner_id,
         {_OF_ORDERS}
  FROM order_facts WHERE is_counted AND campaign_id IS NOT NULL GROUP BY ALL
  UNION ALL BY NAME
  SELECT campaign_id, created_on AS day_on, owner_id, count(*) AS leads
  FROM lead_spells WHERE campaign_id IS NOT NULL GROUP BY ALL
)
SELECT u.campaign_id, k.channel, u.day_on, u.owner_id,
       {", ".join(_summed(name) for name in _DAY_SUMS)}
FROM everything u LEFT JOIN campaigns k ON k.campaign_id = u.campaign_id
GROUP BY u.campaign_id, k.channel, u.day_on, u.owner_id
ORDER BY u.day_on, u.campaign_id
"""

_ORDER_SUMS = {
    "orders": "INTEGER", "net_amount": "DECIMAL(18,4)", "gross_amount": "DECIMAL(18,4)",
    "returned_amount": "DECIMAL(18,4)", "margin": "DECIMAL(18,4)", "uncosted_orders": "INTEGER",
    "new_customers": "INTEGER",
}  # fmt: skip

# Narrow numbers: sums of them are taken of every row of a segment.
CAMPAIGN_ORDERS_SQL = f"""
WITH sums AS (
  SELECT campaign_id, customer_no, any_value(owner_id) AS owner_id, {_OF_ORDERS}
  FROM order_facts WHERE is_counted AND campaign_id IS NOT NULL AND customer_no IS NOT NULL
  GROUP BY campaign_id, customer_no
)
SELECT campaign_id, customer_no, owner_id,
       {", ".join(f"CAST({name} AS {kind}) AS {name}" for name, kind in _ORDER_SUMS.items())}
FROM sums ORDER BY campaign_id, customer_no
"""

CAMPAIGN_CONTACTS_SQL = f"""
WITH months AS (
  SELECT customer_no, max(owner_id) AS owner_id,
         CAST(date_trunc('month', reached_on) AS DATE) AS month_on, count(*) AS reached,
         count(*) FILTER (is_responded) AS responded,
         count(*) FILTER (is_unsubscribed) AS unsubscribed,
         count(*) FILTER (is_complained) AS complained
  FROM campaign_member_facts WHERE is_reached AND customer_no IS NOT NULL
  GROUP BY customer_no, CAST(date_trunc('month', reached_on) AS DATE)
)
SELECT month_on, owner_id, least(reached, {_MOST_CONTACTS}) AS contacts, count(*) AS customers,
       CAST(sum(reached) AS BIGINT) AS reached, CAST(sum(responded) AS BIGINT) AS responded,
       CAST(sum(unsubscribed) AS BIGINT) AS unsubscribed,
       CAST(sum(complained) AS BIGINT) AS complained
FROM months GROUP BY month_on, owner_id, least(reached, {_MOST_CONTACTS})
"""

# A customer has one first paid order.
CAMPAIGN_NEWCOMERS_SQL = f"""
SELECT o.customer_no, o.customer_id, o.campaign_id, o.owner_id, o.ordered_on AS first_on, f.margin,
       greatest(1, {ORDERS_END} - o.ordered_on) AS days
FROM order_facts o LEFT JOIN customer_facts f ON f.customer_no = o.customer_no
WHERE o.is_counted AND o.status = 'paid' AND o.campaign_id IS NOT NULL
  AND o.previous_paid_on = DATE '{NEVER}'
ORDER BY o.customer_no
"""
