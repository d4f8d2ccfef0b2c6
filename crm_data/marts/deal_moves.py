"""Changes of deals as whole numbers, so that a history of millions is sorted and filled quickly.

Every tracked field becomes one integer per value: stages by their number, money in ten-thousandths,
days since 1970, shares in billionths, owners and categories by a number of this version.
"""

CLEARED = -(1 << 62)  # a value that was taken away, or never there

# How the text of a field becomes its number, and the number its value again.
_OF_OUTCOME = "CASE {text} WHEN 'won' THEN 1 WHEN 'lost' THEN 2 ELSE 0 END"
OUTCOME = "CASE outcome WHEN 1 THEN 'won' WHEN 2 THEN 'lost' END"
MONEY = f"CAST(CASE WHEN amount <> {CLEARED} THEN amount END AS DECIMAL(24,4)) / 10000"
FIELDS = (
    "stage", "amount", "probability", "forecast_category", "expected_close_on", "owner_id",
    "outcome",
)  # fmt: skip

DEAL_WORDS_SQL = """
SELECT field, word, row_number() OVER (ORDER BY field, word) AS code
FROM (
  SELECT field, unnest([old_value, new_value]) AS word
  FROM (SELECT DISTINCT field, old_value, new_value FROM deal_events
        WHERE field IN ('owner_id', 'forecast_category'))
  UNION SELECT DISTINCT 'owner_id', owner_id FROM deal_keys
  UNION SELECT DISTINCT 'forecast_category', forecast_category FROM deal_keys
)
WHERE word <> ''
"""


def _coded(field: str, text: str, stage: str, word: str) -> str:
    """SQL of the number of one field's text; ``stage`` and ``word`` are joined lookups."""
    known = {
        "stage": f"{stage}.stage_no",
        "amount": f"CAST(TRY_CAST({text} AS DECIMAL(18,4)) * 10000 AS BIGINT)",
        "probability": f"CAST(TRY_CAST({text} AS DOUBLE) * 1e9 AS BIGINT)",
        "forecast_category": f"{word}.code",
        "expected_close_on": f"CAST(TRY_CAST({text} AS DATE) - DATE '1970-01-01' AS BIGINT)",
        "owner_id": f"{word}.code",
        "outcome": _OF_OUTCOME.format(text=text),
    }[field]
    return f"coalesce({known}, {CLEARED})"


def _either(text: str, stage: str, word: str) -> str:
    cases = " ".join(f"WHEN '{f}' THEN {_coded(f, text, stage, word)}" for f in FIELDS)
    return f"CASE e.field {cases} END"


DEAL_MOVES_SQL = f"""
SELECT e.opportunity_no, e.field, e.changed_at, business_day(e.changed_at) AS day, e.is_exported,
       {_either("e.old_value", "os", "ow")} AS old_code,
       {_either("e.new_value", "ns", "nw")} AS new_code
FROM (SELECT * FROM deal_events WHERE field <> 'appeared') e
LEFT JOIN stage_numbers os ON os.stage = CASE WHEN e.field = 'stage' THEN e.old_value END
  AND os.pipeline IS NOT DISTINCT FROM e.pipeline
LEFT JOIN stage_numbers ns ON ns.stage = CASE WHEN e.field = 'stage' THEN e.new_value END
  AND ns.pipeline IS NOT DISTINCT FROM e.pipeline
LEFT JOIN deal_words ow ON ow.field = e.field AND ow.word = e.old_value
LEFT JOIN deal_words nw ON nw.field = e.field AND nw.word = e.new_value
"""

_NOW = ",\n       ".join(
    f"{_coded(f, f'CAST(k.{f} AS VARCHAR)', 's', 'o' if f == 'owner_id' else 'c')} AS {f}"
    for f in FIELDS
)
# What deals are now, as numbers.
DEAL_CODES_SQL = f"""
SELECT k.opportunity_no,
       {_NOW}
FROM deal_keys k
LEFT JOIN stage_numbers s ON s.stage = k.stage AND s.pipeline IS NOT DISTINCT FROM k.pipeline
LEFT JOIN (FROM deal_words WHERE field = 'owner_id') o ON o.word = k.owner_id
LEFT JOIN (FROM deal_words WHERE field = 'forecast_category') c ON c.word = k.forecast_category
"""

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

_FIRSTS = ",\n         ".join(
    f"arg_min(old_code, changed_at) FILTER (field = '{f}') AS {f}" for f in FIELDS
)
# What the first change replaced; where nothing ever changed, what it is now, unless that belongs
# to a deal that is closed by now and was open at first.
_STARTS = ",\n       ".join(
    f"CASE WHEN d.{f} IS NOT NULL THEN d.{f} "
    f"WHEN k.outcome IS NULL OR a.appeared_at IS NOT NULL THEN n.{f} ELSE {instead} END AS {f}"
    for f, instead in (
        ("stage", CLEARED), ("amount", "n.amount"), ("probability", CLEARED),
        ("forecast_category", CLEARED), ("expected_close_on", "n.expected_close_on"),
        ("owner_id", "n.owner_id"), ("outcome", "0"),
    )
)  # fmt: skip
DEAL_STARTS_SQL = f"""
WITH by_deal AS (
  SELECT opportunity_no, min(changed_at) AS first_at,
         min(changed_at) FILTER (field = 'stage') AS first_stage_at,
         coalesce(bool_or(is_exported AND field = 'stage'), FALSE) AS has_stages,
         coalesce(bool_or(field = 'outcome'), FALSE) AS has_outcome,
         {_FIRSTS}
  FROM deal_moves GROUP BY opportunity_no
),
appeared AS (
  SELECT opportunity_no, min(changed_at) AS appeared_at FROM deal_events
  WHERE field = 'appeared' GROUP BY ALL
)
SELECT k.opportunity_no, k.pipeline, coalesce(d.has_stages, FALSE) AS has_stages,
       coalesce(d.has_outcome, FALSE) AS has_outcome, a.appeared_at, d.first_stage_at,
       coalesce(a.appeared_at, k.created_at, d.first_at) AS known_at,
       coalesce(business_day(coalesce(a.appeared_at, k.created_at, d.first_at)), last_on)
         AS known_on,
       {_STARTS}
FROM deal_keys k JOIN deal_codes n USING (opportunity_no)
LEFT JOIN by_deal d USING (opportunity_no) LEFT JOIN appeared a USING (opportunity_no), deals_edge
"""
