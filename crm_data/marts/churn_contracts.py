"""Marts of contract churn: what each customer's contracts did by calendar month, and its sums.

A contract runs from ``started_on`` up to the day before ``ended_on``: its end is an event of the
day ``ended_on`` and of that day's month. At the start of a month, everything dated earlier has
happened and nothing dated in the month has. So a contract that ends on 31 March is lost in March,
one that ends on 1 April in April, one that starts on 1 April is new in April.

A customer is looked at where a month begins and where the next one does, all contracts together: an
end and a start on one day, or anywhere within one month, is a change of amount and no loss. An end
on the day before a start counts as of the day of the start, because many systems write the last day
under contract.
"""

from crm_data.contract_sums import CELL_SQL, CONTRACT_SUMS, SUM_SQL, TURN_SQL
from crm_data.marts.contract_spells import CONTRACT_EDGE_SQL
from crm_data.tables.marts import LOOSE_HOLDER, NEVER

# More than there are rows: the last end of a month and its row are the largest of one number.
_ROWS = 1 << 40

# Left out, and counted in build_findings: contracts without a customer or a start, and those that
# end before they start. One that ends on the day it starts never ran. An amount that is missing or
# negative is not known: the customer is counted, and is in no amount before and after. Ends that
# have not come yet (`known_until`, set by the build) have not happened.
CONTRACT_CHANGES_SQL = f"""
WITH edge AS ({CONTRACT_EDGE_SQL}),
found AS (
  SELECT s.rowid AS contract_row, s.customer_id, coalesce(c.rowid, t.buyer_row) AS customer_no
  FROM subscriptions s
  LEFT JOIN customers c USING (customer_id)
  LEFT JOIN strangers t USING (customer_id)
  WHERE s.customer_id IS NOT NULL
),
loose AS (
  SELECT customer_id, {LOOSE_HOLDER} - row_number() OVER (ORDER BY customer_id) AS loose_no
  FROM (SELECT DISTINCT customer_id FROM found WHERE customer_no IS NULL)
),
held AS (
  SELECT coalesce(f.customer_no, l.loose_no) AS customer_no, f.contract_row, s.started_on,
         CASE WHEN s.ended_on <= last_on THEN s.ended_on END AS ended_on,
         CASE WHEN s.monthly_amount >= 0 THEN s.monthly_amount END AS amount
  FROM subscriptions s JOIN found f ON f.contract_row = s.rowid
  LEFT JOIN loose l ON l.customer_id = f.customer_id, edge
  WHERE s.started_on <= last_on AND (s.ended_on IS NULL OR s.ended_on > s.started_on)
),
starts AS (SELECT DISTINCT customer_no, started_on FROM held),
events AS (
  SELECT customer_no, contract_row, started_on AS day, FALSE AS is_end, 1 AS contracts, amount,
         CASE WHEN amount IS NULL THEN 1 ELSE 0 END AS unvalued
  FROM held
  UNION ALL
  SELECT h.customer_no, h.contract_row, coalesce(n.started_on, h.ended_on), TRUE, -1, -h.amount,
         CASE WHEN h.amount IS NULL THEN -1 ELSE 0 END
  FROM held h
  LEFT JOIN starts n ON n.customer_no = h.customer_no AND n.started_on = h.ended_on + 1
  WHERE h.ended_on IS NOT NULL
),
monthly AS (
  SELECT customer_no, CAST(date_trunc('month', day) AS DATE) AS month_on, max(day) AS last_on,
         max((day - DATE '{NEVER}') * {_ROWS} + contract_row) FILTER (is_end) AS last_end,
         CAST(sum(contracts) AS BIGINT) AS contracts, coalesce(sum(amount), 0) AS amount,
         CAST(sum(unvalued) AS BIGINT) AS unvalued
  FROM events
  GROUP BY ALL
),
running AS (
  SELECT *, CAST(sum(contracts) OVER customer AS BIGINT) AS contracts_after,
         sum(amount) OVER customer AS held_amount,
         CAST(sum(unvalued) OVER customer AS BIGINT) AS unvalued_after
  FROM monthly
  WINDOW customer AS (PARTITION BY customer_no ORDER BY month_on ROWS UNBOUNDED PRECEDING)
),
firsts AS (
  SELECT customer_no, min(month_on) AS cohort_on,
         min(month_on) FILTER (contracts_after = 0) AS first_loss_on
  FROM running GROUP BY customer_no
),
told AS (
  SELECT customer_no, month_on, cohort_on, last_on, last_end,
         month_on IS NOT DISTINCT FROM first_loss_on AS is_first_loss,
         CASE WHEN unvalued_after - unvalued = 0
              THEN CAST(held_amount - amount AS DECIMAL(18,4)) END AS amount_before,
         CASE WHEN unvalued_after = 0 THEN CAST(held_amount AS DECIMAL(18,4)) END AS amount_after,
         CASE WHEN contracts_after = contracts AND contracts_after = 0 THEN 'passed'
              WHEN contracts_after = contracts AND month_on = cohort_on THEN 'new'
              WHEN contracts_after = contracts THEN 'returned'
              WHEN contracts_after = 0 THEN 'lost' ELSE 'stayed' END AS outcome
  FROM running JOIN firsts USING (customer_no)
),
ends AS (
  SELECT *, CASE WHEN outcome = 'lost' THEN last_end % {_ROWS} END AS lost_row,
         DATE '{NEVER}' + CAST(last_end // {_ROWS} AS INTEGER) AS ended_on
  FROM told
)
SELECT m.customer_no, coalesce(c.customer_id, t.customer_id, l.customer_id) AS customer_id,
       m.month_on, m.cohort_on, c.region, c.source, c.owner_id, m.outcome,
       m.is_first_loss, m.last_on, m.ended_on, s.end_reason, m.amount_before, m.amount_after
FROM ends m
LEFT JOIN customers c ON c.rowid = m.customer_no
LEFT JOIN strangers t ON t.buyer_row = m.customer_no
LEFT JOIN loose l ON l.loose_no = m.customer_no
LEFT JOIN subscriptions s ON s.rowid = m.lost_row
ORDER BY m.month_on
"""

