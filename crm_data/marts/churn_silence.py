"""Marts of silence: who had no order for too long, by month, and how long customers pause.

With d days: a customer whose last order was on day L falls silent on day L + d + 1 unless there is
an order by then. Months are counted as in ``churn_contracts``: silent where the month began and
where the next one begins. Orders are paid orders: a return is no purchase (decision 0003).
"""

from crm_data.marts.orders import ORDERS_END
from crm_data.silence import GAP_EXACT_DAYS, GAP_STEP_DAYS, SILENCE_DAYS, STILL
from crm_data.tables.marts import NEVER

_CANDIDATES = "candidates(place, silence_days) AS (VALUES {})".format(
    ", ".join(f"({place}, {days})" for place, days in enumerate(SILENCE_DAYS, start=1))
)


def _below(length: str) -> str:
    """Return how many of ``SILENCE_DAYS`` are below a length: those at places up to that number.

    Rows are then counted by that number, and the days are only spread out over the counts.
    """
    return "(" + " + ".join(f"CAST({length} > {days} AS INTEGER)" for days in SILENCE_DAYS) + ")"


_EDGE = f"edge AS (SELECT {ORDERS_END} AS known_on)"

# Groups are numbered: millions of rows are grouped by whole numbers, and few by names.
OWNER_GROUPS_SQL = """
SELECT row_number() OVER () AS owner_group, region, source, owner_id
FROM (SELECT DISTINCT region, source, owner_id FROM customer_facts)
"""
KIND_GROUPS_SQL = """
SELECT row_number() OVER () AS kind_group, region, source, first_category, kind
FROM (SELECT DISTINCT region, source, first_category, kind FROM customer_facts)
"""
BUYER_GROUPS_SQL = """
SELECT f.customer_no, o.owner_group, k.kind_group
FROM customer_facts f
JOIN owner_groups o ON o.region IS NOT DISTINCT FROM f.region
  AND o.source IS NOT DISTINCT FROM f.source AND o.owner_id IS NOT DISTINCT FROM f.owner_id
JOIN kind_groups k ON k.region IS NOT DISTINCT FROM f.region
  AND k.source IS NOT DISTINCT FROM f.source AND k.kind IS NOT DISTINCT FROM f.kind
  AND k.first_category IS NOT DISTINCT FROM f.first_category
"""

# One row per time between two days with a paid order; also before the first, and after the last.
# Sorted by customer, so that whose pauses are asked for is looked up in order.
ORDER_PAUSES_SQL = f"""
WITH {_EDGE},
days AS (
  SELECT buyer_row, ordered_on, previous_paid_on
  FROM purchases, edge
  WHERE is_paid AND previous_paid_on < ordered_on AND ordered_on <= known_on
),
pauses AS (
  SELECT buyer_row AS customer_no,
         CASE WHEN previous_paid_on > DATE '{NEVER}' THEN previous_paid_on END AS from_on,
         ordered_on AS until_on
  FROM days
  UNION ALL
  SELECT buyer_row, max(ordered_on), NULL FROM days GROUP BY buyer_row
)
SELECT customer_no, from_on, until_on,
       CAST(CASE WHEN until_on IS NULL THEN {STILL} ELSE until_on - from_on END AS BIGINT)
         AS pause_days
FROM pauses
ORDER BY customer_no
"""

_LONG = f"pause_days > {SILENCE_DAYS[0]}"
_MONTH = "CAST(date_trunc('month', until_on) AS DATE)"
SILENCE_FLOWS_SQL = f"""
WITH {_CANDIDATES}, {_EDGE},
joined AS (
  SELECT {_MONTH} AS month_on, owner_group, count(*) AS customers
  FROM order_pauses JOIN buyer_groups USING (customer_no) WHERE from_on IS NULL GROUP BY ALL
),
came AS (
  SELECT {_MONTH} AS month_on, owner_group, {_below(f"({_MONTH} - from_on - 1)")} AS places,
         count(*) AS customers
  FROM order_pauses JOIN buyer_groups USING (customer_no)
  WHERE {_LONG} AND until_on IS NOT NULL GROUP BY ALL
),
-- least() leaves out what is missing: a pause that has not ended
went AS (
  SELECT from_on, owner_group,
         {_below(f"least(known_on - from_on, {_MONTH} - from_on - 1)")} AS places,
         count(*) AS customers
  FROM order_pauses JOIN buyer_groups USING (customer_no), edge
  WHERE {_LONG} GROUP BY ALL
),
flows AS (
  SELECT silence_days, month_on, owner_group, customers AS new_customers, 0 AS returned_customers,
         0 AS lost_customers
  FROM joined, candidates
  UNION ALL
  SELECT silence_days, month_on, owner_group, 0, customers, 0
  FROM came JOIN candidates ON place <= places
  UNION ALL
  SELECT silence_days, CAST(date_trunc('month', from_on + silence_days + 1) AS DATE),
         owner_group, 0, 0, customers
  FROM went JOIN candidates ON place <= places
),
added AS (
  SELECT silence_days, month_on, owner_group, sum(new_customers) AS new_customers,
         sum(returned_customers) AS returned_customers, sum(lost_customers) AS lost_customers
  FROM flows GROUP BY ALL
)
SELECT CAST(silence_days AS BIGINT) AS silence_days, month_on, region, source, owner_id,
       CAST(new_customers AS BIGINT) AS new_customers,
       CAST(returned_customers AS BIGINT) AS returned_customers,
       CAST(lost_customers AS BIGINT) AS lost_customers
FROM added JOIN owner_groups USING (owner_group)
ORDER BY silence_days, month_on, region, source, owner_id
"""

# A silence is followed where as many days again lie within the data.
SILENCE_RETURNS_SQL = f"""
WITH {_CANDIDATES}, {_EDGE},
long AS (
  SELECT kind_group, known_on - from_on AS known_days, pause_days
  FROM order_pauses JOIN buyer_groups USING (customer_no), edge
  WHERE {_LONG}
),
counted AS (
  SELECT kind_group, {_below("least(pause_days, known_days)")} AS places,
         {_below("(known_days / 2.0 + 0.25)")} AS followed_places,
         {_below("(pause_days / 2.0 - 0.25)")} AS too_short_places, count(*) AS pauses
  FROM long GROUP BY ALL
)
SELECT CAST(silence_days AS BIGINT) AS silence_days, region, source, first_category, kind,
       CAST(sum(pauses) AS BIGINT) AS silences,
       CAST(coalesce(sum(pauses) FILTER (place <= followed_places), 0) AS BIGINT) AS followed,
       CAST(coalesce(sum(pauses) FILTER (place <= followed_places AND place > too_short_places), 0)
            AS BIGINT) AS came_back
FROM counted JOIN candidates ON place <= places JOIN kind_groups USING (kind_group)
GROUP BY ALL
ORDER BY silence_days, region, source, first_category, kind
"""

SILENCE_GAPS_SQL = f"""
WITH gaps AS (
  SELECT pause_days AS days, kind_group, count(*) AS gaps
  FROM order_pauses JOIN buyer_groups USING (customer_no)
  WHERE pause_days < {STILL}
  GROUP BY ALL
)
SELECT CAST(CASE WHEN days <= {GAP_EXACT_DAYS} THEN days
            ELSE ceil(days / {GAP_STEP_DAYS}) * {GAP_STEP_DAYS} END AS BIGINT) AS gap_days,
       region, source, first_category, kind, CAST(sum(gaps) AS BIGINT) AS gaps
FROM gaps JOIN kind_groups USING (kind_group)
GROUP BY ALL
ORDER BY gap_days, region, source, first_category, kind
"""
