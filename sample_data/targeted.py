"""A campaign that was sent to good customers, with nobody left alone: its effect is planted too.

Who bought more, lately, was more likely to be written to, so that members and others are not alike:
the plain difference is far off. It has random numbers of its own and comes after everything else,
so that the rest of the company is the same with and without it.
"""

from typing import Any

import numpy as np

from sample_data.campaigns import (
    TARGETED,
    Campaign,
    Marketing,
    Members,
    bought,
    credited,
    persuaded,
    reached,
    spent_anyway,
)
from sample_data.columns import Floats, stacked
from sample_data.customers import Cards
from sample_data.demand import PAID, Purchases
from sample_data.history import History
from sample_data.marketing_tables import Outcomes, campaign_ids
from sample_data.orders import Orders
from sample_data.people import People
from sample_data.planted import Truths, truth

_AHEAD, _DAYS = 45, 14
_LOOKS_BACK = 365
_OF_NOBODY, _OF_ORDERS, _OF_RECENCY, _RECENT_DAYS = -2.7, 1.0, 1.2, 60.0


def add_targeted(
    rng: np.random.Generator,
    people: People,
    cards: Cards,
    leaves: Floats,
    marketing: Marketing,
    purchases: Purchases,
    history: History,
    truths: Truths,
) -> tuple[Marketing, Purchases, Purchases]:
    """Return marketing with the campaign, purchases with its credit, and those that it caused."""
    start = history.stop - _AHEAD
    campaign = Campaign("老友专享 For good customers", 0, start, start + _DAYS, TARGETED, "people")
    index = len(marketing.campaigns)
    may = people.is_original & cards.wants_email & (people.created < start) & ~people.is_company
    wanted = rng.random(people.count) < _chance(people, purchases, campaign.begins_at)
    customer = np.flatnonzero(may & wanted)
    never = np.full(len(customer), np.nan)
    members = Members(
        campaign=np.full(len(customer), index),
        customer=customer,
        arm=np.ones(len(customer), dtype=np.int64),
        assigned=np.full(len(customer), campaign.begins_at),
        sent=never, delivered=never, opened=never, clicked=never, unsubscribed=never,
    )  # fmt: skip
    members = reached(rng, members, leaves)
    spent = spent_anyway(people, purchases, campaign.begins_at, truths)
    who = persuaded(rng, members, leaves, spent, truths.targeted_lift)
    caused = bought(rng, members, who, people, truths)
    whole = Marketing([*marketing.campaigns, campaign], stacked(marketing.members, members))
    if not len(customer):
        return whole, purchases, caused
    return whole, credited(purchases, members, truths), caused


def targeted_truth(marketing: Marketing, outcomes: Outcomes, orders: Orders, truths: Truths) -> Any:
    """Return the planted effect of the campaign without a hold-out."""
    index = marketing.experiment(TARGETED)
    mine = marketing.members.campaign == index
    count = int(mine.sum())
    caused = (orders.head.cause == index) & (orders.head.status == PAID)
    fen = int(orders.amount[caused].sum())
    return truth(
        "Sent to customers who bought much and lately, nobody left alone: they would have bought "
        "more than others without it. It made this share of its members buy who would not have.",
        {
            "campaign_id": campaign_ids(np.array([index]))[0].as_py(),
            "conversion_lift": truths.targeted_lift,
            "window_days": truths.campaign_window_days,
        },
        {
            "members": count,
            "converted": int((~np.isnan(outcomes.converted[mine])).sum()),
            "caused_orders": int(caused.sum()),
            "true_lift_conversion": round(int(caused.sum()) / count, 6) if count else 0.0,
            "true_lift_value": round(fen / 100 / count, 4) if count else 0.0,
        },
        [
            "campaign_members against customers who are not: paid orders within window_days, after "
            "making both alike in what they had bought before"
        ],
    )


def _chance(people: People, purchases: Purchases, began: float) -> Floats:
    """Return how likely each customer is to be written to, by orders of the year before."""
    inside = (purchases.time >= began - _LOOKS_BACK) & (purchases.time < began)
    inside &= (purchases.status == PAID) & (purchases.customer >= 0)
    who = purchases.customer[inside]
    orders = np.bincount(who, minlength=people.count)
    last = np.full(people.count, -np.inf)
    np.maximum.at(last, who, purchases.time[inside])
    recency = np.exp((last - began) / _RECENT_DAYS)
    odds = _OF_NOBODY + _OF_ORDERS * np.log1p(orders) + _OF_RECENCY * recency
    return np.asarray(1 / (1 + np.exp(-odds)), dtype=np.float64)
