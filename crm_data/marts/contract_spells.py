"""Unbroken time under contract: one definition, for lifetimes and for values. Runs in DuckDB.

A contract that begins within a month of the end of another goes on with it: an upgrade is not an
end, and neither is a renewal that was signed late.
"""

CONTRACT_GAP_DAYS = 31
# The last day with a start or an end that has come (`known_until`, set by the build).
CONTRACT_EDGE_SQL = """
  SELECT max(day) AS last_on
  FROM (SELECT started_on AS day FROM subscriptions UNION ALL SELECT ended_on FROM subscriptions)
  WHERE day <= coalesce(getvariable('known_until'), DATE '9999-12-31')
"""


def spells_sql(as_of: str) -> str:
    """Return the common table ``spells``: contracts as of a day, with their unbroken time.

    One row per contract: ``subscription_id``, ``holder``, ``customer_id``, ``product_id``,
    ``started_on``, ``ended_on`` (missing where it had not ended by then), ``end_reason``,
    ``monthly_amount``, and ``spell``, which numbers the unbroken times of a holder. A contract
    without a customer is its own holder. Left out: no start, and an end before the start.

    Parameters
    ----------
    as_of : str
        The day, as SQL.
    """
    return f"""held AS (
  SELECT subscription_id, coalesce(customer_id, 'subscription ' || subscription_id) AS holder,
         customer_id, product_id, started_on, end_reason,
         CASE WHEN ended_on <= {as_of} THEN ended_on END AS ended_on,
         -- greatest() would take an amount that is not known for 0
         CASE WHEN monthly_amount < 0 THEN 0 ELSE monthly_amount END AS monthly_amount
  FROM subscriptions
  WHERE started_on <= {as_of} AND (ended_on IS NULL OR ended_on >= started_on)
),
gaps AS (
  SELECT *, started_on > {CONTRACT_GAP_DAYS} + max(coalesce(ended_on, {as_of})) OVER (
           PARTITION BY holder ORDER BY started_on, ended_on NULLS LAST
           ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS is_new
  FROM held
),
spells AS (
  SELECT *, count(*) FILTER (is_new) OVER (
           PARTITION BY holder ORDER BY started_on, ended_on NULLS LAST
           ROWS UNBOUNDED PRECEDING) AS spell
  FROM gaps
)"""


# The reason is that of the contract that ended last, the product that of the first: what it came to
# be later was not known when it began.
CONTRACT_SPELLS_SQL = f"""
WITH edge AS ({CONTRACT_EDGE_SQL}), {spells_sql("(SELECT last_on FROM edge)")},
times AS (
  SELECT holder, any_value(customer_id) AS customer_id,
         first(product_id ORDER BY started_on, subscription_id) AS product_id,
         min(started_on) AS started_on,
         CASE WHEN bool_and(ended_on IS NOT NULL) THEN max(ended_on) END AS ended_on,
         first(end_reason ORDER BY ended_on DESC, started_on DESC, subscription_id DESC)
           AS end_reason
  FROM spells GROUP BY holder, spell
)
SELECT row_number() OVER (ORDER BY t.started_on, t.holder) AS spell_no, f.customer_no,
       t.customer_id, f.region, f.source, f.kind, f.owner_id, t.product_id, t.started_on,
       t.ended_on, CASE WHEN t.ended_on IS NOT NULL THEN t.end_reason END AS end_reason,
       coalesce(t.ended_on, last_on) - t.started_on AS age_days
FROM times t LEFT JOIN customer_facts f USING (customer_id), edge
ORDER BY t.started_on, t.holder
"""
