"""Tickets, how long they waited, and who left because a complaint waited too long."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from sample_data.columns import Bools, Floats, Ints, identifiers, instants, labels, table, taken
from sample_data.customers import customer_ids
from sample_data.history import History
from sample_data.people import People, mean_leaving_rate
from sample_data.planted import Truths, truth
from sample_data.season import Season
from sample_data.staff import Staff, employee_ids

CHANNELS = ("phone", "email", "chat", "app")
CATEGORIES = ("delivery", "product fault", "billing", "return", "question", "account")
PRIORITIES = ("low", "normal", "high")
_TICKETS_PER_DAY = 0.12 / 30.4375
_DAYS_AFTER_ORDERS = 3.0
_COMPLAINT_SHARE = 0.5
_SLOW_SHARE = 0.4
_SLA_HOURS = np.array([48.0, 24.0, 8.0])
_FOLLOW_UP_DAYS = 180


@dataclass(frozen=True)
class Tickets:
    """Tickets in the order of creation; times in days since 1970, also beyond the history."""

    customer: Ints
    created: Floats
    response_days: Floats
    resolve_days: Floats
    is_complaint: Bools
    category: Ints
    channel: Ints
    priority: Ints
    agent: Ints
    reopened: Ints
    contacts: Ints

    @property
    def responded(self) -> Floats:
        """When the first human answer came or will come."""
        return self.created + self.response_days

    @property
    def resolved(self) -> Floats:
        """When it was or will be resolved."""
        return self.responded + self.resolve_days


def first_complaints(tickets: Tickets) -> Ints:
    """Return the index of each complaining customer's first complaint."""
    return _first_of_each(tickets, tickets.is_complaint)


def _first_of_each(tickets: Tickets, chosen: Bools) -> Ints:
    """Return the index of each customer's first ticket of those chosen."""
    places = np.flatnonzero(chosen)
    _, first = np.unique(tickets.customer[places], return_index=True)
    return places[first]


def _first_harmed(tickets: Tickets, truths: Truths) -> Ints:
    """Return the index of the first complaint of each customer that was answered too late."""
    is_slow = tickets.response_days * 24 > truths.slow_response_hours
    return _first_of_each(tickets, tickets.is_complaint & is_slow)


def make_tickets(
    rng: np.random.Generator,
    people: People,
    season: Season,
    staff: Staff,
    history: History,
    truths: Truths,
) -> tuple[Tickets, Floats]:
    """Return tickets, and when each customer leaves once slow answers have done their harm.

    A busy day of orders brings tickets in the days after it.
    """
    arrived = season.effort(np.maximum(people.created, history.first))
    until = season.effort(np.minimum(people.leaves, history.stop))
    alive = np.where(people.is_original, np.maximum(until - arrived, 0.0), 0.0)
    customer = np.repeat(np.arange(people.count), rng.poisson(alive * _TICKETS_PER_DAY))
    created = season.time_at(arrived[customer] + rng.random(len(customer)) * alive[customer])
    later = created + rng.exponential(_DAYS_AFTER_ORDERS, len(customer))
    created = np.where(later < people.leaves[customer], later, created)
    created = _in_office_hours(rng, created, people.created[customer])
    order = np.argsort(created, kind="stable")
    tickets = _answered(rng, customer[order], created[order], staff, truths)
    leaves = _harmed(rng, people, tickets, truths)
    kept = tickets.created <= leaves[tickets.customer]
    kept[first_complaints(tickets)] = True
    kept &= tickets.created < history.stop
    return taken(tickets, kept), leaves


def ticket_table(tickets: Tickets, history: History, impossible: Ints, texts: Any) -> pa.Table:
    """Return the table ``tickets`` as known at the end; ``impossible`` ones have wrong times."""
    count = len(tickets.customer)
    now = float(history.stop)
    responded = np.where(tickets.responded < now, tickets.responded, np.nan)
    resolved = np.where(tickets.resolved < now, tickets.resolved, np.nan)
    closed = np.where(tickets.resolved + 1.0 < now, tickets.resolved + 1.0, np.nan)
    responded[impossible] = resolved[impossible] + 0.2
    state = np.select([~np.isnan(closed), ~np.isnan(resolved), ~np.isnan(responded)], [3, 2, 1], 0)
    return table(
        "tickets",
        count,
        ticket_id=identifiers("T", np.arange(count) + 1),
        customer_id=customer_ids(tickets.customer),
        channel=labels(CHANNELS, tickets.channel),
        category=labels(CATEGORIES, tickets.category),
        is_complaint=tickets.is_complaint,
        priority=labels(PRIORITIES, tickets.priority),
        created_at=instants(tickets.created),
        first_response_at=instants(responded),
        resolved_at=instants(resolved),
        closed_at=instants(closed),
        reopened_count=np.where(np.isnan(resolved), 0, tickets.reopened),
        contact_count=tickets.contacts,
        agent_id=employee_ids(tickets.agent),
        sla_due_at=instants(tickets.created + _SLA_HOURS[tickets.priority] / 24),
        status=labels(("open", "pending", "resolved", "closed"), state),
        body=texts,
    )


