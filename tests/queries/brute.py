"""The same questions answered a second, slower way: plain loops over the base tables."""

import json
from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from crm_data.queries.cut import Cut
from crm_data.scope import AccessScope
from tests.queries.shop import Shop

_TABLE_OF = {
    "region": "customers", "country": "customers", "source": "customers", "city": "customers",
    "channel": "orders", "status": "orders", "currency": "orders", "ordered_on": "orders",
    "product_id": "order_lines", "category": "products", "team": "employees",
}  # fmt: skip
_LINE_FIELDS = ("category", "product_id", "products.name")


def answer(
    shop: Shop, scope: AccessScope, measures: tuple[str, ...], cut: Cut
) -> dict[tuple[Any, ...], dict[str, float]]:
    """Measures by group, as ``measure_frame`` promises them."""
    orders = _counted(shop)
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for order in orders:
        if _visible(order, scope) and _in_period(order["day"], cut):
            for part in _parts(order, cut):
                if _passes(part, order, cut):
                    groups[tuple(_value(name, part, order) for name in cut.by)].append(
                        {**part, "order": order}
                    )
    if not cut.by:
        groups.setdefault((), [])
    return {key: _measures(parts, measures) for key, parts in groups.items()}


def _counted(shop: Shop) -> list[dict[str, Any]]:
    customers = {row["customer_id"]: row for row in shop["customers"]}
    products = {row["product_id"]: row for row in shop["products"]}
    sellers = {row["employee_id"]: row for row in shop["employees"]}
    campaigns = {row["campaign_id"]: row for row in shop["campaigns"]}
    found, seen = [], set()
    for row in sorted(shop["orders"], key=lambda r: (r["ordered_on"] or date.max, r["order_id"])):
        status = row["status"] or "paid"
        if status not in ("paid", "returned") or row["ordered_on"] is None:
            continue
        lines = [line for line in shop["order_lines"] if line["order_id"] == row["order_id"]]
        customer = customers.get(row["customer_id"], {})
        known = row["customer_id"]
        summed = sum(line["amount"] for line in lines) if lines else None
        found.append(
            {
                "orders": {**row, "status": status},
                "customers": customer,
                "employees": sellers.get(row["owner_id"], {}),
                "campaigns": campaigns.get(row["campaign_id"], {}),
                "lines": [(line, products.get(line["product_id"], {})) for line in lines],
                "value": row["amount"] if row["amount"] is not None else summed,
                "customer": known,
                "owner": customer.get("owner_id") if known is not None else row["owner_id"],
                "is_first": known is not None and known not in seen,
                "day": row["ordered_on"],
                "status": status,
            }
        )
        seen.add(known)
    return found


def _parts(order: dict[str, Any], cut: Cut) -> list[dict[str, Any]]:
    names = (*cut.by, *(field.removesuffix("!") for field, _ in cut.where))
    whole = {
        "order_lines": {}, "products": {}, "value": order["value"], "counts": True,
        "lines": len(order["lines"]),
        "units": sum(line["quantity"] for line, _ in order["lines"]),
    }  # fmt: skip
    if not any(name in _LINE_FIELDS for name in names):
        return [whole]
    parts = [
        {"order_lines": line, "products": product, "value": line["amount"], "counts": True,
         "lines": 1, "units": line["quantity"]}
        for line, product in order["lines"]
    ]  # fmt: skip
    explained = sum(part["value"] for part in parts)
    if not parts:
        parts.append(whole)
    elif order["value"] != explained:
        rest = {**whole, "value": order["value"] - explained, "counts": False, "lines": 0}
        parts.append({**rest, "units": 0})
    return parts


def _value(name: str, part: dict[str, Any], order: dict[str, Any]) -> Any:
    path, _, unit = name.partition(":")
    if path == "owner_id":
        return order["owner"]
    if path == "attributes.tier":
        return json.loads(order["customers"].get("attributes") or "{}").get("tier")
    table, _, column = path.rpartition(".")
    table = table or _TABLE_OF[path]
    row = part[table] if table in part else order[table]
    value = row.get(column)
    return _floor(value, unit) if unit and value is not None else value


def _floor(day: date, unit: str) -> date:
    if unit == "week":
        return day - timedelta(days=day.weekday())
    return {
        "day": date(day.year, day.month, day.day),
        "month": date(day.year, day.month, 1),
        "quarter": date(day.year, {1: 1, 2: 4, 3: 7, 4: 10}[-(-day.month // 3)], 1),
        "year": date(day.year, 1, 1),
    }[unit]


def _passes(part: dict[str, Any], order: dict[str, Any], cut: Cut) -> bool:
    for field, values in cut.where:
        value = _value(field.removesuffix("!"), part, order)
        text = value.isoformat() if isinstance(value, date) else value
        if (text in values) == field.endswith("!"):
            return False
    return True


def _visible(order: dict[str, Any], scope: AccessScope) -> bool:
    return scope.owner_ids is None or order["owner"] in scope.owner_ids


def _in_period(day: date, cut: Cut) -> bool:
    return (cut.start is None or day >= cut.start) and (cut.end is None or day < cut.end)


def _measures(parts: list[dict[str, Any]], measures: tuple[str, ...]) -> dict[str, float]:
    orders: dict[str, dict[str, Any]] = {}
    for part in parts:
        key = part["order"]["orders"]["order_id"]
        entry = orders.setdefault(
            key, {"value": 0, "counts": False, "known": False, "order": part["order"]}
        )
        entry["value"] += part["value"] or 0
        entry["counts"] |= part["counts"]
        entry["known"] |= part["value"] is not None
    every = list(orders.values())
    paid = [o for o in every if o["order"]["status"] == "paid"]
    returned = [o for o in every if o["order"]["status"] == "returned"]
    customers: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for entry in every:
        if entry["order"]["customer"] is not None:
            customers[entry["order"]["customer"]].append(entry)
    sums = {c: sum(o["value"] for o in own) for c, own in customers.items()}
    counts = {c: sum(o["counts"] for o in own) for c, own in customers.items()}
    paid_counts = {
        c: sum(o["counts"] for o in own if o["order"]["status"] == "paid")
        for c, own in customers.items()
    }
    new = sum(o["counts"] and o["order"]["is_first"] for o in every)
    active = sum(n > 0 for n in counts.values())
    known: dict[str, Any] = {
        "net_amount": sum(o["value"] for o in every),
        "gross_amount": sum(o["value"] for o in paid),
        "returned_amount": -sum(o["value"] for o in returned),
        "net_amount_sq": sum(o["value"] ** 2 for o in every),
        "gross_amount_sq": sum(o["value"] ** 2 for o in paid),
        "returned_amount_sq": sum(o["value"] ** 2 for o in returned),
        "orders": sum(o["counts"] for o in every),
        "paid_orders": sum(o["counts"] for o in paid),
        "valued_orders": sum(o["counts"] and o["known"] for o in every),
        "lines": sum(part["lines"] for part in parts),
        "units": sum(part["units"] for part in parts),
        "new_customers": new,
        "active_customers": active,
        "returning_customers": active - new,
        "paid_customers": sum(n > 0 for n in paid_counts.values()),
        "repeat_customers": sum(n > 1 for n in paid_counts.values()),
        "customer_net_amount": sum(sums.values()),
        "customer_orders": sum(counts.values()),
        "customer_net_amount_sq": sum(x**2 for x in sums.values()),
        "customer_orders_sq": sum(n**2 for n in counts.values()),
    }
    return {name: float(known[name]) for name in measures}
