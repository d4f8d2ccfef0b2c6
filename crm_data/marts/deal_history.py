"""Deals as they were known at the end of each day, and their stays in stages.

A deal is known from the day it was created, or, where nothing tells of its creation but an import,
from the day of that import. It is closed on its closing day, unless an exported history of stages
or the difference between two imports says when that came to be known. What cannot be known of the
past is taken from the first state there is. A deal without any day is known on the last day only.
"""

from crm_data.marts.deal_moves import CLEARED, MONEY
from crm_data.marts.deal_states import OPEN_END

_EPOCH = "DATE '1970-01-01'"

# From `deal_states`, which are in order already.
OPPORTUNITY_SNAPSHOTS_SQL = f"""
SELECT opportunity_no, {_EPOCH} + CAST(day AS INTEGER) AS valid_from,
       {_EPOCH} + CAST(nullif(valid_to, {OPEN_END}) AS INTEGER) AS valid_to,
       CAST(pipeline AS VARCHAR) AS pipeline, CAST(stage AS VARCHAR) AS stage, stage_no,
       CAST({MONEY} AS DECIMAL(18,4)) AS amount,
       CASE WHEN probability <> {CLEARED} THEN probability / 1e9 END AS probability,
       CAST(forecast_category AS VARCHAR) AS forecast_category,
       CASE WHEN expected_close_on <> {CLEARED}
            THEN {_EPOCH} + CAST(expected_close_on AS INTEGER) END AS expected_close_on,
       CAST(owner_id AS VARCHAR) AS owner_id, CAST(outcome AS VARCHAR) AS outcome,
       pushes, pulls, handovers, {_EPOCH} + CAST(stage_since_on AS INTEGER) AS stage_since_on
FROM deal_states
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
