"""What customer value is estimated from: histories of purchases, and contracts. Runs in DuckDB.

A purchase is a day with a paid order: several orders of a day are one. A return is no purchase; its
(negative) amount lowers the value of its customer's purchase days in proportion. Value is net
revenue, or margin (revenue less cost) where ``margin_rate`` is given; an order without a cost then
counts with that rate. Orders without a customer or a day are left out.
"""

from datetime import date

from crm_data.calendar import MONTH_DAYS
from crm_data.frames import FrameSpec, columns_of
from crm_data.marts.contract_spells import spells_sql
from crm_data.tables.marts import NEVER

# A customer's first paid order is the one that no paid order is before.
_FIRSTS = (
    "SELECT customer_no, ordered_on AS first_on FROM o "
    f"WHERE is_paid AND previous_paid_on = DATE '{NEVER}'"
)

VALUE_BASIS = FrameSpec(
    "value_basis",
    "one row: sums over counted orders with a customer and a day",
    (),
    columns_of(
        "first_on:day customers:count three_days:count recent_orders:count orders:count "
        "revenue:money costed_revenue:money costed_margin:money"
    ),
)

# frequency, recency_days and age_days (the papers' x, t_x, T) as of a day. mean_value: of a repeat
# purchase day. total_value: of all. last_…: purchases of the period that ends then, first ones too.
# next_…: what came after, up to the end of the test.
VALUE_HISTORIES = FrameSpec(
    "value_histories",
    "one row per customer with a purchase up to a day",
    ("customer_no",),
    columns_of(
        "customer_no:count frequency:count recency_days:count age_days:count mean_value:number "
        "total_value:number last_days:count last_value:number next_days:count next_value:number"
    ),
)

VALUE_WEEKS = FrameSpec(
    "value_weeks",
    "one row per week from a day (0 is the week that begins the day after) and kind of customer",
    ("week_no", "is_known"),
    columns_of("week_no:count is_known:flag purchase_days:count value:number"),
)

# Of customers with a running contract: paid orders, and those of about its monthly amount.
VALUE_BILLS = FrameSpec("value_bills", "one row", (), columns_of("orders:count bills:count"))
VALUE_BILLS_SQL = """
SELECT count(*) AS orders,
       count(*) FILTER (abs(o.net_amount - f.monthly_amount) <= 0.01 * f.monthly_amount) AS bills
FROM order_facts o JOIN customer_facts f USING (customer_no)
WHERE f.has_subscription AND f.monthly_amount > 0 AND o.status = 'paid' AND o.net_amount IS NOT NULL
"""
VALUE_CONTRACTS = FrameSpec(
    "value_contracts",
    "one row per customer and unbroken time under contract; monthly_amount of what still runs",
    (),
    columns_of(
        "customer_no:count duration_days:count entered_days:count is_ended:flag "
        "monthly_amount:money"
    ),
)

VALUE_CONTRACTS_LATER = FrameSpec(
    "value_contracts_later",
    "one row per unbroken time under contract that ran on a day; later: from then to the end",
    (),
    columns_of("age_days:count monthly_amount:money is_ended:flag later_amount:number"),
)


def value_basis_sql(as_of: date, recent_days: int) -> str:
    """Return the SELECT of ``VALUE_BASIS``; ``recent_orders`` are those of the last days."""
    return f"""
WITH o AS ({_orders(as_of)}),
people AS (
  SELECT count(*) AS customers, count(*) FILTER (purchases >= 3) AS three_days
  FROM (SELECT count(*) FILTER (is_purchase_day) AS purchases FROM o GROUP BY customer_no)
  WHERE purchases > 0
)
SELECT min(ordered_on) FILTER (is_paid) AS first_on,
       any_value(customers) AS customers, any_value(three_days) AS three_days,
       count(*) FILTER (is_paid AND ordered_on > DATE '{as_of}' - {recent_days})
         AS recent_orders,
       count(*) FILTER (is_paid) AS orders, sum(net_amount) AS revenue,
       sum(net_amount) FILTER (cost IS NOT NULL) AS costed_revenue,
       sum(net_amount - cost) AS costed_margin
FROM o, people
"""


