"""Tickets with their waits, answers to surveys with what they are about, and who was asked."""

from crm_data.tables.marts import NEVER

# Minutes with three digits at least: as exact as anyone reads a wait, and few enough to be counted
# alike ones together (some four thousand different ones up to ten years).
_ROUNDED = """
CASE WHEN {0} < 1000 THEN round({0}) WHEN {0} < 10000 THEN 10 * round({0} / 10)
     WHEN {0} < 100000 THEN 100 * round({0} / 100) ELSE 1000 * round({0} / 1000) END
"""


def _rounded(minutes: str) -> str:
    return f"CAST({_ROUNDED.format(f'({minutes})')} AS BIGINT)"


def _calendar(start: str, end: str) -> str:
    return _rounded(f"epoch({end} - {start}) / 60")


def _open(start: str, end: str) -> str:
    return _rounded(f"{end} - {start}")


# In the order of OUTCOMES.
_BITS = (
    "is_complaint", "problem IS NOT NULL", "is_answered", "is_solved", "sla = 'met'",
    "sla = 'missed'", "sla = 'running'", "is_solved AND contacts IS NOT NULL",
    "is_solved AND contacts = 1", "is_solved AND reopenings IS NOT NULL",
    "is_solved AND reopenings = 0", "has_return IS NOT NULL", "NOT has_return",
)  # fmt: skip
_OUTCOME = " + ".join(
    f"CASE WHEN {test} THEN {1 << bit} ELSE 0 END" for bit, test in enumerate(_BITS)
)

# Bands of all customers, so that answers can be weighted to them: a third each of those with net
# value in the last year; tenure at the watermark of orders.
CUSTOMER_BANDS_SQL = """
WITH edge AS (SELECT max(last_order_on) AS last_on FROM customer_facts
  WHERE last_order_on <= coalesce(getvariable('known_until'), DATE '9999-12-31')),
ranked AS (
  SELECT customer_no, ntile(3) OVER (ORDER BY net_amount_365d, customer_no) AS third
  FROM customer_facts WHERE net_amount_365d > 0
)
SELECT c.customer_no, c.customer_id, c.owner_id, c.region,
       CASE WHEN r.third IS NULL THEN 'none' ELSE ['low', 'middle', 'high'][r.third] END
         AS value_band,
       CASE WHEN begun IS NULL THEN NULL WHEN begun > last_on - 365 THEN 'under_1_year'
            WHEN begun > last_on - 1095 THEN '1_to_3_years' ELSE 'over_3_years' END AS tenure_band
FROM (SELECT *, coalesce(CAST(created_at AS DATE), first_order_on) AS begun FROM customer_facts) c
LEFT JOIN ranked r USING (customer_no), edge
"""

