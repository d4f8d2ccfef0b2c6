"""The step over whole builds: what is filled, what is not, and why; the same every time."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from crm_data.app_db import dispose
from crm_data.rules import save_rules
from crm_data.settings import Settings
from crm_data.warehouse import build
from scoring import score_version
from tests.cli.run import cli, cli_json
from tests.conftest import NOW
from tests.value.conftest import LAST, company, publish, valued
from tests.warehouse.stage import Row, selected

pytestmark = pytest.mark.long

SCORES = (
    "SELECT customer_id, value_kind, p_alive, expected_orders, expected_value, value_low, "
    "value_high FROM customer_scores ORDER BY customer_id"
)


def card(settings: Settings, version: str, name: str = "clv") -> dict[str, Any] | None:
    found = selected(settings, version, f"SELECT card FROM model_cards WHERE name = '{name}'")
    return json.loads(str(found[0][0])) if found else None


def buyers(n: int, days: list[int], amount: float = 10.0, **more: object) -> dict[str, list[Row]]:
    """``n`` customers who each buy on the same days before the last one."""
    orders: list[Row] = [
        {"order_id": f"o{who}-{day}", "customer_id": f"c{who}", "status": "paid",
         "ordered_on": LAST - timedelta(days=day), "amount": amount, **more}
        for who in range(n) for day in days
    ]  # fmt: skip
    return {"customers": [{"customer_id": f"c{who}"} for who in range(n)], "orders": orders}


def test_who_bought_or_holds_a_contract_has_a_value(duckdb_settings: Settings) -> None:
    rows = selected(duckdb_settings, "v000001", SCORES)
    kinds = {kind for _, kind, *_ in rows}

    assert len(rows) == 620
    assert kinds & {"contract", "contract_and_orders"}
    for _, kind, alive, orders, value, low, high in rows:
        assert (kind is None) == (value is None)
        if kind == "contract":
            assert alive is None
            assert orders is None
        if value is not None:
            assert 0 <= low <= high  # type: ignore[operator]  # money
            assert value >= 0  # type: ignore[operator]  # money


@pytest.mark.usefixtures("_value_only")
def test_the_same_data_gives_the_same_scores_whatever_its_history(
    settings: Settings, duckdb_settings: Settings
) -> None:
    tables = company()
    first = {name: rows[::-2] for name, rows in tables.items()}
    rest = {name: rows[-2::-2] for name, rows in tables.items()}
    publish(settings, first)
    version = publish(settings, rest)

    assert selected(settings, version, SCORES) == selected(duckdb_settings, "v000001", SCORES)


@pytest.fixture
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """The company in a home that a test may change."""
    settings = valued(tmp_path_factory)
    yield settings
    dispose(settings)


@pytest.mark.usefixtures("_value_only")
def test_rules_are_followed(own: Settings) -> None:
    settings, before = own, "v000001"
    save_rules(
        settings, "value", {"horizon_days": 90, "contracts": "added", "min_cost_share": 1.0},
        now=NOW, actor="t",
    )  # fmt: skip
    after = build(settings, now=NOW, scorer=score_version, rescore=True)
    old, new = card(settings, before), card(settings, after)

    assert old is not None
    assert new is not None
    assert new["rules"]["horizon_days"] == 90
    assert new["orders_value"] < old["orders_value"] / 2
    kinds = {row[0] for row in selected(settings, after, "SELECT value_kind FROM customer_scores")}
    assert "contract_and_orders" in kinds
    # Rules out of their bounds, written by hand, are as if there were none.
    save_rules(settings, "value", {"horizon_days": -5}, now=NOW, actor="t")
    third = build(settings, now=NOW, scorer=score_version, rescore=True)
    assert selected(settings, third, SCORES) == selected(settings, before, SCORES)


def test_too_little_data_says_what_is_missing(settings: Settings) -> None:
    version = publish(settings, buyers(3, [0, 10]))
    found = card(settings, version)

    assert found is not None
    assert found["is_enough"] is False
    assert {one["name"]: (one["found"], one["is_met"]) for one in found["requirements"]} == {
        "customers": (3, False), "history_days": (11, False), "recent_orders": (6, True),
        "three_purchase_days": (0, False),
    }  # fmt: skip
    assert card(settings, version, "clv_holdout") is None
    assert {row[4] for row in selected(settings, version, SCORES)} == {None}


@pytest.mark.parametrize(
    ("tables", "chosen"),
    [
        # identical histories and values
        (buyers(500, [0, 100, 200, 300]), True),
        # a hold-out without a purchase of a known customer: all of them came after
        ({**buyers(500, [0, 1, 2]), "orders": [
            *buyers(500, [0, 1, 2])["orders"],
            {"order_id": "first", "customer_id": "c0", "status": "paid", "amount": 5,
             "ordered_on": LAST - timedelta(days=400)},
        ]}, None),
        # totals below zero
        ({**buyers(500, [0, 100, 200, 300]), "orders": [
            *buyers(500, [0, 100, 200, 300])["orders"],
            *buyers(500, [1, 101, 201], -30.0, status="returned")["orders"],
        ]}, False),
        # money unknown
        (buyers(500, [0, 100, 200, 300], None), False),  # type: ignore[arg-type]  # missing amounts
        # everything is worth nothing
        (buyers(500, [0, 100, 200, 300], 0.0), False),
    ],
    ids=["identical", "one-known", "negative", "no-money", "nothing"],
)  # fmt: skip
def test_degenerate_companies_are_scored_without_a_warning(
    settings: Settings, tables: dict[str, list[Row]], chosen: bool | None
) -> None:
    if tables["orders"][-1]["order_id"] == "o499-201":
        for row in tables["orders"][2000:]:
            row["order_id"] = f"r{row['order_id']}"  # type: ignore[index]  # rows are dictionaries
    version = publish(settings, tables)
    found = card(settings, version)

    assert found is not None
    if chosen is not None:
        assert (found["chosen"] is not None) is chosen
    bad = "SELECT count(*) FROM customer_scores WHERE isnan(p_alive) OR isnan(expected_orders)"
    assert selected(settings, version, bad) == [(0,)]


def one_later_buyer() -> dict[str, list[Row]]:
    """Customers who all bought long ago, but for one who came back on the last day."""
    made = buyers(500, [744, 754, 764, 774])
    last: Row = {"order_id": "last", "customer_id": "c7", "status": "paid", "amount": 10.0,
                 "ordered_on": LAST}  # fmt: skip
    contract: Row = {"subscription_id": "s", "customer_id": "c7", "monthly_amount": 3,
                     "started_on": LAST - timedelta(days=500)}  # fmt: skip
    return {**made, "orders": [*made["orders"], last], "subscriptions": [contract]}


def test_of_one_later_buyer_no_model_and_no_share_is_claimed(settings: Settings) -> None:
    version = publish(settings, one_later_buyer())
    found, proof = card(settings, version), card(settings, version, "clv_holdout")

    assert found is not None
    assert proof is not None
    told = {"chosen": "last_period", "reason": "too_few_later_buyers", "later_buyers": 1,
            "later_buyers_needed": 30, "half_width": None, "spread": None}  # fmt: skip
    assert told.items() <= found.items()
    assert proof["chosen"] is None
    assert {one["value"] for one in proof["candidates"]} == {None}
    rows = selected(settings, version, SCORES)
    assert {(row[1], row[2], *row[5:]) for row in rows} == {("last_period", None, None, None)}
    assert sum(row[4] for row in rows) > 0  # type: ignore[misc]  # money


def test_no_customers_and_no_orders(settings: Settings) -> None:
    version = publish(settings, {"customers": [{"customer_id": "c1"}]})
    told = card(settings, version)

    assert told is not None
    assert told["is_enough"] is False
    assert (told["contracts"]["contracts"], told["contracts"]["valued"]) == (0, 0)
    assert card(settings, version, "clv_holdout") is None
    assert selected(settings, version, SCORES) == [("c1", *[None] * 6)]


def test_the_command_prints_what_the_page_shows(duckdb_settings: Settings) -> None:
    home = duckdb_settings.home
    document = cli_json(home, "analyze", "clv")
    written = cli(home, "analyze", "clv")

    assert document["clv"] == card(duckdb_settings, "v000001")
    assert document["clv_holdout"] == card(duckdb_settings, "v000001", "clv_holdout")
    assert written.returncode == 0
    assert document["clv"]["chosen"] in written.stdout
    assert "bg_nbd\talpha\t" in written.stdout
    own = document["clv_holdout"]["calibration_on"]
    again = cli_json(home, "analyze", "clv", "--calibration-end", own)
    assert again["clv_holdout"] == document["clv_holdout"]
    other = cli_json(home, "analyze", "clv", "--calibration-end", "2025-10-01")
    assert other["clv_holdout"]["days"] == (LAST - date(2025, 10, 1)).days


@pytest.mark.parametrize("day", ["2020-01-01", "2026-03-14", "2030-01-01", "soon"])
def test_a_day_that_cannot_be_tested_is_refused(duckdb_settings: Settings, day: str) -> None:
    refused = cli(duckdb_settings.home, "analyze", "clv", "--calibration-end", day)

    assert refused.returncode == 2
    assert refused.stderr.count("\n") == 1
    assert day in refused.stderr
