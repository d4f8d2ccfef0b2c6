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

# Codes ascend with the words of a field.
DEAL_WORDS_SQL = f"""
SELECT field, word, row_number() OVER (ORDER BY field, word) AS code
FROM (
  SELECT field, unnest([old_value, new_value]) AS word
  FROM (SELECT DISTINCT field, old_value, new_value FROM opportunity_events
        WHERE field IN {_WORDED}
        UNION SELECT DISTINCT field, old_value, new_value FROM opportunity_diffs
        WHERE field IN {_WORDED})
  {" ".join(f"UNION SELECT DISTINCT '{name}', {name} FROM deal_keys" for name in _WORDED)}
)
WHERE word <> ''
"""


def _coded(field: str, text: str, word: str) -> str:
    """SQL of the number of one field's text; ``word`` is a joined lookup."""
    return {
        "amount": f"CAST(TRY_CAST({text} AS DECIMAL(18,4)) * 10000 AS BIGINT)",
        "probability": f"CAST(TRY_CAST({text} AS DOUBLE) * 1e9 AS BIGINT)",
        "expected_close_on": f"CAST(TRY_CAST({text} AS DATE) - {_EPOCH} AS BIGINT)",
        "outcome": f"CASE {text} WHEN 'won' THEN 1 WHEN 'lost' THEN 2 ELSE 0 END",
    }.get(field, f"{word}.code")


def _either(text: str, word: str) -> str:
    cases = " ".join(f"WHEN '{name}' THEN {_coded(name, text, word)}" for name in FIELDS)
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
SELECT CAST(k.opportunity_no AS INTEGER) AS opportunity_no,
       CAST(CASE e.field {_PLACES} ELSE {APPEARED} END AS TINYINT) AS field, e.changed_at,
       CAST(business_day(e.changed_at) - {_EPOCH} AS INTEGER) AS day, e.is_exported,
       {_either("e.old_value", "ow")} AS old_code, {_either("e.new_value", "nw")} AS new_code
FROM changes e JOIN deal_keys k USING (opportunity_id)
LEFT JOIN deal_words ow ON ow.field = e.field AND ow.word = e.old_value
LEFT JOIN deal_words nw ON nw.field = e.field AND nw.word = e.new_value
-- Of both sides, so that it is asked after the join: changes that look few would be its table, not
-- the deals.
WHERE CASE WHEN k.opportunity_no > 0 THEN NOT e.is_exported OR ({_COUNTS}) END
"""

_NOW = ",\n       ".join(
    f"coalesce({_coded(name, f'CAST(k.{name} AS VARCHAR)', name)}, {CLEARED}) AS {name}"
    for name in FIELDS
)
# What deals are now, as numbers, in their order; a moment or day that is missing stays so.
DEAL_CODES_SQL = f"""
SELECT k.pipeline, k.created_at, k.closed_at, k.created_on, k.closed_on,
       {_NOW}
FROM deal_keys k
{
    " ".join(
        f"LEFT JOIN (FROM deal_words WHERE field = '{name}') {name} ON {name}.word = k.{name}"
        for name in _WORDED
    )
}
ORDER BY k.opportunity_no
"""

# The last day that anything is known of deals.
DEALS_EDGE_SQL = f"""
SELECT max(day) AS last_on, max(moment) AS last_at
FROM (
  SELECT created_on AS day, created_at AS moment FROM deal_keys
  UNION ALL SELECT closed_on, closed_at FROM deal_keys WHERE closed_on IS NOT NULL
  UNION ALL SELECT {_EPOCH} + day, changed_at FROM deal_moves
)
WHERE day <= coalesce(getvariable('known_until'), DATE '9999-12-31')
"""
