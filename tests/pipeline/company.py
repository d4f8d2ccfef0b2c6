"""Eighty deals with a history each, drawn at random, and what a plain recount says of them.

Stages of the one pipeline: 0 talk, 1 offer, 2 deal (open), 3 won, 4 lost.
"""

import random
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from tests.actions.company import fill

FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)
STAGES = ("talk", "offer", "deal", "won", "lost")
OWNERS = ("e1", "e2", None)


@dataclass(frozen=True)
class State:
    """What was known of a deal from a day on."""

    day: date
    stage: int = 0
    since: date = FIRST
    amount: float | None = None
    expected: date | None = None
    outcome: str | None = None


@dataclass(frozen=True)
class Deal:
    """A deal and its states, first to last."""

    number: int
    owner: str | None
    reason: str | None
    states: list[State] = field(default_factory=list)

    @property
    def created(self) -> date:
        return self.states[0].day

    def on(self, day: date) -> State | None:
        """The state at the end of a day; None before the deal was there."""
        known = [state for state in self.states if state.day <= day]
        return known[-1] if known else None

    def stages_by(self, day: date) -> set[int]:
        """The open stages that it had been in by the end of a day."""
        return {state.stage for state in self.states if state.day <= day and state.stage < 3}


def _deal(number: int, rng: random.Random) -> Deal:
    day = FIRST + timedelta(days=rng.randrange(330))
    amount = rng.choice((None, 100.0, 250.0, 990.0))
    expected = rng.choice((None, day + timedelta(days=45)))
    now = State(day, rng.randrange(2), day, amount, expected)
    states = [now]
    for _ in range(rng.randrange(7)):
        day += timedelta(days=rng.randrange(1, 35))
        if day > LAST:
            break
        kind = rng.choice(("stage", "stage", "amount", "date", "close", "close"))
        if now.outcome is not None:  # reopened, now and then
            if rng.random() < 0.3:
                now = replace(now, day=day, stage=rng.randrange(3), since=day, outcome=None)
                states.append(now)
            continue
        if kind == "stage":
            other = rng.choice([stage for stage in range(3) if stage != now.stage])
            now = replace(now, day=day, stage=other, since=day)
        elif kind == "close":
            outcome = rng.choice(("won", "lost"))
            now = replace(
                now, day=day, stage=STAGES.index(outcome), since=day, outcome=outcome
            )  # fmt: skip
        elif kind == "amount":
            now = replace(now, day=day, amount=(now.amount or 50.0) * rng.choice((0.5, 2.0)))
        else:
            now = replace(now, day=day, expected=day + timedelta(days=rng.randrange(90)))
        states.append(now)
    return Deal(number, rng.choice(OWNERS), rng.choice((None, "price", "timing")), states)


_rng = random.Random(11)  # noqa: S311 - draws test data
DEALS = [_deal(number, _rng) for number in range(1, 81)]


def rows() -> dict[str, list[dict[str, Any]]]:
    """Rows of the marts by table."""
    facts, states, spells = [], [], []
    for deal in DEALS:
        last = deal.states[-1]
        for one, then in zip(deal.states, [*deal.states[1:], None], strict=True):
            states.append(_state(deal, one, then))
        spells += _spells(deal)
        facts.append(_fact(deal, last))
    numbered = [row | {"spell_no": number} for number, row in enumerate(spells)]
    stages = [
        {
            "pipeline": "P", "stage_no": number, "stage": name, "position": number + 1,
            "learned_position": number + 1, "outcome": name if number > 2 else None,
            "deals": 1, "won": 0, "lost": 0,
        }
        for number, name in enumerate(STAGES)
    ]  # fmt: skip
    return {
        "deal_facts": facts, "opportunity_snapshots": states, "stage_spells": numbered,
        "pipeline_stages": stages,
    }  # fmt: skip


def fill_company(conn: sa.Connection) -> None:
    """Write the company into a warehouse."""
    fill(conn, rows())


def _fact(deal: Deal, last: State) -> dict[str, Any]:
    lost = last.outcome == "lost"
    return {
        "opportunity_no": deal.number, "opportunity_id": f"d{deal.number}", "pipeline": "P",
        "name": f"Deal {deal.number}", "customer_id": f"c{deal.number % 7}", "pushes": 0,
        "stage": STAGES[last.stage], "stage_no": last.stage, "amount": last.amount,
        "owner_id": deal.owner, "created_on": deal.created, "outcome": last.outcome,
        "closed_on": last.since if last.outcome else None, "expected_close_on": last.expected,
        "loss_reason": deal.reason if lost else None, "stage_since_on": last.since,
        "visited": sum(1 << stage for stage in deal.stages_by(LAST)), "moves_back": 0,
        "reentries": 0, "category": "A", "last_change_on": last.day,
    }  # fmt: skip


def _state(deal: Deal, one: State, then: State | None) -> dict[str, Any]:
    return {
        "opportunity_no": deal.number, "valid_from": one.day,
        "valid_to": then.day if then else None, "pipeline": "P", "stage": STAGES[one.stage],
        "stage_no": one.stage, "amount": one.amount, "expected_close_on": one.expected,
        "owner_id": deal.owner, "outcome": one.outcome, "stage_since_on": one.since, "pushes": 0,
    }  # fmt: skip


def _spells(deal: Deal) -> list[dict[str, Any]]:
    stays = [s for s in deal.states if s.day == s.since]
    found: list[dict[str, Any]] = []
    for one, then in zip(stays, [*stays[1:], None], strict=True):
        if one.outcome is not None:
            continue
        end, before = then.day if then else LAST, sum(r["stage_no"] == one.stage for r in found)
        found.append(
            {
                "opportunity_no": deal.number, "pipeline": "P", "stage_no": one.stage,
                "stage": STAGES[one.stage], "visit": before + 1, "entered_on": one.day,
                "left_on": then.day if then else None, "days": float((end - one.day).days),
                "exit": None if then is None else then.outcome or "moved",
                "outcome": deal.states[-1].outcome,
                "is_entry_known": one.day != deal.created or deal.number % 2 == 0,
            }
        )  # fmt: skip
    return found
