"""A small random company, straight into the tables that segments read."""

import json
import random
from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from crm_data.tables import METADATA

AS_OF = date(2025, 6, 30)
CITIES = ["上海", "Lima", "O'Hara", "100%_x", None]
CAPITALS = {3: "ΟΔΟΣ", 4: "İZMİR"}  # every tenth customer lives there
TIERS = {0: "+5", 1: ".5", 2: "1e3", 5: "1,000"}
CATEGORIES = ["tea", "pots", None]
CHANNELS = ["web", "store", None]
WITH_NOTES = (
    "orders", "order_lines", "tickets", "interactions", "campaign_members", "survey_responses",
    "survey_invitations", "opportunities", "subscriptions", "leads", "touchpoints", "contacts",
)  # fmt: skip
TABLES = (
    "customer_facts", "customers", "customer_scores", "order_facts", "order_categories",
    "customer_categories", "customer_products", "tickets",
    "interactions", "campaign_members", "survey_responses", "order_lines", "opportunities",
    "subscriptions", "leads", "touchpoints", "version_info", "orders", "contacts",
    "survey_invitations",
)  # fmt: skip
# By turns, so that no random number is drawn for them.
NOTES: list[Any] = ["gift", "1.5", "-2", "1,000", "禮物", None]
PRIORITIES = ["high", "low", None]
Rows = list[dict[str, Any]]


def company(seed: int, customers: int = 40) -> dict[str, Rows]:
    """Rows by table; ``plain`` of customers are their attributes before they became JSON."""
    rng = random.Random(seed)  # noqa: S311 - test data
    made: dict[str, Rows] = {name: [] for name in TABLES}
    for no in range(customers):
        _customer(rng, made, no, f"c{no}")
    for name in WITH_NOTES:
        for at, row in enumerate(made[name]):
            note = NOTES[at % len(NOTES)]
            row["plain"] = {} if at % 7 == 0 else {"note": note}
            row["attributes"] = None if at % 11 == 0 else json.dumps(row["plain"])
            row["plain"] = {} if row["attributes"] is None else row["plain"]
    made["customer_categories"] = _by_category(made["order_categories"])
    made["customer_products"] = _by_product(made)
    _known_paid(made)
    made["version_info"] = [
        {"table_name": "orders", "watermark_on": AS_OF},
        {"table_name": "tickets", "watermark_on": AS_OF + timedelta(days=9)},
    ]
    return made


def fill(conn: sa.Connection, made: dict[str, Rows]) -> None:
    """Write the rows; columns that are not given are missing."""
    METADATA.drop_all(conn)
    METADATA.create_all(conn)
    for name in TABLES:
        target = METADATA.tables[name]
        names = list(target.columns.keys())
        rows = [{column: row.get(column) for column in names} for row in made.get(name, [])]
        if rows:
            conn.execute(target.insert(), rows)


def _customer(rng: random.Random, made: dict[str, Rows], no: int, key: str) -> None:
    made["customer_facts"].append(
        {
            "customer_no": no, "customer_id": key,
            "city": CAPITALS.get(no % 10, rng.choice(CITIES)),
            "owner_id": rng.choice(["e1", "e2", None]),
            "created_at": _instant(rng), "last_order_on": _day(rng),
            "orders": rng.randrange(4),
            "net_amount": _maybe(rng, Decimal(rng.randrange(-5, 6)) / 2),
            "net_amount_365d": _maybe(rng, Decimal(rng.randrange(9))),
            "mean_gap_days": _maybe(rng, rng.randrange(8) / 4),
            "has_subscription": rng.choice([True, False, None]),
        }
    )  # fmt: skip
    if rng.random() < 0.8:
        tier = rng.choice(["gold", "1.5", "-2", "07", None])
        plain = {"tier": TIERS.get(no % 10, tier)}
        plain = {k: v for k, v in plain.items() if v is not None or rng.random() < 0.5}
        made["customers"].append(
            {
                "customer_id": key, "gender": rng.choice(["f", "m", None]), "birth_on": _day(rng),
                "consent_email": rng.choice([True, False, None]), "plain": plain,
                "attributes": json.dumps(plain) if plain or rng.random() < 0.5 else None,
            }
        )  # fmt: skip
    if rng.random() < 0.8:
        made["customer_scores"].append(
            {"customer_no": no, "customer_id": key, "stage": rng.choice(["loyal", "lost", None]),
             "p_alive": _maybe(rng, rng.randrange(5) / 4), "r": _maybe(rng, rng.randrange(1, 6))}
        )  # fmt: skip
    for _ in range(rng.choice([0, 1, 2, 4])):
        _order(rng, made, no, key)
    for _ in range(rng.choice([0, 0, 1, 3])):
        _records(rng, made, key)


