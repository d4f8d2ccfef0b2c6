"""A company whose every table is faulty in a known way: ``FAULTS`` counts the rows by hand."""

from datetime import date, datetime
from pathlib import Path

from crm_data import warehouse
from crm_data.settings import Settings
from tests.conftest import NOW
from tests.warehouse.stage import Row, stored

DAY, LATER = date(2025, 3, 1), date(2025, 3, 2)
AT, AFTER, YEARS_ON = datetime(2025, 3, 1, 9), datetime(2025, 3, 1, 10), datetime(2099, 1, 1)

TABLES: dict[str, list[Row]] = {
    "customers": [
        {"customer_id": "a", "name": "Ada", "email": "ada@shop.example", "phone": "+49301234567",
         "birth_on": date(1890, 1, 1), "owner_id": "e1", "region": "North", "created_at": AT},
        {"customer_id": "b", "name": "B\ufffd", "email": "ADA@shop.example", "phone": "12345",
         "birth_on": date(2099, 1, 1), "region": "North", "created_at": YEARS_ON},
        {"customer_id": "c", "name": "Cy", "email": "no address", "phone": "12-345",
         "created_at": datetime(1900, 1, 1)},
        {"customer_id": "d", "name": "Di", "email": "a@b@c.example", "phone": "+4930 123 45 67"},
    ],
    "contacts": [{"contact_id": "k", "customer_id": "nobody", "email": "x@y"}],
    "employees": [{"employee_id": "e1", "hired_on": LATER, "left_on": DAY}],
    "products": [{"product_id": "p", "name": "P", "list_price": -1},
                 {"product_id": "q", "name": "p", "unit_cost": -1}],
    "orders": [
        {"order_id": "1", "customer_id": "a", "ordered_on": DAY, "status": "paid"},
        {"order_id": "2", "customer_id": None, "ordered_on": DAY, "amount": 9},
        {"order_id": "3", "customer_id": "nobody", "ordered_on": date(2099, 1, 1), "amount": 1},
        {"order_id": "4", "customer_id": "a", "ordered_on": None, "amount": 5},
        {"order_id": "5", "customer_id": "a", "ordered_on": DAY},
    ],
    "order_lines": [
        {"order_id": "1", "line_no": 1, "product_id": "p", "quantity": 1, "unit_price": 4,
         "amount": 4},
        {"order_id": "1", "line_no": 2, "product_id": "p", "quantity": 1, "unit_price": 4,
         "amount": 4},
        {"order_id": "1", "line_no": 3, "product_id": "p", "quantity": 2, "unit_price": 4,
         "amount": 8},
        {"order_id": "2", "line_no": 1, "product_id": "ghost", "unit_price": -4, "amount": 8},
        {"order_id": "ghost", "line_no": 1, "amount": 3},
    ],
    "leads": [{"lead_id": "l", "created_at": AFTER, "converted_at": AT, "first_response_at": AT}],
    "opportunities": [
        {"opportunity_id": "1", "created_at": AFTER, "closed_at": AT, "outcome": "won"},
        {"opportunity_id": "2", "customer_id": "a", "created_at": AT, "outcome": "lost",
         "probability": 1.5, "amount": -3},
        {"opportunity_id": "3", "customer_id": "a", "created_at": AT, "closed_at": AFTER,
         "amount": 7},
        {"opportunity_id": "4", "customer_id": "a", "created_at": AT, "closed_at": AFTER,
         "outcome": "won", "amount": 10, "probability": 1.0},
    ],
    "subscriptions": [{"subscription_id": "s", "started_on": LATER, "ended_on": DAY}],
    "survey_responses": [
        {"response_id": "r", "customer_id": "a", "kind": "csat", "score": 9, "scale_max": 5,
         "sent_at": AFTER, "responded_at": AT},
        {"response_id": "t", "customer_id": "a", "kind": "csat", "score": 5, "scale_max": 5,
         "sent_at": AT, "responded_at": AFTER},
    ],
    "tickets": [
        {"ticket_id": "1", "customer_id": "a", "created_at": AT, "first_response_at": AFTER,
         "resolved_at": AT},
        {"ticket_id": "2", "customer_id": "a"},
    ],
}  # fmt: skip
FAULTS: dict[tuple[str, str, str], int] = {
    ("birth_impossible", "customers", "birth_on"): 2,
    ("email_invalid", "customers", "email"): 2,
    ("email_invalid", "contacts", "email"): 1,
    ("phone_invalid", "customers", "phone"): 2,
    ("name_damaged", "customers", "name"): 1,
    ("shared", "customers", "email"): 2,
    ("shared", "products", "name"): 2,
    ("in_future", "customers", "created_at"): 1,
    ("too_old", "customers", "created_at"): 1,
    ("in_future", "orders", "ordered_on"): 1,
    ("orphans", "contacts", "customer_id"): 1,
    ("orphans", "orders", "customer_id"): 1,
    ("orphans", "order_lines", "product_id"): 1,
    ("orphans", "order_lines", "order_id"): 1,
    ("before_begin", "employees", "left_on"): 1,
    ("before_begin", "leads", "converted_at"): 1,
    ("before_begin", "leads", "first_response_at"): 1,
    ("before_begin", "opportunities", "closed_at"): 1,
    ("before_begin", "survey_responses", "responded_at"): 1,
    ("negative", "products", "list_price"): 1,
    ("negative", "products", "unit_cost"): 1,
    ("negative", "order_lines", "unit_price"): 1,
    ("negative", "opportunities", "amount"): 1,
    ("outside_0_1", "opportunities", "probability"): 1,
    ("repeated", "order_lines", "line_no"): 1,
    ("amount_differs_from_lines", "orders", "amount"): 1,
    ("orders_without_customer", "orders", "customer_id"): 1,
    ("lines_without_customer", "order_lines", "customer_id"): 1,
    ("orders_without_day", "orders", "ordered_on"): 1,
    ("orders_without_value", "orders", "amount"): 1,
    ("contracts_end_before_start", "subscriptions", "ended_on"): 1,
    ("contracts_without_customer", "subscriptions", "customer_id"): 1,
    ("contracts_without_amount", "subscriptions", "monthly_amount"): 1,
    ("deals_without_customer", "opportunities", "customer_id"): 1,
    ("won_without_value", "opportunities", "amount"): 1,
    ("closed_without_day", "opportunities", "closed_at"): 1,
    ("closed_without_outcome", "opportunities", "outcome"): 1,
    ("tickets_resolution_before_response", "tickets", "resolved_at"): 1,
    ("tickets_without_creation", "tickets", "created_at"): 1,
    ("answers_with_impossible_score", "survey_responses", "score"): 1,
}


def build_company(home: Path) -> tuple[Settings, str]:
    """Build the company in ``home`` and return its settings and version."""
    settings = Settings.from_environment({"CRM_HOME": str(home)})
    for name, rows in TABLES.items():
        stored(settings, name, rows, source=f"{name}.csv")
    stored(settings, "customers", [{"customer_id": "d", "name": "Dora"}], source="later.csv")
    return settings, warehouse.build(settings, now=NOW)
