"""Marts of silence: who had no order for too long, by month, and how long customers pause.

With d days: a customer whose last order was on day L falls silent on day L + d + 1 unless there is
an order by then. Months are counted as in ``churn_contracts``: silent where the month began and
where the next one begins. Orders are paid orders: a return is no purchase (decision 0003).
"""

from crm_data.silence import GAP_EXACT_DAYS, GAP_STEP_DAYS, SILENCE_DAYS
from crm_data.tables.marts import NEVER

_CANDIDATES = "candidates(place, silence_days) AS (VALUES {})".format(
    ", ".join(f"({place}, {days})" for place, days in enumerate(SILENCE_DAYS, start=1))
)


def _below(length: str) -> str:
    """Return how many of ``SILENCE_DAYS`` are below a length: those at places up to that number.

    Rows are then counted by that number, and the days are only spread out over the counts.
    """
    return "(" + " + ".join(f"CAST({length} > {days} AS INTEGER)" for days in SILENCE_DAYS) + ")"


# Groups are numbered: millions of rows are grouped by whole numbers, and few by names.
OWNER_GROUPS_SQL = """
SELECT row_number() OVER () AS owner_group, region, source, owner_id
FROM (SELECT DISTINCT region, source, owner_id FROM customer_facts)
"""
KIND_GROUPS_SQL = """
SELECT row_number() OVER () AS kind_group, region, source, first_category, kind
FROM (SELECT DISTINCT region, source, first_category, kind FROM customer_facts)
"""

# One row per month with a paid order, which no silence is shorter than: silences lie between them.
ORDER_PAUSES_SQL = """
WITH edge AS (SELECT max(ordered_on) AS known_on FROM orders
              WHERE ordered_on <= coalesce(getvariable('known_until'), DATE '9999-12-31')),
grouped AS (
  SELECT f.customer_no, o.owner_group, k.kind_group
  FROM customer_facts f
  JOIN owner_groups o ON o.region IS NOT DISTINCT FROM f.region
    AND o.source IS NOT DISTINCT FROM f.source AND o.owner_id IS NOT DISTINCT FROM f.owner_id
  JOIN kind_groups k ON k.region IS NOT DISTINCT FROM f.region
    AND k.source IS NOT DISTINCT FROM f.source AND k.kind IS NOT DISTINCT FROM f.kind
    AND k.first_category IS NOT DISTINCT FROM f.first_category
),
months AS (
  SELECT customer_no, month_on, least(last_on, known_on) AS last_on, known_on,
         lag(last_on) OVER customer AS before_on, lead(first_on) OVER customer AS next_on
  FROM (SELECT customer_no, month_on, first_paid_on AS first_on, last_paid_on AS last_on, known_on
        FROM customer_months, edge WHERE first_paid_on <= known_on)
  WINDOW customer AS (PARTITION BY customer_no ORDER BY month_on)
)
SELECT m.customer_no, g.owner_group, g.kind_group, m.month_on, m.last_on, m.known_on, m.before_on,
       m.next_on, coalesce(m.next_on, DATE '9999-12-31') - m.last_on AS pause_days,
       CAST(date_trunc('month', m.next_on) AS DATE) AS next_month_on
FROM months m JOIN grouped g USING (customer_no)
"""

SILENCE_FLOWS_SQL = f"""
WITH {_CANDIDATES},
joined AS (
  SELECT month_on, owner_group, count(*) AS customers
  FROM order_pauses WHERE before_on IS NULL GROUP BY ALL
),
came AS (
  SELECT month_on, owner_group, {_below("(month_on - before_on - 1)")} AS places,
         count(*) AS customers
  FROM order_pauses WHERE before_on IS NOT NULL GROUP BY ALL
),
went AS (
  SELECT last_on, owner_group,
         {_below("least(known_on - last_on, next_month_on - last_on - 1)")}
           AS places, count(*) AS customers
  FROM order_pauses WHERE next_month_on IS NOT NULL GROUP BY ALL
  UNION ALL
  SELECT last_on, owner_group, {_below("(known_on - last_on)")}, count(*)
  FROM order_pauses WHERE next_month_on IS NULL GROUP BY ALL
),
flows AS (
  SELECT silence_days, month_on, owner_group, customers AS new_customers, 0 AS returned_customers,
         0 AS lost_customers
  FROM joined, candidates
  UNION ALL
  SELECT silence_days, month_on, owner_group, 0, customers, 0
  FROM came JOIN candidates ON place <= places
  UNION ALL
  SELECT silence_days, CAST(date_trunc('month', last_on + silence_days + 1) AS DATE),
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
WITH {_CANDIDATES},
counted AS (
  SELECT kind_group, {_below("least(pause_days, known_on - last_on)")} AS places,
         {_below("((known_on - last_on) / 2.0 + 0.25)")} AS followed_places,
         {_below("(pause_days / 2.0 - 0.25)")} AS too_short_places, count(*) AS pauses
  FROM order_pauses GROUP BY ALL
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
WITH kinds AS (SELECT customer_no, any_value(kind_group) AS kind_group, any_value(known_on)
               AS known_on FROM order_pauses GROUP BY customer_no),
gaps AS (
  SELECT ordered_on - previous_paid_on AS days, kind_group, count(*) AS gaps
  FROM purchases JOIN kinds ON customer_no = buyer_row
  WHERE previous_paid_on > DATE '{NEVER}' AND ordered_on > previous_paid_on
        AND ordered_on <= known_on
  GROUP BY ALL
)
SELECT CAST(CASE WHEN days <= {GAP_EXACT_DAYS} THEN days
            ELSE ceil(days / {GAP_STEP_DAYS}) * {GAP_STEP_DAYS} END AS BIGINT) AS gap_days,
       region, source, first_category, kind, CAST(sum(gaps) AS BIGINT) AS gaps
FROM gaps JOIN kind_groups USING (kind_group)
GROUP BY ALL
ORDER BY gap_days, region, source, first_category, kind
"""
