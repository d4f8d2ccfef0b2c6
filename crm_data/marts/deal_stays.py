"""Stays of deals in open stages, and what the history of each deal adds up to."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from crm_data.marts.deal_moves import CLEARED
from crm_data.marts.deal_order import (
    Flags,
    Numbers,
    days,
    in_order,
    is_last,
    is_new,
    money,
    words,
)
from crm_data.marts.deal_state_words import OUTCOMES, StageWords
from crm_data.marts.deal_states import States
from crm_data.marts.deal_told import NONE, Told

_EXITS = (*OUTCOMES, "moved")
_MOVED = len(OUTCOMES)
_DAY = 86_400


@dataclass(frozen=True)
class Stays:
    """Stays in open stages by deal and moment.

    Attributes
    ----------
    deal, stage, visit : array of int
        Place of the deal, number of the stage, and which of the deal's stays in it.
    entered_at, entered_on, left_at, left_on : array of int
        Microseconds and days since 1970; ``NONE`` where there is none.
    exit, next_stage : array of int
        Place among won, lost and moved, zero of who is still there; below zero without a next one.
    is_known : array of bool
        Whether the moment of entry is known.
    """

    deal: Numbers
    stage: Numbers
    visit: Numbers
    entered_at: Numbers
    entered_on: Numbers
    left_at: Numbers
    left_on: Numbers
    exit: Numbers
    next_stage: Numbers
    is_known: Flags


def stays_of(told: Told, stages: StageWords) -> Stays:
    """Return the stays of deals in open stages, by deal and moment."""
    deal, stage, at, day, is_known = _entries(told)
    own = is_last(deal)
    moved_at, moved_on = (np.where(own, NONE, np.roll(values, -1)) for values in (at, day))
    next_no = np.where(own, CLEARED, np.roll(stage, -1))
    pipeline, outcome = told.pipeline[deal], told.now["outcome"][deal]
    stands_for = stages.outcomes(pipeline, next_no)
    closed_at, closed_on = told.now["closed_at"][deal], told.now["closed_on"][deal]
    is_later = closed_at >= at
    ends_at = np.where(is_later, closed_at, at)
    ends_on = np.where(is_later, closed_on, day)
    is_closed = own & (outcome != 0)
    found = Stays(
        deal=deal,
        stage=stage,
        visit=_visits(deal, stage),
        entered_at=at,
        entered_on=day,
        left_at=np.where(is_closed, ends_at, moved_at),
        left_on=np.where(is_closed, ends_on, moved_on),
        exit=np.where(own, outcome, np.where(stands_for > 0, stands_for, _MOVED)),
        next_stage=np.where(own | (stands_for > 0), CLEARED, next_no),
        is_known=is_known,
    )
    is_open = stages.outcomes(pipeline, stage) <= 0
    return Stays(**{name: values[is_open] for name, values in vars(found).items()})


def spells(stays: Stays, told: Told, stages: StageWords) -> pa.Table:
    """Return stays as columns of the mart, by the moment of entry."""
    last = np.iinfo(np.int64).max
    moment = np.where(stays.entered_at == NONE, last, stays.entered_at)
    by_moment = np.argsort(moment, kind="stable")
    of = {name: values[by_moment] for name, values in vars(stays).items()}
    deal, is_here = of["deal"], of["exit"] == 0
    at = stages.at(told.pipeline[deal], of["stage"])
    edge = of["entered_at"] if told.last_at is None else np.maximum(told.last_at, of["entered_at"])
    seconds = (np.where(is_here, edge, of["left_at"]) - of["entered_at"]) / 1e6
    left_on = np.where(is_here, NONE, of["left_on"])
    return pa.table(
        {
            "spell_no": np.arange(1, len(deal) + 1),
            "opportunity_no": deal + 1,
            "pipeline": words(stages.pipelines, told.pipeline[deal]),
            "stage": words(stages.names, at),
            "stage_no": pa.array(of["stage"], mask=of["stage"] == CLEARED),
            "visit": of["visit"],
            "entered_on": days(of["entered_on"], NONE),
            "left_on": days(left_on, NONE),
            "days": pa.array(seconds / _DAY, mask=of["entered_at"] == NONE),
            "exit": words(_EXITS, of["exit"]),
            "next_stage_no": pa.array(of["next_stage"], mask=of["next_stage"] == CLEARED),
            "amount": money(told.now["amount"][deal], CLEARED),
            "owner_id": words(stages.held, told.now["owner_id"][deal]),
            "outcome": words(OUTCOMES, told.now["outcome"][deal]),
            "is_entry_known": of["is_known"],
        }
    )


def sums(stays: Stays, states: States, told: Told, stages: StageWords) -> pa.Table:
    """Return one row per deal with a state: what its states and stays add up to."""
    first, last = np.flatnonzero(states.is_first), np.flatnonzero(is_last(states.deal))
    values, deals = states.values, len(told.pipeline)
    own = states.deal[first]
    visited, is_known = np.zeros(deals, dtype=np.int64), np.zeros(deals, dtype=bool)
    bits = np.where(stays.stage != CLEARED, 1 << np.maximum(stays.stage, 0), 0)
    begins = np.flatnonzero(is_new(stays.deal))
    if len(begins):
        visited[stays.deal[begins]] = np.bitwise_or.reduceat(bits, begins)
    is_known[stays.deal[stays.is_known]] = True
    pipeline = told.pipeline[stays.deal]
    position, ahead = (
        stages.position[stages.at(pipeline, stage)] for stage in (stays.stage, stays.next_stage)
    )
    goes_back = (ahead < position) & (ahead > 0)
    counts = {
        "moves": stays.exit == _MOVED, "moves_back": goes_back, "reentries": stays.visit > 1,
    }  # fmt: skip
    return pa.table(
        {
            "opportunity_no": own + 1,
            "stage_no": pa.array(told.now["stage"][own], mask=told.now["stage"][own] < 0),
            "visited": visited[own],
            "has_history": is_known[own],
            "first_expected_on": days(
                _first_held(states, "expected_close_on", deals)[own], CLEARED
            ),
            "first_amount": money(_first_held(states, "amount", deals)[own], CLEARED),
            "first_owner_id": words(stages.held, _first_held(states, "owner_id", deals)[own]),
            "last_change_on": days(states.day[last], NONE),
            "stage_since_on": days(values["stage_since_on"][last], NONE),
            **{name: values[name][last] for name in ("pushes", "pulls", "handovers")},
            **{
                name: np.bincount(stays.deal[which], minlength=deals)[own]
                for name, which in counts.items()
            },
        }
    )


def _entries(told: Told) -> tuple[Numbers, Numbers, Numbers, Numbers, Flags]:
    """Return deal, stage, moment, day of every entry of another stage, and if that is known."""
    rows, known_at = told.staged, told.starts["known_at"]
    # the stage before the first change: since when is not known
    before = np.flatnonzero((told.first_stage == NONE) | (told.first_stage > known_at))
    known_on = np.where(known_at == NONE, NONE, told.starts["known_on"])
    deal = np.concatenate([before, told.deal[rows]])
    order = in_order(deal)
    deal, stage, at, day = (
        np.concatenate([of_start, of_move])[order]
        for of_start, of_move in (
            (before, told.deal[rows]),
            (told.starts["stage"][before], told.code[rows]),
            (known_at[before], told.at[rows]),
            (known_on[before], told.day[rows]),
        )
    )
    kept = np.flatnonzero(is_new(deal, stage))
    return deal[kept], stage[kept], at[kept], day[kept], (order >= len(before))[kept]


def _visits(deal: Numbers, stage: Numbers) -> Numbers:
    """Return which of the deal's stays in a stage each is."""
    narrow = np.maximum(stage, -1)
    order = in_order(deal, narrow)
    begins = np.flatnonzero(is_new(deal[order], narrow[order]))
    lengths = np.diff(np.append(begins, len(deal)))
    found = np.empty(len(deal), dtype=np.int64)
    found[order] = np.arange(len(deal)) - np.repeat(begins, lengths) + 1
    return found


def _first_held(states: States, name: str, deals: int) -> Numbers:
    """Return the first value of each deal that is not missing."""
    found = np.full(deals, CLEARED)
    rows = np.flatnonzero(states.values[name] != CLEARED)[::-1]
    found[states.deal[rows]] = states.values[name][rows]  # the last one written is the first
    return found
