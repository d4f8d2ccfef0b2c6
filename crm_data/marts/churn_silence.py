"""Marts of silence: who had no order for too long, by month, and how long customers pause.

With d days: a customer whose last order was on day L falls silent on day L + d + 1 unless there is
an order by then. Months are counted as in ``churn_contracts``: silent where the month began and
where the next one begins. Orders are paid orders: a return is no purchase (decision 0003).
"""

from crm_data.marts.orders import ORDERS_END
from crm_data.silence import FOLLOWED, GAP_EXACT_DAYS, GAP_STEP_DAYS, SHORT, SILENCE_DAYS, STILL
from crm_data.tables.marts import NEVER

_CANDIDATES = "candidates(place, silence_days) AS (VALUES {})".format(
    ", ".join(f"({place}, {days})" for place, days in enumerate(SILENCE_DAYS, start=1))
)


def _places(length: str, times: int = 1) -> str:
    """Return how many of ``SILENCE_DAYS``, or so many times of them, a length is longer than.

    Rows are then counted by that number, and the days are only spread out over the counts.
    """
    steps = (f"WHEN {length} <= {times * days} THEN {n}" for n, days in enumerate(SILENCE_DAYS))
    return f"CASE {' '.join(steps)} ELSE {len(SILENCE_DAYS)} END"


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

# One row per time between two days with a paid order, and one after the last. Sorted by customer,
# so that whose pauses are asked for is looked up in order.
ORDER_PAUSES_SQL = f"""
WITH {_EDGE},
days AS (
  SELECT buyer_row, ordered_on, previous_paid_on
  FROM purchases, edge
  WHERE is_paid AND previous_paid_on < ordered_on AND ordered_on <= known_on
),
pauses AS (
  SELECT buyer_row AS customer_no, previous_paid_on AS from_on, ordered_on AS until_on
  FROM days WHERE previous_paid_on > DATE '{NEVER}'
  UNION ALL
  SELECT buyer_row, max(ordered_on), NULL FROM days GROUP BY buyer_row
),
measured AS (
  SELECT *, CAST(until_on - from_on AS BIGINT) AS gap_days, known_on - from_on AS known_days
  FROM pauses, edge
)
SELECT customer_no, from_on, until_on, gap_days,
       CAST(coalesce(gap_days, {STILL}) AS BIGINT) AS pause_days,
       CAST(date_trunc('month', until_on) AS DATE) AS until_month_on,
       CAST(CASE WHEN gap_days <= {SILENCE_DAYS[0]} THEN 0
            ELSE ({_places("least(gap_days, known_days)")}) * {FOLLOWED * SHORT}
                 + ({_places("(known_days + 1)", 2)}) * {SHORT}
                 + ({_places(f"coalesce(gap_days, {STILL})", 2)}) END AS BIGINT) AS silence_code
FROM measured
ORDER BY customer_no
"""

# Counted outside SQL (``silence_counts``), by the number of the group and of the month.
SILENCE_FLOWS_SQL = """
SELECT c.silence_days, c.month_on, o.region, o.source, o.owner_id, c.new_customers,
       c.returned_customers, c.lost_customers
FROM silence_counts c JOIN owner_groups o USING (owner_group)
ORDER BY c.silence_days, c.month_on, o.region, o.source, o.owner_id
"""

# A silence is followed where as many days again lie within the data.
SILENCE_RETURNS_SQL = f"""
WITH {_CANDIDATES},
coded AS (
  SELECT kind_group, silence_code, count(*) AS pauses
  FROM order_pauses JOIN buyer_groups USING (customer_no)
  WHERE silence_code > 0 GROUP BY ALL
),
counted AS (
  SELECT kind_group, pauses, silence_code // {FOLLOWED * SHORT} AS places,
         silence_code // {SHORT} % {FOLLOWED} AS followed_places,
         silence_code % {SHORT} AS too_short_places
  FROM coded
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
  SELECT gap_days AS days, kind_group, count(*) AS gaps
  FROM order_pauses JOIN buyer_groups USING (customer_no)
  WHERE gap_days IS NOT NULL
  GROUP BY ALL
)
SELECT CAST(CASE WHEN days <= {GAP_EXACT_DAYS} THEN days
            ELSE ceil(days / {GAP_STEP_DAYS}) * {GAP_STEP_DAYS} END AS BIGINT) AS gap_days,
       region, source, first_category, kind, CAST(sum(gaps) AS BIGINT) AS gaps
FROM gaps JOIN kind_groups USING (kind_group)
GROUP BY ALL
ORDER BY gap_days, region, source, first_category, kind
"""
