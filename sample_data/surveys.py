"""Surveys after tickets and twice a year, with comments in the customer's language."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from sample_data.columns import (
    Bools,
    Floats,
    Ints,
    identifiers,
    instants,
    labels,
    missing_where,
    stacked,
    table,
)
from sample_data.comments import comment_truth, make_said, written
from sample_data.customers import customer_ids
from sample_data.history import History
from sample_data.people import People
from sample_data.places import CHINA
from sample_data.planted import Truths, truth
from sample_data.service import Tickets
from sample_data.staff import Staff, employee_ids

KINDS = ("csat", "ces", "nps")
_SCALE = np.array([5.0, 7.0, 10.0])
_CHANNELS = ("email", "sms", "app")
_AFTER_TICKET_SHARE = 0.75
_CES_SHARE = 0.25
_RELATION_SHARE = 0.12
_DAYS_BETWEEN_RELATION = 91
_ANSWER_SHARE = 0.42
_COMMENT_SHARE = 0.6


@dataclass(frozen=True)
class Invitations:
    """Questions sent; ``score`` is what the customer would answer, ``answers`` whether they do."""

    customer: Ints
    kind: Ints
    ticket: Ints
    sent: Floats
    delay: Floats
    answers: Bools
    delivered: Bools
    score: Floats


def make_invitations(
    rng: np.random.Generator,
    people: People,
    leaves: Floats,
    tickets: Tickets,
    staff: Staff,
    history: History,
    truths: Truths,
) -> Invitations:
    """Return all invitations in the order in which they were sent."""
    after = _after_tickets(rng, tickets, staff, history, truths)
    relation = _relation(rng, people, leaves, tickets, history)
    everything = stacked(after, relation)
    order = np.argsort(everything.sent, kind="stable")
    return Invitations(**{name: values[order] for name, values in vars(everything).items()})


def survey_tables(
    rng: np.random.Generator, people: People, invitations: Invitations, history: History,
    truths: Truths,
) -> tuple[pa.Table, pa.Table, dict[str, Any]]:  # fmt: skip
    """Return ``survey_responses``, ``survey_invitations``, and what comments are about."""
    count = len(invitations.customer)
    responded = invitations.sent + invitations.delay
    answered = invitations.answers & invitations.delivered & (responded < history.stop)
    response = np.where(answered, np.cumsum(answered) - 1, -1)
    response_ids = identifiers("R", np.where(response < 0, -1, response + 1))
    invitation_table = table(
        "survey_invitations",
        count,
        invitation_id=identifiers("I", np.arange(count) + 1),
        customer_id=customer_ids(invitations.customer),
        kind=labels(KINDS, invitations.kind),
        sent_at=instants(invitations.sent),
        delivered_at=instants(np.where(invitations.delivered, invitations.sent + 2e-4, np.nan)),
        response_id=response_ids,
    )
    kept = np.flatnonzero(answered)
    kind, score = invitations.kind[kept], invitations.score[kept]
    customer, ticket = invitations.customer[kept], invitations.ticket[kept]
    sent, share = invitations.sent[kept], score / _SCALE[kind]
    said = make_said(rng, people.country[customer] == CHINA, share, sent, history, truths)
    is_written = rng.random(len(kept)) < _COMMENT_SHARE
    response_table = table(
        "survey_responses",
        len(kept),
        response_id=response_ids.take(pa.array(kept)),
        customer_id=customer_ids(customer),
        kind=labels(KINDS, kind),
        score=score,
        scale_max=_SCALE[kind],
        comment=missing_where(~is_written, written(rng, said)),
        sent_at=instants(sent),
        responded_at=instants(responded[kept]),
        ticket_id=identifiers("T", np.where(ticket < 0, -1, ticket + 1)),
        channel=labels(_CHANNELS, rng.integers(0, len(_CHANNELS), len(kept))),
    )
    planted = comment_truth(said, sent, is_written, history, truths)
    return response_table, invitation_table, planted


def agent_truth(
    staff: Staff, tickets: Tickets, responses: pa.Table, invitations: Invitations, truths: Truths
) -> dict[str, Any]:
    """Return the planted poor agent with the mean satisfaction of their and others' tickets."""
    is_csat = np.array(responses["kind"].to_pylist(), dtype=object) == KINDS[0]
    scores = responses["score"].to_numpy()[is_csat]
    numbers = [int(t[1:]) - 1 for t in responses["ticket_id"].to_pylist() if t is not None]
    with_ticket = np.array([t is not None for t in responses["ticket_id"].to_pylist()])
    agent = np.full(len(is_csat), -1)
    agent[with_ticket] = tickets.agent[np.array(numbers, dtype=np.int64)]
    poor = agent[is_csat] == staff.poor_agent
    realised = {
        name: {"answers": int(mask.sum()), "mean": round(float(scores[mask].mean()), 4)}
        for name, mask in (("agent", poor), ("others", ~poor))
        if mask.any()
    }
    return truth(
        "Customers are less satisfied (csat, 1 to 5) with one agent, whatever the ticket.",
        {
            "employee_id": employee_ids(np.array([staff.poor_agent]))[0].as_py(),
            "penalty_points": truths.poor_agent_penalty,
            "note": "taken off before scores are cut to 1 to 5, so means differ less",
        },
        realised | {"invitations": len(invitations.customer)},
        ["survey_responses kind csat joined to tickets.agent_id"],
    )


