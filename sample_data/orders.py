"""Orders with their lines, returns included; sums of lines are the amounts of orders."""

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from sample_data.catalogue import Catalogue
from sample_data.columns import (
    Ints,
    days,
    identifiers,
    instants,
    labels,
    money,
    stacked,
    table,
    taken,
)
from sample_data.customers import customer_ids
from sample_data.demand import CHANNELS, PAID, RETURNED, STATUSES, Purchases
from sample_data.exchange import Rates
from sample_data.history import History
from sample_data.people import People
from sample_data.pipeline import WonDeals
from sample_data.places import CURRENCIES
from sample_data.staff import employee_ids

_MORE_LINES = 1.15
_MOST_LINES = 9
_FAVOURITE_SHARE = 0.55
_DISCOUNTS = np.array([1.0, 0.95, 0.9, 0.8])
_DISCOUNT_SHARE = np.array([0.62, 0.18, 0.13, 0.07])
_RETURNED_SHARE = 0.045
_LONGEST_RETURN = 22


@dataclass(frozen=True)
class Lines:
    """Order lines, contiguous by order; prices in fen, quantities whole."""

    order: Ints
    number: Ints
    product: Ints
    quantity: Ints
    unit_price: Ints
    unit_cost: Ints

    def total(self, prices: Ints, orders: int) -> Ints:
        """Return the sum of ``prices * quantity`` by order."""
        sums = np.zeros(orders, dtype=np.int64)
        np.add.at(sums, self.order, prices * self.quantity)
        return sums


@dataclass(frozen=True)
class Orders:
    """Orders and their lines, in the order of time. Amounts in fen."""

    head: Purchases
    lines: Lines
    amount: Ints
    cost: Ints


def make_orders(
    rng: np.random.Generator,
    people: People,
    catalogue: Catalogue,
    purchases: Purchases,
    deals: WonDeals,
    history: History,
) -> Orders:
    """Return orders of purchases and of won deals, and the returns of some."""
    is_basket = np.arange(purchases.count + deals.purchases.count) < purchases.count
    head = stacked(purchases, deals.purchases)
    lines = stacked(
        _baskets(rng, people, catalogue, purchases), _invoices(catalogue, deals, purchases.count)
    )
    may_return = is_basket & (head.status == PAID) & (head.time < history.stop - _LONGEST_RETURN)
    returned = np.flatnonzero(may_return & (rng.random(head.count) < _RETURNED_SHARE))
    lines = stacked(lines, _returned_lines(lines, returned, head.count))
    head = stacked(head, _returns(rng, head, returned))
    return _sorted_by_time(head, lines)


def with_more(
    rng: np.random.Generator,
    people: People,
    catalogue: Catalogue,
    orders: Orders,
    purchases: Purchases,
) -> Orders:
    """Return orders with those of more purchases; the others stay what they were."""
    if not purchases.count:
        return orders
    lines = _baskets(rng, people, catalogue, purchases)
    lines = replace(lines, order=lines.order + orders.head.count)
    return _sorted_by_time(stacked(orders.head, purchases), stacked(orders.lines, lines))


def order_tables(
    orders: Orders, people: People, campaign_ids: pa.Array, rates: Rates
) -> tuple[pa.Table, pa.Table]:
    """Return the tables ``orders`` and ``order_lines``."""
    head, lines = orders.head, orders.lines
    order_ids = identifiers("O", np.arange(head.count) + 1)
    country = np.where(head.customer < 0, 0, people.country[head.customer])
    order_table = table(
        "orders",
        head.count,
        order_id=order_ids,
        customer_id=customer_ids(head.customer),
        ordered_at=instants(head.time),
        ordered_on=days(head.time),
        channel=labels(CHANNELS, head.channel),
        status=labels(STATUSES, head.status),
        campaign_id=labels(campaign_ids.to_pylist(), head.campaign),
        owner_id=employee_ids(head.seller),
        currency=labels(CURRENCIES, country),
        amount=money(orders.amount),
        amount_original=money(rates.to_original(orders.amount, country, head.time)),
        cost=money(orders.cost),
    )
    line_table = table(
        "order_lines",
        len(lines.order),
        order_id=order_ids.take(pa.array(lines.order)),
        line_no=lines.number,
        product_id=identifiers("P", lines.product + 1, 4),
        quantity=lines.quantity.astype(np.float64),
        unit_price=money(lines.unit_price),
        amount=money(lines.unit_price * lines.quantity),
        cost=money(lines.unit_cost * lines.quantity),
    )
    return order_table, line_table


