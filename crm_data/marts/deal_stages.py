"""The stages of each pipeline: order, outcome and forecast category, learned from the deals.

The order of open stages is what most deals did: a stage is after every stage that more deals were
in before it than after it (Copeland's rule). Where the history says nothing, the usual meaning of
the name decides, then the probability that people gave it. What the company has set itself
(``stage_rules``, made by the build) comes before all of it.
"""

from crm_data.marts.stage_words import STAGE_WORDS

# Of the deals that are in a stage now: so many have one outcome, and the stage stands for it.
_DECIDED_SHARE = 0.9

_WORDS = ", ".join(
    f"('{word}', {place})" for place, words in enumerate(STAGE_WORDS) for word in words
)

# One row per deal with numbers and days of this version; opportunity_no says which deal it is.
DEAL_KEYS_SQL = """
SELECT row_number() OVER (ORDER BY created_at, opportunity_id) AS opportunity_no, o.*,
       business_day(created_at) AS created_on,
       CASE WHEN outcome IS NOT NULL THEN business_day(closed_at) END AS closed_on
FROM opportunities o
"""

# What was exported comes first, for each deal and field; else what imports differed in.
DEAL_EVENTS_SQL = """
WITH exported AS (
  SELECT k.opportunity_no, k.pipeline, e.field, e.changed_at, e.old_value, e.new_value
  FROM opportunity_events e JOIN deal_keys k USING (opportunity_id)
  WHERE e.changed_at IS NOT NULL
    AND e.changed_at < coalesce(getvariable('known_until') + 1, DATE '9999-12-31')
    AND e.field IN ('stage', 'amount', 'probability', 'forecast_category', 'expected_close_on',
                    'owner_id', 'outcome')
),
differed AS (
  SELECT k.opportunity_no, k.pipeline, d.field, d.changed_at, d.old_value, d.new_value
  FROM opportunity_diffs d JOIN deal_keys k USING (opportunity_id)
),
told AS (
  SELECT DISTINCT opportunity_no, field FROM exported
  WHERE opportunity_no IN (SELECT opportunity_no FROM differed)
),
staged AS (SELECT opportunity_no FROM told WHERE field = 'stage')
SELECT *, TRUE AS is_exported FROM exported
UNION ALL
SELECT d.*, FALSE FROM differed d
LEFT JOIN told t ON t.opportunity_no = d.opportunity_no AND t.field = d.field
LEFT JOIN staged s ON s.opportunity_no = d.opportunity_no
-- an exported history of stages tells when a deal was closed, and that it was there
WHERE t.field IS NULL AND NOT (s.opportunity_no IS NOT NULL AND d.field IN ('outcome', 'appeared'))
"""

# Every stage that a deal is in or was in, with its number within the pipeline.
STAGE_NUMBERS_SQL = """
WITH named AS (
  SELECT pipeline, stage FROM deal_keys WHERE stage IS NOT NULL GROUP BY ALL
  UNION
  SELECT pipeline, unnest([old_value, new_value]) AS stage
  FROM (SELECT DISTINCT pipeline, old_value, new_value FROM deal_events WHERE field = 'stage')
)
SELECT pipeline, stage, row_number() OVER (PARTITION BY pipeline ORDER BY stage) - 1 AS stage_no
FROM named WHERE stage <> ''
"""

