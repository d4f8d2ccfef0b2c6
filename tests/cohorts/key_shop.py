"""A shop for key customers. The last counted order is of 31 December 2025.

The last 365 days begin on 1 January 2025, the year before on 2 January 2024.

a E1 North  1 Jan 2024 1000 (too old), 2 Jan 2024 300, 31 Dec 2024 100, 1 Jan 2025 500, 11 Jan 40
b E2 South  31 Dec 2025 200; 1 Jan 2099 5000, which has not come yet
c E1 -      5 Mar 2025 90 and -100 returned: -10 in the year
d E2 -      1 Feb 2024 70 only: nothing in the year
x -         known from an order of 30 Jun 2025 only: 20
"""

from datetime import date, datetime
from decimal import Decimal

from tests.cohorts.shop import Rows, customer, order

KEY_TABLES: dict[str, Rows] = {
    "customers": [
        customer("a", "North", "ads", "E1"),
        customer("b", "South", "ads", "E2"),
        customer("c", None, None, "E1"),
        customer("d", None, None, "E2"),
    ],
    "employees": [{"employee_id": "E1", "name": "李雷"}],
    "orders": [
        order("o1", "a", date(2024, 1, 1), 1000),
        order("o2", "a", date(2024, 1, 2), 300),
        order("o3", "a", date(2024, 12, 31), 100),
        order("o4", "a", date(2025, 1, 1), 500),
        order("o5", "a", date(2025, 1, 11), 40),
        order("o6", "b", date(2025, 12, 31), 200),
        order("o7", "b", date(2099, 1, 1), 5000),
        order("o8", "c", date(2025, 3, 5), 90),
        order("o9", "c", date(2025, 3, 6), -100, status="returned"),
        order("o10", "d", date(2024, 2, 1), 70),
        order("o11", "x", date(2025, 6, 30), 20),
        order("o12", "d", date(2026, 3, 1), 8, status="cancelled"),
    ],
    "interactions": [
        {"interaction_id": "i1", "customer_id": "a", "occurred_at": datetime(2025, 12, 1, 23)},
        {"interaction_id": "i2", "customer_id": "b", "occurred_at": datetime(2026, 1, 5, 1)},
    ],
    "tickets": [
        {"ticket_id": "t1", "customer_id": "a", "is_complaint": True},
        {"ticket_id": "t2", "customer_id": "a", "is_complaint": False},
        {"ticket_id": "t3", "customer_id": "a", "is_complaint": True,
         "resolved_at": datetime(2025, 2, 2)},
        {"ticket_id": "t4", "customer_id": "a", "is_complaint": True,
         "closed_at": datetime(2025, 2, 2)},
    ],
    "opportunities": [
        {"opportunity_id": "d1", "customer_id": "a", "amount": Decimal(70)},
        {"opportunity_id": "d2", "customer_id": "a", "amount": Decimal(30)},
        {"opportunity_id": "d3", "customer_id": "a", "amount": Decimal(9), "outcome": "won"},
        {"opportunity_id": "d4", "customer_id": "b"},
    ],
    "survey_responses": [
        {"response_id": "r1", "customer_id": "a", "kind": "nps", "score": 3.0,
         "responded_at": datetime(2025, 5, 5)},
    ],
}  # fmt: skip
