"""A company whose campaigns went to good customers, nobody left alone; and one counted by hand.

Of 700 customers, good (``g``, 5 to 18 January 2026) wrote to those who had bought more, and made 20
in 100 of them buy who would not have. ``drawn`` had a control. ``short`` had 40 members, ``slow``
took a month to write to its own, ``late`` is not over, ``first`` began three weeks
after orders did.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from crm_data.score_store import ScoreStore
from crm_data.settings import Settings
from crm_data.tables.matched_scores import MATCHED_SCORES
from crm_data.warehouse import build
from scoring import matched
from tests.conftest import NOW
from tests.warehouse.stage import stored

Rows = list[dict[str, Any]]
START, FIRST, LAST = date(2025, 1, 1), date(2026, 1, 5), date(2026, 2, 28)
LIFT = 0.2


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour)


def order(key: str, who: str, on: date, amount: float, **more: Any) -> dict[str, Any]:
    return {
        "order_id": key, "customer_id": who, "ordered_on": on, "status": "paid",
        "amount": Decimal(str(round(amount, 2))), "cost": Decimal(str(round(amount / 2, 2))),
    } | more  # fmt: skip


def member(campaign: str, who: str, on: date, arm: str = "A") -> dict[str, Any]:
    return {
        "campaign_id": campaign, "member_id": f"{campaign}-{who}", "customer_id": who, "arm": arm,
        "assigned_at": at(on), "sent_at": None if arm == "control" else at(on, 10),
    }  # fmt: skip


def campaign(key: str, on: date, days: int = 14) -> dict[str, Any]:
    return {
        "campaign_id": key, "name": key.title(), "channel": "email", "started_on": on,
        "ended_on": on + timedelta(days=days - 1),
    }  # fmt: skip


def tables(seed: int = 11, n: int = 700) -> dict[str, Rows]:
    rng = np.random.default_rng(seed)
    rate = rng.gamma(1.5, 1 / 50, n)
    names = [f"c{k:04}" for k in range(n)]
    span = (LAST - START).days + 1
    bought = [np.sort(rng.integers(0, span, rng.poisson(r * span))) for r in rate]
    orders = [
        order(f"o{k}-{j}", names[k], START + timedelta(days=int(day)), 40 * rng.gamma(4, 0.25))
        for k, days in enumerate(bought) for j, day in enumerate(days)
    ]  # fmt: skip
    begin = (FIRST - START).days
    past = np.array([((days >= begin - 365) & (days < begin)).sum() for days in bought])
    chosen = np.flatnonzero(rng.random(n) < 1 / (1 + np.exp(2.6 - 1.1 * np.log1p(past))))
    idle = [k for k in chosen if not ((bought[k] >= begin) & (bought[k] < begin + 14)).any()]
    won = rng.choice(idle, round(LIFT * len(chosen)), replace=False)
    orders += [
        order(f"x{k}", names[k], FIRST + timedelta(days=int(rng.integers(0, 14))), 40) for k in won
    ]
    members = [member("good", names[k], FIRST) for k in chosen]
    others = [name for k, name in enumerate(names) if k not in set(chosen)]
    members += [member("short", name, date(2025, 9, 1)) for name in others[:40]]
    members += [
        member("slow", name, date(2025, 6, 1) + timedelta(days=k % 30))
        for k, name in enumerate(others[:150])
    ]
    members += [member("late", name, date(2026, 2, 20)) for name in others[:150]]
    members += [member("first", name, date(2025, 1, 20)) for name in others[:150]]
    members += [
        member("drawn", name, date(2025, 11, 3), "A" if k % 2 else "control")
        for k, name in enumerate(others[:200])
    ]
    days = {"good": FIRST, "short": date(2025, 9, 1), "slow": date(2025, 6, 1),
            "late": date(2026, 2, 20), "first": date(2025, 1, 20),
            "drawn": date(2025, 11, 3)}  # fmt: skip
    return {
        "customers": [
            {"customer_id": name, "kind": "person", "owner_id": "e1" if k % 2 else "e2",
             "region": ("North", "South", None)[k % 3], "created_at": at(date(2024, 6, 1))}
            for k, name in enumerate(names)
        ],
        "orders": orders,
        "campaigns": [campaign(key, day) for key, day in days.items()],
        "campaign_members": members,
        "campaign_costs": [
            {"campaign_id": "good", "spent_on": FIRST, "amount": Decimal(100)},
        ],
    }  # fmt: skip


def score(store: ScoreStore) -> None:
    """Score campaigns and nothing else."""
    from crm_data.marts.score_inputs import SCORED_CUSTOMERS, SCORED_CUSTOMERS_SQL

    found = matched.step(store, store.frame(SCORED_CUSTOMERS_SQL, SCORED_CUSTOMERS), LAST)
    assert set(found.tables) == {spec.name for spec in MATCHED_SCORES}
    for name, rows in found.tables.items():
        store.write(name, rows)


def published(settings: Settings, rows: dict[str, Rows], scorer: Any = score) -> str:
    for name, some in rows.items():
        stored(settings, name, some)
    return build(settings, now=NOW, scorer=scorer)


def hand_tables(more_orders: Sequence[dict[str, Any]] = ()) -> dict[str, Rows]:
    """Six customers and a campaign of 14 days from 5 January 2026; see ``test_inputs``."""
    created = {"a": date(2024, 1, 5), "b": date(2025, 12, 6), "c": date(2025, 1, 5),
               "d": date(2026, 1, 5), "e": date(2025, 1, 5), "f": date(2025, 1, 5)}  # fmt: skip
    return {
        "customers": [
            {"customer_id": who, "kind": "person", "region": "North", "source": "web",
             "created_at": at(day, 1)} for who, day in created.items()
        ],
        "orders": [
            order("a1", "a", date(2024, 6, 1), 100), order("a2", "a", date(2025, 12, 26), 50),
            order("a3", "a", date(2026, 1, 5), 30), order("a4", "a", date(2026, 1, 18), 20),
            order("a5", "a", date(2026, 1, 8), -10, status="returned"),
            order("a6", "a", date(2026, 1, 19), 7), order("a7", "a", date(2026, 1, 6), 99,
                                                         status="open"),
            order("b1", "b", date(2026, 1, 4), 60), order("b2", "b", date(2026, 1, 4), 40),
            order("c1", "c", date(2025, 12, 22), 80, cost=None),
            order("z1", "e", date(2026, 2, 10), 5), *more_orders,
        ],
        "campaigns": [campaign("k", FIRST), campaign("other", date(2026, 1, 1))],
        "campaign_members": [
            member("k", "a", FIRST), member("k", "f", FIRST),
            member("other", "e", date(2026, 1, 1)), member("other", "f", date(2026, 1, 1)),
            member("other", "c", date(2026, 1, 1), "control"),
            member("gone", "a", date(2025, 12, 1)),
        ],
        "subscriptions": [
            {"subscription_id": "s1", "customer_id": "a", "started_on": date(2025, 1, 1)},
            {"subscription_id": "s2", "customer_id": "b", "started_on": FIRST},
        ],
        "tickets": [
            {"ticket_id": "t1", "customer_id": "a", "is_complaint": True,
             "created_at": at(date(2026, 1, 4))},
            {"ticket_id": "t2", "customer_id": "a", "is_complaint": True, "created_at": at(FIRST)},
        ],
    }  # fmt: skip
