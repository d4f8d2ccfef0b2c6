"""Sellers, deals that changed hands, contacts and leads, drawn at random for plain recounts.

e1 and e2 are of the team A, e3 of B; e9 of A has left on 2025-06-10.
"""

import itertools
import random
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from tests.actions.company import fill

FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)
LEFT = date(2025, 6, 10)
TEAMS = {"e1": "A", "e2": "A", "e3": "B", "e9": "A"}
ZONE = "Asia/Shanghai"  # 8 hours before UTC
SOURCES, CAMPAIGNS = ("web", "fair", None), ("k1", "k2", None)
Row = dict[str, Any]

_rng = random.Random(5)  # noqa: S311 - a made-up company, nothing secret


def _deals() -> tuple[list[Row], list[Row]]:
    facts, states = [], []
    for number in range(1, 61):
        owner = _rng.choice((*TEAMS, None))
        day = FIRST + timedelta(days=_rng.randrange(120))
        amount = _rng.choice((None, 100.0, 250.0))
        own: list[Row] = []
        outcome = None
        for _ in range(_rng.randrange(1, 6)):
            own.append(
                {
                    "opportunity_no": number, "valid_from": day, "valid_to": None, "pipeline": "P",
                    "stage_no": 0, "amount": amount, "owner_id": owner, "outcome": outcome,
                    "stage_since_on": day, "pushes": 0,
                }
            )  # fmt: skip
            if len(own) > 1:
                own[-2]["valid_to"] = day
            day += timedelta(days=_rng.randrange(1, 60))
            what = _rng.choice(("owner", "owner", "close", "amount"))
            if what == "owner":
                owner = _rng.choice((*TEAMS, None))
            elif what == "close":
                outcome = _rng.choice(("won", "lost"))
            else:
                amount = _rng.choice((300.0, 400.0))
        last = own[-1]
        owners = [state["owner_id"] for state in own]
        pairs = [pair for pair in itertools.pairwise(owners) if None not in pair]
        states += own
        facts.append(
            {
                "opportunity_no": number, "opportunity_id": f"d{number}", "name": f"Deal {number}",
                "customer_id": f"c{number % 7}", "pipeline": _rng.choice(("P", "Q")),
                "stage": "talk", "amount": last["amount"], "owner_id": last["owner_id"],
                "team": TEAMS.get(last["owner_id"]), "source": _rng.choice(SOURCES),
                "category": "A", "outcome": last["outcome"],
                "handovers": sum(a != b for a, b in pairs), "created_on": own[0]["valid_from"],
                "closed_on": last["valid_from"] if last["outcome"] else None,
                "last_change_on": last["valid_from"],
                "last_contact_on": _rng.choice((None, date(2025, 7, 1))),
            }
        )  # fmt: skip
    return facts, states


def _leads() -> list[Row]:
    found = []
    for number in range(1, 81):
        owner = _rng.choice((*TEAMS, None))
        created = FIRST + timedelta(days=number * 3)
        found.append(
            {
                "lead_no": number, "lead_id": f"l{number}", "source": _rng.choice(SOURCES),
                "campaign_id": _rng.choice(CAMPAIGNS), "owner_id": owner,
                "team": TEAMS.get(owner or ""), "status": "new", "created_on": created,
                "response_hours": _rng.choice((None, None, 3.0)), "watched_hours": 500.0,
                "outcome": _rng.choice((None, None, "lost", "converted")),
            }
        )  # fmt: skip
        if found[-1]["response_hours"] and number % 2:
            found[-1]["response_hours"] = 900.0  # so that a past day lies before the answer
        found[-1] |= {
            "customer_id": "c1" if found[-1]["outcome"] == "converted" else None,
            **{f"{what}_on": at.date() for what, at in _moments(found[-1]).items()
               if what in ("qualified", "converted", "lost")},
        }  # fmt: skip
    return found


def _moments(lead: Row) -> dict[str, datetime]:
    """When what is known of a lead came to be known, at three in the night of the company."""
    created = datetime.combine(lead["created_on"], time(19)) - timedelta(days=1)
    found = {"created": created}
    if lead["response_hours"] is not None:
        found["first_response"] = created + timedelta(hours=lead["response_hours"])
    if lead["lead_no"] % 2:
        found["qualified"] = created + timedelta(days=5)
    if lead["outcome"]:
        found[lead["outcome"]] = created + timedelta(days=20)
    if lead["outcome"] == "converted" and lead["lead_no"] % 3 == 0:
        found["lost"] = created + timedelta(days=10)  # and came back
    return found


def _contacts() -> list[Row]:
    found = []
    for number in range(300):
        at = datetime(2025, 2, 1) + timedelta(minutes=_rng.randrange(60 * 24 * 60))
        found.append(
            {
                "interaction_id": f"n{number}", "customer_id": _rng.choice(("c1", "c2", None)),
                "occurred_at": at, "channel": _rng.choice(("phone", "email", None)),
                "employee_id": _rng.choice((*TEAMS, None)),
            }
        )  # fmt: skip
    return found


FACTS, STATES = _deals()
LEADS, CONTACTS = _leads(), _contacts()
MOMENTS = {lead["lead_id"]: _moments(lead) for lead in LEADS}
ROWS: dict[str, list[Row]] = {
    "deal_facts": FACTS, "opportunity_snapshots": STATES, "lead_spells": LEADS,
    "leads": [
        {"lead_id": key, **{f"{what}_at": at for what, at in moments.items()}}
        for key, moments in MOMENTS.items()
    ],
    "interactions": CONTACTS,
    "customer_facts": [
        {"customer_no": number, "customer_id": f"c{number}", "name": f"Name {number}"}
        for number in range(6)
    ],
    "employees": [
        {"employee_id": one, "name": one, "team": team, "left_on": LEFT if one == "e9" else None,
         "manager_id": "m3" if one == "e3" else None}
        for one, team in TEAMS.items()
    ],
    "campaigns": [{"campaign_id": "k2", "name": "Two"}, {"campaign_id": "k1", "name": "One"}],
}  # fmt: skip


def fill_company(conn: sa.Connection) -> None:
    """Write the company into a warehouse."""
    fill(conn, ROWS)
