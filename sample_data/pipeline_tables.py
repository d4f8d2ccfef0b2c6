"""The tables opportunities, opportunity_events and quotas."""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sample_data.campaigns import Campaign, running_in
from sample_data.columns import (
    Floats,
    Ints,
    days,
    identifiers,
    instants,
    joined,
    labels,
    missing_where,
    money,
    table,
)
from sample_data.customers import customer_ids
from sample_data.handovers import Handovers
from sample_data.history import History, day_number
from sample_data.marketing_tables import campaign_ids
from sample_data.people import SOURCES
from sample_data.pipeline import LOSS_REASONS, OPEN_STAGES, STAGES, WON, Deals
from sample_data.staff import TEAMS, Staff, employee_ids

_PIPELINES = ("New business", "Existing customers")
_PROBABILITY = np.array([0.10, 0.25, 0.50, 0.75, 1.0, 0.0])
_CATEGORIES = ("pipeline", "best", "commit", "omitted")
_CATEGORY_OF_STAGE = np.array([0, 0, 1, 2, 2, 3])
_MOST_PUSHES = 3
_PUSH_DAYS = 30


@dataclass(frozen=True)
class Expectations:
    """When each deal is expected to close: first, and after each push (NaN: no push)."""

    days: Floats
    pushed: Floats

    @property
    def latest(self) -> Floats:
        """Expected closing day as known at the end."""
        place = (~np.isnan(self.days)).sum(axis=1) - 1
        return np.asarray(self.days[np.arange(len(place)), place])


def make_expectations(rng: np.random.Generator, deals: Deals, history: History) -> Expectations:
    """Return expected closing days; who is still open near the day may push it by a month."""
    until = np.where(np.isnan(deals.closed), float(history.stop), deals.closed)
    expected = np.full((deals.count, _MOST_PUSHES + 1), np.nan)
    pushed = np.full((deals.count, _MOST_PUSHES), np.nan)
    expected[:, 0] = np.floor(deals.created + rng.uniform(30, 90, deals.count))
    for push in range(_MOST_PUSHES):
        moment = expected[:, push] - rng.uniform(0.5, 5.5, deals.count)
        is_pushed = (moment < until) & (rng.random(deals.count) < 0.8)
        pushed[:, push] = np.where(is_pushed, moment, np.nan)
        expected[:, push + 1] = np.where(is_pushed, expected[:, push] + _PUSH_DAYS, np.nan)
    return Expectations(expected, pushed)


def opportunity_ids(numbers: Ints) -> Any:
    """Return opportunity ids of indexes; negative is missing."""
    return identifiers("D", np.where(numbers < 0, -1, numbers + 1), 6)


def opportunity_table(
    rng: np.random.Generator,
    deals: Deals,
    expectations: Expectations,
    campaigns: list[Campaign],
    names: Any,
    things: Any,
) -> pa.Table:
    """Return the table ``opportunities``; ``names`` of customers and ``things`` by product."""
    campaign = running_in(campaigns, SOURCES, deals.source, deals.created)
    is_open = deals.stage < OPEN_STAGES
    no_probability = is_open & (rng.random(deals.count) < 0.1)
    outcome = np.where(is_open, -1, deals.stage - OPEN_STAGES)
    no_reason = rng.random(deals.count) < 0.2
    name = joined(
        pc.take(names, pa.array(deals.customer)), " · ", pc.take(things, pa.array(deals.product))
    )
    return table(
        "opportunities",
        deals.count,
        opportunity_id=opportunity_ids(np.arange(deals.count)),
        customer_id=customer_ids(deals.customer),
        name=name,
        pipeline=labels(_PIPELINES, deals.is_renewal),
        stage=labels(STAGES, deals.stage),
        amount=money(deals.amount),
        probability=missing_where(no_probability, pa.array(_PROBABILITY[deals.stage])),
        forecast_category=labels(_CATEGORIES, _CATEGORY_OF_STAGE[deals.stage]),
        product_id=identifiers("P", deals.product + 1, 4),
        owner_id=employee_ids(deals.owner),
        source=labels(SOURCES, deals.source),
        campaign_id=campaign_ids(campaign),
        created_at=instants(deals.created),
        expected_close_on=days(expectations.latest),
        closed_at=instants(deals.closed),
        outcome=labels(("won", "lost"), outcome),
        loss_reason=labels(LOSS_REASONS, np.where(no_reason, -1, deals.loss_reason)),
    )


def event_table(
    rng: np.random.Generator, deals: Deals, expectations: Expectations, handovers: Handovers
) -> pa.Table:
    """Return the table ``opportunity_events``; the last value of a field is the deal's."""
    parts = [
        *_stage_events(deals),
        *_push_events(expectations),
        _amount_events(rng, deals),
        _owner_events(handovers),
        _first_values(deals, "expected_close_on", _iso(expectations.days[:, 0])),
        _first_values(deals, "owner_id", employee_ids(handovers.first_owner)),
        _first_values(deals, "amount", _yuan(deals.first_quantity * deals.unit_price)),
    ]
    events = pa.concat_tables(parts)
    order = pc.sort_indices(
        events,
        [("changed_at", "ascending"), ("opportunity_id", "ascending"), ("field", "ascending")],
    )
    return events.take(order)


