"""A shop whose offers can be counted by hand.

Bought (product: customers), all in the last weeks unless said otherwise:

tea   1 2 3 4 9 10, and 7 fifteen months ago; 8 and 5 brought it back (their orders are returns)
cup   1 2 3
pot   2 5
kettle  1 2 nine months ago: out of sale
6 bought nothing. 4 is E1's and agreed to e-mail and phone, but has no phone; 9 agreed to nothing;
10 agreed to e-mail without having one.
"""

from datetime import date, timedelta
from decimal import Decimal

from crm_data.settings import Settings
from crm_data.warehouse import build
from scoring import score_version
from tests.conftest import NOW
from tests.warehouse.stage import stored

AS_OF = date(2026, 3, 10)
_BOUGHT = {
    "tea": {"c1": 1, "c2": 2, "c3": 3, "c4": 4, "c9": 5, "c10": 0, "c7": 450},
    "cup": {"c1": 1, "c2": 12, "c3": 13},
    "pot": {"c2": 20, "c5": 21},
    "kettle": {"c1": 270, "c2": 271},
}
PRODUCTS = [
    {"product_id": "tea", "name": "茶 *Tea*", "category": "drink"},
    {"product_id": "cup", "name": "Cup", "category": "ware"},
    {"product_id": "pot", "name": "Pot", "category": "ware"},
]
CUSTOMERS = [
    *({"customer_id": f"c{n}", "name": f"Name {n}"} for n in (1, 2, 3, 5, 6, 7, 8)),
    {
        "customer_id": "c4", "name": "王 [link](x)", "owner_id": "E1", "email": "four@example.com",
        "phone": " ", "consent_email": True, "consent_phone": True,
    },
    {"customer_id": "c9", "name": "Nine", "email": "nine@example.com", "consent_email": False},
    {"customer_id": "c10", "name": "Ten", "consent_email": True},
]  # fmt: skip


def tables() -> dict[str, list[dict[str, object]]]:
    """Rows of the shop by table."""
    orders: list[dict[str, object]] = []
    lines: list[dict[str, object]] = []
    for product, buyers in _BOUGHT.items():
        for customer, days in buyers.items():
            number = f"o{len(orders):03d}"
            orders.append(
                {
                    "order_id": number, "customer_id": customer, "status": "paid",
                    "ordered_on": AS_OF - timedelta(days=days),
                }
            )  # fmt: skip
            lines.append(_line(number, product, 1.0))
    orders += [
        {"order_id": "r1", "customer_id": "c8", "status": "returned", "ordered_on": AS_OF},
        {"order_id": "r2", "customer_id": "c4", "status": "paid", "ordered_on": AS_OF},
        {"order_id": "r3", "customer_id": "c5", "status": "returned", "ordered_on": AS_OF},
    ]
    # A return among the lines of a paid order is not a purchase either.
    lines += [_line("r1", "tea", 1.0), _line("r2", "pot", -1.0), _line("r3", "tea", 1.0)]
    return {"customers": CUSTOMERS, "orders": orders, "order_lines": lines, "products": PRODUCTS}


def _line(order_id: str, product_id: str, quantity: float) -> dict[str, object]:
    amount = Decimal(10) if quantity > 0 else Decimal(-10)
    return {
        "order_id": order_id, "line_no": 1, "product_id": product_id, "quantity": quantity,
        "amount": amount,
    }  # fmt: skip


def built(settings: Settings, rows: dict[str, list[dict[str, object]]] | None = None) -> str:
    """Store the rows, build, score and publish them."""
    for name, content in (tables() if rows is None else rows).items():
        if content:
            stored(settings, name, content)
    return build(settings, now=NOW, scorer=score_version)
