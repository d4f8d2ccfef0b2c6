"""Deals as they were known at the end of each day, and their stays in stages.

A deal is known from the day it was created, or, where nothing tells of its creation but an import,
from the day of that import. It is closed on its closing day, unless an exported history of stages
or the difference between two imports says when that came to be known. What cannot be known of the
past is taken from the first state there is. A deal without any day is known on the last day only.
"""

# field → type of its text in the history; a value that does not read as one is missing.
_TYPES = {
    "stage": "VARCHAR",
    "amount": "DECIMAL(18,4)",
    "probability": "DOUBLE",
    "forecast_category": "VARCHAR",
    "expected_close_on": "DATE",
    "owner_id": "VARCHAR",
    "outcome": "VARCHAR",
}
_FIELDS = tuple(_TYPES)

# The last day that anything is known of deals.
DEALS_EDGE_SQL = """
SELECT max(day) AS last_on, max(moment) AS last_at
FROM (
  SELECT created_on AS day, created_at AS moment FROM deal_keys
  UNION ALL SELECT closed_on, closed_at FROM deal_keys WHERE closed_on IS NOT NULL
  UNION ALL SELECT business_day(changed_at), changed_at FROM deal_events
)
WHERE day <= coalesce(getvariable('known_until'), DATE '9999-12-31')
"""

DEAL_STARTS_SQL = f"""
WITH firsts AS (
  SELECT opportunity_no, field, arg_min(coalesce(old_value, ''), changed_at) AS value,
         min(changed_at) AS first_at, bool_or(is_exported) AS is_exported
  FROM deal_events WHERE field <> 'appeared' GROUP BY ALL
),
by_deal AS (
  SELECT opportunity_no, min(first_at) AS first_at,
         bool_or(is_exported AND field = 'stage') AS has_stages,
         bool_or(field = 'outcome') AS has_outcome,
         {
    ", ".join(f"any_value(value) FILTER (field = '{name}') AS first_{name}" for name in _FIELDS)
}
  FROM firsts GROUP BY ALL
),
appeared AS (
  SELECT opportunity_no, min(changed_at) AS appeared_at FROM deal_events
  WHERE field = 'appeared' GROUP BY ALL
)
SELECT k.opportunity_no, coalesce(d.has_stages, FALSE) AS has_stages,
       coalesce(d.has_outcome, FALSE) AS has_outcome, a.appeared_at,
       coalesce(a.appeared_at, k.created_at, d.first_at) AS known_at,
       coalesce(business_day(coalesce(a.appeared_at, k.created_at, d.first_at)), last_on)
         AS known_on,
       -- what the first change replaced; where nothing ever changed, what it is now
       CASE WHEN d.first_stage IS NOT NULL THEN d.first_stage
            WHEN k.outcome IS NULL OR a.appeared_at IS NOT NULL THEN coalesce(k.stage, '')
            ELSE '' END AS stage,
       coalesce(d.first_amount, CAST(k.amount AS VARCHAR), '') AS amount,
       coalesce(d.first_probability, CASE WHEN k.outcome IS NULL OR a.appeared_at IS NOT NULL
         THEN CAST(k.probability AS VARCHAR) END, '') AS probability,
       coalesce(d.first_forecast_category, CASE WHEN k.outcome IS NULL OR a.appeared_at IS NOT NULL
         THEN k.forecast_category END, '') AS forecast_category,
       coalesce(d.first_expected_close_on, CAST(k.expected_close_on AS VARCHAR), '')
         AS expected_close_on,
       coalesce(d.first_owner_id, k.owner_id, '') AS owner_id,
       CASE WHEN d.has_outcome THEN d.first_outcome
            WHEN a.appeared_at IS NOT NULL THEN coalesce(k.outcome, '') ELSE '' END AS outcome
FROM deal_keys k
LEFT JOIN by_deal d USING (opportunity_no) LEFT JOIN appeared a USING (opportunity_no), deals_edge
"""