# Watched until the last moment with news of any ticket: what is not answered yet waited that long.
# A ticket solved without an answer was watched for one until it was solved. Returns: another ticket
# of the same customer within seven days after the solution; not known before those have passed, nor
# where times contradict each other. Where no ticket at all has a first answer, answers are not
# known, which is not the same as never given.
TICKET_FACTS_SQL = f"""
WITH edge AS (
  SELECT max(moment) AS last_at,
         (SELECT count(first_response_at) FROM tickets) > 0 AS tells_answers
  FROM (SELECT unnest([created_at, first_response_at, resolved_at, closed_at]) AS moment
        FROM tickets)
  WHERE moment < coalesce(getvariable('known_until') + 1, DATE '9999-12-31')
),
times AS (
  SELECT t.*, first_response_at AS answered_at, coalesce(resolved_at, closed_at) AS solved_at,
         last_at, tells_answers,
         CASE WHEN first_response_at < created_at THEN 'response_before_creation'
              WHEN coalesce(resolved_at, closed_at) < created_at
                THEN 'resolution_before_creation'
              WHEN coalesce(resolved_at, closed_at) < first_response_at
                THEN 'resolution_before_response' END AS problem
  FROM tickets t, edge
),
ends AS (
  SELECT *, CASE WHEN problem IS NULL THEN created_at END AS began_at,
         coalesce(answered_at, solved_at, greatest(last_at, created_at)) AS response_end,
         coalesce(solved_at, greatest(last_at, created_at)) AS solve_end
  FROM times
),
counted AS (
  SELECT e.*, open_minutes(b.before, b.is_open, business_time(began_at)) AS began_open,
         open_minutes(r.before, r.is_open, business_time(response_end)) AS response_open,
         open_minutes(s.before, s.is_open, business_time(solve_end)) AS solve_open
  FROM ends e
  LEFT JOIN open_days b ON b.day_on = business_day(e.began_at)
  LEFT JOIN open_days r ON r.day_on = business_day(e.response_end)
  LEFT JOIN open_days s ON s.day_on = business_day(e.solve_end)
),
visits AS (
  SELECT customer_id, created_at AS next_at FROM tickets
  WHERE customer_id IS NOT NULL AND created_at IS NOT NULL
),
found AS (
  SELECT c.*, v.next_at FROM counted c
  ASOF LEFT JOIN visits v ON v.customer_id = c.customer_id AND v.next_at > c.solved_at
)
SELECT * REPLACE (CAST({_OUTCOME} AS BIGINT) AS outcome) FROM (
SELECT row_number() OVER (ORDER BY t.created_at, t.ticket_id) AS ticket_no, t.ticket_id,
       t.customer_id, p.customer_no,
       CASE WHEN t.customer_id IS NOT NULL
            THEN CAST(dense_rank() OVER (ORDER BY t.customer_id) AS BIGINT) END AS person_no,
       p.owner_id, p.region, t.channel, t.category, t.priority,
       coalesce(t.is_complaint, FALSE) AS is_complaint, t.status, t.agent_id, a.team,
       t.created_at, business_day(t.created_at) AS created_on,
       CASE WHEN t.customer_id IS NULL THEN NULL
            WHEN row_number() OVER mine = 1 THEN DATE '{NEVER}'
            ELSE coalesce(business_day(lag(t.created_at) OVER mine), DATE '9999-12-31') END
         AS previous_on, 0 AS outcome,
       CAST(isodow(business_time(t.created_at)) AS BIGINT) AS weekday,
       CAST(hour(business_time(t.created_at)) AS BIGINT) AS hour,
       business_day(t.answered_at) AS answered_on, business_day(t.solved_at) AS solved_on,
       t.problem, t.answered_at IS NOT NULL AS is_answered, t.solved_at IS NOT NULL AS is_solved,
       CASE WHEN t.tells_answers THEN {_calendar("t.began_at", "t.response_end")} END
         AS response_minutes,
       CASE WHEN t.tells_answers THEN {_open("t.began_open", "t.response_open")} END
         AS response_open_minutes,
       {_calendar("t.began_at", "t.solve_end")} AS solve_minutes,
       {_open("t.began_open", "t.solve_open")} AS solve_open_minutes,
       CASE WHEN t.problem IS NULL THEN {_calendar("t.answered_at", "t.solved_at")} END
         AS handling_minutes,
       t.contact_count AS contacts, t.reopened_count AS reopenings,
       CASE WHEN t.sla_due_at IS NULL OR t.problem IS NOT NULL THEN NULL
            WHEN t.solved_at <= t.sla_due_at THEN 'met'
            WHEN t.solved_at > t.sla_due_at OR t.last_at > t.sla_due_at THEN 'missed'
            ELSE 'running' END AS sla,
       CASE WHEN t.solved_at IS NULL OR t.customer_id IS NULL OR t.problem IS NOT NULL THEN NULL
            WHEN t.next_at <= t.solved_at + INTERVAL 7 DAY THEN TRUE
            WHEN t.solved_at + INTERVAL 7 DAY <= t.last_at THEN FALSE END AS has_return, t.cost
FROM found t
LEFT JOIN customer_facts p ON p.customer_id = t.customer_id
LEFT JOIN employees a ON a.employee_id = t.agent_id
WINDOW mine AS (PARTITION BY t.customer_id ORDER BY t.created_at, t.ticket_id)
) ORDER BY created_at, ticket_id
"""

# A score is possible from 0 (nps) or 1 to its scale; where no scale is given, to the usual one.
SURVEY_FACTS_SQL = """
WITH answers AS (
  SELECT *, coalesce(responded_at, sent_at) AS answered_at,
         coalesce(scale_max, CASE kind WHEN 'nps' THEN 10 WHEN 'ces' THEN 7 ELSE 5 END) AS scale
  FROM survey_responses
)
SELECT row_number() OVER (ORDER BY s.answered_at, s.response_id) AS response_no, s.response_id,
       s.customer_id, b.customer_no, b.owner_id, b.region, b.value_band, b.tenure_band, s.kind,
       CAST(s.score AS DOUBLE) AS score, CAST(s.scale AS BIGINT) AS scale,
       s.score IS NULL OR (s.score = round(s.score) AND s.score <= s.scale
         AND s.score >= CASE s.kind WHEN 'nps' THEN 0 ELSE 1 END) AS is_possible,
       business_day(s.answered_at) AS answered_on, s.channel,
       nullif(trim(s.comment), '') AS comment, s.ticket_id, s.order_id,
       CASE WHEN s.ticket_id IS NOT NULL THEN 'service' WHEN s.order_id IS NOT NULL THEN 'purchase'
            ELSE 'relation' END AS step,
       t.agent_id, t.team, t.category AS ticket_category, t.channel AS ticket_channel,
       t.is_complaint, CASE WHEN t.is_answered THEN t.response_minutes END AS response_minutes,
       CASE WHEN t.is_solved THEN t.solve_minutes END AS solve_minutes, t.contacts, t.reopenings
FROM answers s
LEFT JOIN customer_bands b ON b.customer_id = s.customer_id
LEFT JOIN ticket_facts t ON t.ticket_id = s.ticket_id
ORDER BY s.answered_at, s.response_id
"""

SURVEY_INVITES_SQL = """
SELECT i.kind, business_day(i.sent_at) AS sent_on, b.owner_id, b.region, count(*) AS sent,
       count(i.delivered_at) AS delivered,
       count(*) FILTER (i.response_id IS NOT NULL AND i.delivered_at IS NOT NULL) AS answered
FROM survey_invitations i LEFT JOIN customer_bands b ON b.customer_id = i.customer_id
GROUP BY ALL ORDER BY sent_on, i.kind, b.owner_id, b.region
"""

SURVEY_BASE_SQL = """
SELECT owner_id, region, value_band, tenure_band, count(*) AS customers
FROM customer_bands GROUP BY ALL ORDER BY ALL
"""