def quota_table(rng: np.random.Generator, staff: Staff, deals: Deals, history: History) -> pa.Table:
    """Return the table ``quotas``: a quarter's target of each seller, and of each sales team.

    Who has left has none for the quarters that begin later; the team's stays as it was planned.
    """
    quarters = _quarters(history)
    sellers = staff.is_seller()
    won = deals.stage == WON
    value = np.bincount(deals.owner[won], deals.amount[won], minlength=len(staff.team))[sellers]
    # Half by what all sellers win, half by what is to be won where they sell.
    gone = np.where(np.isnan(staff.gone[sellers]), float(history.stop), staff.gone[sellers])
    typical = (value.mean() / history.days + value / (gone - history.first)) / 2 * 91.3
    level = typical * rng.uniform(0.85, 1.25, len(sellers))
    growth = np.linspace(0.9, 1.15, len(quarters))
    amount = np.maximum(np.rint(level[:, None] * growth / 1e5) * 1e5, 1e5).astype(np.int64)
    teams = np.unique(staff.team[sellers])
    team_amount = np.stack([amount[staff.team[sellers] == t].sum(axis=0) for t in teams])
    owner = np.concatenate([np.repeat(sellers, len(quarters)), np.full(team_amount.size, -1)])
    team = np.concatenate([np.full(amount.size, -1), np.repeat(teams, len(quarters))])
    starts = np.array([day_number(q) for q, _ in quarters])
    ends = np.array([day_number(q) for _, q in quarters])
    groups = len(sellers) + len(teams)
    start, end = np.tile(starts, groups), np.tile(ends, groups)
    target = np.concatenate([amount.ravel(), team_amount.ravel()])
    kept = ~(staff.gone[owner] <= start)
    return table(
        "quotas",
        int(kept.sum()),
        owner_id=employee_ids(owner[kept]),
        team=labels(TEAMS, team[kept]),
        period_start=days(start[kept]),
        period_end=days(end[kept]),
        amount=money(target[kept]),
    )


def _quarters(history: History) -> list[tuple[date, date]]:
    """Return the calendar quarters that begin within the history, half-open."""
    first = history.start.year * 4 + (history.start.month + 1) // 3
    last = history.end.year * 4 + (history.end.month - 1) // 3
    starts = [date(q // 4, q % 4 * 3 + 1, 1) for q in range(first, last + 2)]
    return list(pairwise(starts))


def _events(deals: Ints, times: Floats, field: str, old: Any, new: Any) -> pa.Table:
    return table(
        "opportunity_events",
        len(deals),
        opportunity_id=opportunity_ids(deals),
        changed_at=instants(times),
        field=labels((field,), np.zeros(len(deals))),
        old_value=old,
        new_value=new,
    )


def _first_values(deals: Deals, field: str, new: Any) -> pa.Table:
    return _events(np.arange(deals.count), deals.created, field, None, new)


def _stage_events(deals: Deals) -> list[pa.Table]:
    events = [_first_values(deals, "stage", labels(STAGES, np.zeros(deals.count)))]
    reached = (~np.isnan(deals.entered[:, :OPEN_STAGES])).sum(axis=1) - 1
    for stage in range(1, OPEN_STAGES):
        who = np.flatnonzero(~np.isnan(deals.entered[:, stage]))
        before, after = np.full(len(who), stage - 1), np.full(len(who), stage)
        events.append(_stage_change(who, deals.entered[who, stage], before, after))
    who = np.flatnonzero(deals.stage >= OPEN_STAGES)
    events.append(_stage_change(who, deals.closed[who], reached[who], deals.stage[who]))
    return events


def _stage_change(who: Ints, times: Floats, before: Ints, after: Ints) -> pa.Table:
    return _events(who, times, "stage", labels(STAGES, before), labels(STAGES, after))


def _push_events(expectations: Expectations) -> list[pa.Table]:
    events = []
    for push in range(_MOST_PUSHES):
        who = np.flatnonzero(~np.isnan(expectations.pushed[:, push]))
        old, new = (_iso(expectations.days[who, k]) for k in (push, push + 1))
        events.append(_events(who, expectations.pushed[who, push], "expected_close_on", old, new))
    return events


def _amount_events(rng: np.random.Generator, deals: Deals) -> pa.Table:
    """Return changes of quantity, made at the last move between stages or just after creation."""
    who = np.flatnonzero(deals.first_quantity != deals.quantity)
    moved = np.nanmax(deals.entered[who], axis=1) if len(who) else np.zeros(0)
    times = deals.created[who] + (moved - deals.created[who]) * rng.uniform(0.3, 0.9, len(who))
    times = np.maximum(times, deals.created[who] + 2 / 86_400)
    old, new = (
        _yuan(q[who] * deals.unit_price[who]) for q in (deals.first_quantity, deals.quantity)
    )
    return _events(who, times, "amount", old, new)


def _owner_events(handovers: Handovers) -> pa.Table:
    old, new = (employee_ids(of) for of in (handovers.before, handovers.after))
    return _events(handovers.deal, handovers.time, "owner_id", old, new)


def _yuan(fen: Ints) -> Any:
    return pc.cast(money(fen).cast(pa.decimal128(18, 2)), pa.string())


def _iso(day: Floats) -> Any:
    return pc.cast(days(day), pa.string())
