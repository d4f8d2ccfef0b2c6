"""Reasons to worry, each at its limit."""

import pandas as pd
import pytest

from analytics.key_customers import key_customers
from crm_data.queries.key_accounts import KEY_ACCOUNTS

SAFE = {
    "customer_id": "a", "amount": 100.0, "net_amount_365d": 100.0, "year_before": 100.0,
    "orders": 9, "order_days": 9, "days_since_last_order": 10, "rhythm_days": 10.0,
    "open_tickets": 0, "open_complaints": 0, "last_nps": 9.0, "open_deals": 0,
    "last_contact_at": pd.Timestamp(2025, 1, 1), "days_since_contact": 5,
}  # fmt: skip


def accounts(*changes: dict[str, object]) -> pd.DataFrame:
    rows = [{**dict.fromkeys(KEY_ACCOUNTS.column_names), **SAFE, **change} for change in changes]
    return KEY_ACCOUNTS.conform(pd.DataFrame(rows, columns=KEY_ACCOUNTS.column_names))


@pytest.mark.parametrize(
    ("change", "reasons"),
    [
        ({}, []),
        ({"days_since_last_order": 30}, [("silent", 3.0)]),
        ({"days_since_last_order": 29}, []),
        ({"days_since_last_order": 300, "order_days": 3}, []),
        ({"days_since_last_order": 300, "rhythm_days": None}, []),
        ({"days_since_last_order": 300, "rhythm_days": 0.0}, []),
        ({"net_amount_365d": 70.0}, [("down", -0.3)]),
        ({"net_amount_365d": 71.0}, []),
        ({"net_amount_365d": None}, [("down", -1.0)]),
        ({"year_before": 0.0, "net_amount_365d": -5.0}, []),
        ({"year_before": None, "net_amount_365d": None}, []),
        ({"open_complaints": 2, "last_nps": 6.0}, [("complaint", 2.0), ("nps", 6.0)]),
        ({"last_nps": 7.0}, []),
        ({"last_nps": 0.0}, [("nps", 0.0)]),
        ({"days_since_contact": 180}, [("no_contact", 180.0)]),
        ({"days_since_contact": 179}, []),
    ],
)
def test_each_reason_at_its_limit(
    change: dict[str, object], reasons: list[tuple[str, float]]
) -> None:
    found = key_customers(accounts(change), total=400.0)

    assert [r.name for r in found.reasons[0]] == [name for name, _ in reasons]
    numbers = [r.number for r in found.reasons[0]]
    assert numbers == pytest.approx([number for _, number in reasons])
    assert found.at_risk == any(name != "no_contact" for name, _ in reasons)


def test_shares_and_revenue_at_risk() -> None:
    frame = accounts(
        {"customer_id": "a", "amount": 200.0, "open_complaints": 1},
        {"customer_id": "b", "amount": 100.0},
        {"customer_id": "c", "amount": 50.0, "net_amount_365d": 20.0},
    )
    found = key_customers(frame, total=400.0)

    assert found.frame["share"].tolist() == [0.5, 0.25, 0.125]
    assert found.frame["cumulative_share"].tolist() == [0.5, 0.75, 0.875]
    assert found.frame["change"].tolist() == pytest.approx([0, 0, -0.8])
    assert found.frame["is_at_risk"].tolist() == [True, False, True]
    assert (found.at_risk, found.revenue_at_risk) == (2, 120.0)


def test_no_contact_is_only_missed_where_contacts_are_kept() -> None:
    unheard = {"last_contact_at": None, "days_since_contact": None}

    assert key_customers(accounts(unheard, unheard), total=1.0).reasons == [[], []]
    mixed = key_customers(accounts({}, unheard), total=1.0)
    assert [(r.name, r.number) for r in mixed.reasons[1]] == [("no_contact", None)]
    assert mixed.at_risk == 0


def test_nobody() -> None:
    found = key_customers(accounts(), total=0.0)

    assert found.frame.empty
    assert (found.at_risk, found.revenue_at_risk, found.reasons) == (0, 0.0, [])
