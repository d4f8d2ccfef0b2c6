"""Deals and leads small enough to count by hand. Known from 1 October 2025 to 31 March 2026.

deal  owner  amount  created  closed  outcome  expected
 d1    e1       100  10 Dec   15 Jan  won      31 Jan
 d2    e1       300  20 Dec   10 Feb  lost     28 Feb
 d3    e2       200   5 Jan   20 Feb  won      28 Feb   the only customer with a region: East
 d4    e2         -  10 Jan   25 Feb  won      -
 d5    e1        50  28 Dec   -       open     10 Mar, from 15 Feb on 1 May
 d6    e2       400   1 Feb   -       open     30 Jun
 d7    -         80   5 Feb    5 Mar  lost     -        pipeline Q, no source
 d8    e1        60   1 Oct   -       open     1 Dec    derailed on 1 January

e1 is of team North and office A, e2 of South and B; quotas of the first quarter 1,000 and 500.
Pipeline R, e3's: 20 deals of 10 won from stage 0 after 1 to 20 days, 5 of 10 lost from it, and open
r26 1,000 (stage 0 since 1 March), r27 500 (20 March), r28 7 (stage 1, of which nothing is known).

lead  created  answered after  converted  watched
 l1    5 Oct         2 h       1 Nov      always
 l2   10 Oct         never     never      4,000 h
 l3   20 Oct         5 h       10 Feb     always
 l4    1 Mar         1 h       2 Mar      always
 l5   31 Mar         never     never      0 h
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from tests.actions.company import fill

FIRST, LAST = date(2025, 10, 1), date(2026, 3, 31)
Q1 = date(2026, 1, 1), date(2026, 4, 1)
Row = dict[str, Any]
_PEOPLE = {"e1": ("North", "A"), "e2": ("South", "B"), "e3": ("North", "A"), None: (None, None)}
_DEALS: list[tuple[Any, ...]] = [
    (1, "e1", 100, (2025, 12, 10), (2026, 1, 15), "won", (2026, 1, 31)),
    (2, "e1", 300, (2025, 12, 20), (2026, 2, 10), "lost", (2026, 2, 28)),
    (3, "e2", 200, (2026, 1, 5), (2026, 2, 20), "won", (2026, 2, 28)),
    (4, "e2", None, (2026, 1, 10), (2026, 2, 25), "won", None),
    (5, "e1", 50, (2025, 12, 28), None, None, (2026, 5, 1)),
    (6, "e2", 400, (2026, 2, 1), None, None, (2026, 6, 30)),
    (7, None, 80, (2026, 2, 5), (2026, 3, 5), "lost", None),
    (8, "e1", 60, (2025, 10, 1), None, None, (2025, 12, 1)),
]
_LEADS: list[tuple[Any, ...]] = [
    ("l1", "web", date(2025, 10, 5), 2.0, date(2025, 11, 1), 4300.0),
    ("l2", "web", date(2025, 10, 10), None, None, 4000.0),
    ("l3", "fair", date(2025, 10, 20), 5.0, date(2026, 2, 10), 3900.0),
    ("l4", "fair", date(2026, 3, 1), 1.0, date(2026, 3, 2), 720.0),
    ("l5", None, LAST, None, None, 0.0),
]


def fill_company(conn: sa.Connection) -> None:
    """Write the company into a warehouse."""
    deals = [_small(*one) for one in _DEALS] + [_of_r(number) for number in range(28)]
    states = [state for deal in deals for state in _states(deal)]
    for deal in deals:
        own = [s["valid_from"] for s in states if s["opportunity_no"] == deal["opportunity_no"]]
        deal["last_change_on"] = max(own)
    fill(
        conn,
        {
            "deal_facts": deals,
            "opportunity_snapshots": states,
            "stage_spells": [_spell(deal) for deal in deals if deal["pipeline"] == "R"],
            "lead_spells": [_lead(no, *one) for no, one in enumerate(_LEADS)],
            "employees": [
                {"employee_id": key, "name": key, "team": team, "region": office}
                for key, (team, office) in _PEOPLE.items() if key
            ],
            "quotas": [
                {"owner_id": who, "period_start": Q1[0], "period_end": Q1[1],
                 "amount": Decimal(amount)}
                for who, amount in (("e1", 1000), ("e2", 500))
            ],
            "customer_facts": [{"customer_no": 3, "customer_id": "c3", "name": "Three"}],
        },
    )  # fmt: skip


def _day(parts: tuple[int, int, int] | None) -> date | None:
    return date(*parts) if parts else None


def _deal(number: int, owner: str | None, amount: int | None, **more: Any) -> Row:
    team, office = _PEOPLE[owner]
    return {
        "opportunity_no": number, "opportunity_id": f"d{number}", "name": f"Deal {number}",
        "customer_id": f"c{number}", "amount": None if amount is None else Decimal(amount),
        "owner_id": owner, "team": team, "office": office, "source": "web", "pushes": 0,
        "stage": "talk", "stage_no": 0, "handovers": 0, **more,
    }  # fmt: skip


def _small(
    number: int, owner: str | None, amount: int | None, created: Any, closed: Any,
    outcome: str | None, expected: Any,
) -> Row:  # fmt: skip
    return _deal(
        number, owner, amount, created_on=_day(created), closed_on=_day(closed), outcome=outcome,
        expected_close_on=_day(expected), pipeline="Q" if number == 7 else "P",
        region="East" if number == 3 else None, source=None if number == 7 else "web",
        stage_since_on=_day(closed or created),
    )  # fmt: skip


def _of_r(number: int) -> Row:
    deal = _deal(101 + number, "e3", 10, pipeline="R", created_on=FIRST)
    if number < 25:
        closed = FIRST + timedelta(days=number + 1 if number < 20 else 3)
        outcome = "won" if number < 20 else "lost"
        return deal | {"closed_on": closed, "outcome": outcome, "stage_since_on": closed}
    amount, since, stage = [
        (1000, date(2026, 3, 1), 0), (500, date(2026, 3, 20), 0), (7, date(2026, 3, 1), 1),
    ][number - 25]  # fmt: skip
    return deal | {
        "amount": Decimal(amount),
        "stage_since_on": since,
        "stage_no": stage,
        "created_on": since,
    }


def _states(deal: Row) -> list[Row]:
    """Open until it closed; d5's close was put off once, and d6 is news of the last day."""
    names = ("opportunity_no", "pipeline", "stage", "stage_no", "amount", "owner_id", "pushes")
    now = {name: deal[name] for name in names} | {
        "expected_close_on": deal.get("expected_close_on"), "handovers": 0,
        "valid_from": deal["created_on"], "stage_since_on": deal["created_on"],
    }  # fmt: skip
    changed = deal.get("closed_on")
    then = {"outcome": deal.get("outcome"), "stage_since_on": changed}
    if deal["opportunity_no"] == 5:
        now["expected_close_on"] = date(2026, 3, 10)
        changed, then = date(2026, 2, 15), {"expected_close_on": date(2026, 5, 1)}
    if deal["opportunity_no"] == 6:
        changed, then = LAST, {}
    if changed is None:
        return [now | {"stage_since_on": deal["stage_since_on"]}]
    return [now | {"valid_to": changed}, now | {"valid_from": changed} | then]


def _spell(deal: Row) -> Row:
    end = deal.get("closed_on")
    return {
        "spell_no": deal["opportunity_no"], "opportunity_no": deal["opportunity_no"],
        "pipeline": "R", "stage": "talk", "stage_no": deal["stage_no"], "visit": 1,
        "entered_on": deal["created_on"] if end else deal["stage_since_on"], "left_on": end,
        "days": float(((end or LAST) - deal["created_on"]).days), "exit": deal.get("outcome"),
        "outcome": deal.get("outcome"), "owner_id": "e3", "is_entry_known": True,
    }  # fmt: skip


def _lead(
    number: int, key: str, source: str | None, created: date, took: float | None,
    converted: date | None, watched: float,
) -> Row:  # fmt: skip
    return {
        "lead_no": number, "lead_id": key, "source": source, "owner_id": "e1", "team": "North",
        "created_on": created, "response_hours": took, "watched_hours": watched,
        "converted_on": converted, "outcome": "converted" if converted else None,
    }  # fmt: skip
