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
# Numbers are given to keys alone: sorting whole rows takes twice as long.
DEAL_KEYS_SQL = """
WITH numbered AS (
  SELECT rowid AS place, row_number() OVER (ORDER BY created_at, opportunity_id) AS opportunity_no
  FROM opportunities
)
SELECT n.opportunity_no, o.* EXCLUDE (attributes, batch_id),
       business_day(created_at) AS created_on,
       CASE WHEN outcome IS NOT NULL THEN business_day(closed_at) END AS closed_on
FROM opportunities o JOIN numbered n ON n.place = o.rowid
"""

# From `stage_visits`, what the deals say of each stage (crm_data.marts.deal_visits).
PIPELINE_STAGES_SQL = f"""
WITH now_in AS (
  SELECT k.pipeline, k.stage, count(*) AS deals_now,
         count(*) FILTER (outcome = 'won') AS won_now,
         count(*) FILTER (outcome = 'lost') AS lost_now, mode(forecast_category) AS category,
         avg(probability) FILTER (outcome IS NULL) AS probability
  FROM deal_keys k GROUP BY ALL
),
words AS (SELECT word, place FROM (VALUES {_WORDS}) AS w(word, place)),
meant AS (
  SELECT v.stage, min(w.place) AS place
  FROM stage_visits v JOIN words w ON contains(lower(v.stage), w.word)
  GROUP BY ALL
),
judged AS (
  SELECT v.*, n.category, n.probability, m.place,
         CASE WHEN r.outcome IS NOT NULL THEN nullif(r.outcome, 'open')
              WHEN n.won_now >= {_DECIDED_SHARE} * n.deals_now THEN 'won'
              WHEN n.lost_now >= {_DECIDED_SHARE} * n.deals_now THEN 'lost' END AS outcome,
         r.position AS set_position, r.category AS set_category
  FROM stage_visits v
  LEFT JOIN now_in n ON n.stage = v.stage AND n.pipeline IS NOT DISTINCT FROM v.pipeline
  LEFT JOIN meant m ON m.stage = v.stage
  LEFT JOIN stage_rules r ON r.stage = v.stage AND r.pipeline IS NOT DISTINCT FROM v.pipeline
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
