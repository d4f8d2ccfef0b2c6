"""What was known of customers at the end of a past day, source by source.

Each function returns the body of a CTE of ``score_inputs_churn``, over ``members``
(``customer_no``, ``customer_id``). None reads what is dated after the day, but those of the
outcome. The day of an instant is its day in UTC.
"""

from datetime import date, timedelta

from crm_data.marts.contract_spells import CONTRACT_GAP_DAYS
from crm_data.tables.marts import NEVER

WINDOW_DAYS = 90


def held_sql(day: date) -> str:
    """Contracts as known at the end of the day: a later end has not come."""
    return f"""
  SELECT f.customer_no, s.subscription_id, s.started_on,
         CASE WHEN s.ended_on <= DATE '{day}' THEN s.ended_on END AS ended_on,
         CASE WHEN s.monthly_amount >= 0 THEN s.monthly_amount END AS amount
  FROM subscriptions s JOIN customer_facts f USING (customer_id)
  WHERE s.started_on <= DATE '{day}' AND (s.ended_on IS NULL OR s.ended_on > s.started_on)"""


def holders_sql() -> str:
    """Whose contract runs at the end of the day."""
    return "SELECT customer_no FROM held WHERE ended_on IS NULL"


def buyers_sql(day: date, silence_days: int, with_holders: bool) -> str:
    """Who bought within the days up to the day; holders of contracts are left out, or not."""
    others = "" if with_holders else "AND customer_no NOT IN (SELECT customer_no FROM held)"
    return f"""
  SELECT customer_no FROM order_facts
  WHERE status = 'paid' AND customer_no IS NOT NULL {others}
    AND ordered_on BETWEEN DATE '{day - timedelta(days=silence_days)}' AND DATE '{day}'"""


def kept_sql(until: date) -> str:
    """Who holds a contract later; one that begins on the day after an end goes on, too."""
    return f"""
  SELECT customer_no
  FROM subscriptions s JOIN members USING (customer_id)
  WHERE s.started_on <= DATE '{until}' + 1 AND (s.ended_on IS NULL OR s.ended_on > s.started_on)
  GROUP BY customer_no
  HAVING bool_or(s.started_on <= DATE '{until}'
                 AND (s.ended_on IS NULL OR s.ended_on > DATE '{until}'))
      OR (bool_or(s.started_on > DATE '{until}')
          AND bool_or(coalesce(s.ended_on = DATE '{until}', FALSE)))"""


def contracts_sql(day: date) -> str:
    """Per holder. A change is a contract that begins within the gap of the end of an earlier one.

    Months of overlap or without a contract between two say that they are two.
    """
    return f"""
  SELECT customer_no, contract_age_days, monthly_amount,
         coalesce(was_upgraded, FALSE) AS was_upgraded,
         coalesce(was_downgraded, FALSE) AS was_downgraded
  FROM (
    SELECT customer_no, DATE '{day}' - max(started_on) FILTER (is_new) AS contract_age_days,
           CASE WHEN count(*) FILTER (ended_on IS NULL) = count(amount) FILTER (ended_on IS NULL)
                THEN sum(amount) FILTER (ended_on IS NULL) END AS monthly_amount
    FROM (
      SELECT *, coalesce(started_on > {CONTRACT_GAP_DAYS} + max(coalesce(ended_on, DATE '{day}'))
               OVER (PARTITION BY customer_no ORDER BY started_on, subscription_id
                     ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), TRUE) AS is_new
      FROM held WHERE customer_no IN (SELECT customer_no FROM members)
    )
    GROUP BY customer_no
  )
  LEFT JOIN (
    SELECT customer_no, bool_or(own.amount > old.amount) AS was_upgraded,
           bool_or(own.amount < old.amount) AS was_downgraded
    FROM held own JOIN held old USING (customer_no)
    WHERE old.started_on < own.started_on
      AND abs(own.started_on - old.ended_on) <= {CONTRACT_GAP_DAYS}
    GROUP BY customer_no
  ) USING (customer_no)"""


