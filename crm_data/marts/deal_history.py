"""Deals as they were known at the end of each day, and their stays in stages.

A deal is known from the day it was created, or, where nothing tells of its creation but an import,
from the day of that import. It is closed on its closing day, unless an exported history of stages
or the difference between two imports says when that came to be known. What cannot be known of the
past is taken from the first state there is. A deal without any day is known on the last day only.
"""

from crm_data.marts.deal_moves import CLEARED, FIELDS, MONEY, OUTCOME

_LIST = ", ".join(FIELDS)
# What a row says of each field. At its closing a deal takes what its own row says now.
_SAYS = {name: f"CASE WHEN field = '{name}' THEN code END" for name in FIELDS} | {
    "stage": "CASE WHEN field = 'stage' OR place = 2 THEN code END",
    "probability": "CASE WHEN field = 'probability' THEN code ELSE probability END",
    "forecast_category": "CASE WHEN field = 'forecast_category' THEN code ELSE category END",
    "outcome": "outcome",
}
_FILLED = ",\n         ".join(
    f"last_value({says} IGNORE NULLS) OVER so_far AS {name}" for name, says in _SAYS.items()
)
_WHOLE = ", ".join(f"coalesce(f.{name}, b.{name}) AS {name}" for name in FIELDS)
_BEFORE = ",\n         ".join(f"lag({name}) OVER deal AS old_{name}" for name in FIELDS)
_SAME = " AND ".join(f"{name} = old_{name}" for name in FIELDS)
_DIFFERS = " OR ".join(f"l.{name} <> c.{name}" for name in FIELDS)
_ENDS = ", ".join(f"c.{name}" for name in FIELDS)

OPPORTUNITY_SNAPSHOTS_SQL = f"""
WITH stage_outcomes AS (
  SELECT pipeline, stage_no, CASE outcome WHEN 'won' THEN 1 WHEN 'lost' THEN 2 ELSE 0 END AS outcome
  FROM pipeline_stages
),
-- one row per change, as narrow as can be: what is sorted here is most of the work
told AS (
  SELECT opportunity_no, known_on AS day, 0 AS place, NULL AS changed_at, NULL AS field,
         NULL AS code, NULL AS outcome, NULL AS probability, NULL AS category
  FROM deal_starts
  UNION ALL
  SELECT m.opportunity_no, greatest(m.day, b.known_on), 1, m.changed_at, m.field, m.new_code,
         -- a stage that stands for won or lost closes a deal; any other opens it again
         CASE WHEN m.field = 'outcome' THEN m.new_code
              WHEN b.has_stages AND NOT b.has_outcome THEN s.outcome END, NULL, NULL
  FROM deal_moves m JOIN deal_starts b USING (opportunity_no)
  LEFT JOIN stage_outcomes s ON s.pipeline IS NOT DISTINCT FROM b.pipeline
    AND s.stage_no = CASE WHEN m.field = 'stage' THEN m.new_code END
  UNION ALL
  SELECT opportunity_no, greatest(coalesce(k.closed_on, b.known_on), b.known_on), 2, NULL, NULL,
         c.stage, c.outcome, c.probability, c.forecast_category
  FROM deal_keys k JOIN deal_starts b USING (opportunity_no)
  JOIN deal_codes c USING (opportunity_no)
  WHERE k.outcome IS NOT NULL AND NOT b.has_outcome AND b.appeared_at IS NULL
),
filled AS (
  SELECT opportunity_no, day,
         {_FILLED},
         lead(day) OVER so_far AS next_day
  FROM told
  WINDOW so_far AS (PARTITION BY opportunity_no ORDER BY day, place, changed_at)
),
-- the last row of each day holds what was known at its end
latest AS (
  SELECT opportunity_no, f.day, {_WHOLE}, next_day IS NULL AS is_last
  FROM filled f JOIN deal_starts b USING (opportunity_no)
  WHERE f.day IS DISTINCT FROM next_day
),
whole AS (
  SELECT opportunity_no, day, {_LIST} FROM latest, deals_edge WHERE NOT is_last OR day < last_on
  UNION ALL
  SELECT l.opportunity_no, greatest(l.day, last_on), {_ENDS}
  FROM latest l JOIN deal_codes c USING (opportunity_no), deals_edge
  WHERE is_last AND (l.day >= last_on OR {_DIFFERS})
),
compared AS (
  SELECT *,
         {_BEFORE}
  FROM whole WINDOW deal AS (PARTITION BY opportunity_no ORDER BY day)
),
counted AS (
  SELECT *, lead(day) OVER deal AS valid_to,
         count(*) FILTER (outcome = 0 AND expected_close_on > old_expected_close_on
                          AND old_expected_close_on <> {CLEARED}) OVER so_far AS pushes,
         count(*) FILTER (outcome = 0 AND expected_close_on < old_expected_close_on
                          AND expected_close_on <> {CLEARED}) OVER so_far AS pulls,
         max(day) FILTER (old_stage IS NULL OR stage <> old_stage) OVER so_far AS stage_since_on,
         count(*) FILTER (owner_id <> old_owner_id) OVER so_far AS handovers
  FROM (SELECT * FROM compared WHERE old_outcome IS NULL OR NOT ({_SAME}))
  WINDOW deal AS (PARTITION BY opportunity_no ORDER BY day),
         so_far AS (PARTITION BY opportunity_no ORDER BY day ROWS UNBOUNDED PRECEDING)
)
SELECT h.opportunity_no, h.day AS valid_from, h.valid_to, k.pipeline, s.stage, s.stage_no,
       CAST({MONEY.replace("amount", "h.amount")} AS DECIMAL(18,4)) AS amount,
       CASE WHEN h.probability <> {CLEARED} THEN h.probability / 1e9 END AS probability,
       c.word AS forecast_category,
       CASE WHEN h.expected_close_on <> {CLEARED}
            THEN DATE '1970-01-01' + CAST(h.expected_close_on AS INTEGER) END AS expected_close_on,
       o.word AS owner_id, {OUTCOME.replace("outcome", "h.outcome")} AS outcome,
       h.pushes, h.pulls, h.handovers, h.stage_since_on
FROM counted h JOIN deal_keys k USING (opportunity_no)
LEFT JOIN pipeline_stages s
  ON s.stage_no = h.stage AND s.pipeline IS NOT DISTINCT FROM k.pipeline
LEFT JOIN deal_words o ON o.code = h.owner_id
LEFT JOIN deal_words c ON c.code = h.forecast_category
-- a past day reads the end of each part only: open deals, and spans that end after it
ORDER BY h.outcome <> 0, h.valid_to NULLS LAST, h.day
"""

