"""What is forecast at a refresh: sums by day of the whole company, and its campaigns. In DuckDB."""

from crm_data.frames import FrameSpec, columns_of

# Customers of a month are those whose first order of the month lies on the day: they add up over
# its days. known: the first and last day with orders or with news of deals.
ORDER_DAYS = FrameSpec(
    "order_days",
    "one row per day with an order",
    ("day",),
    columns_of(
        "day:day net_amount:money orders:count units:number new_customers:count "
        "active_in_week:count active_in_month:count active_in_quarter:count"
    ),
)
ORDER_DAYS_SQL = """
SELECT ordered_on AS day, sum(net_amount) AS net_amount, sum(orders) AS orders,
       sum(units) AS units, sum(new_customers) AS new_customers,
       sum(first_in_week) AS active_in_week, sum(first_in_month) AS active_in_month,
       sum(first_in_quarter) AS active_in_quarter
FROM daily_sales WHERE ordered_on IS NOT NULL GROUP BY ordered_on ORDER BY ordered_on
"""
WON_DAYS = FrameSpec("won_days", "one row per day with a deal won", ("day",),
                     columns_of("day:day won_amount:money"))  # fmt: skip
WON_DAYS_SQL = """
SELECT closed_on AS day, sum(amount) AS won_amount
FROM deal_facts WHERE outcome = 'won' AND closed_on IS NOT NULL GROUP BY closed_on ORDER BY day
"""
KNOWN_DAYS = FrameSpec("known_days", "one row", (), columns_of(
    "orders_first:day orders_last:day deals_first:day deals_last:day"
))  # fmt: skip
KNOWN_DAYS_SQL = """
SELECT (SELECT min(first_on) FROM version_info WHERE table_name = 'orders') AS orders_first,
       (SELECT max(watermark_on) FROM version_info WHERE table_name = 'orders') AS orders_last,
       (SELECT min(coalesce(created_on, last_change_on)) FROM deal_facts) AS deals_first,
       (SELECT max(last_change_on) FROM deal_facts) AS deals_last
"""
# Every ticket with a day of creation and possible times, as queries.tickets.ticket_flow; known_on:
# the last day with news of any ticket.
TICKET_DAYS = FrameSpec(
    "ticket_days", "one row per day with a ticket that came or was solved", ("day_on",),
    columns_of("day_on:day created:count solved:count known_on:day"),
)  # fmt: skip
TICKET_DAYS_SQL = """
WITH moves AS (
  SELECT created_on AS day_on, 1 AS created, 0 AS solved FROM ticket_facts
  WHERE created_on IS NOT NULL AND problem IS NULL
  UNION ALL
  SELECT solved_on, 0, 1 FROM ticket_facts
  WHERE created_on IS NOT NULL AND solved_on IS NOT NULL AND problem IS NULL
), known AS (
  SELECT greatest(max(created_on), max(answered_on), max(solved_on)) AS known_on FROM ticket_facts
)
SELECT day_on, CAST(sum(created) AS BIGINT) AS created, CAST(sum(solved) AS BIGINT) AS solved,
       known_on
FROM moves, known GROUP BY day_on, known_on ORDER BY day_on
"""
CAMPAIGNS = FrameSpec(
    "campaigns", "one row per campaign with days", (),
    columns_of("name:text start_on:day end_on:day"),
)  # fmt: skip
CAMPAIGNS_SQL = """
SELECT name, started_on AS start_on, ended_on AS end_on FROM campaigns
WHERE started_on IS NOT NULL AND ended_on >= started_on ORDER BY started_on, campaign_id
"""