def value_histories_sql(
    as_of: date, *, last_from: date, until: date, margin_rate: float | None
) -> str:
    """Return the SELECT of ``VALUE_HISTORIES`` as of the end of a day.

    Parameters
    ----------
    as_of : date
        The last day that the history knows.
    last_from : date
        The "last period" is after this day, up to ``as_of``.
    until : date
        "Next" is after ``as_of``, up to this day.
    margin_rate : float or None
        The margin of an order without a cost, as a share of its revenue; None values in revenue.
    """
    known, last = f"ordered_on <= DATE '{as_of}'", f"ordered_on > DATE '{last_from}'"
    return f"""
WITH o AS ({_orders(until, margin_rate)}), firsts AS ({_FIRSTS}),
sums AS (
  SELECT customer_no, first_on,
         max(ordered_on) FILTER (is_purchase_day AND {known}) AS last_on,
         count(*) FILTER (is_purchase_day AND {known}) AS days,
         coalesce(sum(value) FILTER (is_paid AND {known}), 0) AS paid,
         coalesce(sum(value) FILTER (is_paid AND ordered_on = first_on), 0) AS first_paid,
         coalesce(sum(value) FILTER (NOT is_paid AND {known}), 0) AS returned,
         count(*) FILTER (is_purchase_day AND {last} AND {known}) AS last_days,
         sum(value) FILTER ({last} AND {known}) AS last_value,
         count(*) FILTER (is_purchase_day AND NOT {known}) AS next_days,
         sum(value) FILTER (NOT {known}) AS next_value
  FROM o JOIN firsts USING (customer_no)
  WHERE first_on <= DATE '{as_of}'
  GROUP BY customer_no, first_on
)
SELECT customer_no, days - 1 AS frequency, last_on - first_on AS recency_days,
       DATE '{as_of}' - first_on AS age_days,
       CASE WHEN days > 1 THEN
         CAST(paid - first_paid AS DOUBLE) / (days - 1)
         * CASE WHEN paid > 0 THEN 1 + CAST(returned AS DOUBLE) / CAST(paid AS DOUBLE) ELSE 1 END
       END AS mean_value,
       CAST(paid + returned AS DOUBLE) AS total_value,
       last_days, CAST(coalesce(last_value, 0) AS DOUBLE) AS last_value,
       next_days, CAST(coalesce(next_value, 0) AS DOUBLE) AS next_value
FROM sums
"""


def value_weeks_sql(calibration_on: date, *, until: date, margin_rate: float | None) -> str:
    """Return the SELECT of ``VALUE_WEEKS``; known are customers with a purchase by then."""
    return f"""
WITH o AS ({_orders(until, margin_rate)}), firsts AS ({_FIRSTS})
SELECT CAST(floor((ordered_on - DATE '{calibration_on}' - 1) / 7) AS BIGINT) AS week_no,
       first_on <= DATE '{calibration_on}' AS is_known,
       count(*) FILTER (is_purchase_day) AS purchase_days,
       CAST(coalesce(sum(value), 0) AS DOUBLE) AS value
FROM o JOIN firsts USING (customer_no)
GROUP BY ALL ORDER BY ALL
"""


def value_contracts_sql(as_of: date) -> str:
    """Return the SELECT of ``VALUE_CONTRACTS``: as they stood at the end of a day.

    ``entered_days`` is the age that a time had when ends began to be recorded (the month of the
    first), 0 if it began later: what began before is only here because it lasted until then.
    """
    return f"""
WITH {spells_sql(f"DATE '{as_of}'")},
times AS (
  SELECT holder, spell, customer_id, min(started_on) AS started_on,
         bool_and(ended_on IS NOT NULL) AS is_ended,
         max(coalesce(ended_on, DATE '{as_of}')) AS last_on,
         sum(monthly_amount) FILTER (ended_on IS NULL) AS monthly_amount
  FROM spells GROUP BY ALL
),
known AS (SELECT CAST(date_trunc('month', min(last_on)) AS DATE) AS first_on FROM times
          WHERE is_ended)
SELECT f.customer_no, t.is_ended, t.last_on - t.started_on AS duration_days,
       greatest(coalesce(k.first_on - t.started_on, 0), 0) AS entered_days, t.monthly_amount
FROM times t CROSS JOIN known k LEFT JOIN customer_facts f USING (customer_id)
ORDER BY holder, spell
"""


def value_contracts_later_sql(known_on: date, *, until: date) -> str:
    """Return the SELECT of ``VALUE_CONTRACTS_LATER``: what became of those that ran on a day."""
    return f"""
WITH {spells_sql(f"DATE '{until}'")},
seen AS (
  SELECT *, started_on <= DATE '{known_on}'
            AND (ended_on IS NULL OR ended_on > DATE '{known_on}') AS ran,
         greatest(coalesce(ended_on, DATE '{until}')
                  - greatest(started_on, DATE '{known_on}'), 0) AS later_days
  FROM spells
)
SELECT DATE '{known_on}' - min(started_on) AS age_days,
       sum(monthly_amount) FILTER (ran) AS monthly_amount,
       bool_and(ended_on IS NOT NULL) AS is_ended,
       sum(CAST(monthly_amount AS DOUBLE) * later_days) / {MONTH_DAYS} AS later_amount
FROM seen GROUP BY holder, spell HAVING bool_or(ran) ORDER BY holder, spell
"""


def _orders(until: date, margin_rate: float | None = None) -> str:
    """Counted orders of customers up to a day; values are exact, whatever the order of summing."""
    value = "net_amount"
    if margin_rate is not None:
        value = f"coalesce(net_amount - cost, CAST(net_amount * {margin_rate!r} AS DECIMAL(18,4)))"
    return f"""
  SELECT customer_no, ordered_on, status = 'paid' AS is_paid, net_amount, cost, {value} AS value,
         previous_paid_on, status = 'paid' AND previous_paid_on < ordered_on AS is_purchase_day
  FROM order_facts
  WHERE is_counted AND customer_no IS NOT NULL AND ordered_on BETWEEN DATE '{NEVER}'
        AND DATE '{until}'
"""