PIPELINE_STAGES_SQL = f"""
WITH placed AS (
  SELECT k.*, n.stage_no FROM deal_keys k
  JOIN stage_numbers n ON n.stage = k.stage AND n.pipeline IS NOT DISTINCT FROM k.pipeline
),
now_in AS (
  SELECT pipeline, stage_no, count(*) AS deals_now,
         count(*) FILTER (outcome = 'won') AS won_now,
         count(*) FILTER (outcome = 'lost') AS lost_now, mode(forecast_category) AS category,
         avg(probability) FILTER (outcome IS NULL) AS probability
  FROM placed GROUP BY ALL
),
moves AS (
  SELECT e.opportunity_no, e.changed_at, o.stage_no AS old_no, n.stage_no AS new_no
  FROM deal_events e
  LEFT JOIN stage_numbers o
    ON o.stage = e.old_value AND o.pipeline IS NOT DISTINCT FROM e.pipeline
  LEFT JOIN stage_numbers n
    ON n.stage = e.new_value AND n.pipeline IS NOT DISTINCT FROM e.pipeline
  WHERE e.field = 'stage'
),
firsts AS (
  SELECT opportunity_no, stage_no, min(entered_at) AS entered_at
  FROM (SELECT opportunity_no, new_no AS stage_no, changed_at AS entered_at FROM moves
        UNION ALL
        -- what was there before the first change was there first
        SELECT opportunity_no, arg_min(coalesce(old_no, -1), changed_at), TIMESTAMP '0001-01-01'
        FROM moves GROUP BY opportunity_no)
  WHERE stage_no >= 0 GROUP BY ALL
),
visited AS (
  SELECT opportunity_no, stage_no FROM firsts UNION SELECT opportunity_no, stage_no FROM placed
),
ever AS (
  SELECT k.pipeline, v.stage_no, count(*) AS deals, count(*) FILTER (k.outcome = 'won') AS won,
         count(*) FILTER (k.outcome = 'lost') AS lost
  FROM visited v JOIN deal_keys k USING (opportunity_no) GROUP BY ALL
),
pairs AS (
  SELECT k.pipeline, a.stage_no, b.stage_no AS other,
         count(*) FILTER (a.entered_at > b.entered_at) AS later,
         count(*) FILTER (a.entered_at < b.entered_at) AS sooner
  FROM firsts a
  JOIN firsts b ON a.opportunity_no = b.opportunity_no AND a.stage_no <> b.stage_no
  JOIN deal_keys k ON k.opportunity_no = a.opportunity_no
  GROUP BY ALL
),
places AS (
  SELECT pipeline, stage_no, count(*) FILTER (later > sooner) AS stages_before
  FROM pairs GROUP BY ALL
),
words AS (SELECT word, place FROM (VALUES {_WORDS}) AS w(word, place)),
meant AS (
  SELECT n.stage, min(w.place) AS place
  FROM stage_numbers n JOIN words w ON contains(lower(n.stage), w.word)
  GROUP BY ALL
),
judged AS (
  SELECT e.*, x.stage, n.category, n.probability, p.stages_before, m.place,
         CASE WHEN r.outcome IS NOT NULL THEN nullif(r.outcome, 'open')
              WHEN n.won_now >= {_DECIDED_SHARE} * n.deals_now THEN 'won'
              WHEN n.lost_now >= {_DECIDED_SHARE} * n.deals_now THEN 'lost' END AS outcome,
         r.position AS set_position, r.category AS set_category
  FROM ever e
  JOIN stage_numbers x ON x.stage_no = e.stage_no AND x.pipeline IS NOT DISTINCT FROM e.pipeline
  LEFT JOIN now_in n ON n.stage_no = e.stage_no AND n.pipeline IS NOT DISTINCT FROM e.pipeline
  LEFT JOIN places p ON p.stage_no = e.stage_no AND p.pipeline IS NOT DISTINCT FROM e.pipeline
  LEFT JOIN meant m ON m.stage = x.stage
  LEFT JOIN stage_rules r ON r.stage = x.stage AND r.pipeline IS NOT DISTINCT FROM e.pipeline
),
ranked AS (
  SELECT *, row_number() OVER (PARTITION BY pipeline ORDER BY outcome IS NOT NULL,
             outcome = 'lost', stages_before NULLS LAST, place NULLS LAST,
             probability NULLS LAST, stage) AS learned_position
  FROM judged
)
SELECT pipeline, stage_no, stage,
       row_number() OVER (PARTITION BY pipeline ORDER BY outcome IS NOT NULL,
         coalesce(set_position, learned_position), learned_position) AS position,
       learned_position, outcome, coalesce(set_category, category) AS category, deals, won, lost
FROM ranked
ORDER BY pipeline, position
"""