_TYPES = {"money": "DECIMAL(18,4)", "count": "BIGINT", "number": "DOUBLE"}
_SUMS = ",\n       ".join(
    f"CAST({SUM_SQL[column.name]} AS {_TYPES[column.kind]}) AS {column.name}"
    for column in CONTRACT_SUMS
)
_CELLS = ", ".join(f"{text} AS {name}" for name, text in CELL_SQL.items())
CONTRACT_FLOWS_SQL = f"""
WITH cells AS (
  SELECT month_on, region, source, owner_id, end_reason, outcome, {TURN_SQL} AS turn,
         max(last_on) AS last_on, {_CELLS}
  FROM contract_changes GROUP BY ALL
)
SELECT month_on, region, source, owner_id, end_reason, max(last_on) AS last_on,
       {_SUMS}
FROM cells
GROUP BY ALL
ORDER BY month_on, region, source, owner_id, end_reason
"""

CONTRACT_FINDINGS_SQL = """
SELECT 'contracts_without_customer' AS rule, 'subscriptions' AS table_name,
       'customer_id' AS field, count(*) AS rows
FROM subscriptions WHERE customer_id IS NULL
UNION ALL
SELECT 'contracts_without_start', 'subscriptions', 'started_on', count(*)
FROM subscriptions WHERE started_on IS NULL
UNION ALL
SELECT 'contracts_end_before_start', 'subscriptions', 'ended_on', count(*)
FROM subscriptions WHERE ended_on < started_on
UNION ALL
SELECT 'contracts_without_amount', 'subscriptions', 'monthly_amount', count(*)
FROM subscriptions WHERE monthly_amount IS NULL OR monthly_amount < 0
"""
