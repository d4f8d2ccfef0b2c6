"""Changes of deals as whole numbers, so that a history of millions is sorted and filled quickly.

Every tracked field becomes one integer per value: money in ten-thousandths, days since 1970, shares
in billionths, stages, owners and categories by a number of this version. The text of a change is
read once, and never written again.
"""

CLEARED = -(1 << 62)  # a value that was taken away, or never there

MONEY = "CAST(CASE WHEN {name} <> " + str(CLEARED) + " THEN {name} END AS DECIMAL(24,4)) / 10000"
FIELDS = (
    "stage", "amount", "probability", "forecast_category", "expected_close_on", "owner_id",
    "outcome",
)  # fmt: skip
APPEARED = len(FIELDS)  # the number of what is no field: an import had the deal for the first time
_WORDED = ("stage", "forecast_category", "owner_id")
_EPOCH = "DATE '1970-01-01'"

# Codes ascend with the words, whatever field they are of.
DEAL_WORDS_SQL = f"""
SELECT word, row_number() OVER (ORDER BY word) AS code
FROM (
  SELECT unnest([old_value, new_value]) AS word
  FROM (SELECT DISTINCT field, old_value, new_value FROM opportunity_events
        WHERE field IN {_WORDED}
        UNION SELECT DISTINCT field, old_value, new_value FROM opportunity_diffs
        WHERE field IN {_WORDED})
  {" ".join(f"UNION SELECT DISTINCT {name} FROM deal_keys" for name in _WORDED)}
)
WHERE word <> ''
"""
# The type by which a word is found: a join of every change with two lists of words takes half as
# long again as reading the changes.
DEAL_WORD_SQL = """
CREATE OR REPLACE TEMP TYPE deal_word AS ENUM (SELECT word FROM deal_words ORDER BY code)
"""


def _coded(field: str, text: str) -> str:
    """SQL of the number of one field's text."""
    return {
        "amount": f"CAST(TRY_CAST({text} AS DECIMAL(18,4)) * 10000 AS BIGINT)",
        "probability": f"CAST(TRY_CAST({text} AS DOUBLE) * 1e9 AS BIGINT)",
        "expected_close_on": f"CAST(TRY_CAST({text} AS DATE) - {_EPOCH} AS BIGINT)",
        "outcome": f"CASE {text} WHEN 'won' THEN 1 WHEN 'lost' THEN 2 ELSE 0 END",
    }.get(field, f"CAST(enum_code(TRY_CAST({text} AS deal_word)) AS BIGINT) + 1")


def _either(text: str) -> str:
    cases = " ".join(f"WHEN '{name}' THEN {_coded(name, text)}" for name in FIELDS)
    return f"coalesce(CASE e.field {cases} END, {CLEARED})"


_PLACES = " ".join(f"WHEN '{name}' THEN {place}" for place, name in enumerate(FIELDS))
_COUNTS = f"""e.field IN {FIELDS}
    AND e.changed_at < coalesce(getvariable('known_until') + 1, DATE '9999-12-31')"""
# What was exported comes first, for each deal and field; else what imports differed in.
DEAL_MOVES_SQL = f"""
WITH told AS (
  SELECT DISTINCT opportunity_id, field FROM opportunity_events e
  WHERE {_COUNTS} AND opportunity_id IN (SELECT opportunity_id FROM opportunity_diffs)
),
staged AS (SELECT opportunity_id FROM told WHERE field = 'stage'),
changes AS (
  SELECT opportunity_id, field, changed_at, old_value, new_value, TRUE AS is_exported
  FROM opportunity_events
  UNION ALL
  SELECT d.opportunity_id, d.field, d.changed_at, d.old_value, d.new_value, FALSE
  FROM opportunity_diffs d
  LEFT JOIN told t ON t.opportunity_id = d.opportunity_id AND t.field = d.field
  LEFT JOIN staged s ON s.opportunity_id = d.opportunity_id
  -- an exported history of stages tells when a deal was closed, and that it was there
  WHERE t.field IS NULL
    AND NOT (s.opportunity_id IS NOT NULL AND d.field IN ('outcome', 'appeared'))
)
SELECT CAST(k.opportunity_no - 1 AS INTEGER) AS deal,
       CAST(CASE e.field {_PLACES} ELSE {APPEARED} END AS TINYINT) AS field, e.changed_at AS at,
       CAST(business_day(e.changed_at) - {_EPOCH} AS INTEGER) AS day, e.is_exported,
       {_either("e.old_value")} AS old_code, {_either("e.new_value")} AS new_code
FROM changes e JOIN deal_keys k USING (opportunity_id)
-- Of both sides, so that it is asked after the join: changes that look few would be its table, not
-- the deals.
WHERE CASE WHEN k.opportunity_no > 0 THEN NOT e.is_exported OR ({_COUNTS}) END
"""

_NOW = ",\n       ".join(
    f"coalesce({_coded(name, f'CAST(k.{name} AS VARCHAR)')}, {CLEARED}) AS {name}"
    for name in FIELDS
)
# What deals are now, as numbers, in their order; a moment or day that is missing stays so.
DEAL_CODES_SQL = f"""
SELECT k.pipeline, k.created_at, k.closed_at, k.created_on, k.closed_on,
       {_NOW}
FROM deal_keys k
ORDER BY k.opportunity_no
"""
