"""A company of contracts whose customers leave for a planted reason, or for none."""

import json
from datetime import date
from typing import Any

import numpy as np

from tests.churn_model.stage import Rows, at, days

END = date(2025, 12, 31)
HORIZON, QUARTERS, CUSTOMERS = 90, 7, 500
# What is asked: contracts only. Members as of END - 90 k; the earliest sees 90 days of history.
RULES = {"churn": {"kind": "contract"}, "churn_model": {"contract_horizon_days": HORIZON}}
START = days(END, -(QUARTERS + 1) * HORIZON)


def company(
    *,
    slow_hazard: float = 0.4,
    hazard: float = 0.08,
    seed: int = 1,
    leaks: bool = False,
    customers: int = CUSTOMERS,
) -> dict[str, Rows]:
    """Four in ten have waited too long for an answer, and leave at ``slow_hazard`` a quarter.

    Parameters
    ----------
    slow_hazard, hazard : float
        Share that leaves in a quarter, of those who waited 100 hours, and of the others.
    leaks : bool
        Attributes say today who has left, and a contact with those who leave in a quarter is
        written down with a date before it.
    """
    rng = np.random.default_rng(seed)
    tables: dict[str, Rows] = {
        name: [] for name in ("customers", "subscriptions", "orders", "tickets", "interactions")
    }
    for number in range(customers):
        _customer(f"c{number:04d}", tables, rng, (slow_hazard, hazard), leaks)
    # Every source is known to the last day, and begins before the first window.
    tables["subscriptions"].append(
        {"subscription_id": "last", "customer_id": "c0000", "started_on": END,
         "ended_on": None, "monthly_amount": 1}
    )  # fmt: skip
    tables["orders"].append({"order_id": "first", "customer_id": "c0000", "ordered_on": START})
    tables["orders"].append({"order_id": "last", "customer_id": "c0000", "ordered_on": END})
    tables["interactions"].append(
        {"interaction_id": "first", "customer_id": None, "occurred_at": at(days(START, -200))}
    )
    return tables


def _customer(
    who: str, tables: dict[str, Rows], rng: Any, hazards: tuple[float, float], leaks: bool
) -> None:
    begins = int(rng.integers(0, 80))
    is_slow = bool(rng.random() < 0.4)
    left_in = None
    for quarter in range(QUARTERS):
        if rng.random() < hazards[0 if is_slow else 1]:
            left_in = quarter
            break
    first = days(END, -QUARTERS * HORIZON)  # the day before the first quarter
    left_on = None
    if left_in is not None:
        left_on = days(first, left_in * HORIZON + int(rng.integers(1, HORIZON + 1)))
    attributes = {"plan": str(rng.choice(["a", "b"]))}
    if leaks:
        attributes["state"] = "open" if left_on is None else "closed"
    tables["customers"].append(
        {"customer_id": who, "region": str(rng.choice(["North", "South"])), "kind": "person",
         "source": "web", "attributes": json.dumps(attributes), "owner_id": "E1"}
    )  # fmt: skip
    tables["subscriptions"].append(
        {"subscription_id": who, "customer_id": who, "started_on": days(START, begins),
         "ended_on": left_on, "monthly_amount": int(rng.integers(10, 90))}
    )  # fmt: skip
    asked = at(days(START, int(rng.integers(0, 80))))
    answered = at(days(asked.date(), 4 if is_slow else 1))
    tables["tickets"].append(
        {"ticket_id": who, "customer_id": who, "created_at": asked, "is_complaint": True,
         "first_response_at": answered, "resolved_at": answered, "closed_at": answered}
    )  # fmt: skip
    tables["orders"] += [
        {"order_id": f"{who}-{n}", "customer_id": who, "amount": 10,
         "ordered_on": days(START, int(rng.integers(0, (QUARTERS + 1) * HORIZON)))}
        for n in range(3)
    ]  # fmt: skip
    if leaks and left_in is not None:
        tables["interactions"].append(
            {"interaction_id": who, "customer_id": who,
             "occurred_at": at(days(first, left_in * HORIZON - 1))}
        )  # fmt: skip