def _baskets(
    rng: np.random.Generator, people: People, catalogue: Catalogue, purchases: Purchases
) -> Lines:
    size = np.minimum(1 + rng.poisson(_MORE_LINES, purchases.count), _MOST_LINES)
    order = np.repeat(np.arange(purchases.count), size)
    number = _numbered(order, size)
    customer = purchases.customer[order]
    category = rng.choice(len(catalogue.popularity), len(order), p=catalogue.popularity)
    is_favourite = (rng.random(len(order)) < _FAVOURITE_SHARE) & (customer >= 0)
    category = np.where(is_favourite, people.favourite[customer], category)
    is_company = people.is_company[customer] & (customer >= 0)
    many = rng.geometric(np.where(is_company, 0.28, 0.8))
    wanted = purchases.target[order] / size[order] * np.exp(rng.normal(0, 0.35, len(order)))
    product = catalogue.nearest(category, wanted / many)
    discount = _DISCOUNTS[rng.choice(4, purchases.count, p=_DISCOUNT_SHARE)][order]
    unit_price = np.rint(catalogue.list_price[product] * discount / 10).astype(np.int64) * 10
    return Lines(order, number, product, many, unit_price, catalogue.unit_cost[product])


def _numbered(order: Ints, size: Ints) -> Ints:
    """Return 1, 2, 3 … within each order."""
    first = np.cumsum(size) - size
    return np.arange(len(order)) - first[order] + 1


def _invoices(catalogue: Catalogue, deals: WonDeals, first: int) -> Lines:
    count = deals.purchases.count
    return Lines(
        order=first + np.arange(count),
        number=np.ones(count, dtype=np.int64),
        product=deals.product,
        quantity=deals.quantity,
        unit_price=deals.unit_price,
        unit_cost=catalogue.unit_cost[deals.product],
    )


def _returns(rng: np.random.Generator, head: Purchases, returned: Ints) -> Purchases:
    again = taken(head, returned)
    later = np.floor(rng.uniform(2, _LONGEST_RETURN - 1, len(returned)))
    return replace(again, time=again.time + later, status=np.full(len(returned), RETURNED))


def _returned_lines(lines: Lines, returned: Ints, orders: int) -> Lines:
    """Return the lines of returned orders as new orders, quantities negative."""
    place = np.full(orders, -1)
    place[returned] = np.arange(len(returned))
    back = np.flatnonzero(place[lines.order] >= 0)
    return Lines(
        order=orders + place[lines.order[back]],
        number=lines.number[back],
        product=lines.product[back],
        quantity=-lines.quantity[back],
        unit_price=lines.unit_price[back],
        unit_cost=lines.unit_cost[back],
    )


def _sorted_by_time(head: Purchases, lines: Lines) -> Orders:
    order = np.argsort(head.time, kind="stable")
    place = np.empty(head.count, dtype=np.int64)
    place[order] = np.arange(head.count)
    moved = place[lines.order]
    by_order = np.lexsort((lines.number, moved))
    values = {n: v[by_order] for n, v in vars(lines).items()} | {"order": moved[by_order]}
    lines = Lines(**values)
    return Orders(
        head=taken(head, order),
        lines=lines,
        amount=lines.total(lines.unit_price, head.count),
        cost=lines.total(lines.unit_cost, head.count),
    )
