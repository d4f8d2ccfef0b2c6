"""Who wants to buy when: first and repeat purchases, guests, and a region in decline."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from sample_data.columns import Bools, Floats, Ints, stacked
from sample_data.history import History, day_number
from sample_data.people import People
from sample_data.places import DECLINING_REGION, REGIONS
from sample_data.planted import Truths, truth
from sample_data.season import Season, at_hour_of
from sample_data.staff import Staff

CHANNELS = ("store", "web", "app", "phone")
STORE, WEB, APP, PHONE = range(4)
STATUSES = ("paid", "cancelled", "open", "returned")
PAID, CANCELLED, OPEN, RETURNED = range(4)
_CHANNEL_SHARE = np.array([0.22, 0.30, 0.38, 0.10])
_FAVOURITE_CHANNEL_SHARE = 0.6
_GUEST_SHARE = 0.015
_GUEST_SPEND = 12_000.0
_CANCELLED_SHARE = 0.015
_ORDER_LOG_SPREAD = 0.5


@dataclass(frozen=True)
class Purchases:
    """Orders before they have lines. ``customer``, ``campaign`` and ``seller`` may be -1.

    ``cause`` is the campaign without which the order would not exist, or -1; nobody but
    ``planted.json`` knows.
    """

    customer: Ints
    time: Floats
    channel: Ints
    status: Ints
    campaign: Ints
    cause: Ints
    seller: Ints
    target: Floats

    @property
    def count(self) -> int:
        """Number of purchases."""
        return len(self.customer)


def make_purchases(
    rng: np.random.Generator,
    people: People,
    leaves: Floats,
    season: Season,
    staff: Staff,
    history: History,
    truths: Truths,
) -> Purchases:
    """Return all purchases but those that deals and campaigns cause."""
    first = _first_times(rng, people, history)
    repeat_who, repeat_times = _repeat_times(rng, people, leaves, season, history)
    newcomers = np.flatnonzero(first < history.stop)
    customer = np.concatenate([newcomers, repeat_who])
    channel = _channels(rng, people, customer)
    first_times = _at_hours(rng, first[newcomers], people.created[newcomers], channel)
    repeat_times = at_hour_of(rng, repeat_times, channel[len(first_times) :])
    repeat_times = np.maximum(repeat_times, people.created[repeat_who] + 0.02)
    time = np.concatenate([first_times, repeat_times])
    kept = _survives_decline(rng, people.region[customer], time, history, truths)
    customer, time, channel = customer[kept], time[kept], channel[kept]
    regular = Purchases(
        customer=_split_with_duplicates(rng, people, customer, time),
        time=time,
        channel=channel,
        status=_statuses(rng, time, history),
        campaign=np.full(len(time), -1),
        cause=np.full(len(time), -1),
        seller=staff.in_charge(_sellers(rng, people, staff, customer, channel), time, customer),
        target=spend(rng, people.mean_spend[customer]),
    )
    return stacked(regular, _guests(rng, len(time), season, staff, history))


def spend(rng: np.random.Generator, mean_spend: Floats) -> Floats:
    """Return what an order is meant to come to, in fen."""
    noise = rng.normal(-(_ORDER_LOG_SPREAD**2) / 2, _ORDER_LOG_SPREAD, len(mean_spend))
    return np.asarray(mean_spend * np.exp(noise))


def decline_by_month(history: History, truths: Truths) -> dict[str, float]:
    """Return the share of orders kept in the declining region, by month, where below 1."""
    steps = truths.declining_months
    share = [1 - truths.region_decline * min(k, steps) / steps for k in range(1, steps + 2)]
    months = history.months[-len(share) :]
    return {m.isoformat(): round(s, 6) for m, s in zip(months, share, strict=True)}


def region_truth(history: History, truths: Truths, monthly: dict[str, Any]) -> dict[str, Any]:
    """Return the planted decline; ``monthly`` holds realised orders by month."""
    return truth(
        "One region loses orders month by month towards the end; the others do not.",
        {
            "region": REGIONS[DECLINING_REGION],
            "decline_share": truths.region_decline,
            "kept_share_by_month": decline_by_month(history, truths),
        },
        {"orders_by_month": monthly},
        ["orders by customers.region and month, against the same months a year before"],
    )


def _first_times(rng: np.random.Generator, people: People, history: History) -> Floats:
    """Return the first order of customers who came during the history; infinite for none."""
    count = people.count
    soon = rng.uniform(5, 45, count) / 1440
    later = 0.02 + rng.exponential(4.0, count)
    delay = np.where(rng.random(count) < 0.7, soon, later)
    is_new = (people.created >= history.first) & people.buys
    return np.where(is_new, people.created + delay, np.inf)


def _at_hours(rng: np.random.Generator, first: Floats, created: Floats, channel: Ints) -> Floats:
    """Return first orders at an hour that suits the channel, where not on the day of entry."""
    at_hour = at_hour_of(rng, first, channel[: len(first)])
    return np.where(np.floor(first) > np.floor(created), at_hour, first)


def _repeat_times(
    rng: np.random.Generator, people: People, leaves: Floats, season: Season, history: History
) -> tuple[Ints, Floats]:
    arrived = season.effort(np.maximum(people.created, history.first))
    gone = season.effort(np.minimum(leaves, history.stop))
    effort = np.where(people.buys, np.maximum(gone - arrived, 0.0), 0.0)
    customer = np.repeat(np.arange(people.count), rng.poisson(people.orders_per_day * effort))
    moments = arrived[customer] + rng.random(len(customer)) * effort[customer]
    return customer, season.time_at(moments)


def _channels(rng: np.random.Generator, people: People, customer: Ints) -> Ints:
    favourite = rng.choice(len(CHANNELS), people.count, p=_CHANNEL_SHARE)
    favourite[people.source == 3] = STORE
    other = rng.choice(len(CHANNELS), len(customer), p=_CHANNEL_SHARE)
    is_favourite = rng.random(len(customer)) < _FAVOURITE_CHANNEL_SHARE
    return np.where(is_favourite, favourite[customer], other)


def _survives_decline(
    rng: np.random.Generator, region: Ints, time: Floats, history: History, truths: Truths
) -> Bools:
    kept_share = np.ones(len(time))
    for month, share in decline_by_month(history, truths).items():
        began = day_number(next(m for m in history.months if m.isoformat() == month))
        kept_share[time >= began] = share
    kept_share[region != DECLINING_REGION] = 1.0
    return np.asarray(rng.random(len(time)) < kept_share)


def _split_with_duplicates(
    rng: np.random.Generator, people: People, customer: Ints, time: Floats
) -> Ints:
    """Return who the order is booked on: half of later orders go to the duplicate."""
    duplicates = np.flatnonzero(~people.is_original)
    twin = np.full(people.count, -1)
    twin[people.original[duplicates]] = duplicates
    mine = twin[customer]
    is_later = (mine >= 0) & (time > people.created[mine] + 0.02)
    return np.where(is_later & (rng.random(len(time)) < 0.5), mine, customer)


def _statuses(rng: np.random.Generator, time: Floats, history: History) -> Ints:
    chance = rng.random(len(time))
    is_open = (time > history.stop - 6) & (chance > 0.75)
    return np.where(is_open, OPEN, np.where(chance < _CANCELLED_SHARE, CANCELLED, PAID))


def _sellers(
    rng: np.random.Generator, people: People, staff: Staff, customer: Ints, channel: Ints
) -> Ints:
    anybody = staff.seller_in(rng, people.region[customer])
    owner = people.owner[customer]
    seller = np.where((owner >= 0) & (rng.random(len(customer)) < 0.8), owner, anybody)
    return np.where((channel == STORE) | (channel == PHONE), seller, -1)


def _guests(
    rng: np.random.Generator, orders: int, season: Season, staff: Staff, history: History
) -> Purchases:
    """Return purchases in stores by nobody known."""
    count = int(orders * _GUEST_SHARE)
    channel = np.full(count, STORE)
    time = at_hour_of(rng, season.draw(rng, count), channel)
    return Purchases(
        customer=np.full(count, -1),
        time=time,
        channel=channel,
        status=_statuses(rng, time, history),
        campaign=np.full(count, -1),
        cause=np.full(count, -1),
        seller=staff.in_charge(rng.choice(staff.is_seller(), count), time, np.arange(count)),
        target=spend(rng, np.full(count, _GUEST_SPEND)),
    )
