"""One customer: every number by hand, and nothing for those who may not see it."""

import pandas as pd
import pytest
import sqlalchemy as sa

from crm_data.queries import customers as queries
from crm_data.scope import EVERYTHING, NOBODY, AccessScope

OF_E1 = AccessScope(frozenset({"E1"}))
OF_E2 = AccessScope(frozenset({"E2"}))


def test_a_profile_matches_hand_count(conn: sa.Connection) -> None:
    frame = queries.customer_profile(conn, scope=OF_E1, customer_id="c1")
    queries.CUSTOMER_PROFILE.check(frame)
    (row,) = frame.to_dict("records")

    assert (row["orders"], row["paid_orders"], row["returned_orders"]) == (4, 3, 1)
    assert (row["net_amount"], row["gross_amount"], row["returned_amount"]) == (150.0, 180.0, 30.0)
    assert (row["mean_gap_days"], row["median_gap_days"]) == (15.0, 15.0)
    assert (row["owner_name"], bool(row["consent_email"])) == ("李雷", True)
    assert pd.isna(row["consent_phone"])
    assert "金卡" in row["attributes"]


def test_a_customer_known_only_from_an_order_has_a_profile(conn: sa.Connection) -> None:
    (row,) = queries.customer_profile(conn, scope=EVERYTHING, customer_id="c9").to_dict("records")

    assert (row["orders"], row["net_amount"]) == (1, 20.0)
    assert pd.isna(row["name"])


@pytest.mark.parametrize(
    ("scope", "customer"),
    [
        (OF_E2, "c1"), (NOBODY, "c1"), (OF_E1, "c9"), (OF_E1, "c4"), (EVERYTHING, "nobody"),
        (EVERYTHING, "' OR 1=1 --"), (EVERYTHING, "c1\x00"), (EVERYTHING, "\ud800"),
        (EVERYTHING, "C1"), (EVERYTHING, ""),
    ],
)  # fmt: skip
def test_out_of_scope_is_the_same_as_not_there(
    conn: sa.Connection, scope: AccessScope, customer: str
) -> None:
    one = {"scope": scope, "customer_id": customer}

    for query in (
        queries.customer_profile,
        queries.customer_order_months,
        queries.customer_contacts,
    ):
        assert query(conn, **one).empty


def test_orders_by_month_match_hand_count(conn: sa.Connection) -> None:
    frame = queries.customer_order_months(conn, scope=OF_E1, customer_id="c1")
    (row,) = frame.to_dict("records")

    assert row["month_on"] == pd.Timestamp(2025, 1, 1)
    assert (row["orders"], row["paid_orders"], row["order_days"]) == (4, 3, 3)
    assert (row["net_amount"], row["net_amount_sq"]) == (150.0, 100**2 + 50**2 + 30**2 + 30**2)
    assert (row["margin"], row["orders_with_cost"]) == (40.0, 1)
    assert row["longest_gap_days"] == 20


def test_an_order_without_a_day_is_a_row_without_a_month(conn: sa.Connection) -> None:
    (row,) = queries.customer_order_months(conn, scope=EVERYTHING, customer_id="c4").to_dict(
        "records"
    )

    assert pd.isna(row["month_on"])
    assert (row["orders"], row["net_amount"], row["order_days"]) == (1, 40.0, 0)


def test_contacts_are_those_of_the_customer(conn: sa.Connection) -> None:
    frame = queries.customer_contacts(conn, scope=OF_E1, customer_id="c1")

    assert list(frame["name"]) == ["韩梅梅"]


def duplicates(
    conn: sa.Connection, scope: AccessScope, own: str, email: str | None, phone: str | None
) -> list[tuple[str, bool, bool, int]]:
    frame = queries.possible_duplicates(
        conn, scope=scope, customer_id=own, email=email, phone=phone
    )
    queries.POSSIBLE_DUPLICATES.check(frame)
    return [
        (r["customer_id"], r["same_email"], r["same_phone"], r["total"])
        for r in frame.to_dict("records")
    ]


def test_the_same_phone_written_otherwise_is_a_hint(conn: sa.Connection) -> None:
    phone = "+86 138-0013-8000"

    assert duplicates(conn, EVERYTHING, "c1", "Ming@Example.com", phone) == [("c2", False, True, 1)]
    assert duplicates(conn, EVERYTHING, "c2", "pure@example.com", "138 0013 8000") == [
        ("c1", False, True, 2),
        ("c3", True, False, 2),
    ]


def test_a_hint_names_only_customers_in_scope(conn: sa.Connection) -> None:
    assert duplicates(conn, OF_E2, "c2", "pure@example.com", "138 0013 8000") == [
        ("c3", True, False, 1)
    ]


def test_no_contact_no_hint(conn: sa.Connection) -> None:
    assert duplicates(conn, EVERYTHING, "c4", None, None) == []
    assert duplicates(conn, EVERYTHING, "c4", "%", "0000000000") == []


def test_digits_inside_another_phone_are_no_hint(conn: sa.Connection) -> None:
    assert duplicates(conn, EVERYTHING, "c3", None, "800 1380") == []
    assert duplicates(conn, EVERYTHING, "c3", None, "0013 8000") == []
