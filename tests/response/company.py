"""A company whose responses have planted reasons.

All 1,200 customers get an e-mail in each of four months. Who is in the club responds with 0.3,
others with 0.08. The attribute ``call duration`` is long where the last e-mail was answered: what
only the contact itself can tell. In May all are in a test by text message, half of them left alone:
a message makes 0.35 of the club buy, and drives 0.2 of buyers outside the club away.
"""

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from crm_data.marts.score_inputs import (
    SCORED_CUSTOMERS,
    SCORED_CUSTOMERS_SQL,
    WATERMARK,
    WATERMARK_SQL,
)
from crm_data.score_store import ScoreStore
from crm_data.settings import Settings
from crm_data.warehouse import build
from scoring import response
from tests.conftest import NOW
from tests.warehouse.stage import stored

PEOPLE = 1_200
SENT = [datetime(2025, month, 3, 9) for month in (1, 2, 3, 4)]
TEST_AT = datetime(2025, 5, 2, 9)
END = date(2025, 7, 1)
RESPONDS, OTHERS = 0.3, 0.08
Tables = dict[str, list[dict[str, Any]]]


@cache
def tables() -> Tables:
    rng = np.random.default_rng(7)
    ids = [f"C{one:04d}" for one in range(PEOPLE)]
    club = rng.random(PEOPLE) < 0.4
    duration = np.full(PEOPLE, 20)
    members: list[dict[str, Any]] = []
    for number, at in enumerate(SENT):
        answers = rng.random(PEOPLE) < np.where(club, RESPONDS, OTHERS)
        members += [
            _member(f"e{number}", ids[place], at, responded=bool(answers[place]))
            for place in range(PEOPLE)
        ]
        duration = np.where(answers, 400, 20)
    left_alone = rng.random(PEOPLE) < 0.5
    buys = np.where(
        club, rng.random(PEOPLE) < np.where(left_alone, 0.1, 0.45),
        rng.random(PEOPLE) < np.where(left_alone, 0.3, 0.1),
    )  # fmt: skip
    for place, who in enumerate(ids):
        arm = "control" if left_alone[place] else "A"
        members.append(_member("t", who, TEST_AT, arm=arm, left=place % 50 == 1))
    return {
        "customers": [
            {"customer_id": who, "name": f"Name {who}", "region": "North", "kind": "person",
             "owner_id": "E1" if place % 3 else "E2",
             "consent_email": None if place % 10 == 9 else place % 10 != 0,
             "consent_phone": True,
             "attributes": json.dumps({"club": "yes" if club[place] else "no",
                                       "call duration": str(duration[place])})}
            for place, who in enumerate(ids)
        ],
        "campaigns": [
            *({"campaign_id": f"e{number}", "name": f"Letter {number}", "channel": "email",
               "started_on": at.date()} for number, at in enumerate(SENT)),
            {"campaign_id": "t", "name": "Text test", "channel": "sms",
             "started_on": TEST_AT.date()},
        ],
        "campaign_members": members,
        "orders": [
            *(_order(f"b{place}", ids[place], TEST_AT + timedelta(days=3))
              for place in np.flatnonzero(buys)),
            *(_order(f"a{place}", ids[place], datetime(2024, 6, 1) + timedelta(days=place % 100))
              for place in range(0, PEOPLE, 2)),
            _order("last", ids[0], datetime.combine(END, datetime.min.time())),
        ],
    }  # fmt: skip


def score(store: ScoreStore) -> None:
    """Run the step alone, and keep what it found."""
    as_of = store.frame(WATERMARK_SQL, WATERMARK)["as_of"].iloc[0].date()
    customers = store.frame(SCORED_CUSTOMERS_SQL, SCORED_CUSTOMERS)
    found = response.step(store, customers, as_of)
    for name, rows in found.tables.items():
        store.write(name, rows)
    for name, card in found.cards.items():
        store.write_card(name, card)


def published(settings: Settings, rows: Tables) -> str:
    """Publish the rows with scores of responses only."""
    for name, own in rows.items():
        stored(settings, name, own)
    return build(settings, now=NOW, scorer=score)


def _member(
    campaign: str, who: str, at: datetime, *, responded: bool = False, arm: str = "A",
    left: bool = False,
) -> dict[str, Any]:  # fmt: skip
    sent = None if arm == "control" else at
    return {
        "campaign_id": campaign, "member_id": who, "customer_id": who, "arm": arm,
        "assigned_at": at, "sent_at": sent,
        "responded_at": at + timedelta(days=1) if responded else None,
        "unsubscribed_at": at + timedelta(days=1) if left and sent else None,
    }  # fmt: skip


def _order(key: str, who: str, at: datetime) -> dict[str, Any]:
    return {
        "order_id": key, "customer_id": who, "ordered_on": pd.Timestamp(at).date(),
        "status": "paid", "amount": Decimal(20),
    }  # fmt: skip
