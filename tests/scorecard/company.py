"""Two years of a company written by hand: on 1 July 2025 something happens in the North.

Every month two customers join in the North and two in the South, order for 100, and for 50 two
months later; from July 2025 on who joined in the North orders for 150 then. Ten answers a month and
region; 5 to 7 of them are satisfied, in the North 9 or 10 from July 2025 on. One of 40 contracts
ends each month. A campaign costs 100 a month and brings 200 and 250 of margin in turn.
"""

from datetime import date, datetime
from typing import Any

from crm_data.calendar import add_months

FIRST, DAY, LAST = date(2024, 1, 1), date(2025, 7, 1), date(2025, 12, 31)
MONTHS = [add_months(FIRST, n) for n in range(24)]
SATISFIED = [6, 5, 7, 6, 5, 7]
AFTER = [9, 10, 9, 10, 9, 10]


def tables() -> dict[str, list[dict[str, Any]]]:
    """Return the rows of every table."""
    customers, orders, answers, costs = [], [], [], []
    for place, month in enumerate(MONTHS):
        for region, n in (("North", 0), ("North", 1), ("South", 0), ("South", 1)):
            key = f"{region[0]}{place:02d}{n}"
            customers.append({"customer_id": key, "region": region,
                              "owner_id": "e1" if region == "North" else "e2",
                              "created_at": datetime(2024, 1, 1)})  # fmt: skip
            second = 150 if region == "North" and month >= DAY else 50
            orders += [_order(f"{key}a", key, month, 100), _order(f"{key}b", key,
                       add_months(month, 2), second)]  # fmt: skip
        for region in ("North", "South"):
            good = AFTER if region == "North" and month >= DAY else SATISFIED
            answers += [
                {"response_id": f"{region}{place}-{n}", "customer_id": f"{region[0]}{place:02d}0",
                 "kind": "csat", "score": 5 if n < good[place % 6] else 2, "scale_max": 5,
                 "responded_at": datetime(month.year, month.month, 15)}
                for n in range(10)
            ]  # fmt: skip
        margin = 200 if place % 2 else 250
        orders.append(_order(f"k{place}", "S000", month, margin, campaign_id="k", cost=0))
        costs.append({"campaign_id": "k", "spent_on": month, "amount": 100})
    held = [{"customer_id": f"K{n:02d}", "region": "North" if n % 2 else "South",
             "owner_id": "e1", "created_at": datetime(2023, 1, 1)} for n in range(40)]  # fmt: skip
    contracts = [
        {"subscription_id": f"s{n}", "customer_id": f"K{n:02d}", "started_on": date(2023, 12, 1),
         "ended_on": date(MONTHS[n].year, MONTHS[n].month, 15) if n < 24 else None,
         "monthly_amount": 10}
        for n in range(40)
    ]  # fmt: skip
    return {
        "customers": customers + held,
        "orders": [o for o in orders if o["ordered_on"] <= LAST]
        + [_order("last", "S000", LAST, 1)],
        "survey_responses": [
            *answers,
            {"response_id": "end", "customer_id": "S000", "kind": "nps", "score": 9,
             "scale_max": 10, "responded_at": datetime(2025, 12, 31)},
        ],
        "campaigns": [{"campaign_id": "k", "name": "K", "channel": "email", "started_on": FIRST}],
        "campaign_costs": costs,
        "subscriptions": contracts,
        "employees": [{"employee_id": "e1", "name": "Ann"}, {"employee_id": "e2", "name": "Bo"}],
    }  # fmt: skip


def _order(key: str, customer: str, day: date, amount: float, **more: Any) -> dict[str, Any]:
    return {"order_id": key, "customer_id": customer, "ordered_on": day, "amount": amount,
            "status": "paid", "currency": "CNY", **more}  # fmt: skip
