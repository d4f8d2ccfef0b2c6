"""A company with three channels: two whose spend returns something, one spent the same always.

Search is spent unevenly over 110 weeks and returns 60 (1 − exp(−x / 20)) of margin on Mondays,
display 0.2 of each unit; both with noise. Social spends 10 every week.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from crm_data.score_store import ScoreStore
from scoring import budget

FIRST, WEEKS = date(2023, 1, 2), 110
END = FIRST + timedelta(weeks=WEEKS, days=2)  # in a week that is not over


def tables() -> dict[str, list[dict[str, Any]]]:
    rng = np.random.default_rng(9)
    spend = {
        "search": rng.gamma(2.0, 12.0, WEEKS), "display": rng.gamma(2.0, 30.0, WEEKS),
        "social": np.full(WEEKS, 10.0),
    }  # fmt: skip
    margin = {
        "search": 60 * (1 - np.exp(-spend["search"] / 20)) + rng.normal(10, 2, WEEKS),
        "display": 0.2 * spend["display"] + rng.normal(10, 1, WEEKS),
        "social": rng.normal(10, 1, WEEKS),
    }
    costs, orders = [], []
    for name in spend:
        for week in range(WEEKS):
            day = FIRST + timedelta(weeks=week)
            costs.append({"campaign_id": name, "spent_on": day + timedelta(days=3),
                          "amount": _money(spend[name][week])})  # fmt: skip
            orders.append({
                "order_id": f"{name}{week}", "customer_id": "c", "ordered_on": day,
                "status": "paid", "campaign_id": name, "cost": Decimal(5),
                "amount": _money(margin[name][week] + 5),
            })  # fmt: skip
    unfinished = {"campaign_id": "search", "spent_on": END, "amount": Decimal(9_999)}
    last = {"order_id": "last", "customer_id": "c", "ordered_on": END, "status": "paid",
            "amount": Decimal(1), "cost": Decimal(1)}  # fmt: skip
    return {
        "customers": [{"customer_id": "c", "name": "C", "owner_id": "E1"}],
        "campaigns": [{"campaign_id": name, "name": name, "channel": name} for name in spend],
        "campaign_costs": [*costs, unfinished],
        "orders": [*orders, last],
    }


def score(store: ScoreStore) -> None:
    """Run the step alone, and keep its card."""
    found = budget.step(store, pd.DataFrame(), END)
    for name, card in found.cards.items():
        store.write_card(name, card)


def _money(value: float) -> Decimal:
    return Decimal(str(round(max(float(value), 0.01), 2)))