_STARTS = "\n  UNION ALL ".join(
    f"SELECT opportunity_no, '{name}', known_on, TIMESTAMP '0001-01-01', {name} FROM deal_starts"
    for name in _FIELDS
)
# What the deal's own row says in the end, where its history says otherwise or says nothing.
_ENDS = "\n  UNION ALL ".join(
    f"SELECT opportunity_no, '{name}', last_on, TIMESTAMP '9999-12-30', "
    f"coalesce(CAST({name} AS VARCHAR), '') FROM deal_keys, deals_edge"
    for name in _FIELDS
)
_LAST_OF_DAY = ",\n         ".join(
    f"max_by(value, changed_at) FILTER (field = '{name}') AS {name}" for name in _FIELDS
)
_FILLED = ",\n         ".join(
    f"last_value({name} IGNORE NULLS) OVER so_far AS {name}" for name in _FIELDS
)
_TYPED = ",\n         ".join(
    f"TRY_CAST(nullif({name}, '') AS {kind}) AS {name}" for name, kind in _TYPES.items()
)
_SAME = " AND ".join(f"{name} IS NOT DISTINCT FROM before.{name}" for name in _FIELDS)

OPPORTUNITY_SNAPSHOTS_SQL = f"""
WITH moves AS (
  SELECT e.opportunity_no, e.field, business_day(e.changed_at) AS day, e.changed_at,
         coalesce(e.new_value, '') AS value
  FROM deal_events e WHERE e.field <> 'appeared'
),
-- a stage that stands for won or lost closes a deal; any other opens it again
decided AS (
  SELECT e.opportunity_no, 'outcome' AS field, business_day(e.changed_at) AS day, e.changed_at,
         coalesce(s.outcome, '') AS value
  FROM deal_events e
  JOIN deal_starts b USING (opportunity_no) JOIN deal_keys k USING (opportunity_no)
  LEFT JOIN pipeline_stages s
    ON s.stage = e.new_value AND s.pipeline IS NOT DISTINCT FROM k.pipeline
  WHERE b.has_stages AND NOT b.has_outcome AND e.field = 'stage'
),
closings AS (
  SELECT k.opportunity_no,
         unnest(['outcome', 'stage', 'probability', 'forecast_category']) AS field,
         greatest(coalesce(k.closed_on, b.known_on), b.known_on) AS day,
         coalesce(k.closed_at, b.known_at, TIMESTAMP '0001-01-02') AS changed_at,
         unnest([k.outcome, coalesce(k.stage, ''), coalesce(CAST(k.probability AS VARCHAR), ''),
                 coalesce(k.forecast_category, '')]) AS value
  FROM deal_keys k JOIN deal_starts b USING (opportunity_no)
  WHERE k.outcome IS NOT NULL AND NOT b.has_outcome AND b.appeared_at IS NULL
),
ends AS (
  {_ENDS}
),
told AS (
  SELECT * FROM moves UNION ALL SELECT * FROM decided UNION ALL SELECT * FROM closings
  UNION ALL {_STARTS} UNION ALL SELECT * FROM ends
),
daily AS (
  SELECT t.opportunity_no, greatest(t.day, b.known_on) AS day,
         {_LAST_OF_DAY}
  FROM told t JOIN deal_starts b USING (opportunity_no)
  GROUP BY ALL
),
filled AS (
  SELECT opportunity_no, day,
         {_FILLED}
  FROM daily
  WINDOW so_far AS (PARTITION BY opportunity_no ORDER BY day ROWS UNBOUNDED PRECEDING)
),
typed AS (
  SELECT opportunity_no, day,
         {_TYPED}
  FROM filled
),
compared AS (
  SELECT *, lag(typed) OVER deal AS before FROM typed
  WINDOW deal AS (PARTITION BY opportunity_no ORDER BY day)
),
changed AS (
  SELECT * FROM compared WHERE before IS NULL OR NOT ({_SAME})
),
counted AS (
  SELECT c.*, k.pipeline, s.stage_no,
         lead(day) OVER deal AS valid_to,
         count(*) FILTER (c.outcome IS NULL AND c.expected_close_on > before.expected_close_on)
           OVER so_far AS pushes,
         count(*) FILTER (c.outcome IS NULL AND c.expected_close_on < before.expected_close_on)
           OVER so_far AS pulls,
         max(day) FILTER (before IS NULL OR c.stage IS DISTINCT FROM before.stage) OVER so_far
           AS stage_since_on,
         count(*) FILTER (before IS NOT NULL AND c.owner_id IS DISTINCT FROM before.owner_id)
           OVER so_far AS handovers
  FROM changed c JOIN deal_keys k USING (opportunity_no)
  LEFT JOIN pipeline_stages s ON s.stage = c.stage AND s.pipeline IS NOT DISTINCT FROM k.pipeline
  WINDOW deal AS (PARTITION BY opportunity_no ORDER BY day),
         so_far AS (PARTITION BY opportunity_no ORDER BY day ROWS UNBOUNDED PRECEDING)
)
SELECT opportunity_no, day AS valid_from, valid_to, pipeline, stage, stage_no, amount, probability,
       forecast_category, expected_close_on, owner_id, outcome, pushes, pulls, handovers,
       stage_since_on
FROM counted
ORDER BY valid_from, opportunity_no
"""

