"""Values that look like slips of the pen, with what was probably meant. Suggested, never applied.

Two kinds: the same letters written otherwise (case, spaces, signs), and one or two letters wrong
(restricted to words of five letters and more, of the same first letter, numbers and single
letters; distance by Damerau, Communications of the ACM 7(3), 1964). Meant is a row of the table
referred to, a word known beforehand, or a value of the same column that is far commoner. Of
several that are equally near none is suggested.
"""

from collections.abc import Iterator

from crm_data.known_words import known_words
from crm_data.repairs import TARGETS, WORDS

_FAR_COMMONER = 20
_MOST_VALUES = 3000  # of a column; one with more holds names, not words
_MOST_NAMES = 300  # of customers that are not there: each is held against every one that is
_NAMED = {"products": "name", "employees": "name", "campaigns": "name", "customers": "name"}
# What the rows of a table are worth, where that is known: money that a repair moves.
_FROM = {
    "customers": ("customer_facts", "net_amount"),
    "orders": ("order_facts", "CASE WHEN is_counted THEN net_amount END"),
    "order_lines": ("order_lines", "amount"),
    "opportunities": ("opportunities", "CASE WHEN outcome = 'won' THEN amount END"),
}
_OWNER_OF_ORDER = {("orders", "owner_id"): "seller_id"}


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _counts(table: str, field: str, only: str = "") -> str:
    source, worth = _FROM.get(table, (table, "NULL"))
    column = _OWNER_OF_ORDER.get((table, field), field)
    return (
        f"SELECT '{table}' AS table_name, '{field}' AS field, {column} AS value, "
        f"count(*) AS rows, CAST(sum({worth}) AS DOUBLE) AS worth "
        f"FROM {source} WHERE {column} IS NOT NULL {only} GROUP BY {column}"
    )


def _unmatched(table: str, field: str) -> str:
    parent, key = TARGETS[table, field]
    column = _OWNER_OF_ORDER.get((table, field), field)
    # The mart of orders numbers strangers below the rows of customers.
    lacks = f"{column} NOT IN (SELECT {key} FROM {parent})"
    if (table, field) == ("orders", "customer_id"):
        lacks = "customer_no < 0"
    return _counts(table, field, f"AND {lacks} AND EXISTS (SELECT 1 FROM {parent})")


def _fold(text: str) -> str:
    return f"regexp_replace(lower(strip_accents({text})), '[^\\p{{L}}\\p{{N}}]', '', 'g')"


def _marks(text: str) -> str:
    """What two words must share besides: their digits, and letters that stand alone."""
    return (
        f"regexp_replace({text}, '[^0-9]', '', 'g') || ' ' || "
        f"array_to_string(regexp_extract_all(lower({text}), '\\b\\p{{L}}\\b'), '')"
    )


def _known() -> Iterator[str]:
    for (table, field), name in WORDS.items():
        if name is not None:
            words = ", ".join(f"({_literal(word)})" for word in known_words(name))
            yield f"SELECT '{table}', '{field}', w, lower(w) FROM (VALUES {words}) AS v(w)"


# One row per value of a column of words, and per value that names no row of the table referred to.
VALUE_COUNTS_SQL = f"""
WITH words AS ({" UNION ALL ".join(_counts(t, f) for t, f in WORDS)}),
named AS ({" UNION ALL ".join(_unmatched(t, f) for t, f in TARGETS)}),
both_kinds AS (SELECT *, false AS is_reference FROM words UNION ALL SELECT *, true FROM named)
SELECT *, {_fold("value")} AS folded, {_marks("value")} AS marks
FROM both_kinds
QUALIFY row_number() OVER (PARTITION BY table_name, field ORDER BY rows DESC, value)
  <= CASE WHEN is_reference AND field = 'customer_id' THEN {_MOST_NAMES} ELSE {_MOST_VALUES} END
"""


def _block(one: str) -> str:
    """Return SQL: how two words must begin alike; there are many more customers than words."""
    return (
        f"left({one}.folded, CASE WHEN {one}.is_reference AND {one}.field = 'customer_id' "
        "THEN 3 ELSE 1 END)"
    )


_ROWS_REFERRED_TO = " UNION ALL ".join(
    f"SELECT '{table}' AS table_name, '{field}' AS field, {key} AS target, {label} AS label "
    # Letters are compared for those alone that begin alike: folding a million names takes seconds.
    f"FROM {parent} WHERE lower(left({label}, 1)) IN (SELECT lower(left(value, 1)) "
    f"FROM value_counts WHERE table_name = '{table}' AND field = '{field}')"
    + (
        f" AND lower(left({label}, 3)) IN (SELECT lower(left(value, 3)) FROM value_counts "
        f"WHERE table_name = '{table}' AND field = '{field}')"
        if parent == "customers"
        else ""
    )
    for (table, field), (parent, key) in TARGETS.items()
    for label in (key, _NAMED[parent])
)

