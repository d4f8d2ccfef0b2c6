"""A company without a single order is scored as far as it can be; pages say what is missing."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import streamlit as st

from crm_data.app_db import dispose
from crm_data.settings import Settings
from crm_data.warehouse import build
from scoring import score_version
from tests.conftest import NOW
from tests.customers.pages import open_page
from tests.warehouse.stage import selected, stored

CUSTOMERS = [{"customer_id": f"c{n:03d}", "owner_id": "E1"} for n in range(300)]
LAST = date(2026, 2, 27)


def contracts() -> list[dict[str, Any]]:
    """Contracts of two years that end at 15 % a month or so, the last begun on ``LAST``."""
    rng = random.Random(3)  # noqa: S311 - a sample, no secret
    rows = []
    for number in range(900):
        begun = LAST - timedelta(days=0 if not number else rng.randrange(720))
        ended = begun + timedelta(days=1 + int(rng.expovariate(1 / 200)))
        rows.append(
            {"subscription_id": f"s{number}", "customer_id": f"c{number % 300:03d}",
             "started_on": begun, "ended_on": ended if ended <= LAST else None,
             "monthly_amount": Decimal(5)}
        )  # fmt: skip
    return rows


@pytest.fixture(scope="module", params=["customers only", "contracts"])
def company(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Settings, str]]:
    home = tmp_path_factory.mktemp("no_orders")
    settings = Settings.from_environment({"CRM_HOME": str(home)})
    stored(settings, "customers", CUSTOMERS)
    if request.param == "contracts":
        stored(settings, "subscriptions", contracts())
    yield request.param, settings, build(settings, now=NOW, scorer=score_version)
    dispose(settings)
    st.cache_data.clear()
    st.cache_resource.clear()


def test_every_step_holds_and_contracts_are_foretold(company: tuple[str, Settings, str]) -> None:
    kind, settings, version = company

    def asked(sql: str) -> list[tuple[Any, ...]]:
        return selected(settings, version, sql)

    expected = LAST if kind == "contracts" else NOW.date()
    days = asked("SELECT DISTINCT card->>'as_of' FROM model_cards WHERE card->>'as_of' IS NOT NULL")
    assert days == [(expected.isoformat(),)]
    assert asked("SELECT DISTINCT stage, rfm_segment FROM customer_scores") == [("potential", None)]
    ((members, dates),) = asked(
        "SELECT CAST(card->>'members' AS INT), json_array_length(card, 'dates') FROM model_cards "
        "WHERE name = 'churn_contract'"
    )
    running = {row["customer_id"] for row in contracts() if row["ended_on"] is None}
    assert members == (len(running) if kind == "contracts" else 0)
    assert (dates > 1) == (kind == "contracts")
    ((valued,),) = asked("SELECT count(contract_value) FROM customer_scores")
    assert (valued > 0) == (kind == "contracts")


@pytest.mark.parametrize("url_path", ["segments", "value", "offers"])
def test_pages_hold(company: tuple[str, Settings, str], url_path: str) -> None:
    page = open_page(company[1], url_path)

    assert not page.exception
    assert not page.error
    assert not any("nan" in str(metric.value).lower() for metric in page.metric)
