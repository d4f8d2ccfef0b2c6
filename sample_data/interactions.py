"""The table interactions: customers who called about a ticket, and sellers who followed up."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sample_data.columns import Floats, Ints, identifiers, instants, labels, missing_where, table
from sample_data.customers import customer_ids
from sample_data.history import History
from sample_data.people import People
from sample_data.phrases import FIRST_INBOUND_SUBJECT, SUBJECTS_EN, SUBJECTS_ZH
from sample_data.places import CHINA
from sample_data.service import Tickets
from sample_data.staff import Staff, employee_ids

CHANNELS = ("phone", "email", "chat", "visit", "social", "web", "store")
_OF_TICKET = np.array([0, 1, 2, 5])
_OUTBOUND_SHARE = np.array([0.42, 0.3, 0.08, 0.1, 0.06, 0.0, 0.04])
_FOLLOW_UPS_PER_YEAR = 1.6
_BODIES_ZH = ("已联系，客户满意", "客户要求下周再联系", "未接通，稍后再试")
_BODIES_EN = ("Reached, customer is happy", "Asked to call again next week", "No answer, try later")


def interaction_table(
    rng: np.random.Generator,
    people: People,
    leaves: Floats,
    tickets: Tickets,
    staff: Staff,
    history: History,
) -> pa.Table:
    """Return the table ``interactions`` in the order of time."""
    begin = np.maximum(people.created, history.first)
    until = np.minimum(leaves + 60, history.stop)
    room = np.where(people.is_original, np.maximum(until - begin, 0.0), 0.0)
    followed = np.repeat(np.arange(people.count), rng.poisson(room * _FOLLOW_UPS_PER_YEAR / 365.25))
    moment = begin[followed] + rng.random(len(followed)) * room[followed]
    hour = rng.uniform(9.0, 18.0, len(followed)) / 24
    moment = np.maximum(np.floor(moment) + hour, begin[followed] + 0.01)
    outbound_channel = rng.choice(len(CHANNELS), len(followed), p=_OUTBOUND_SHARE)
    owner = people.owner[followed]
    seller = np.where(owner < 0, staff.seller_in(rng, people.region[followed]), owner)
    seller = staff.in_charge(seller, moment, followed)
    inbound = np.where(tickets.is_complaint, 9, FIRST_INBOUND_SUBJECT + tickets.category % 4)
    customer = np.concatenate([tickets.customer, followed])
    time = np.concatenate([tickets.created, moment])
    is_outbound = np.arange(len(time)) >= len(tickets.customer)
    channel = np.concatenate([_OF_TICKET[tickets.channel], outbound_channel])
    employee = np.concatenate([tickets.agent, seller])
    subject = np.concatenate([inbound, rng.integers(0, FIRST_INBOUND_SUBJECT, len(followed))])
    order = _known_in_order(time, history)
    speaks_chinese = pa.array(people.country[customer[order]] == CHINA)
    body = rng.integers(0, len(_BODIES_ZH), len(order))
    no_body = ~is_outbound[order] | (rng.random(len(order)) < 0.5)
    return table(
        "interactions",
        len(order),
        interaction_id=identifiers("N", np.arange(len(order)) + 1),
        customer_id=customer_ids(customer[order]),
        occurred_at=instants(time[order]),
        channel=labels(CHANNELS, channel[order]),
        direction=labels(("inbound", "outbound"), is_outbound[order]),
        employee_id=employee_ids(employee[order]),
        subject=pc.if_else(
            speaks_chinese,
            labels(SUBJECTS_ZH, subject[order]),
            labels(SUBJECTS_EN, subject[order]),
        ),
        body=missing_where(
            no_body,
            pc.if_else(speaks_chinese, labels(_BODIES_ZH, body), labels(_BODIES_EN, body)),
        ),
    )


def _known_in_order(time: Floats, history: History) -> Ints:
    order = np.argsort(time, kind="stable")
    return order[time[order] < history.stop]
