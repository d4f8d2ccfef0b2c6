"""What a build finds wrong, counted by hand."""

from datetime import date, timedelta

from crm_data import warehouse
from crm_data.settings import Settings
from tests.conftest import NOW
from tests.warehouse.stage import Row, selected, stored

DAY = date(2025, 1, 1)


def findings(settings: Settings, tables: dict[str, list[Row]]) -> list[tuple[object, ...]]:
    for name, rows in tables.items():
        stored(settings, name, rows)
    version = warehouse.build(settings, now=NOW)
    return selected(
        settings, version, "SELECT rule, table_name, field, rows FROM build_findings ORDER BY ALL"
    )


def test_tables_without_a_fault_have_no_finding(settings: Settings) -> None:
    order = {"order_id": "1", "customer_id": "1", "ordered_on": DAY, "amount": 5}
    tables: dict[str, list[Row]] = {
        "customers": [{"customer_id": "1", "owner_id": "e1"}],
        "employees": [{"employee_id": "e1"}],
        "orders": [{**order, "owner_id": None}],
        "order_lines": [{"order_id": "1", "line_no": 1, "amount": 5}],
    }
    assert findings(settings, tables) == []


def test_orders_and_their_lines(settings: Settings) -> None:
    orders = [
        {"order_id": "1", "customer_id": "1", "ordered_on": DAY, "amount": 5},
        {"order_id": "2", "customer_id": None, "ordered_on": DAY, "amount": None},
        {"order_id": "3", "customer_id": "1", "ordered_on": None, "amount": 7},
        {"order_id": "4", "customer_id": "1", "ordered_on": DAY, "amount": None},
        {"order_id": "5", "customer_id": "1", "ordered_on": DAY, "status": "open"},  # never counts
        {"order_id": "6", "customer_id": "1", "ordered_on": DAY, "amount": 1},  # without lines
    ]
    lines = [
        {"order_id": "1", "line_no": 1, "amount": 2},
        {"order_id": "1", "line_no": 2, "amount": 2},
        {"order_id": "2", "line_no": 1, "amount": 4},
        {"order_id": "2", "line_no": 2, "amount": 4},
        {"order_id": "2", "line_no": 3, "amount": 4},
        {"order_id": "3", "line_no": 1, "amount": 7},
        {"order_id": "nowhere", "line_no": 1, "amount": 1},
        {"order_id": "nowhere", "line_no": 2, "amount": 1},
    ]
    assert findings(settings, {"orders": orders, "order_lines": lines}) == [
        ("amount_differs_from_lines", "orders", "amount", 1),  # 1
        ("lines_without_customer", "order_lines", "customer_id", 3),  # of 2
        ("orders_without_customer", "orders", "customer_id", 1),
        ("orders_without_day", "orders", "ordered_on", 1),
        ("orders_without_value", "orders", "amount", 1),  # 4, not 5
        ("orphans", "order_lines", "order_id", 2),
    ]


REFERENCES = {
    "orders.customer_id": "customers",
    "orders.campaign_id": "campaigns",
    "orders.owner_id": "employees",
    "order_lines.product_id": "products",
    "contacts.customer_id": "customers",
    "customers.owner_id": "employees",
    "subscriptions.customer_id": "customers",
    "interactions.customer_id": "customers",
    "opportunities.customer_id": "customers",
    "opportunities.owner_id": "employees",
    "opportunity_events.opportunity_id": "opportunities",
    "campaign_members.campaign_id": "campaigns",
    "campaign_members.customer_id": "customers",
    "campaign_costs.campaign_id": "campaigns",
    "touchpoints.customer_id": "customers",
    "tickets.customer_id": "customers",
    "tickets.agent_id": "employees",
    "survey_responses.customer_id": "customers",
    "leads.customer_id": "customers",
}
KEYS: dict[str, tuple[str, Row]] = {
    "orders": ("order_id", {"ordered_on": DAY, "amount": 1}),
    "order_lines": ("line_no", {"order_id": "1"}),
    "contacts": ("contact_id", {}),
    "customers": ("customer_id", {}),
    "subscriptions": ("subscription_id", {}),
    "interactions": ("interaction_id", {}),
    "opportunities": ("opportunity_id", {}),
    "opportunity_events": ("field", {"changed_at": NOW}),
    "campaign_members": ("member_id", {"campaign_id": "known campaigns"}),
    "campaign_costs": ("spent_on", {}),
    "touchpoints": ("touchpoint_id", {}),
    "tickets": ("ticket_id", {}),
    "survey_responses": ("response_id", {}),
    "leads": ("lead_id", {}),
}
PARENTS = {
    "customers": "customer_id",
    "campaigns": "campaign_id",
    "employees": "employee_id",
    "products": "product_id",
    "opportunities": "opportunity_id",
}


def test_references_to_nobody_are_orphans_once_the_other_table_was_imported(
    settings: Settings,
) -> None:
    expected = []
    tables: dict[str, list[Row]] = {"orders": [{"order_id": "1", "ordered_on": DAY, "amount": 1}]}
    for reference, parent in REFERENCES.items():
        child, column = reference.split(".")
        key, more = KEYS[child]
        rows = tables.setdefault(child, [])
        unknown = len(expected) % 3 + 1
        for value in (f"known {parent}", *(f"unknown {n}" for n in range(unknown))):
            rows.append({**more, key: _key(key, len(rows) + 2), column: value})
        expected.append((child, column, unknown))
        assert parent in PARENTS
    orphans = "SELECT table_name, field, rows FROM build_findings WHERE rule = 'orphans'"
    for child, rows in tables.items():
        if child not in PARENTS:
            stored(settings, child, rows)

    assert selected(settings, warehouse.build(settings, now=NOW), orphans) == []
    for parent, key in PARENTS.items():
        stored(settings, parent, [*tables.get(parent, ()), {key: f"known {parent}"}])
    found = selected(settings, warehouse.build(settings, now=NOW), f"{orphans} ORDER BY ALL")
    assert found == sorted(expected)


def _key(name: str, number: int) -> object:
    if name == "line_no":
        return number
    return DAY + timedelta(days=number) if name == "spent_on" else str(number)


def test_deals_of_products_that_nobody_knows(settings: Settings) -> None:
    deals = [
        {"opportunity_id": "1", "product_id": "GTX Pro"},
        {"opportunity_id": "2", "product_id": "GTXPro"},
        {"opportunity_id": "3", "product_id": None},
    ]
    found = findings(settings, {"opportunities": deals, "products": [{"product_id": "GTX Pro"}]})
    assert ("orphans", "opportunities", "product_id", 1) in found
