"""Who is a member and who has left, at every border."""

from datetime import date
from typing import Any

from tests.churn_model.stage import Rows, Stage, days

DAY = date(2025, 9, 30)


def contracts(who: str, *spans: tuple[int, int | None]) -> Rows:
    return [
        {"subscription_id": f"{who}{start}", "customer_id": who, "started_on": days(DAY, start),
         "ended_on": None if end is None else days(DAY, end), "monthly_amount": 5}
        for start, end in spans
    ]  # fmt: skip


def orders(who: str, *bought: tuple[int, str]) -> Rows:
    return [
        {"order_id": f"{who}{day}", "customer_id": who, "ordered_on": days(DAY, day),
         "status": status, "amount": 5}
        for day, status in bought
    ]  # fmt: skip


def outcomes(kind: str, tables: dict[str, Rows], **more: Any) -> dict[str, bool]:
    who = {row["customer_id"] for rows in tables.values() for row in rows}
    stage = Stage().filled(tables | {"customers": [{"customer_id": one} for one in sorted(who)]})
    found = stage.members(kind, DAY, **more)["has_left"]
    return {str(name): bool(value) for name, value in found.items()}


def test_contracts() -> None:
    spans: dict[str, tuple[tuple[int, int | None], ...]] = {
        "runs on": ((-50, None),),
        "ends on the last day": ((-50, 90),),
        "ends the day after": ((-50, 91),),
        "goes on the day after its last": ((-50, 90), (91, None)),
        "goes on two days after": ((-50, 90), (92, None)),
        "leaves and is back": ((-50, 10), (80, None)),
        "moves": ((-50, 10), (10, 95)),
        "began today": ((0, 5),),
        "ended today": ((-50, 0), (3, None)),
        "ends before it starts": ((-10, -20),),
        "begins tomorrow": ((1, None),),
    }
    rows = [row for who, own in spans.items() for row in contracts(who, *own)]

    assert outcomes("contract", {"subscriptions": rows}) == {
        "runs on": False,
        "ends on the last day": True,
        "ends the day after": False,
        "goes on the day after its last": False,
        "goes on two days after": True,
        "leaves and is back": False,
        "moves": False,
        "began today": True,
    }


def test_silence() -> None:
    bought: dict[str, tuple[tuple[int, str], ...]] = {
        "on the last day": ((-120, "paid"), (90, "paid")),
        "a day late": ((-120, "paid"), (91, "paid")),
        "too long ago": ((-121, "paid"), (5, "paid")),
        "returns": ((0, "paid"), (30, "returned"), (31, "open"), (32, "cancelled")),
        "returned only": ((-5, "returned"), (5, "paid")),
        "holder": ((-5, "paid"), (5, "paid")),
        "once a holder": ((-5, "paid"),),
        "later a holder": ((-5, "paid"),),
        "new": ((1, "paid"),),
    }
    tables = {
        "orders": [row for who, own in bought.items() for row in orders(who, *own)],
        "subscriptions": contracts("holder", (-50, None))
        + contracts("once a holder", (-90, -40))
        + contracts("later a holder", (1, None)),
    }
    expected = {
        "on the last day": False,
        "a day late": True,
        "returns": True,
        "later a holder": True,  # what is not known by the day decides no question
    }

    assert outcomes("silence", tables) == expected
    everybody = expected | {"holder": False, "once a holder": True}
    assert outcomes("silence", tables, with_holders=True) == everybody
