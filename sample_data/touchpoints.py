"""The table touchpoints: what people met on their way to a first order, or to none."""

import numpy as np
import pyarrow as pa

from sample_data.campaigns import CHANNELS as CAMPAIGN_CHANNELS
from sample_data.campaigns import Marketing, running_in
from sample_data.columns import Floats, Ints, identifiers, instants, labels, money, table
from sample_data.customers import customer_ids
from sample_data.history import History
from sample_data.marketing_tables import campaign_ids
from sample_data.people import SOURCES, People
from sample_data.season import Season

CHANNELS = ("search", "social", "email", "sms", "display", "event", "referral", "direct", "content")
_CHANNEL_OF_SOURCE = np.array([0, 1, 6, 7, 5, 8, 6])
_CHANNEL_SHARE = np.array([0.24, 0.22, 0.08, 0.04, 0.14, 0.02, 0.06, 0.12, 0.08])
_COST_FEN = np.array([450, 260, 8, 5, 90, 1500, 0, 0, 60])
_STRANGER_SHARE = np.array([0.30, 0.28, 0.08, 0.11, 0.09, 0.08, 0.06])
_MORE_TOUCHES = 1.3
_STRANGERS_PER_CUSTOMER = 0.9


def touchpoint_table(
    rng: np.random.Generator,
    people: People,
    marketing: Marketing,
    season: Season,
    history: History,
) -> pa.Table:
    """Return the table ``touchpoints`` in the order of time."""
    newcomers = np.flatnonzero((people.created >= history.first) & people.buys)
    strangers = int(len(newcomers) * _STRANGERS_PER_CUSTOMER)
    arrival = np.concatenate([people.created[newcomers], season.draw(rng, strangers)])
    source = np.concatenate(
        [people.source[newcomers], rng.choice(len(SOURCES), strangers, p=_STRANGER_SHARE)]
    )
    customer = np.concatenate([newcomers, np.full(strangers, -1)])
    touches = 1 + rng.poisson(_MORE_TOUCHES, len(arrival))
    visitor = np.repeat(np.arange(len(arrival)), touches)
    time = arrival[visitor] - rng.exponential(7.0, len(visitor)) - 0.005
    channel = _channels(rng, source[visitor])
    campaign = running_in(marketing.campaigns, CHANNELS, channel, time)
    clicks = _clicks(marketing)
    who = np.concatenate([customer[visitor], clicks[0]])
    visitor = np.concatenate([visitor, np.full(len(clicks[0]), -1)])
    time = np.concatenate([time, clicks[1]])
    channel = np.concatenate([channel, clicks[2]])
    campaign = np.concatenate([campaign, clicks[3]])
    order = np.argsort(time, kind="stable")
    order = order[(time[order] >= history.first) & (time[order] < history.stop)]
    cost = np.rint(_COST_FEN[channel] * rng.gamma(6.0, 1 / 6.0, len(channel))).astype(np.int64)
    return table(
        "touchpoints",
        len(order),
        touchpoint_id=identifiers("X", np.arange(len(order)) + 1),
        customer_id=customer_ids(who[order]),
        visitor_id=identifiers("V", visitor[order]),
        occurred_at=instants(time[order]),
        channel=labels(CHANNELS, channel[order]),
        campaign_id=campaign_ids(campaign[order]),
        cost=money(cost[order]),
    )


def _channels(rng: np.random.Generator, source: Ints) -> Ints:
    anything = rng.choice(len(CHANNELS), len(source), p=_CHANNEL_SHARE)
    return np.where(rng.random(len(source)) < 0.45, _CHANNEL_OF_SOURCE[source], anything)


def _clicks(marketing: Marketing) -> tuple[Ints, Floats, Ints, Ints]:
    """Return customer, time, channel and campaign of every click of a member."""
    members = marketing.members
    clicked = np.flatnonzero(~np.isnan(members.clicked))
    code = np.array([CHANNELS.index(CAMPAIGN_CHANNELS[c.channel]) for c in marketing.campaigns])
    campaign = members.campaign[clicked]
    return members.customer[clicked], members.clicked[clicked], code[campaign], campaign