def _after_tickets(
    rng: np.random.Generator, tickets: Tickets, staff: Staff, history: History, truths: Truths
) -> Invitations:
    sent = tickets.resolved + 0.1
    asked = (sent < history.stop) & (rng.random(len(sent)) < _AFTER_TICKET_SHARE)
    ticket = np.flatnonzero(asked)
    count = len(ticket)
    is_ces = rng.random(count) < _CES_SHARE
    slow = tickets.response_days[ticket] * 24 > truths.slow_response_hours
    poor = tickets.agent[ticket] == staff.poor_agent
    feeling = 4.35 - 0.25 * tickets.is_complaint[ticket] - 0.6 * slow
    feeling = feeling - truths.poor_agent_penalty * poor + rng.normal(0, 0.85, count)
    csat = np.clip(np.rint(feeling), 1, 5)
    ces = np.clip(np.rint(5.4 - 1.0 * slow + rng.normal(0, 1.3, count)), 1, 7)
    return _invited(
        rng, tickets.customer[ticket], is_ces.astype(np.int64), ticket, sent[ticket],
        np.where(is_ces, ces, csat),
    )  # fmt: skip


def _relation(
    rng: np.random.Generator, people: People, leaves: Floats, tickets: Tickets, history: History
) -> Invitations:
    """Return NPS questions: each quarter a sample of customers who are still there."""
    slow_customers = np.zeros(people.count, dtype=np.bool_)
    slow_customers[tickets.customer[tickets.response_days > 2]] = True
    taste = rng.normal(8.1, 1.5, people.count) - 1.5 * slow_customers
    waves = []
    for day in range(history.first + 40, history.stop, _DAYS_BETWEEN_RELATION):
        there = people.is_original & (people.created < day) & (leaves > day)
        who = np.flatnonzero(there & (rng.random(people.count) < _RELATION_SHARE))
        score = np.clip(np.rint(taste[who] + rng.normal(0, 1.2, len(who))), 0, 10)
        sent = day + rng.uniform(0.04, 0.2, len(who))
        waves.append(_invited(rng, who, np.full(len(who), 2), np.full(len(who), -1), sent, score))
    return stacked(*waves)


def _invited(
    rng: np.random.Generator, customer: Ints, kind: Ints, ticket: Ints, sent: Floats, score: Floats
) -> Invitations:
    count = len(customer)
    return Invitations(
        customer=customer,
        kind=kind,
        ticket=ticket,
        sent=sent,
        delay=0.01 + rng.exponential(1.5, count),
        answers=rng.random(count) < _ANSWER_SHARE,
        delivered=rng.random(count) < 0.98,
        score=score.astype(np.float64),
    )
