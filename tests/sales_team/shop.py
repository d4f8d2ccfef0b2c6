"""A company of which every figure on the pages Team and Leads can be counted by hand.

Team A: e1 (30 of 50 won), e2 (3 of 4 won), e9 (left on 2025-08-31, his open deals went to e2, one
is left behind). Team B: e3, e4, e5 (10 of 20 each, without a quota; B has one of its own).
Quotas of the third quarter of 2025: e1 6,000, e2 3,000, team A 12,000, team B 9,000. Each deal is
worth 100. Closed deals were closed in July and August 2025; the data ends on 2025-09-15.
Leads: 60 of web in January 2025, a third converted on day 10; two wait since September.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

Rows = list[dict[str, Any]]
LAST = datetime(2025, 9, 15, 3)
RECORD = {"e1": (30, 50), "e2": (3, 4), "e3": (10, 20), "e4": (10, 20), "e5": (10, 20)}
TEAMS = {"e1": "A", "e2": "A", "e9": "A", "e3": "B", "e4": "B", "e5": "B"}
NAMES = {"e1": "Ann", "e2": "Bo", "e9": "Gone", "e3": "Cy", "e4": "Di", "e5": "Ed"}


def _deal(key: str, owner: str, created: datetime, **more: Any) -> dict[str, Any]:
    return {
        "opportunity_id": key, "customer_id": "c1", "name": f"Deal {key}", "pipeline": "P",
        "stage": "talk", "amount": Decimal(100), "owner_id": owner, "created_at": created,
        "source": "web", **more,
    }  # fmt: skip


def _deals() -> Rows:
    found = []
    for owner, (won, closed) in RECORD.items():
        for number in range(closed):
            outcome = "won" if number < won else "lost"
            day = datetime(2025, 7, 1, 2) + timedelta(days=number)
            found.append(
                _deal(f"{owner}-{number}", owner, datetime(2025, 6, 1, 2), stage=outcome,
                      closed_at=day, outcome=outcome)
            )  # fmt: skip
    expected = date(2025, 9, 20)
    found += [
        _deal(key, owner, datetime(2025, 8, 1, 2), expected_close_on=expected)
        for key, owner in (("h1", "e2"), ("h2", "e2"), ("left", "e9"))
    ]
    return [*found, _deal("newest", "e1", LAST)]


def _handed(key: str, day: int) -> dict[str, Any]:
    return {
        "opportunity_id": key, "changed_at": datetime(2025, 9, day, 2), "field": "owner_id",
        "old_value": "e9", "new_value": "e2",
    }  # fmt: skip


def _quota(owner: str | None, team: str | None, amount: int) -> dict[str, Any]:
    return {
        "owner_id": owner, "team": team, "period_start": date(2025, 7, 1),
        "period_end": date(2025, 10, 1), "amount": Decimal(amount),
    }  # fmt: skip


def _leads() -> Rows:
    found = []
    for number in range(60):
        created = datetime(2025, 1, 2, 2) + timedelta(hours=number)
        is_in = number % 3 == 0
        found.append(
            {
                "lead_id": f"l{number:02d}", "created_at": created, "source": "web",
                "owner_id": "e1" if number % 2 else "e3", "campaign_id": "k1",
                "first_response_at": created + timedelta(hours=2),
                "converted_at": created + timedelta(days=10) if is_in else None,
                "status": "converted" if is_in else "lost",
                "lost_at": None if is_in else created + timedelta(days=40),
            }
        )  # fmt: skip
    for key, day in (("w1", 3), ("w2", 9)):
        found.append(
            {"lead_id": key, "created_at": datetime(2025, 9, day, 2), "source": None,
             "owner_id": "e1", "status": "new"}
        )  # fmt: skip
    return found


TABLES: dict[str, Rows] = {
    "customers": [{"customer_id": "c1", "name": "One", "owner_id": "e1"}],
    "employees": [
        {
            "employee_id": one, "name": name, "team": TEAMS[one], "hired_on": date(2020, 1, 1),
            "left_on": date(2025, 8, 31) if one == "e9" else None,
        }
        for one, name in NAMES.items()
    ],
    "opportunities": _deals(),
    "opportunity_events": [_handed("h1", 2), _handed("h2", 3)],
    "quotas": [
        _quota("e1", None, 6000), _quota("e2", None, 3000), _quota(None, "A", 12000),
        _quota(None, "B", 9000),
    ],
    "interactions": [
        {
            "interaction_id": f"n{number}", "customer_id": "c1", "channel": "phone",
            "occurred_at": datetime(2025, 8, 1 + number, 2), "employee_id": "e1",
        }
        for number in range(3)
    ],
    "leads": _leads(),
    "campaigns": [{"campaign_id": "k1", "name": "First", "channel": "web"}],
    "campaign_costs": [
        {"campaign_id": "k1", "spent_on": date(2025, 1, 5), "amount": Decimal(120)}
    ],
}  # fmt: skip