STAGE_SPELLS_SQL = f"""
WITH entries AS (
  SELECT opportunity_no, changed_at AS entered_at, new_code AS stage_no, TRUE AS is_known
  FROM deal_moves WHERE field = 'stage'
  UNION ALL
  -- the stage before the first change: since when is not known
  SELECT opportunity_no, known_at, stage, FALSE FROM deal_starts
  WHERE first_stage_at IS NULL OR first_stage_at > known_at
),
compared AS (
  SELECT *, lag(stage_no) OVER deal AS stage_before
  FROM entries WINDOW deal AS (PARTITION BY opportunity_no ORDER BY entered_at, is_known)
),
stays AS (
  SELECT *, lead(entered_at) OVER deal AS moved_at, lead(stage_no) OVER deal AS next_no,
         row_number() OVER (PARTITION BY opportunity_no, stage_no ORDER BY entered_at) AS visit
  FROM compared WHERE stage_no IS DISTINCT FROM stage_before
  WINDOW deal AS (PARTITION BY opportunity_no ORDER BY entered_at, is_known)
),
left_ AS (
  SELECT t.*, k.pipeline, k.outcome, k.owner_id, k.amount, s.stage,
         n.outcome AS next_outcome,
         CASE WHEN moved_at IS NOT NULL THEN moved_at
              WHEN k.outcome IS NOT NULL THEN greatest(k.closed_at, entered_at) END AS left_at,
         CASE WHEN moved_at IS NOT NULL THEN coalesce(n.outcome, 'moved') ELSE k.outcome END
           AS exit
  FROM stays t JOIN deal_keys k USING (opportunity_no)
  LEFT JOIN pipeline_stages s
    ON s.stage_no = t.stage_no AND s.pipeline IS NOT DISTINCT FROM k.pipeline
  LEFT JOIN pipeline_stages n
    ON n.stage_no = t.next_no AND n.pipeline IS NOT DISTINCT FROM k.pipeline
  WHERE s.outcome IS NULL
)
SELECT row_number() OVER (ORDER BY entered_at, opportunity_no) AS spell_no, opportunity_no,
       pipeline, stage, nullif(stage_no, {CLEARED}) AS stage_no,
       visit, business_day(entered_at) AS entered_on, business_day(left_at) AS left_on,
       epoch(CASE WHEN exit IS NULL THEN greatest(last_at, entered_at) ELSE left_at END
             - entered_at) / 86400 AS days,
       exit, CASE WHEN moved_at IS NOT NULL AND next_outcome IS NULL
                  THEN nullif(next_no, {CLEARED}) END AS next_stage_no,
       amount, owner_id, outcome, is_known AS is_entry_known
FROM left_, deals_edge
ORDER BY spell_no
"""
