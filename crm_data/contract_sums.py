"""What changes of customers' contracts add to each sum: standard SQL over contract_changes.

Changes of one kind are counted together first (``CELL_SQL`` by ``outcome`` and ``TURN_SQL``): then
each sum takes what it counts from few rows, where a condition a sum was asked of every change. The
mart ``contract_flows`` and the queries that read ``contract_changes`` themselves add up the same
expressions. A change whose amount is not known before or after is in no amount, but for
``hidden_amount`` (known before only) and ``revealed_amount`` (known after only) of who stayed.
"""

from crm_data.frames import Column, Kind

_BEFORE = "CAST(amount_before AS DOUBLE PRECISION)"
_AFTER = "CAST(amount_after AS DOUBLE PRECISION)"
# How the amount of who stayed turned; missing where it is the same or was never known.
TURN_SQL = """CASE WHEN outcome <> 'stayed' THEN NULL
  WHEN amount_after > amount_before THEN 'up'
  WHEN amount_after < amount_before THEN 'down'
  WHEN amount_before IS NOT NULL AND amount_after IS NULL THEN 'hidden'
  WHEN amount_before IS NULL AND amount_after IS NOT NULL THEN 'revealed' END"""
# Squares and products are of amounts of customers, for intervals of ratios.
CELL_SQL: dict[str, str] = {
    "changes": "count(*)",
    "valued_before": "count(amount_before)",
    "valued_after": "count(amount_after)",
    "before": "sum(amount_before)",
    "after": "sum(amount_after)",
    "before_sq": f"sum({_BEFORE} * {_BEFORE})",
    "after_sq": f"sum({_AFTER} * {_AFTER})",
    "change_sq": f"sum(({_AFTER} - {_BEFORE}) * ({_AFTER} - {_BEFORE}))",
    "change_cross": f"sum(({_AFTER} - {_BEFORE}) * {_BEFORE})",
}


def _sum(kind: Kind, value: str, condition: str = "") -> tuple[Kind, str]:
    """Return the sum of a value of cells, of those that meet a condition."""
    nothing = "0.0" if kind == "number" else "0"
    chosen = f"CASE WHEN {condition} THEN {value} END" if condition else value
    return kind, f"coalesce(sum({chosen}), {nothing})"


_SUMS: dict[str, tuple[Kind, str]] = {
    "new_customers": _sum("count", "changes", "outcome = 'new'"),
    "returned_customers": _sum("count", "changes", "outcome = 'returned'"),
    "lost_customers": _sum("count", "changes", "outcome = 'lost'"),
    "passed_customers": _sum("count", "changes", "outcome = 'passed'"),
    "expanded_customers": _sum("count", "changes", "turn = 'up'"),
    "contracted_customers": _sum("count", "changes", "turn = 'down'"),
    "hidden_customers": _sum("count", "changes", "turn = 'hidden'"),
    "unvalued_customers": _sum("count", "valued_before - valued_after"),
    "new_amount": _sum("money", "after", "outcome = 'new'"),
    "returned_amount": _sum("money", "after", "outcome = 'returned'"),
    "lost_amount": _sum("money", "before", "outcome = 'lost'"),
    "expansion_amount": _sum("money", "after - before", "turn = 'up'"),
    "contraction_amount": _sum("money", "before - after", "turn = 'down'"),
    "hidden_amount": _sum("money", "before", "turn = 'hidden'"),
    "revealed_amount": _sum("money", "after", "turn = 'revealed'"),
    # the change of the sum of squares
    "held_sq": _sum("number", "coalesce(after_sq, 0.0) - coalesce(before_sq, 0.0)"),
    "lost_sq": _sum("number", "before_sq", "outcome = 'lost'"),
    "hidden_sq": _sum("number", "before_sq", "turn = 'hidden'"),
    "expansion_sq": _sum("number", "change_sq", "turn = 'up'"),
    "expansion_cross": _sum("number", "change_cross", "turn = 'up'"),
    "contraction_sq": _sum("number", "change_sq", "turn = 'down'"),
    "contraction_cross": _sum("number", "-change_cross", "turn = 'down'"),
}
CONTRACT_SUMS: tuple[Column, ...] = tuple(Column(name, kind) for name, (kind, _) in _SUMS.items())
SUM_SQL: dict[str, str] = {name: text for name, (_, text) in _SUMS.items()}