def _order(rng: random.Random, made: dict[str, Rows], no: int, key: str) -> None:
    number = len(made["order_facts"])
    status = rng.choice(["paid", "paid", "returned", "open"])
    day, is_counted = _day(rng), status != "open"
    amount = _maybe(rng, Decimal(rng.randrange(1, 9)))
    channel = rng.choice(CHANNELS)
    made["order_facts"].append(
        {"order_no": number, "order_id": f"o{number}", "customer_no": no, "customer_id": key,
         "ordered_on": day, "status": status, "is_counted": is_counted and day is not None,
         "channel": channel, "net_amount": amount}
    )  # fmt: skip
    made["orders"].append(
        {"order_id": f"o{number}", "customer_id": key, "ordered_on": day, "status": status,
         "amount": None if number % 5 == 0 else Decimal(number % 7),
         "currency": ["EUR", "CNY", None][number % 3]}
    )  # fmt: skip
    for line in range(rng.choice([0, 1, 2])):
        product = rng.choice(["p1", "p2"])
        product = None if number % 6 == 5 else product
        made["order_lines"].append(
            {"order_id": f"o{number}", "line_no": line + 1, "product_id": product,
             "quantity": [None, 2.0, -1.0, 0.0, 1.0][(number + line) % 5],
             "amount": _maybe(rng, Decimal(rng.randrange(1, 9)))}
        )  # fmt: skip
    if is_counted and day is not None:
        for category in rng.sample(CATEGORIES, rng.choice([1, 1, 2, 3])):
            made["order_categories"].append(
                {"order_no": number, "customer_no": no, "category": category, "ordered_on": day,
                 "channel": channel, "is_paid": status == "paid", "has_order": rng.random() < 0.9}
            )  # fmt: skip


def _by_category(parts: Rows) -> Rows:
    """Orders counted by customer and category, as the mart does."""
    found: dict[tuple[int, str | None], list[int]] = {}
    for row in parts:
        numbers = found.setdefault((row["customer_no"], row["category"]), [])
        if row["is_paid"] and row["has_order"] and row["ordered_on"] <= AS_OF:
            numbers.append(row["order_no"])
    return [
        {"customer_no": no, "category": category, "paid_orders": len(numbers),
         "first_paid_no": min(numbers, default=None), "last_paid_no": max(numbers, default=None)}
        for (no, category), numbers in found.items()
    ]  # fmt: skip


def _known_paid(made: dict[str, Rows]) -> None:
    """Paid orders of customers up to the end, as the mart counts them."""
    paid = Counter(
        row["customer_no"]
        for row in made["order_facts"]
        if row["status"] == "paid" and row["ordered_on"] and row["ordered_on"] <= AS_OF
    )
    for row in made["customer_facts"]:
        row["known_paid_orders"] = paid[row["customer_no"]]


