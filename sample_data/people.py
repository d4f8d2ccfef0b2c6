"""Who the customers are before anything happens: where they live, what they spend, how often.

Each buys at a rate of their own while they stay, and leaves at a rate of their own (Schmittlein,
Morrison and Colombo 1987): rates are gamma distributed over customers, spend is log-normal.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from sample_data.catalogue import CATEGORIES
from sample_data.columns import Bools, Floats, Ints
from sample_data.history import History
from sample_data.places import COUNTRY_OF_CITY, REGION_OF_CITY, draw_cities
from sample_data.planted import Truths, truth
from sample_data.season import Season
from sample_data.staff import Staff

SOURCES = ("search", "social", "referral", "store", "event", "content", "partner")
KINDS = ("person", "company")
_SOURCE_SHARE = np.array([0.26, 0.22, 0.15, 0.15, 0.08, 0.08, 0.06])
_SOURCE_RATE = np.array([1.0, 0.8, 1.35, 1.05, 1.0, 1.0, 0.9])
_DAYS_PER_MONTH = 30.4375
_ESTABLISHED_SHARE = 0.35
_ESTABLISHED_DAYS = 900
_COMPANY_SHARE = 0.22
_NEVER_BUYS_SHARE = 0.07
_RATE_SHAPE = 1.1
_RATE_PER_MONTH = np.array([0.34, 0.46])
_LEAVING_SHAPE = 1.4
_LEAVING_PER_MONTH = 0.04
_SPEND_LOG_MEAN = np.log(np.array([26_000.0, 95_000.0]))
_SPEND_LOG_SPREAD = 0.55


@dataclass(frozen=True)
class People:
    """Customers by index, in the order in which they were entered.

    ``original`` is the index of the customer whom a duplicate repeats, or -1. ``leaves`` is when
    the customer would leave if nothing happened to them; times are days since 1970.
    """

    created: Floats
    original: Ints
    is_company: Bools
    is_female: Bools
    city: Ints
    source: Ints
    owner: Ints
    favourite: Ints
    orders_per_day: Floats
    mean_spend: Floats
    leaves: Floats
    buys: Bools

    @property
    def count(self) -> int:
        """Number of customers, duplicates included."""
        return len(self.created)

    @property
    def is_original(self) -> Bools:
        """Whether the customer is not a duplicate."""
        return self.original < 0

    @property
    def region(self) -> Ints:
        """Index of the region."""
        return REGION_OF_CITY[self.city]

    @property
    def country(self) -> Ints:
        """Index of the country."""
        return COUNTRY_OF_CITY[self.city]


def group_truth(people: People) -> dict[str, Any]:
    """Return the planted groups of customers: who orders more often, and who spends more."""
    seen = people.is_original & people.buys
    return truth(
        "Companies order more often than persons and spend more an order; whoever came by referral "
        "orders more often, whoever came by social media less.",
        {
            "orders_per_month_by_kind": dict(zip(KINDS, _RATE_PER_MONTH.tolist(), strict=True)),
            "median_order_amount_by_kind": dict(
                zip(KINDS, np.round(np.exp(_SPEND_LOG_MEAN) / 100, 2).tolist(), strict=True)
            ),
            "rate_factor_by_source": dict(zip(SOURCES, _SOURCE_RATE.tolist(), strict=True)),
        },
        {
            "buyers_by_kind": {
                kind: int((seen & (people.is_company == bool(place))).sum())
                for place, kind in enumerate(KINDS)
            },
            "buyers_by_source": {
                source: int((seen & (people.source == place)).sum())
                for place, source in enumerate(SOURCES)
            },
        },
        ["customers.kind and customers.source, against orders a month and amount of paid orders"],
    )


def make_people(
    rng: np.random.Generator,
    customers: int,
    history: History,
    season: Season,
    staff: Staff,
    truths: Truths,
) -> People:
    """Return ``customers`` customers, some of whom are duplicates of others."""
    repeats = round(customers * truths.duplicate_share)
    originals = customers - repeats
    created = np.concatenate(
        [
            _created(rng, originals, history, season),
            np.zeros(repeats),
        ]
    )
    original = np.full(customers, -1)
    original[originals:] = _repeated(rng, created[:originals], repeats, history)
    source = original[originals:]
    room = history.stop - 1.0 - created[source]
    created[originals:] = created[source] + room * rng.uniform(0.1, 0.7, repeats)
    order = np.argsort(created, kind="stable")
    place = np.empty(customers, dtype=np.int64)
    place[order] = np.arange(customers)
    original = np.where(original[order] < 0, -1, place[original[order]])
    return _with_traits(rng, created[order], original, history, staff)


def _created(rng: np.random.Generator, count: int, history: History, season: Season) -> Floats:
    """Return when customers were entered: some before the history, the others with the season."""
    before = int(count * _ESTABLISHED_SHARE)
    established = history.first - _ESTABLISHED_DAYS * rng.random(before) ** 1.3
    times = np.concatenate([established, season.draw(rng, count - before)])
    return np.asarray(np.floor(times) + rng.uniform(8.0, 20.0, count) / 24)


def _repeated(rng: np.random.Generator, created: Floats, count: int, history: History) -> Ints:
    """Return who is entered twice: anybody who was a customer a quarter before the end."""
    candidates = np.flatnonzero(created < history.stop - 90)
    return rng.choice(candidates, count, replace=False)


def _with_traits(
    rng: np.random.Generator, created: Floats, original: Ints, history: History, staff: Staff
) -> People:
    count = len(created)
    is_company = rng.random(count) < _COMPANY_SHARE
    city = draw_cities(rng, count)
    owner = staff.seller_in(rng, REGION_OF_CITY[city])
    owner[~is_company & (rng.random(count) < 0.3)] = -1
    source = rng.choice(len(SOURCES), count, p=_SOURCE_SHARE)
    kind = is_company.astype(np.int64)
    month_rate = _RATE_PER_MONTH[kind] * _SOURCE_RATE[source]
    rate = rng.gamma(_RATE_SHAPE, month_rate / _RATE_SHAPE) / _DAYS_PER_MONTH
    spend = rng.normal(_SPEND_LOG_MEAN[kind], _SPEND_LOG_SPREAD)
    people = People(
        created=created,
        original=original,
        is_company=is_company,
        is_female=rng.random(count) < 0.52,
        city=city,
        source=source,
        owner=owner,
        favourite=rng.integers(0, len(CATEGORIES), count),
        orders_per_day=rate,
        mean_spend=np.exp(spend),
        leaves=_leaves(rng, created, history),
        buys=rng.random(count) >= _NEVER_BUYS_SHARE,
    )
    return _duplicates_resemble(people)


def mean_leaving_rate(age: Floats) -> Floats:
    """Return how many a day leave of customers who are there after ``age`` days, by themselves.

    The restless go first: of a Gamma(s, b) rate the mean after t is s / (b + t).
    """
    b = _LEAVING_SHAPE / _LEAVING_PER_MONTH * _DAYS_PER_MONTH
    return np.asarray(_LEAVING_SHAPE / (b + np.maximum(age, 0.0)))


def _leaves(rng: np.random.Generator, created: Floats, history: History) -> Floats:
    """Return when customers leave.

    Who was there before the history began has not left by then: given survival to age t, a
    Gamma(s, b) leaving rate is Gamma(s, b + t).
    """
    age = np.maximum(history.first - created, 0.0)
    b = _LEAVING_SHAPE / _LEAVING_PER_MONTH * _DAYS_PER_MONTH
    rate = rng.gamma(_LEAVING_SHAPE, 1 / (b + age))
    stays = rng.exponential(1 / np.maximum(rate, 1e-9))
    return np.asarray(np.minimum(np.maximum(created, history.first) + stays, history.stop + 1e5))


def _duplicates_resemble(people: People) -> People:
    """Return people whose duplicates have the traits of their originals."""
    like = np.where(people.is_original, np.arange(people.count), people.original)
    return People(
        created=people.created,
        original=people.original,
        is_company=people.is_company[like],
        is_female=people.is_female[like],
        city=people.city[like],
        source=people.source[like],
        owner=people.owner[like],
        favourite=people.favourite[like],
        orders_per_day=people.orders_per_day,
        mean_spend=people.mean_spend[like],
        leaves=people.leaves[like],
        buys=people.buys & people.is_original,
    )
