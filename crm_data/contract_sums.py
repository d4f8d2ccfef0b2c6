"""What a change of a customer's contracts adds to each sum: standard SQL over contract_changes.

The mart ``contract_flows`` and the queries that read ``contract_changes`` themselves add up the
same expressions. A change whose amount is not known before or after is in no amount, but for
``hidden_amount`` (known before only) and ``revealed_amount`` (known after only) of who stayed.
"""

from crm_data.frames import Column, Kind

_BEFORE = "CAST(amount_before AS DOUBLE PRECISION)"
_AFTER = "CAST(amount_after AS DOUBLE PRECISION)"
_UP = "outcome = 'stayed' AND amount_after > amount_before"
_DOWN = "outcome = 'stayed' AND amount_after < amount_before"
_HIDDEN = "outcome = 'stayed' AND amount_before IS NOT NULL AND amount_after IS NULL"
_REVEALED = "outcome = 'stayed' AND amount_before IS NULL AND amount_after IS NOT NULL"


def _count(condition: str) -> tuple[Kind, str]:
    return "count", f"CASE WHEN {condition} THEN 1 ELSE 0 END"


def _money(condition: str, value: str) -> tuple[Kind, str]:
    return "money", f"CASE WHEN {condition} THEN coalesce({value}, 0) ELSE 0 END"


def _number(condition: str, value: str) -> tuple[Kind, str]:
    return "number", f"CASE WHEN {condition} THEN coalesce({value}, 0.0) ELSE 0.0 END"


_UNKNOWN = "CASE WHEN {} IS NULL THEN 1 ELSE 0 END"
_SQUARE = "coalesce({0} * {0}, 0.0)"
# Squares and products are of amounts of customers, for intervals of ratios; held_sq is the change
# of the sum of squares.
_SUMS: dict[str, tuple[Kind, str]] = {
    "new_customers": _count("outcome = 'new'"),
    "returned_customers": _count("outcome = 'returned'"),
    "lost_customers": _count("outcome = 'lost'"),
    "passed_customers": _count("outcome = 'passed'"),
    "expanded_customers": _count(_UP),
    "contracted_customers": _count(_DOWN),
    "hidden_customers": _count(_HIDDEN),
    "unvalued_customers": (
        "count",
        f"{_UNKNOWN.format('amount_after')} - {_UNKNOWN.format('amount_before')}",
    ),
    "new_amount": _money("outcome = 'new'", "amount_after"),
    "returned_amount": _money("outcome = 'returned'", "amount_after"),
    "lost_amount": _money("outcome = 'lost'", "amount_before"),
    "expansion_amount": _money(_UP, "amount_after - amount_before"),
    "contraction_amount": _money(_DOWN, "amount_before - amount_after"),
    "hidden_amount": _money(_HIDDEN, "amount_before"),
    "revealed_amount": _money(_REVEALED, "amount_after"),
    "held_sq": ("number", f"{_SQUARE.format(_AFTER)} - {_SQUARE.format(_BEFORE)}"),
    "lost_sq": _number("outcome = 'lost'", f"{_BEFORE} * {_BEFORE}"),
    "hidden_sq": _number(_HIDDEN, f"{_BEFORE} * {_BEFORE}"),
    "expansion_sq": _number(_UP, f"({_AFTER} - {_BEFORE}) * ({_AFTER} - {_BEFORE})"),
    "expansion_cross": _number(_UP, f"({_AFTER} - {_BEFORE}) * {_BEFORE}"),
    "contraction_sq": _number(_DOWN, f"({_AFTER} - {_BEFORE}) * ({_AFTER} - {_BEFORE})"),
    "contraction_cross": _number(_DOWN, f"({_BEFORE} - {_AFTER}) * {_BEFORE}"),
}
CONTRACT_SUMS: tuple[Column, ...] = tuple(Column(name, kind) for name, (kind, _) in _SUMS.items())
SUM_SQL: dict[str, str] = {name: text for name, (_, text) in _SUMS.items()}
