"""The tables campaigns, campaign_costs and campaign_members, and what the experiments show."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from sample_data.campaigns import ARMS, CHANNELS, Marketing
from sample_data.columns import (
    Bools,
    Floats,
    Ints,
    days,
    identifiers,
    instants,
    joined,
    labels,
    money,
    table,
)
from sample_data.customers import customer_ids
from sample_data.demand import PAID
from sample_data.history import History
from sample_data.orders import Orders
from sample_data.planted import Truths, truth

# Yuan a customer of the company; what goes to named customers costs little but an event.
_YUAN_PER_CUSTOMER = {
    "email": 0.4, "sms": 0.4, "social": 2.5, "search": 3.0, "display": 2.0, "event": 1.5,
}  # fmt: skip
_IMPRESSIONS_PER_YUAN, _CLICK_SHARE = 18, 0.021
_MOST_DAYS = 1_000_000
_HYPOTHESES = (
    "更多老客户会再次购买 More customers will buy again",
    "赠礼能在 14 天内带来更多订单 A gift brings more orders within 14 days",
    "提醒积分能带来更多订单 A reminder of points brings more orders",
    "好客户会因专享优惠多买一次 Good customers will buy once more for an offer of their own",
    "更多新客户会首次购买 More newcomers will buy",
)


@dataclass(frozen=True)
class Outcomes:
    """What each member bought within the window: first time (NaN: nothing) and fen."""

    converted: Floats
    value: Ints


def campaign_ids(numbers: Ints) -> Any:
    """Return campaign ids of indexes; negative is missing."""
    return identifiers("M", np.where(numbers < 0, -1, numbers + 1), 3)


def make_outcomes(marketing: Marketing, orders: Orders, people: int, truths: Truths) -> Outcomes:
    """Return outcomes from the paid orders of the window, whoever is credited with them."""
    members, head = marketing.members, orders.head
    converted = np.full(len(members.customer), np.nan)
    value = np.zeros(len(members.customer), dtype=np.int64)
    counts = (head.status == PAID) & (head.customer >= 0)
    for index in np.unique(members.campaign):
        mine = members.campaign == index
        began = members.assigned[mine][0]
        inside = np.flatnonzero(
            counts & (head.time >= began) & (head.time < began + truths.campaign_window_days)
        )
        first, total = np.full(people, np.inf), np.zeros(people, dtype=np.int64)
        np.minimum.at(first, head.customer[inside], head.time[inside])
        np.add.at(total, head.customer[inside], orders.amount[inside])
        when = first[members.customer[mine]]
        converted[mine] = np.where(np.isinf(when), np.nan, when)
        value[mine] = total[members.customer[mine]]
    return Outcomes(converted, value)


def campaign_table(marketing: Marketing, budgets: Ints, history: History) -> pa.Table:
    """Return the table ``campaigns``; what still runs at the end has no last day yet."""
    campaigns = marketing.campaigns
    newcomers = len(_HYPOTHESES) - 1
    hypothesis = np.array([c.purpose if c.has_members else newcomers for c in campaigns])
    number = np.arange(len(campaigns))
    stop = np.array([float(c.stop - 1) for c in campaigns])
    year = [str(pa.scalar(c.start, pa.date32()).as_py().year) for c in campaigns]
    return table(
        "campaigns",
        len(campaigns),
        campaign_id=campaign_ids(number),
        name=pa.array([f"{c.title} {y}" for c, y in zip(campaigns, year, strict=True)]),
        channel=labels(CHANNELS, np.array([c.channel for c in campaigns])),
        started_on=days(np.array([c.start for c in campaigns])),
        ended_on=days(np.where(stop < history.stop, stop, np.nan)),
        budget=money(budgets),
        goal_metric=labels(("conversion_rate",), np.zeros(len(campaigns))),
        goal_value=money(np.full(len(campaigns), 10)),
        hypothesis=labels(_HYPOTHESES, hypothesis),
        target_segment=pa.array([c.segment for c in campaigns]),
    )


def make_budgets(rng: np.random.Generator, marketing: Marketing, customers: int) -> Ints:
    """Return the budget of each campaign in fen."""
    spread = rng.uniform(0.6, 1.4, len(marketing.campaigns))
    each = np.array([_YUAN_PER_CUSTOMER[CHANNELS[c.channel]] for c in marketing.campaigns])
    return np.asarray(np.rint(customers * each * spread) * 100, dtype=np.int64)


def cost_table(
    chance: Callable[[str], np.random.Generator],
    marketing: Marketing,
    budgets: Ints,
    history: History,
) -> pa.Table:
    """Return the table ``campaign_costs``: each day's spend, about the budget in all.

    Impressions and clicks of messages are those that members opened and clicked on that day.
    ``chance`` returns the random numbers of a part: the campaign to good customers has its own.
    """
    first, last = np.split(np.arange(len(marketing.campaigns)), [-1])
    parts = [
        _costs(chance("costs"), marketing, budgets, history, first),
        _costs(chance("targeted costs"), marketing, budgets, history, last),
    ]
    return pa.concat_tables(parts).combine_chunks()


def _costs(
    rng: np.random.Generator, marketing: Marketing, budgets: Ints, history: History, which: Ints
) -> pa.Table:
    starts = np.array([c.start for c in marketing.campaigns])
    length = np.array([c.stop - c.start for c in marketing.campaigns])
    campaign, own = np.repeat(which, length[which]), length[which]
    days_before = np.repeat(np.cumsum(own) - own, own)
    spent_on = starts[campaign] + np.arange(len(campaign)) - days_before
    known = spent_on < history.stop
    campaign, spent_on = campaign[known], spent_on[known]
    daily = (budgets / length)[campaign] * rng.gamma(8.0, 1 / 8.0, len(campaign))
    seen = rng.poisson(daily / 100 * _IMPRESSIONS_PER_YUAN)
    clicks = rng.binomial(seen, _CLICK_SHARE)
    is_message = np.array([c.has_members for c in marketing.campaigns])[campaign]
    members = marketing.members
    opened, clicked = (
        _counted(members.campaign, times, campaign, spent_on)
        for times in (members.opened, members.clicked)
    )
    return table(
        "campaign_costs",
        len(campaign),
        campaign_id=campaign_ids(campaign),
        spent_on=days(spent_on),
        amount=money(np.rint(daily).astype(np.int64)),
        impressions=np.where(is_message, opened, seen),
        clicks=np.where(is_message, clicked, clicks),
    )


def _counted(of: Ints, times: Floats, campaign: Ints, day: Ints) -> Ints:
    """Return how many ``times`` of each campaign lie on each day; NaN counts nowhere."""
    happened = ~np.isnan(times)
    key = of[happened] * _MOST_DAYS + np.floor(times[happened]).astype(np.int64)
    if not len(key):
        return np.zeros(len(campaign), dtype=np.int64)
    keys, counts = np.unique(key, return_counts=True)
    wanted = campaign * _MOST_DAYS + day
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[place] == wanted, counts[place], 0)


def member_table(
    marketing: Marketing, outcomes: Outcomes, history: History, window: int
) -> pa.Table:
    """Return the table ``campaign_members``; who bought nothing in a finished window spent 0."""
    members = marketing.members
    unfinished = members.assigned + window > history.stop

    def known(times: Floats) -> Any:
        return instants(np.where(times < history.stop, times, np.nan))

    ids = customer_ids(members.customer)
    return table(
        "campaign_members",
        len(members.customer),
        campaign_id=campaign_ids(members.campaign),
        member_id=joined(campaign_ids(members.campaign), "-", ids),
        customer_id=ids,
        arm=labels(ARMS, members.arm),
        assigned_at=instants(members.assigned),
        sent_at=known(members.sent),
        delivered_at=known(members.delivered),
        opened_at=known(members.opened),
        clicked_at=known(members.clicked),
        responded_at=known(members.clicked),
        converted_at=known(outcomes.converted),
        unsubscribed_at=known(members.unsubscribed),
        outcome_value=money(outcomes.value, missing=unfinished),
    )


def experiment_truth(
    marketing: Marketing, outcomes: Outcomes, orders: Orders, truths: Truths, purpose: int
) -> dict[str, Any]:
    """Return the planted effect of an experiment (purpose 1 with, 2 without one)."""
    index = marketing.experiment(purpose)
    members = marketing.members
    arms = {}
    for arm, name in enumerate(ARMS):
        mine = (members.campaign == index) & (members.arm == arm)
        if mine.any():
            arms[name] = {
                "members": int(mine.sum()),
                "converted": int((~np.isnan(outcomes.converted[mine])).sum()),
                "mean_value": round(float(outcomes.value[mine].mean()) / 100, 4),
            }
    mine = members.campaign == index
    has_bought = ~np.isnan(outcomes.converted[mine])
    treated = int((mine & (members.arm > 0)).sum())
    caused = (orders.head.cause == index) & (orders.head.status == PAID)
    caused_fen = int(orders.amount[caused].sum())
    lift = truths.campaign_lift if purpose == 1 else truths.null_campaign_lift
    return truth(
        "Arms were drawn by chance, once. The campaign made this share of the treated buy who "
        "would not have bought; zero means that it did nothing. In one company of twenty the 95 % "
        "interval of the difference between arms still leaves out zero: see seen_lift_conversion.",
        {
            "campaign_id": campaign_ids(np.array([index]))[0].as_py(),
            "conversion_lift": lift,
            "window_days": truths.campaign_window_days,
        },
        {
            "arms": arms,
            "caused_orders": int(caused.sum()),
            "true_lift_conversion": round(int(caused.sum()) / treated, 6) if treated else 0.0,
            "seen_lift_conversion": _difference(has_bought, members.arm[mine] > 0),
            "true_lift_value": round(caused_fen / 100 / treated, 4) if treated else 0.0,
        },
        [
            "campaign_members: converted_at and outcome_value by arm (all members, opened or not)",
            "orders: paid orders within window_days of assigned_at",
        ],
    )


def _difference(outcome: Bools, is_treated: Bools) -> dict[str, float]:
    """Return the difference of shares, treated minus control, with its 95 % interval (Wald)."""
    if is_treated.all() or not is_treated.any():
        return {}
    groups = outcome[is_treated], outcome[~is_treated]
    gap = float(groups[0].mean() - groups[1].mean())
    margin = 1.96 * float(np.sqrt(sum(g.var() / len(g) for g in groups)))
    named = {"difference": gap, "low": gap - margin, "high": gap + margin}
    return {name: round(value, 6) for name, value in named.items()}
