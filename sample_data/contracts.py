"""The table subscriptions: service plans that end when the customer leaves, or change."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sample_data.catalogue import PLANS, Catalogue
from sample_data.columns import Floats, days, identifiers, labels, money, table
from sample_data.customers import customer_ids
from sample_data.history import History
from sample_data.people import People

_SHARE_OF_PEOPLE, _SHARE_OF_COMPANIES = 0.35, 0.6
_CHANGED_SHARE = 0.16
_REASONS = ("cancelled", "upgraded", "downgraded")


def subscription_table(
    rng: np.random.Generator,
    people: People,
    leaves: Floats,
    catalogue: Catalogue,
    history: History,
) -> pa.Table:
    """Return the table ``subscriptions``.

    A plan is cancelled on the day its customer leaves. Some plans are changed once: the old one
    ends as upgraded or downgraded on the day the new one starts.
    """
    share = np.where(people.is_company, _SHARE_OF_COMPANIES, _SHARE_OF_PEOPLE)
    begins = np.maximum(people.created, history.first - 500.0) + rng.exponential(45, people.count)
    until = np.minimum(leaves, history.stop)
    has_plan = (rng.random(people.count) < share) & people.buys & (begins < until - 1)
    customer = np.flatnonzero(has_plan)
    began, left = begins[customer], leaves[customer]
    left = np.where(left < history.stop, left, np.nan)
    plan = np.where(people.is_company[customer], 2, rng.integers(0, 2, len(customer)))
    price = catalogue.list_price[catalogue.first_plan + plan]
    seats = np.where(plan == PLANS - 1, rng.geometric(0.4, len(customer)), 1)
    monthly = price * seats
    change = began + (until[customer] - began) * rng.uniform(0.2, 0.8, len(customer))
    is_changed = (rng.random(len(customer)) < _CHANGED_SHARE) & (until[customer] - began > 60)
    change = np.where(is_changed, np.floor(change), np.nan)
    is_up = rng.random(len(customer)) < 0.65
    then = np.where(is_up, monthly * 3 // 2, monthly * 2 // 3) // 100 * 100
    old_end = np.where(is_changed, change, left)
    old_reason = np.where(is_changed, np.where(is_up, 1, 2), np.where(np.isnan(left), -1, 0))
    again = np.flatnonzero(is_changed)
    new_reason = np.where(np.isnan(left[again]), -1, 0)
    started = np.concatenate([began, change[again]])
    order = np.argsort(started, kind="stable")

    def both(first: npt.NDArray[Any], second: npt.NDArray[Any]) -> npt.NDArray[Any]:
        return np.concatenate([first, second])[order]

    return table(
        "subscriptions",
        len(order),
        subscription_id=identifiers("S", np.arange(len(order)) + 1, 6),
        customer_id=customer_ids(both(customer, customer[again]).astype(np.int64)),
        product_id=identifiers(
            "P", both(plan, plan[again]).astype(np.int64) + catalogue.first_plan + 1, 4
        ),
        started_on=days(started[order]),
        ended_on=days(both(old_end, left[again])),
        end_reason=labels(_REASONS, both(old_reason, new_reason)),
        monthly_amount=money(both(monthly, then[again]).astype(np.int64)),
    )