# The best target of each value; worked out once, because rows are counted by it.
REPAIR_PAIRS_SQL = f"""
WITH known(table_name, field, word, low) AS ({" UNION ALL ".join(_known())}),
slips AS (
  SELECT v.*, k.word IS NOT NULL AS is_word FROM value_counts v
  LEFT JOIN (SELECT DISTINCT ON (table_name, field, low) * FROM known) k
    ON k.table_name = v.table_name AND k.field = v.field AND k.low = lower(v.value)
  WHERE length(v.folded) > 1
),
referred AS (SELECT DISTINCT * FROM ({_ROWS_REFERRED_TO})),
meant AS (
  SELECT table_name, field, target, label, true AS is_known, NULL AS rows, true AS is_reference
  FROM referred
  UNION ALL
  SELECT k.table_name, k.field, coalesce(arg_max(v.value, v.rows), min(k.word)), k.low, true,
         max(v.rows), false
  FROM known k LEFT JOIN value_counts v ON v.table_name = k.table_name AND v.field = k.field
    AND lower(v.value) = k.low
  GROUP BY k.table_name, k.field, k.low
  UNION ALL
  SELECT table_name, field, value, value, false, rows, false FROM value_counts
  WHERE NOT is_reference
),
told AS (SELECT *, {_fold("label")} AS folded, {_marks("label")} AS marks FROM meant),
pairs AS (
  SELECT s.table_name, s.field, s.value, s.rows, s.worth, s.is_reference, t.target, t.label,
         t.is_known, t.rows AS target_rows, s.folded = t.folded AS is_same,
         damerau_levenshtein(s.folded, t.folded) AS distance,
         damerau_levenshtein(lower(s.value), lower(t.label)) AS written_distance,
         least(length(s.folded), length(t.folded)) AS letters,
         abs(length(s.folded) - length(t.folded)) AS longer,
         contains(s.folded, t.folded) OR contains(t.folded, s.folded) AS is_part
  FROM slips s
  JOIN told t ON t.table_name = s.table_name AND t.field = s.field
    AND t.is_reference = s.is_reference AND {_block("t")} = {_block("s")}
    AND t.marks = s.marks AND abs(length(s.folded) - length(t.folded)) <= 2
  WHERE t.target <> s.value
    AND (s.folded = t.folded OR (NOT s.is_word AND NOT regexp_matches(s.folded, '\\p{{Han}}')
         AND (t.is_known OR t.rows >= {_FAR_COMMONER} * s.rows)))
    AND (t.is_known OR t.rows > s.rows OR (t.rows = s.rows AND t.target < s.value))
),
near AS (
  SELECT *, rank() OVER (PARTITION BY table_name, field, value
              ORDER BY is_same DESC, distance, is_known DESC) AS place
  FROM pairs
  WHERE is_same OR (letters >= 5 AND NOT (is_part AND longer > 1)
    AND distance <= CASE WHEN letters >= 12 OR (is_known AND letters >= 9) THEN 2 ELSE 1 END)
),
best AS (
  SELECT *, min(target) OVER one = max(target) OVER one AS is_alone
  FROM near WHERE place = 1
  WINDOW one AS (PARTITION BY table_name, field, value)
  QUALIFY row_number() OVER (PARTITION BY table_name, field, value
    ORDER BY target_rows DESC NULLS LAST, written_distance, target) = 1
)
SELECT b.*
FROM best b
ANTI JOIN best chained ON chained.table_name = b.table_name AND chained.field = b.field
  AND chained.value = b.target AND NOT b.is_reference
WHERE b.is_alone OR (b.is_same AND NOT b.is_reference)
"""

_TARGET_ROWS = " UNION ALL ".join(
    f"SELECT '{table}' AS table_name, '{field}' AS field, {field} AS target, count(*) AS rows "
    f"FROM {table} WHERE {field} IN (SELECT target FROM repair_pairs WHERE is_reference "
    f"AND table_name = '{table}' AND field = '{field}') GROUP BY ALL"
    for table, field in TARGETS
)

REPAIR_CANDIDATES_SQL = f"""
WITH referred AS ({_TARGET_ROWS})
SELECT b.table_name, b.field, b.value, CAST(b.rows AS BIGINT) AS rows, b.worth,
       CASE WHEN b.is_known AND NOT b.is_reference AND b.target_rows IS NULL
                 AND b.value = upper(left(b.value, 1)) || substr(b.value, 2)
            THEN upper(left(b.target, 1)) || substr(b.target, 2) ELSE b.target END AS target,
       CAST(coalesce(b.target_rows, r.rows, 0) AS BIGINT) AS target_rows,
       1 - b.written_distance / greatest(length(b.value), length(b.label)) AS similarity,
       CASE WHEN b.is_same THEN 'same_letters' ELSE 'misspelt' END AS kind, b.is_known
FROM repair_pairs b
LEFT JOIN referred r ON b.is_reference AND r.table_name = b.table_name AND r.field = b.field
  AND r.target = b.target
ORDER BY ALL
"""
