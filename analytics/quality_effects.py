"""What faults do to the headline numbers: as they are, without duplicates, and at best and worst.

A range is no interval of chance: it is what the number would be if every doubtful row were read in
the way that lowers, or raises, it most (bounds without assumptions, Manski, "Partial Identification
of Probability Distributions", 2003). Where a missing amount has no bound, it is read as one of the
known amounts between the 5th and the 95th percentile.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

Sums = Callable[[str], float]


@dataclass(frozen=True)
class Merged:
    """What changes when probable duplicates of customers count as one.

    Attributes
    ----------
    customers : int
        Customer records that are another one's duplicate.
    active, buyers, repeat_buyers : int
        By how many customers with an order, with a paid one, and with two paid ones change.
    amount : float
        Net revenue of all customers in a cluster of duplicates.
    """

    customers: int
    active: int
    buyers: int
    repeat_buyers: int
    amount: float


@dataclass(frozen=True)
class _Reading:
    """One number: its value, without duplicates, and its two extreme readings."""

    metric: str
    value: float | None
    low: float | None
    high: float | None
    without: float | None = None
    touched: float = 0.0
    amount: float = 0.0
    reasons: tuple[str, ...] = ()


def effects(sums: Mapping[str, float], merged: Merged | None = None) -> pd.DataFrame:
    """Return the effect of faults on each headline number that the data can make.

    Parameters
    ----------
    sums : mapping
        ``quality_sums``: name to value; an absent name is 0.
    merged : Merged, optional
        Probable duplicates; without it nothing is said of them.

    Returns
    -------
    DataFrame
        ``metric``, ``value``, ``without_duplicates`` (missing where not known), ``low``, ``high``,
        ``touched_rows``, ``touched_share`` (of net revenue; of won value for deals; missing for
        answers), ``reasons`` (tuple of names). All of all time.
    """

    def get(name: str) -> float:
        return float(sums.get(name, 0.0))

    readings = [*_sales(get), *_customers(get, merged), *_deals(get), *_answers(get)]
    rows = [
        {
            "metric": r.metric, "value": r.value, "without_duplicates": r.without, "low": r.low,
            "high": r.high, "touched_rows": int(r.touched),
            "touched_share": _share(r, get("won_value"), get("net_amount")),
            "reasons": r.reasons,
        }
        for r in readings
        if r.value is not None
    ]  # fmt: skip
    columns = [
        "metric", "value", "without_duplicates", "low", "high", "touched_rows", "touched_share",
        "reasons",
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=columns)
    numbers = ["value", "without_duplicates", "low", "high", "touched_share"]
    return frame.astype(dict.fromkeys(numbers, "float64") | {"touched_rows": "Int64"})


def _share(reading: _Reading, won: float, net: float) -> float:
    if reading.metric in _OF_ANSWERS:
        return np.nan
    whole = won if reading.metric in _OF_DEALS else net
    return abs(reading.amount) / abs(whole) if whole else np.nan


def _sales(get: Sums) -> list[_Reading]:
    if not get("orders"):
        return []
    unvalued, unsaid = get("unvalued_orders"), get("unsaid_orders")
    low = get("net_amount") + unvalued * get("order_p05") - get("lines_below")
    high = get("net_amount") + unvalued * get("order_p95") + get("lines_above")
    orphan = get("orphan_amount")
    value_low = low + min(orphan, 0.0) - max(get("repeated_amount"), 0.0)
    value_high = high + max(orphan, 0.0) - min(get("repeated_amount"), 0.0)
    # Orders without a status count; every one of them may have been cancelled.
    low = value_low - max(get("unsaid_amount"), 0.0)
    high = value_high - min(get("unsaid_amount"), 0.0)
    # Orders that carry an amount of their own do not change with their lines.
    repeated = get("repeated_lines") if get("repeated_amount") else 0.0
    reasons = _named(
        get, "unvalued_orders", "unsaid_orders", "differing_orders", repeated_lines=repeated,
        orphan_lines=orphan,
    )  # fmt: skip
    touched = unvalued + unsaid + get("differing_orders")
    amount = get("unsaid_amount") + get("differing_amount") + get("repeated_amount")
    revenue = _Reading(
        "net_revenue", get("net_amount"), low, high, get("net_amount") - get("repeated_amount"),
        touched + repeated, amount, reasons,
    )  # fmt: skip
    orders = _Reading(
        "orders", get("orders"), get("orders") - unsaid, get("orders"), None, unsaid,
        get("unsaid_amount"), _named(get, "unsaid_orders"),
    )  # fmt: skip
    value = get("net_amount") / get("valued_orders") if get("valued_orders") else None
    left = get("orders") - unsaid
    means = [low_each / get("orders") for low_each in (value_low, value_high)]
    means += [value] if value is not None else []
    means += [(get("net_amount") - get("unsaid_amount")) / left] if left > unvalued else []
    without = get("net_amount") - get("repeated_amount")
    mean = _Reading(
        "average_order_value", value, min(means), max(means),
        without / get("valued_orders") if get("valued_orders") else None,
        touched + repeated, amount, reasons,
    )  # fmt: skip
    return [revenue, orders, mean]


def _customers(get: Sums, merged: Merged | None) -> list[_Reading]:
    buyers, repeat, single = get("buyers"), get("repeat_buyers"), get("single_buyers")
    strange, counted = get("strange_orders"), get("strange_counted")
    if not buyers:
        return []
    reasons = _named(get, "strange_counted")
    amount = get("strange_amount") + (merged.amount if merged else 0.0)
    if merged and merged.customers:
        reasons += ("duplicates",)
    touched = counted + (merged.customers if merged else 0)
    less = merged.buyers if merged else 0
    more = merged.repeat_buyers if merged else 0
    fewer, again = buyers + less, repeat + more
    active = get("active")
    without = active + (merged.active if merged else 0)
    # Orders of nobody: all of people who are known already, or each of somebody new.
    actives = _Reading(
        "active_customers", active, without, active + counted, without if merged else None,
        touched, amount, reasons,
    )  # fmt: skip
    lowest = min(repeat / (buyers + strange), again / (fewer + strange))
    highest = max(
        (repeat + min(single, strange)) / buyers,
        (again + min(single, strange, max(fewer - again, 0))) / fewer,
    )
    rate = _Reading(
        "repeat_purchase_rate", repeat / buyers, lowest, highest,
        again / fewer if merged else None, touched, amount, reasons,
    )  # fmt: skip
    known = get("net_amount") - get("strange_amount")
    each = _Reading(
        "revenue_per_customer", known / active,
        min(known / active, get("net_amount") / (active + counted)),
        max(get("net_amount"), known) / without,
        known / without if merged else None, touched, amount, reasons,
    )  # fmt: skip
    return [actives, rate, each]


def _deals(get: Sums) -> list[_Reading]:
    won, lost, unsaid = get("won"), get("lost"), get("unsaid_deals")
    if not won + lost:
        return []
    unvalued = won - get("won_valued")
    low = get("won_value") + unvalued * get("won_p05")
    high = get("won_value") + unvalued * get("won_p95") + max(get("unsaid_value"), 0.0)
    reasons = _named(get, "unsaid_deals", unvalued_deals=unvalued)
    value = _Reading(
        "won_value", get("won_value"), low, high, None, unvalued + unsaid, get("unsaid_value"),
        reasons,
    )  # fmt: skip
    rate = _Reading(
        "win_rate", won / (won + lost), won / (won + lost + unsaid),
        (won + unsaid) / (won + lost + unsaid), None, unsaid, get("unsaid_value"),
        _named(get, "unsaid_deals"),
    )  # fmt: skip
    return [value, rate]


def _answers(get: Sums) -> list[_Reading]:
    answers, satisfied, impossible = (
        get("csat_answers"), get("csat_satisfied"), get("csat_impossible"),
    )  # fmt: skip
    if not answers:
        return []
    return [
        _Reading(
            "csat", satisfied / answers, satisfied / (answers + impossible),
            (satisfied + impossible) / (answers + impossible), None, impossible, 0.0,
            _named(get, "csat_impossible"),
        )
    ]  # fmt: skip


_OF_DEALS = ("won_value", "win_rate")
_OF_ANSWERS = ("csat",)


def _named(get: Sums, *names: str, **own: float) -> tuple[str, ...]:
    """Return the names of what there is any of."""
    return (*(n for n in names if get(n)), *(n for n, value in own.items() if value))
