"""Mart of the value that the company follows: each month of a customer beside the three before.

The rule set ``decline`` names the value (``crm_data.followed``); without one the mart is empty. It
is counted as ``crm_data.queries.decline`` counts any other value, from the events themselves.
"""

from crm_data.followed import AMOUNT, BASE_MONTHS, PLAIN_NUMBER, TOLD_MONTHS

_READ_MONTHS = TOLD_MONTHS + BASE_MONTHS + 1  # one more to have begun in
_FIELD, _TABLE, _MEASURE, _KEY = (
    f"getvariable('followed_{name}')" for name in ("field", "table", "measure", "key")
)
_IS_SUM = f"{_MEASURE} = 'sum'"


def _month_no(day: str) -> str:
    return f"(year({day}) * 12 + month({day}) - 1)"


def _ends(table: str, clock: str) -> str:
    day = f"CAST({clock} AS DATE)"
    known = f"{day} <= coalesce(getvariable('known_until'), DATE '9999-12-31')"
    return (
        f"SELECT min({day}) AS first_on, max({day}) FILTER ({known}) AS last_on "
        f"FROM {table} WHERE {_TABLE} = '{table}'"
    )


def _number(attributes: str) -> str:
    text = f"json_extract_string({attributes}, {_KEY})"
    return f"CASE WHEN regexp_matches({text}, '{PLAIN_NUMBER}') THEN CAST({text} AS DOUBLE) END"


def _told(back: int) -> str:
    """Return the rows of the month that lies so many before the end of the data."""
    before = " + ".join(f"value_{back + one}" for one in range(BASE_MONTHS, 0, -1))
    no, now = f"end_no - {back}", f"value_{back}"
    return (
        f"SELECT customer_no, {no} AS month_no, ({before}) / {BASE_MONTHS}.0 AS value_before, "
        f"{now} AS value_now FROM by_month "
        f"WHERE {no} >= told_from AND CASE WHEN {_IS_SUM} THEN started_no < {no} - {BASE_MONTHS} "
        f"ELSE {now} IS NOT NULL END"
    )


_MONTHS = range(1, TOLD_MONTHS + BASE_MONTHS + 1)
_OF_MONTH = "sum(value) FILTER (month_no = end_no - {0})"
_MEANS = "avg(value) FILTER (month_no = end_no - {0})"
DECLINE_VALUES_SQL = f"""
WITH ends AS ({_ends("orders", "ordered_on")} UNION ALL {_ends("interactions", "occurred_at")}),
edge AS (
  SELECT end_no, greatest(end_no - {_READ_MONTHS}, first_no) AS read_from,
         greatest(begun_no + {BASE_MONTHS}, end_no - {TOLD_MONTHS}) AS told_from
  FROM (
    SELECT {_month_no("(last_on + 1)")} AS end_no, {_month_no("first_on")} AS first_no,
           {_month_no("first_on")} + CAST(day(first_on) > 1 AS INTEGER) AS begun_no
    FROM ends WHERE first_on IS NOT NULL AND last_on IS NOT NULL
  )
),
dated AS (
  SELECT customer_no, {_month_no("month_on")} AS month_no, CAST(net_amount AS DOUBLE) AS value
  FROM customer_months WHERE {_FIELD} = '{AMOUNT}' AND {_IS_SUM}
  UNION ALL
  SELECT customer_no, {_month_no("ordered_on")}, CAST(net_amount AS DOUBLE)
  FROM order_facts WHERE {_FIELD} = '{AMOUNT}' AND NOT {_IS_SUM} AND customer_no IS NOT NULL
  UNION ALL
  SELECT f.customer_no, {_month_no("f.ordered_on")}, {_number("o.attributes")}
  FROM order_facts f JOIN orders o ON o.order_id = f.order_id, edge
  WHERE {_TABLE} = 'orders' AND {_KEY} IS NOT NULL AND f.customer_no IS NOT NULL
    AND {_month_no("f.ordered_on")} >= read_from
  UNION ALL
  SELECT f.customer_no, {_month_no("i.occurred_at")}, {_number("i.attributes")}
  FROM interactions i JOIN customer_facts f ON f.customer_id = i.customer_id, edge
  WHERE {_TABLE} = 'interactions' AND {_month_no("i.occurred_at")} >= read_from
),
added AS (
  SELECT customer_no, end_no, told_from, min(month_no) AS started_no,
         {
    ", ".join(
        f"CASE WHEN {_IS_SUM} THEN coalesce({_OF_MONTH.format(no)}, 0.0)"
        f" ELSE {_MEANS.format(no)} END AS value_{no}"
        for no in _MONTHS
    )
}
  FROM dated, edge WHERE month_no >= read_from AND value IS NOT NULL
  GROUP BY ALL
),
by_month AS MATERIALIZED (SELECT * FROM added)
SELECT {_FIELD} AS field, {_MEASURE} AS measure,
       make_date(CAST(month_no // 12 AS BIGINT), CAST(month_no % 12 + 1 AS BIGINT), 1) AS month_on,
       customer_no, value_before, value_now
FROM ({" UNION ALL ".join(map(_told, range(1, TOLD_MONTHS + 1)))})
WHERE value_before > 0
ORDER BY month_on, customer_no
"""