STAGE_SPELLS_SQL = """
WITH entries AS (
  SELECT e.opportunity_no, e.changed_at AS entered_at, e.new_value AS stage, TRUE AS is_known
  FROM deal_events e WHERE e.field = 'stage'
  UNION ALL
  -- the stage before the first change: since when is known only if nothing else could be
  SELECT b.opportunity_no, b.known_at, nullif(b.stage, ''), FALSE
  FROM deal_starts b
  LEFT JOIN (SELECT opportunity_no, min(changed_at) AS first_at FROM deal_events
             WHERE field = 'stage' GROUP BY ALL) f USING (opportunity_no)
  WHERE f.first_at IS NULL OR f.first_at > b.known_at
),
placed AS (
  SELECT e.*, k.pipeline, k.outcome, k.closed_at, k.owner_id, k.amount, s.stage_no,
         s.outcome AS stage_outcome
  FROM entries e JOIN deal_keys k USING (opportunity_no)
  LEFT JOIN pipeline_stages s ON s.stage = e.stage AND s.pipeline IS NOT DISTINCT FROM k.pipeline
),
compared AS (
  SELECT *, lag(stage) OVER deal AS stage_before,
         row_number() OVER deal AS place
  FROM placed WINDOW deal AS (PARTITION BY opportunity_no ORDER BY entered_at, is_known)
),
stays AS (
  SELECT *, lead(entered_at) OVER deal AS moved_at, lead(stage_no) OVER deal AS next_stage_no,
         lead(stage_outcome) OVER deal AS next_outcome
  FROM compared WHERE place = 1 OR stage IS DISTINCT FROM stage_before
  WINDOW deal AS (PARTITION BY opportunity_no ORDER BY entered_at, is_known)
),
left_ AS (
  SELECT *, CASE WHEN moved_at IS NOT NULL THEN moved_at
                 WHEN outcome IS NOT NULL THEN greatest(closed_at, entered_at) END AS left_at,
         CASE WHEN moved_at IS NOT NULL THEN coalesce(next_outcome, 'moved') ELSE outcome END
           AS exit
  FROM stays WHERE stage_outcome IS NULL
)
SELECT row_number() OVER (ORDER BY entered_at, opportunity_no) AS spell_no, opportunity_no,
       pipeline, stage, stage_no,
       row_number() OVER (PARTITION BY opportunity_no, stage_no ORDER BY entered_at) AS visit,
       business_day(entered_at) AS entered_on, business_day(left_at) AS left_on,
       epoch(CASE WHEN exit IS NULL THEN greatest(last_at, entered_at) ELSE left_at END
             - entered_at) / 86400 AS days,
       exit, CASE WHEN moved_at IS NOT NULL AND next_outcome IS NULL THEN next_stage_no END
         AS next_stage_no,
       amount, owner_id, outcome, is_known AS is_entry_known
FROM left_, deals_edge
ORDER BY entered_on, opportunity_no
"""
