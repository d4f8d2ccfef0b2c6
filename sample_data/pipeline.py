"""Deals with companies: how they move through stages, one of which is slow."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from sample_data.catalogue import Catalogue
from sample_data.columns import Bools, Floats, Ints
from sample_data.demand import PAID, PHONE, Purchases
from sample_data.history import History
from sample_data.people import People
from sample_data.planted import Truths, truth

STAGES = ("qualification", "discovery", "proposal", "negotiation", "won", "lost")
OPEN_STAGES = 4
WON, LOST = 4, 5
SLOW_STAGE = STAGES.index("proposal")
LOSS_REASONS = ("price", "competitor", "no decision", "timing", "missing feature")
_LOSS_SHARE = np.array([0.30, 0.24, 0.22, 0.14, 0.10])
_DEALS_PER_COMPANY = 3.0
_DAYS_BEFORE = 270
_OPENS, _CLOSES = 8.5, 17.5
_EPOCH_WEEKDAY = 3  # 1970-01-01 was a Thursday
_MEAN_DAYS = 13.0
_DAYS_SHAPE = 2.0
_ADVANCES = np.array([0.76, 0.72, 0.68, 0.72])


@dataclass(frozen=True)
class Deals:
    """Deals in the order of creation.

    ``entered`` has a column per open stage and one for the close: when the deal came there, NaN
    where it never did or not before the end. ``first_quantity`` is what was asked for at first,
    ``owner`` who has it now, or had it when it closed.
    """

    customer: Ints
    created: Floats
    entered: Floats
    stage: Ints
    owner: Ints
    product: Ints
    quantity: Ints
    unit_price: Ints
    first_quantity: Ints
    is_renewal: Bools
    source: Ints
    loss_reason: Ints

    @property
    def count(self) -> int:
        """Number of deals."""
        return len(self.customer)

    @property
    def closed(self) -> Floats:
        """When the deal was won or lost; NaN while it is open."""
        return np.asarray(self.entered[:, OPEN_STAGES])

    @property
    def amount(self) -> Ints:
        """What the deal is worth now, in fen."""
        return self.quantity * self.unit_price


@dataclass(frozen=True)
class WonDeals:
    """Orders that won deals became: one line each, on the day of closing."""

    purchases: Purchases
    product: Ints
    quantity: Ints
    unit_price: Ints


def make_deals(
    rng: np.random.Generator,
    people: People,
    leaves: Floats,
    catalogue: Catalogue,
    history: History,
    truths: Truths,
) -> Deals:
    """Return deals with companies while these are customers.

    Deals of the months before the history are kept where they were still open when it began.
    """
    begin = np.maximum(people.created, history.first - _DAYS_BEFORE)
    room = np.maximum(np.minimum(leaves, history.stop) - begin, 0.0)
    wanted = rng.poisson(_DEALS_PER_COMPANY * room / (0.6 * history.days))
    wanted[~(people.is_company & people.is_original)] = 0
    customer = np.repeat(np.arange(people.count), wanted)
    asked = begin[customer] + rng.random(len(customer)) * room[customer]
    entered, stage = _travels(rng, asked, begin[customer] + 0.01, history, truths)
    order = np.argsort(entered[:, 0], kind="stable")
    known = (entered[:, 0] < history.stop) & ~(entered[:, OPEN_STAGES] < history.first)
    order = order[known[order]]
    customer, entered, stage = customer[order], entered[order], stage[order]
    product, quantity, unit_price = _offers(rng, catalogue, people.mean_spend[customer])
    reason = rng.choice(len(LOSS_REASONS), len(customer), p=_LOSS_SHARE)
    changed = rng.random(len(customer)) < 0.2
    first_quantity = np.where(
        changed, np.maximum(quantity + rng.integers(-3, 6, len(customer)), 1), quantity
    )
    return Deals(
        customer=customer,
        created=entered[:, 0],
        entered=entered,
        stage=stage,
        owner=people.owner[customer],
        product=product,
        quantity=quantity,
        unit_price=unit_price,
        first_quantity=first_quantity,
        is_renewal=_is_repeat(customer),
        source=people.source[customer],
        loss_reason=np.where(stage == LOST, reason, -1),
    )


def won_deals(deals: Deals) -> WonDeals:
    """Return the orders of won deals."""
    won = np.flatnonzero(deals.stage == WON)
    purchases = Purchases(
        customer=deals.customer[won],
        time=deals.closed[won],
        channel=np.full(len(won), PHONE),
        status=np.full(len(won), PAID),
        campaign=np.full(len(won), -1),
        cause=np.full(len(won), -1),
        seller=deals.owner[won],
        target=deals.amount[won].astype(np.float64),
    )
    return WonDeals(purchases, deals.product[won], deals.quantity[won], deals.unit_price[won])


def stage_truth(deals: Deals, truths: Truths) -> dict[str, Any]:
    """Return the planted slow stage with the mean days of finished stays."""
    spells = {}
    for stage in range(OPEN_STAGES):
        left = np.where(
            np.isnan(deals.entered[:, stage + 1]), deals.closed, deals.entered[:, stage + 1]
        )
        stay = left - deals.entered[:, stage]
        stay = stay[~np.isnan(stay)]
        spells[STAGES[stage]] = {"finished": len(stay), "mean_days": round(float(stay.mean()), 2)}
    return truth(
        "Deals stay in one stage a multiple of what they stay in any other.",
        {
            "stage": STAGES[SLOW_STAGE],
            "factor": truths.slow_stage_factor,
            "mean_days_elsewhere": _MEAN_DAYS,
            "advance_share": dict(zip(STAGES[:OPEN_STAGES], _ADVANCES.tolist(), strict=True)),
        },
        {"stays": spells},
        ["opportunity_events: field stage, time from one new_value to the next"],
    )


def _travels(
    rng: np.random.Generator, asked: Floats, earliest: Floats, history: History, truths: Truths
) -> tuple[Floats, Ints]:
    """Return when each deal entered each stage and was closed, and where it is at the end."""
    count = len(asked)
    mean = np.full(OPEN_STAGES, _MEAN_DAYS)
    mean[SLOW_STAGE] *= truths.slow_stage_factor
    stays = rng.gamma(_DAYS_SHAPE, mean / _DAYS_SHAPE, (count, OPEN_STAGES)) + 0.05
    advances = rng.random((count, OPEN_STAGES)) < _ADVANCES
    last = np.where(advances.all(axis=1), OPEN_STAGES - 1, np.argmin(advances, axis=1))
    leaves = asked[:, None] + np.cumsum(stays, axis=1)
    entered = np.full((count, OPEN_STAGES + 1), np.nan)
    entered[:, 0] = asked
    for stage in range(1, OPEN_STAGES):
        entered[:, stage] = np.where(last >= stage, leaves[:, stage - 1], np.nan)
    entered[:, OPEN_STAGES] = leaves[np.arange(count), last]
    entered = _office_moves(rng, entered, earliest)
    entered[entered >= history.stop] = np.nan
    final = np.where(advances.all(axis=1), WON, LOST)
    open_stage = (~np.isnan(entered[:, :OPEN_STAGES])).sum(axis=1) - 1
    return entered, np.where(np.isnan(entered[:, OPEN_STAGES]), open_stage, final)


def _office_moves(rng: np.random.Generator, entered: Floats, earliest: Floats) -> Floats:
    """Return moves on working days, each at least half an hour after the one before."""
    moves, before = entered.copy(), earliest
    for stage in range(OPEN_STAGES + 1):
        moves[:, stage] = np.maximum(in_office(rng, entered[:, stage]), before)
        before = np.where(np.isnan(moves[:, stage]), before, moves[:, stage] + 0.02)
    return moves


def in_office(rng: np.random.Generator, times: Floats) -> Floats:
    """Return an hour of work on the same day, or on Monday after a weekend; NaN stays."""
    day = np.floor(times)
    weekday = (day + _EPOCH_WEEKDAY) % 7
    day = day + np.where(weekday >= 5, 7 - weekday, 0)
    return np.asarray(day + rng.uniform(_OPENS, _CLOSES, times.shape) / 24)


def _offers(
    rng: np.random.Generator, catalogue: Catalogue, mean_spend: Floats
) -> tuple[Ints, Ints, Ints]:
    """Return product, quantity and unit price in fen: deals are larger than orders."""
    count = len(mean_spend)
    worth = mean_spend * 4 * np.exp(rng.normal(0, 0.6, count))
    quantity = 2 + rng.geometric(0.12, count)
    category = rng.choice(len(catalogue.popularity), count, p=catalogue.popularity)
    product = catalogue.nearest(category, worth / quantity)
    discount = rng.uniform(0.8, 0.95, count)
    unit_price = np.rint(catalogue.list_price[product] * discount / 100).astype(np.int64) * 100
    return product, quantity, unit_price


def _is_repeat(customer: Ints) -> Bools:
    """Return whether the customer has an earlier deal."""
    first = np.zeros(len(customer), dtype=np.bool_)
    first[np.unique(customer, return_index=True)[1]] = True
    return ~first
