"""Thin and odd data: a sentence, never NaN on a tile, never an exception."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from crm_data.app_db import dispose
from crm_data.settings import Settings
from tests.cohorts.shop import Rows, customer, order
from tests.customers.pages import open_page, written
from tests.customers.shop import built

OPEN = customer("a", "North", "ads", "E1")
JANUARY = date(2025, 1, 5)
SHOPS: dict[str, tuple[dict[str, Rows], str]] = {
    "nobody orders": ({"customers": [OPEN]}, "no orders"),
    "no day": (
        {"orders": [{"order_id": "o1", "customer_id": "a", "amount": Decimal(3)}]},
        "no orders",
    ),
    "no customer": ({"orders": [order("o1", None, JANUARY, 5)]}, "No customer with a dated order"),
    "running month": ({"orders": [order("o1", "a", JANUARY, 5)]}, "still running"),
    "one order each": (
        {
            "orders": [order(f"o{n}", f"k{n}", date(2025, 1 + n, 5), 5) for n in range(5)]
        },
        "Nobody of these cohorts",
    ),
    "one customer": (
        {"orders": [order("o1", "a", JANUARY, 5), order("o2", "a", date(2025, 3, 31), 5)]},
        "No cohorts before these",
    ),
    "identical days": (
        {
            "orders": [
                *(order(f"o{n}", f"k{n}", JANUARY, 5) for n in range(4)),
                order("x", "k0", date(2025, 2, 28), 1),
            ]
        },
        "No cohort has reached",
    ),
    "negative": (
        {
            "orders": [
                order("o1", "a", JANUARY, -500, status="returned"),
                order("o2", "a", date(2025, 4, 30), -20, status="returned"),
            ]
        },
        "No customer with a dated order",
    ),
}  # fmt: skip


def opened(home: Path, shop: str, url_path: str, **query: str) -> AppTest:
    settings = Settings.from_environment({"CRM_HOME": str(home)})
    try:
        built(settings, SHOPS[shop][0])
        return open_page(settings, url_path, query)
    finally:
        dispose(settings)
        st.cache_data.clear()
        st.cache_resource.clear()


@pytest.mark.parametrize("measure", ["customers", "margin"])
@pytest.mark.parametrize("shop", SHOPS)
def test_retention_says_what_is_missing(tmp_path: Path, shop: str, measure: str) -> None:
    page = opened(tmp_path, shop, "retention", measure=measure)

    assert not page.exception
    assert not page.error
    assert not any("nan" in str(m.value).lower() for m in page.metric)
    if measure == "customers":
        assert SHOPS[shop][1] in written(page)


KEY_SENTENCES = {
    "nobody orders": "no orders",
    "no day": "no orders",
    "no customer": "No order of a customer",
    "running month": "With only 1 customers",
    "negative": "returned as much as they bought",
}


@pytest.mark.parametrize("window", ["year", "all"])
@pytest.mark.parametrize("shop", SHOPS)
def test_key_customers_says_what_is_missing(tmp_path: Path, shop: str, window: str) -> None:
    page = opened(tmp_path, shop, "key_customers", window=window)

    assert not page.exception
    assert not page.error
    assert not any("nan" in str(m.value).lower() for m in page.metric)
    assert KEY_SENTENCES.get(shop, "With only") in written(page)
