"""The same conditions answered a second way: plain loops over rows, a missing value is None."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from crm_data.segments import nodes

Row = Mapping[str, Any]
Company = Mapping[str, Sequence[Row]]


def members(node: nodes.Node, company: Company, as_of: date) -> set[int]:
    """Numbers of the customers for whom the tree is true."""
    return {
        row["customer_no"] for row in company["customer_facts"] if holds(node, row, company, as_of)
    }


def holds(node: nodes.Node, row: Row, company: Company, as_of: date) -> bool:
    if isinstance(node, nodes.All):
        return all(holds(item, row, company, as_of) for item in node.items)
    if isinstance(node, nodes.Any):
        return any(holds(item, row, company, as_of) for item in node.items)
    if isinstance(node, nodes.Not):
        return not holds(node.item, row, company, as_of)
    if isinstance(node, nodes.Event):
        times = sum(_is_one(node, event, as_of) for event in _events(node.kind, row, company))
        return {
            "at_least": times >= node.n, "at_most": times <= node.n, "exactly": times == node.n,
        }[node.count]  # fmt: skip
    return passes(node, _value(node.field, row, company), as_of)


def passes(condition: nodes.Compare, value: Any, as_of: date) -> bool:
    op, given = condition.op, condition.values
    if op == "is_missing":
        return value is None
    if op == "is_known" or value is None:
        return op == "is_known" and value is not None
    if isinstance(value, datetime):
        value = value.date()
    if condition.field.startswith("attributes.") and op in ("lt", "le", "gt", "ge", "between"):
        try:  # plain Python reads numbers that we do too, and none with separators
            value = float(value)
        except ValueError:
            return False
    if isinstance(value, str) and op in ("contains", "begins"):
        sought, text = _lower(str(given[0])), _lower(value)
        return sought in text if op == "contains" else text.startswith(sought)
    if op in ("within_days", "before_days"):
        edge = as_of - timedelta(days=int(str(given[0])))
        return edge < value <= as_of if op == "within_days" else value <= edge
    return {
        "eq": lambda: value == given[0], "ne": lambda: value != given[0],
        "in": lambda: value in given, "not_in": lambda: value not in given,
        "lt": lambda: value < given[0], "le": lambda: value <= given[0],
        "gt": lambda: value > given[0], "ge": lambda: value >= given[0],
        "between": lambda: given[0] <= value <= given[1],
    }[op]()  # fmt: skip


def _lower(text: str) -> str:
    """Lower case sign by sign, as databases do; by words, Python ends ΟΔΟΣ with another sigma."""
    return "".join(sign.lower()[:1] for sign in text)


def _value(field: str, row: Row, company: Company) -> Any:
    own = [one for one in company["customers"] if one["customer_id"] == row["customer_id"]]
    if field.startswith("attributes."):
        return (own[0]["plain"] if own else {}).get(field.removeprefix("attributes."))
    if field in row:
        return row[field]
    scores = [o for o in company["customer_scores"] if o["customer_no"] == row["customer_no"]]
    if scores and field in scores[0]:
        return scores[0][field]
    return own[0].get(field) if own else None


def _events(kind: str, row: Row, company: Company) -> list[dict[str, Any]]:
    """Events of a customer: their day and fields; ``parts`` are the categories of an order."""
    if kind == "order":
        own = {one["order_id"]: one for one in company["orders"]}
        return [
            {**own[one["order_id"]], **one, "day": one["ordered_on"], "parts": [
                part for part in company["order_categories"]
                if part["order_no"] == one["order_no"] and part["has_order"]
            ]}
            for one in company["order_facts"]
            if one["customer_no"] == row["customer_no"] and one["is_counted"]
        ]  # fmt: skip
    if kind == "line":
        orders = {
            one["order_id"]: one["ordered_on"] for one in company["order_facts"]
            if one["customer_no"] == row["customer_no"] and one["is_counted"]
            and one["status"] == "paid"
        }  # fmt: skip
        return [
            {**line, "day": orders[line["order_id"]]}
            for line in company["order_lines"] if line["order_id"] in orders
        ]  # fmt: skip
    name, clocks = {
        "deal": ("opportunities", ("created_at",)),
        "contract": ("subscriptions", ("started_on",)),
        "lead": ("leads", ("created_at",)),
        "touchpoint": ("touchpoints", ("occurred_at",)),
        "ticket": ("tickets", ("created_at",)),
        "interaction": ("interactions", ("occurred_at",)),
        "campaign": ("campaign_members", ("assigned_at",)),
        "survey": ("survey_responses", ("responded_at", "sent_at")),
        "invitation": ("survey_invitations", ("sent_at",)),
        "person": ("contacts", ()),
    }[kind]
    found = []
    for one in company[name]:
        at = next((one[clock] for clock in clocks if one[clock] is not None), None)
        if one["customer_id"] == row["customer_id"]:
            day = at.date() if isinstance(at, datetime) else at
            found.append({**one, "day": day, "always": not clocks})
    return found


def _is_one(event: nodes.Event, one: Row, as_of: date) -> bool:
    if not one.get("always") and (one["day"] is None or one["day"] > as_of):
        return False
    if event.within_days is not None and one["day"] <= as_of - timedelta(days=event.within_days):
        return False
    if event.since is not None and one["day"] < event.since:
        return False
    named = [condition.field for condition in event.filters]
    if event.kind == "order" and "status" not in named and one["status"] != "paid":
        return False
    of_parts = [c for c in event.filters if event.kind == "order" and c.field == "category"]
    others = [c for c in event.filters if c not in of_parts]
    in_a_part = not of_parts or any(
        all(passes(c, part["category"], as_of) for c in of_parts) for part in one["parts"]
    )
    return in_a_part and all(passes(c, _of_event(c.field, one), as_of) for c in others)


def _of_event(field: str, one: Row) -> Any:
    if field.startswith("attributes."):
        return one["plain"].get(field.removeprefix("attributes."))
    return one.get(field)