def _by_product(made: dict[str, Rows]) -> Rows:
    """Products of customers in paid orders, as the mart has them."""
    paid = {row["order_id"]: row for row in made["order_facts"] if row["status"] == "paid"}
    found: dict[tuple[int, str], list[date]] = {}
    for line in made["order_lines"]:
        order = paid.get(line["order_id"])
        if (
            order is None
            or line["product_id"] is None
            or (line["quantity"] is not None and line["quantity"] <= 0)
        ):
            continue
        days = found.setdefault((order["customer_no"], line["product_id"]), [])
        days += [order["ordered_on"]] if order["ordered_on"] else []
    return [
        {
            "customer_no": no, "product_id": product, "last_on": max(days, default=None),
            "known_last_on": max((day for day in days if day <= AS_OF), default=None),
        }
        for (no, product), days in found.items()
    ]  # fmt: skip


def _records(rng: random.Random, made: dict[str, Rows], key: str) -> None:
    at = len(made["tickets"])
    made["tickets"].append(
        {"ticket_id": f"t{at}", "customer_id": key, "created_at": _instant(rng),
         "is_complaint": rng.choice([True, False, None]), "category": rng.choice(CATEGORIES),
         "resolved_at": _instant(rng), "status": rng.choice(["open", None]),
         "priority": PRIORITIES[at % 3], "reopened_count": [0, 1, None, 2][at % 4]}
    )  # fmt: skip
    made["contacts"].append(
        {"contact_id": f"h{at}", "customer_id": key if at % 5 else None,
         "title": ["buyer", "ceo", None][at % 3], "email": [None, "a@x.com"][at % 2]}
    )  # fmt: skip
    made["survey_invitations"].append(
        {"invitation_id": f"v{at}", "customer_id": key, "kind": ["nps", "csat"][at % 2],
         "sent_at": made["tickets"][-1]["resolved_at"],
         "response_id": f"s{at}" if at % 3 == 0 else None}
    )  # fmt: skip
    made["interactions"].append(
        {"interaction_id": f"i{at}", "customer_id": key, "occurred_at": _instant(rng),
         "channel": rng.choice(CHANNELS), "direction": rng.choice(["inbound", None])}
    )  # fmt: skip
    made["campaign_members"].append(
        {"campaign_id": rng.choice(["k1", "k2"]), "member_id": f"m{at}", "customer_id": key,
         "assigned_at": _instant(rng), "opened_at": _instant(rng), "arm": rng.choice(["A", None])}
    )  # fmt: skip
    made["survey_responses"].append(
        {"response_id": f"s{at}", "customer_id": key, "responded_at": _instant(rng),
         "sent_at": _instant(rng), "kind": rng.choice(["nps", "csat"]),
         "score": _maybe(rng, float(rng.randrange(11)))}
    )  # fmt: skip
    made["opportunities"].append(
        {"opportunity_id": f"d{at}", "customer_id": key, "name": ["Big deal", None][at % 2],
         "probability": [0.25, 0.5, None][at % 3], "created_at": _instant(rng),
         "stage": rng.choice(["offer", "talk"]), "outcome": rng.choice(["won", "lost", None])}
    )  # fmt: skip
    made["subscriptions"].append(
        {"subscription_id": f"u{at}", "customer_id": key, "started_on": _day(rng),
         "ended_on": _day(rng), "product_id": rng.choice(["p1", None])}
    )  # fmt: skip
    made["leads"].append(
        {"lead_id": f"l{at}", "customer_id": key, "created_at": _instant(rng),
         "source": rng.choice(["fair", None])}
    )  # fmt: skip
    made["touchpoints"].append(
        {"touchpoint_id": f"p{at}", "customer_id": key, "occurred_at": _instant(rng),
         "channel": rng.choice(CHANNELS)}
    )  # fmt: skip


def _day(rng: random.Random) -> date | None:
    """Days around the last one and some far before it."""
    return rng.choice([None, *(AS_OF - timedelta(days=d) for d in (-2, 0, 1, 29, 30, 31, 90, 400))])


def _instant(rng: random.Random) -> datetime | None:
    day = _day(rng)
    hour = rng.choice([0, 23])
    return None if day is None else datetime(day.year, day.month, day.day, hour, 59 * (hour > 0))


def _maybe(rng: random.Random, value: Any) -> Any:
    return None if rng.random() < 0.25 else value
