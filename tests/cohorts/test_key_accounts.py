"""Amounts in bins and the largest customers: by hand, and against all customers at random."""

import numpy as np
import pytest
from sqlalchemy import Connection

from analytics.concentration import concentration, concentration_of_bins
from crm_data.queries import few_rows
from crm_data.queries import key_accounts as queries
from crm_data.queries.cohorts import Where
from crm_data.queries.key_accounts import concentration_bins, key_accounts
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from crm_data.sql import read_frame
from crm_data.tables import mart
from crm_data.tables.marts import CUSTOMER_FACTS, ORDER_FACTS
from tests.cohorts.test_cells import rows


def test_amounts_of_the_year_and_of_all_time(keys: Connection) -> None:
    year = concentration_bins(keys, scope=EVERYTHING, window="year")
    assert rows(year, "is_positive", "customers", "net_amount") == [
        (True, 1, 540.0),
        (True, 1, 200.0),
        (True, 1, 20.0),
        (False, 1, -10.0),
    ]
    everything = concentration_bins(keys, scope=EVERYTHING, window="all")
    assert rows(everything, "net_amount") == [(5200.0,), (1940.0,), (70.0,), (20.0,), (-10.0,)]


def test_bins_stay_in_scope_and_in_the_filter(keys: Connection) -> None:
    assert concentration_bins(keys, scope=NOBODY, window="all").empty
    own = concentration_bins(keys, scope=AccessScope(frozenset({"E1"})), window="year")
    assert rows(own, "net_amount") == [(540.0,), (-10.0,)]
    south: Where = (("region", ("South",)),)
    kept = concentration_bins(keys, scope=EVERYTHING, window="year", where=south)
    assert rows(kept, "net_amount") == [(200.0,)]


@pytest.mark.parametrize("most", [100, 99], ids=["read", "asked_inside"])
def test_the_largest_customers_by_hand(
    keys: Connection, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(few_rows, "MOST", most)
    found = key_accounts(keys, scope=EVERYTHING, window="year")

    money = ("customer_id", "amount", "net_amount_365d", "year_before", "orders")
    assert rows(found, *money) == [
        ("a", 540.0, 540.0, 400.0, 5),
        ("b", 200.0, 200.0, None, 2),
        ("x", 20.0, 20.0, None, 1),
    ]
    # a: gaps of 1, 364, 1 and 10 days; silent from 11 January to 31 December
    rhythm = ("order_days", "days_since_last_order", "rhythm_days", "owner_name", "stage")
    assert rows(found, *rhythm)[0] == (5, 354, 5.5, "李雷", None)
    assert found["days_since_last_order"].tolist()[1:] == [0, 184]
    service = ("open_tickets", "open_complaints", "last_nps", "open_deals", "open_deal_amount")
    assert rows(found, *service)[:2] == [(2, 1, 3.0, 2, 100.0), (0, 0, None, 1, None)]
    # contacts: 30 days before the last order; after it; none on record
    assert rows(found, "days_since_contact") == [(30,), (0,), (None,)]


def test_the_largest_of_all_time_limited_and_in_scope(keys: Connection) -> None:
    found = key_accounts(keys, scope=EVERYTHING, window="all", limit=2)
    assert found["customer_id"].tolist() == ["b", "a"]
    own = key_accounts(keys, scope=AccessScope(frozenset({"E2"})), window="all")
    assert rows(own, "customer_id", "amount", "net_amount_365d", "year_before") == [
        ("b", 5200.0, 200.0, None),
        ("d", 70.0, None, 70.0),
    ]
    assert key_accounts(keys, scope=NOBODY, window="year").empty
    north: Where = (("region", ("North",)),)
    found = key_accounts(keys, scope=EVERYTHING, window="year", where=north)
    assert found["customer_id"].tolist() == ["a"]


@pytest.mark.parametrize("window", ["year", "all"])
@pytest.mark.parametrize("exact", [1, 5, 200])
def test_bins_against_every_customer(
    many: Connection, monkeypatch: pytest.MonkeyPatch, window: queries.Window, exact: int
) -> None:
    monkeypatch.setattr(queries, "EXACT", exact)
    facts = read_frame(many, mart("customer_facts").select(), CUSTOMER_FACTS)
    amounts = facts["net_amount" if window == "all" else "net_amount_365d"].dropna().to_numpy()

    bins = concentration_bins(many, scope=EVERYTHING, window=window)
    positive = bins[bins["is_positive"]]
    assert positive["customers"].sum() == (amounts > 0).sum()
    assert bins["net_amount"].sum() == pytest.approx(amounts.sum())
    largest = np.sort(amounts)[::-1][:exact]
    assert positive["net_amount"].tolist()[0] >= largest[0]
    found, whole = concentration_of_bins(positive), concentration(amounts)
    assert found.gini == pytest.approx(whole.gini, abs=2e-3)


def test_the_year_before_against_orders(many: Connection) -> None:
    found = key_accounts(many, scope=EVERYTHING, window="all", limit=500)
    orders = read_frame(many, mart("order_facts").select(), ORDER_FACTS)
    orders = orders[orders["is_counted"].astype(bool)]

    edge = orders["ordered_on"].max()
    age = (edge - orders["ordered_on"]).dt.days
    before = orders[(age >= 365) & (age < 730)].groupby("customer_id")["net_amount"].sum()
    listed = set(found["customer_id"])
    expected = {name: amount for name, amount in before.items() if name in listed}
    known = found.dropna(subset="year_before")
    assert dict(zip(known["customer_id"], known["year_before"], strict=True)) == expected
