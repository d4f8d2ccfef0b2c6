"""States of deals: what was known of each at the end of every day that told something of it.

Whole numbers in order of deals and days are filled forward in NumPy (decision 0017): a value is
repeated up to the next row that tells of its field.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa

from crm_data.marts.deal_moves import CLEARED, FIELDS
from crm_data.marts.deal_order import (
    Flags,
    Numbers,
    days,
    in_order,
    is_last,
    is_new,
    last_of,
    money,
)
from crm_data.marts.deal_state_words import StageWords, named
from crm_data.marts.deal_told import AT, NONE, Told

OPEN_END = 1 << 31  # the day on which the last state of a deal ends
_PART = 122_880  # rows, as the store keeps them together
_COUNTED = ("pushes", "pulls", "handovers")
# What a deal takes from its own row at its closing.
_AT_CLOSING = ("stage", "probability", "forecast_category", "outcome")


@dataclass(frozen=True)
class States:
    """States that differ from the one before, in order of deals and days.

    Attributes
    ----------
    deal, day, valid_to : array of int
        The deal's place, days since 1970; ``OPEN_END`` of the last one.
    values : dict of str to array of int
        ``FIELDS``, ``pushes``, ``pulls`` and ``handovers`` so far, and ``stage_since_on``.
    """

    deal: Numbers
    day: Numbers
    valid_to: Numbers
    values: dict[str, Numbers]

    @property
    def is_first(self) -> Flags:
        """Whether a state is the first of its deal."""
        return is_new(self.deal)


@dataclass(frozen=True)
class _Rows:
    """Rows that tell something, in order of deals, days and what comes first on a day.

    ``source`` counts deals as they were at first, then changes, then closed deals.
    """

    source: Numbers
    deal: Numbers
    day: Numbers
    closed: Numbers
    before: Numbers  # kept rows before each row, and before the end
    kept: Numbers


def states_of(told: Told, words: StageWords) -> States:
    """Return the states of deals."""
    rows = _rows(told)
    with ThreadPoolExecutor() as pool:  # NumPy lets other threads run
        filled = pool.map(lambda name: _filled(told, words, rows, name), FIELDS)
        states = dict(zip(FIELDS, filled, strict=True))
    last_on = 0 if told.last_on is None else told.last_on
    return _counted(*_ended(states, rows.deal[rows.kept], rows.day[rows.kept], told.now, last_on))


def snapshots(states: States, words: StageWords, told: Told) -> pa.Table:
    """Return states as columns of the mart. A past day reads the end of each part only.

    Open deals come first, then by the day that a state ends.
    """
    latest = int(states.day.max()) + 1 if len(states.day) else 0
    is_closed = (states.values["outcome"] != 0).astype(np.int64)
    order = in_order(is_closed, np.minimum(states.valid_to, latest), states.day)
    deal = states.deal[order]
    makers: dict[str, Callable[[], Any]] = {
        "opportunity_no": lambda: deal + 1,
        "valid_from": lambda: days(states.day[order], NONE),
        "valid_to": lambda: days(states.valid_to[order], OPEN_END),
        "amount": lambda: money(states.values["amount"][order], CLEARED),
        "probability": lambda: _share(states.values["probability"][order]),
        "expected_close_on": lambda: days(states.values["expected_close_on"][order], CLEARED),
        "stage_since_on": lambda: days(states.values["stage_since_on"][order], NONE),
        **{name: partial(np.take, states.values[name], order) for name in _COUNTED},
    }
    with ThreadPoolExecutor() as pool:
        made = dict(zip(makers, pool.map(lambda make: make(), makers.values()), strict=True))
    of_words = {
        name: states.values[name][order]
        for name in ("stage", "forecast_category", "owner_id", "outcome")
    }
    table = pa.table(made | named(words, told.pipeline[deal], of_words))
    # In parts, or one thread alone would write what is made of it.
    return pa.Table.from_batches(table.to_batches(max_chunksize=_PART), table.schema)


def _share(values: Numbers) -> pa.Array:
    return pa.array(values / 1e9, mask=values == CLEARED)


def _rows(told: Told) -> _Rows:
    known_on = told.starts["known_on"]
    is_closing = (told.now["outcome"] != 0) & ~told.has_outcome & ~told.has_appeared
    closed = np.flatnonzero(is_closing)
    if told.last_on is None:  # no day is known
        known_on, closed = known_on[:0], closed[:0]
    closed_on = np.maximum(told.now["closed_on"][closed], known_on[closed])
    moves = slice(None) if told.last_on is not None else slice(0)
    began, changed = np.arange(len(known_on)), told.deal[moves]
    deal = np.concatenate([began, changed, closed])
    day = np.concatenate([known_on, np.maximum(told.day[moves], known_on[changed]), closed_on])
    # in the order of a day: how it was at first, changes, its closing
    place = np.repeat(np.arange(3), [len(began), len(changed), len(closed)])
    order = in_order(deal, day, place)
    deal, day = deal[order], day[order]
    is_kept = is_last(deal, day)
    before = np.concatenate([[0], np.cumsum(is_kept)])
    return _Rows(order, deal, day, closed, before, np.flatnonzero(is_kept))


def _filled(told: Told, words: StageWords, rows: _Rows, name: str) -> Numbers:
    """Return the last value told of a field at the end of each day; every deal begins with one."""
    first, code = told.starts[name], told.code
    tells = told.field == AT[name]
    if name == "outcome":
        # a stage that stands for won or lost closes a deal; any other opens it again
        code = code.copy()
        staged = told.staged[(told.has_stages & ~told.has_outcome)[told.deal[told.staged]]]
        code[staged] = words.outcomes(told.pipeline[told.deal[staged]], code[staged])
        tells[staged] = code[staged] >= 0
    closes = name in _AT_CLOSING
    starts = len(first) if len(rows.source) else 0
    is_told = np.zeros(starts + len(code) + len(rows.closed), dtype=bool)
    is_told[:starts] = True
    is_told[starts : starts + len(code)] = tells
    is_told[starts + len(code) :] = closes
    source = rows.source
    at = np.flatnonzero(is_told[source]) if len(source) else np.arange(0)
    values = np.concatenate([first[:starts], code, told.now[name][rows.closed]])[source[at]]
    until = np.append(rows.before[at[1:]], rows.before[-1]) if len(at) else rows.before[:0]
    found: Numbers = np.repeat(values, until - rows.before[at])
    return found


def _ended(
    states: dict[str, Numbers], deal: Numbers, day: Numbers, now: dict[str, Numbers], last_on: int
) -> tuple[dict[str, Numbers], Numbers, Numbers]:
    """Let deals end as they are now: on the last day known, or on their own if that is later."""
    own = np.flatnonzero(is_last(deal))  # the last row of each deal
    is_late = day[own] >= last_on
    differs = is_late.copy()
    for name in FIELDS:
        differs |= states[name][own] != now[name][deal[own]]
    times = np.ones(len(deal), dtype=np.int64)
    times[own[differs & ~is_late]] = 2
    rows = np.repeat(np.arange(len(deal)), times)
    ends = (np.cumsum(times) - 1)[own[differs]]
    of_end = deal[own[differs]]
    joined = {}
    for name in FIELDS:
        joined[name] = states[name][rows]
        joined[name][ends] = now[name][of_end]
    days_ = day[rows]
    days_[ends] = np.maximum(days_[ends], last_on)
    return joined, deal[rows], days_


def _counted(values: dict[str, Numbers], deal: Numbers, day: Numbers) -> States:
    """Return states that differ from the one before, with what was counted on the way."""
    differs = np.flatnonzero(is_new(deal, *values.values()))
    values = {name: held[differs] for name, held in values.items()}
    deal, day = deal[differs], day[differs]
    is_first = is_new(deal)
    was = {name: np.roll(values[name], 1) for name in ("expected_close_on", "stage", "owner_id")}
    due, was_due = values["expected_close_on"], was["expected_close_on"]
    is_open = (values["outcome"] == 0) & ~is_first
    begins = last_of(is_first)
    counted = {
        "pushes": _so_far(is_open & (due > was_due) & (was_due != CLEARED), begins),
        "pulls": _so_far(is_open & (due < was_due) & (due != CLEARED), begins),
        "handovers": _so_far(~is_first & (values["owner_id"] != was["owner_id"]), begins),
        "stage_since_on": day[last_of(is_first | (values["stage"] != was["stage"]))],
    }
    valid_to = np.where(np.roll(is_first, -1), OPEN_END, np.roll(day, -1))
    return States(deal, day, valid_to, values | counted)


def _so_far(happened: Flags, begins: Numbers) -> Numbers:
    """Return how often it happened in a deal so far."""
    total = np.cumsum(happened)
    found: Numbers = total - (total - happened)[begins]
    return found