def impossible_tickets(
    rng: np.random.Generator, tickets: Tickets, history: History, truths: Truths
) -> Ints:
    """Return tickets to be given a first response after their resolution; no complaints."""
    candidates = np.flatnonzero(~tickets.is_complaint & (tickets.resolved < history.stop - 2))
    count = int(np.ceil(len(tickets.customer) * truths.impossible_ticket_share))
    return np.sort(rng.choice(candidates, min(count, len(candidates)), replace=False))


def churn_truth(
    tickets: Tickets, leaves: Floats, history: History, truths: Truths
) -> dict[str, Any]:
    """Return the planted churn driver with what came of it, by the wait of the first complaint.

    Who waited too long for a later one is watched until then.
    """
    first = first_complaints(tickets)
    start = tickets.created[first] + truths.slow_response_hours / 24
    is_slow = tickets.response_days[first] * 24 > truths.slow_response_hours
    left = leaves[tickets.customer[first]]
    until = np.minimum(history.stop, start + _FOLLOW_UP_DAYS)
    harmed = _first_harmed(tickets, truths)
    since_harm = np.full(len(leaves), np.inf)
    since_harm[tickets.customer[harmed]] = tickets.created[harmed] + truths.slow_response_hours / 24
    until = np.where(is_slow, until, np.minimum(until, since_harm[tickets.customer[first]]))
    at_risk = (start < until) & (left > start)
    exposure = np.where(at_risk, np.minimum(left, until) - start, 0.0)
    has_left = at_risk & (left < until)
    groups = {
        name: {
            "customers": int((mask & at_risk).sum()),
            "left": int((mask & has_left).sum()),
            "days_at_risk": round(float(exposure[mask].sum()), 1),
        }
        for name, mask in (("slow", is_slow), ("fast", ~is_slow))
    }
    return truth(
        "Customers who once waited longer than this for the first response to a complaint leave, "
        "from that hour on, at this multiple of the mean hazard of customers of their age. Who "
        "waits is chance.",
        {
            "response_hours": truths.slow_response_hours,
            "hazard_factor": truths.slow_hazard_factor,
            "slow_share_of_complaints": _SLOW_SHARE,
        },
        {"follow_up_days": _FOLLOW_UP_DAYS, "left_within_follow_up": groups},
        [
            "tickets: rows with is_complaint by customer, first_response_at - created_at",
            "subscriptions.ended_on (end_reason cancelled), or a last order long ago",
        ],
    )


def _answered(
    rng: np.random.Generator, customer: Ints, created: Floats, staff: Staff, truths: Truths
) -> Tickets:
    count = len(customer)
    is_complaint = rng.random(count) < _COMPLAINT_SHARE
    limit = truths.slow_response_hours
    hours = np.minimum(np.exp(rng.normal(np.log(3.0), 1.1, count)), limit * 0.9)
    slow = is_complaint & (rng.random(count) < _SLOW_SHARE)
    hours = np.where(slow, limit * rng.uniform(1.05, 2.5, count), hours)
    category = np.where(is_complaint, rng.integers(0, 4, count), rng.integers(0, 6, count))
    contacts = 1 + rng.poisson(0.6 + 0.6 * is_complaint)
    return Tickets(
        customer=customer,
        created=created,
        response_days=hours / 24,
        resolve_days=np.exp(rng.normal(np.log(9.0), 1.0, count)) / 24,
        is_complaint=is_complaint,
        category=category,
        channel=rng.choice(len(CHANNELS), count, p=[0.34, 0.18, 0.33, 0.15]),
        priority=rng.choice(3, count, p=[0.3, 0.52, 0.18]),
        agent=rng.choice(staff.agents, count),
        reopened=(rng.random(count) < 0.07).astype(np.int64),
        contacts=contacts,
    )


def _harmed(rng: np.random.Generator, people: People, tickets: Tickets, truths: Truths) -> Floats:
    """Return leaving times, sooner for those whose first slow answer drove them away.

    From that hour on they have a hazard beside their own: so many times the mean one of customers
    of that age that both together are the factor of it. A multiple of their own would leave those
    who hardly ever leave, and after a while the harmed who are still there are just these.
    """
    slow = _first_harmed(tickets, truths)
    harm = tickets.created[slow] + truths.slow_response_hours / 24
    who = tickets.customer[slow]
    more = (truths.slow_hazard_factor - 1) * mean_leaving_rate(harm - people.created[who])
    driven_away = harm + rng.exponential(1.0, len(slow)) / np.maximum(more, 1e-9)
    sooner = people.leaves.copy()
    sooner[who] = np.minimum(people.leaves[who], driven_away)
    return sooner


def _in_office_hours(rng: np.random.Generator, times: Floats, earliest: Floats) -> Floats:
    hour = np.clip(rng.normal(14.0, 3.2, len(times)), 8.0, 21.9)
    return np.asarray(np.maximum(np.floor(times) + hour / 24, earliest + 0.02))