def bought_sql(day: date, until: date) -> str:
    """Counted orders, and whether a paid one came after the day (the outcome)."""
    known, (now, before) = f"ordered_on <= DATE '{day}'", _windows(day)
    purchase = "is_paid AND previous_paid_on < ordered_on"
    recent = f"ordered_on BETWEEN DATE '{now}' AND DATE '{day}'"
    earlier = f"ordered_on BETWEEN DATE '{before}' AND DATE '{now - timedelta(days=1)}'"
    return f"""
  SELECT customer_no, max(ordered_on) FILTER (is_paid AND {known}) AS last_on,
         min(ordered_on) FILTER (is_paid AND {known}) AS first_on,
         count(*) FILTER ({purchase} AND {known}) AS order_days,
         count(*) FILTER ({purchase} AND {recent}) AS order_days_90d,
         count(*) FILTER ({purchase} AND {earlier}) AS order_days_90d_before,
         sum(net_amount) FILTER ({recent}) AS net_amount_90d,
         sum(net_amount) FILTER ({earlier}) AS net_amount_90d_before,
         count(*) FILTER (NOT is_paid AND {known}) / nullif(count(*) FILTER ({known}), 0)
           AS returned_share,
         bool_or(is_paid AND NOT {known}) AS buys_later
  FROM (SELECT *, status = 'paid' AS is_paid FROM order_facts
        WHERE is_counted AND ordered_on BETWEEN DATE '{NEVER + timedelta(days=1)}'
              AND DATE '{until}' AND customer_no IN (SELECT customer_no FROM members))
  GROUP BY customer_no"""


def cases_sql(day: date) -> str:
    """Tickets; an answer is the first response, else that it was resolved or closed."""
    end, since = day + timedelta(days=1), _windows(day)[0]
    answered = ", ".join(
        f"CASE WHEN {name} < DATE '{end}' THEN {name} END"
        for name in ("first_response_at", "resolved_at", "closed_at")
    )
    return f"""
  SELECT customer_id, count(*) FILTER (created_at >= DATE '{since}') AS tickets_90d,
         count(*) FILTER (is_complaint AND created_at >= DATE '{since}') AS complaints_90d,
         max(hours) FILTER (is_complaint AND hours >= 0) AS complaint_response_hours,
         count(*) FILTER (answered_at IS NULL) AS unanswered_tickets
  FROM (SELECT *, epoch(coalesce(answered_at, TIMESTAMP '{end}') - created_at) / 3600 AS hours
        FROM (SELECT customer_id, is_complaint, created_at, coalesce({answered}) AS answered_at
              FROM tickets WHERE created_at < DATE '{end}'
                AND customer_id IN (SELECT customer_id FROM members)))
  GROUP BY customer_id"""


def contacts_sql(day: date) -> str:
    """Contacts of any kind."""
    end, since = day + timedelta(days=1), _windows(day)[0]
    return f"""
  SELECT customer_id, count(*) FILTER (occurred_at >= DATE '{since}') AS contacts_90d,
         CAST(max(occurred_at) AS DATE) AS last_contact_on
  FROM interactions WHERE occurred_at < DATE '{end}'
    AND customer_id IN (SELECT customer_id FROM members)
  GROUP BY customer_id"""


def answers_sql(day: date) -> str:
    """Last scores by the time of the answer; one without a time may have come at any time."""
    last = "arg_max(score, (responded_at, response_id)) FILTER (kind = '{}')"
    return f"""
  SELECT customer_id, {last.format("nps")} AS last_nps, {last.format("csat")} AS last_csat
  FROM survey_responses WHERE responded_at < DATE '{day + timedelta(days=1)}'
    AND score IS NOT NULL AND customer_id IN (SELECT customer_id FROM members)
  GROUP BY customer_id"""


def campaigns_sql(day: date) -> str:
    """Campaigns that somebody was in and not left alone by."""
    end, since = day + timedelta(days=1), _windows(day)[0]
    return f"""
  SELECT customer_id, count(DISTINCT campaign_id) AS campaigns_90d
  FROM campaign_members
  WHERE coalesce(assigned_at, sent_at) >= DATE '{since}'
    AND coalesce(assigned_at, sent_at) < DATE '{end}' AND arm IS DISTINCT FROM 'control'
    AND customer_id IN (SELECT customer_id FROM members)
  GROUP BY customer_id"""


def observed_sql(day: date) -> str:
    """Whether a source reaches back to where a window begins."""
    now, before = _windows(day)
    sources = {
        "orders": ("order_facts", "ordered_on", now),
        "orders_before": ("order_facts", "ordered_on", before),
        "tickets": ("tickets", "created_at", now),
        "contacts": ("interactions", "occurred_at", now),
        "campaigns": ("campaign_members", "coalesce(assigned_at, sent_at)", now),
    }
    columns = ", ".join(
        f"coalesce((SELECT min({clock}) FROM {table} WHERE {clock} > DATE '{NEVER}') "
        f"< DATE '{since + timedelta(days=1)}', FALSE) AS {name}"
        for name, (table, clock, since) in sources.items()
    )
    return f"SELECT {columns}"


def _windows(day: date) -> tuple[date, date]:
    """First days of the last window and of the one before it."""
    now = day - timedelta(days=WINDOW_DAYS - 1)
    return now, now - timedelta(days=WINDOW_DAYS)
