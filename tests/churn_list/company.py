"""Forty customers with probabilities, values and cards as written here; nothing is learnt."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from analytics.health_score import PARTS, HealthRules
from crm_data.app_db import dispose
from crm_data.marts.score_inputs import SCORED_CUSTOMERS, SCORED_CUSTOMERS_SQL
from crm_data.score_store import ScoreStore
from crm_data.settings import Settings
from crm_data.warehouse import build
from tests.pages.conftest import NOW
from tests.warehouse.stage import stored

END = date(2026, 3, 14)
CUSTOMERS = [f"c{number:02d}" for number in range(40)]
BINS = [{"predicted": p, "observed": p, "n": 400} for p in (0.2, 0.5, 0.8)]
REGULAR = "c40"  # buys every month, so that there are rates; without a probability
CARD: dict[str, Any] = {
    "verdict": "useful", "horizon_days": 90, "silence_days": 120, "reliability": BINS,
    "requirements": [], "reason": None,
    "turned_out": [
        {"on": "2025-12-14", "members": 400, "predicted": 80.0, "left": 120, "rate": 0.3,
         "low": 0.26, "high": 0.35},
    ],
}  # fmt: skip
# Of contracts nothing is known: too few have ended.
POOR = CARD | {
    "verdict": "too_little_data", "reliability": None,
    "requirements": [
        {"name": "dates", "found": 1, "needed": 2, "is_met": False},
        {"name": "learnt_left", "found": 200, "needed": 100, "is_met": True},
    ],
}  # fmt: skip

AUDIT = {
    "dates": ["2025-12-14"], "n": 400, "churned": 90, "unscored": 3,
    "verdict": "worse_than_recency", "auc": 0.58, "low": 0.52, "high": 0.64,
    "against": {
        "recency": {
            "auc": 0.7, "low": 0.65, "high": 0.75, "known": 400, "difference": -0.12,
            "difference_low": -0.18, "difference_high": -0.06,
        },
        "model": {
            "auc": 0.75, "low": 0.7, "high": 0.8, "known": 400, "difference": -0.17,
            "difference_low": -0.2, "difference_high": -0.1,
        },
    },
}  # fmt: skip
HEALTH: dict[str, Any] = {
    "weights": HealthRules(nps=2).as_stored(), "parts": [asdict(part) for part in PARTS],
    "scored": 40, "by_parts": {"3": 40}, "audits": {"silence": AUDIT, "contract": None},
}  # fmt: skip


def probability(number: int) -> float:
    """Of the customer with this number: from 0.05 up."""
    return round(0.05 + 0.02 * number, 2)


def amount(number: int) -> int:
    """Net amount of the customer; c39 has none that is above zero."""
    return -5 if number == 39 else 100 * (1 + number % 5)


def scorer(store: ScoreStore) -> None:
    customers = store.frame(SCORED_CUSTOMERS_SQL, SCORED_CUSTOMERS)
    numbers = customers["customer_id"].str[1:].astype(int)
    codes = ["days_since_last_order:high", "last_nps:low"]
    frame = customers[["customer_no", "customer_id", "owner_id"]].assign(
        churn_kind="silence",
        churn_horizon_days=90,
        churn_probability=numbers.map(probability).where(numbers < len(CUSTOMERS)),
        churn_reasons=json.dumps(codes),
        stage="at_risk",
        health_score=numbers,
        health_parts=3,
    )
    store.write("customer_scores", frame)
    store.write_card("churn_silence", CARD)
    store.write_card("churn_contract", POOR)
    store.write_card("health", HEALTH)
    store.write_card("clv", {"margin_rate": 0.5})


def company(home: Path, url: str = "") -> Iterator[Settings]:
    """Build and publish it."""
    made = Settings.from_environment({"CRM_HOME": str(home), "CRM_WAREHOUSE_URL": url})
    stored(made, "customers", [
        {"customer_id": who, "name": f"Firm {who}", "owner_id": f"e{number % 2}"}
        for number, who in enumerate([*CUSTOMERS, REGULAR])
    ])  # fmt: skip
    stored(made, "employees", [{"employee_id": "e0", "name": "Ann"},
                               {"employee_id": "e1", "name": "Bo"}])  # fmt: skip
    monthly = [date(2025, month, 20) for month in range(1, 13)] + [date(2026, 1, 20), END]
    stored(made, "orders", [
        {"order_id": who, "customer_id": who, "ordered_on": END, "amount": amount(number)}
        for number, who in enumerate(CUSTOMERS)
    ] + [
        {"order_id": f"{REGULAR}-{day}", "customer_id": REGULAR, "ordered_on": day, "amount": 1}
        for day in monthly
    ])  # fmt: skip
    build(made, now=NOW, scorer=scorer)
    yield made
    dispose(made)


def best(
    cost: float, margin: float, save: float, *, busy: frozenset[str] = frozenset()
) -> list[str]:
    """Return by plain reckoning whom a contact pays for, the most worth it first."""
    worth = {
        who: probability(number) * (amount(number) * margin)
        for number, who in enumerate(CUSTOMERS)
        if amount(number) > 0 and who not in busy
    }
    return sorted((who for who in worth if save * worth[who] > cost), key=lambda who: -worth[who])
