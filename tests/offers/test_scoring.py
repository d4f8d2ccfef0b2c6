"""The step of scoring: rules, the part that is counted, and data that says nothing."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from crm_data.queries.model_cards import model_card
from crm_data.queries.offer_targets import Outreach, offer_targets
from crm_data.queries.offers import OfferRule, next_offers
from crm_data.rules import save_rules
from crm_data.scope import EVERYTHING
from crm_data.settings import Settings
from crm_data.versions import Warehouse
from crm_data.warehouse import build
from scoring import offers, score_version
from scoring.offers import within_budget
from tests.conftest import NOW
from tests.offers.brute import purchases
from tests.offers.shop import AS_OF, built, tables
from tests.steps import only
from tests.warehouse.stage import table_rows

Rows = dict[str, list[dict[str, object]]]


@pytest.fixture(autouse=True)
def _offers_only() -> Iterator[None]:
    """Builds score offers and gaps alone, which need no other score."""
    with only("offers", "gaps"):
        yield


def card_of(settings: Settings) -> dict[str, Any] | None:
    warehouse = Warehouse(settings)
    with warehouse.connect(warehouse.current() or "") as conn:
        found = model_card(conn, "offers")
        for name in ("product_pairs", "product_popularity"):
            conn.execute(sa.text(f"SELECT * FROM {name}")).fetchall()
    warehouse.close()
    return found


def bought(*triples: tuple[str, str, int]) -> Rows:
    """Orders of one line each: customer, product, days ago."""
    return {
        "customers": [{"customer_id": c} for c in sorted({c for c, _, _ in triples})],
        "orders": [
            {
                "order_id": f"o{n}", "customer_id": c, "status": "paid",
                "ordered_on": AS_OF - timedelta(days=days),
            }
            for n, (c, _, days) in enumerate(triples)
        ],
        "order_lines": [
            {"order_id": f"o{n}", "line_no": 1, "product_id": p, "amount": Decimal(1)}
            for n, (_, p, _) in enumerate(triples)
        ],
    }  # fmt: skip


def test_the_rule_says_when_a_product_is_out_of_sale(settings: Settings) -> None:
    built(settings)
    for days, on_sale in ((271, 4), (270, 3)):  # kettles were last sold 270 days ago
        save_rules(settings, "offers", {"out_of_sale_days": days}, now=NOW, actor="test")
        build(settings, now=NOW, scorer=score_version, rescore=True)
        card = card_of(settings)

        assert card is not None
        assert (card["out_of_sale_days"], card["products_on_sale"]) == (days, on_sale)


def test_the_reason_is_what_says_most(settings: Settings) -> None:
    # Four bought a lamp with a bulb, two a lamp with a book; one has bulb and book.
    rows = [(f"c{n}", thing, n) for n in range(4) for thing in ("bulb", "lamp")]
    rows += [(f"d{n}", thing, n) for n in range(2) for thing in ("book", "lamp")]
    version = built(settings, bought(*rows, ("e", "book", 0), ("e", "bulb", 1)))
    warehouse, rule = Warehouse(settings), OfferRule(AS_OF)
    with warehouse.connect(version) as conn:
        offered = next_offers(conn, scope=EVERYTHING, customer_id="e", rule=rule)
        asked = offer_targets(conn, scope=EVERYTHING, ask=Outreach("lamp", "any"), rule=rule)
    warehouse.close()

    for found in (offered, asked):
        assert found["customer_id"].tolist() == ["e"]
        assert found["reason_id"].tolist() == ["bulb"]
        assert found["customers_both"].tolist() == [4]
    assert offered["score"].tolist() == pytest.approx(asked["score"].tolist())
    assert offered["product_id"].tolist() == ["lamp"]


def test_scores_are_the_same_after_a_rebuild(settings: Settings) -> None:
    first = built(settings)
    second = build(settings, now=NOW, scorer=score_version, rescore=True)

    for name in ("product_pairs", "product_popularity", "category_pairs", "customer_products"):
        assert table_rows(settings, first, name) == table_rows(settings, second, name)


def test_a_part_of_the_customers_is_counted_where_there_are_many(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offers, "MOST_CUSTOMERS", 3)
    built(settings)
    card = card_of(settings)

    assert card is not None
    assert card["is_sample"] is True
    assert card["customers_counted"] <= 3
    assert card["products"] == 4  # popularity is of everybody


def test_customers_are_counted_until_their_pairs_are_too_many() -> None:
    rows = [(0, p, 1) for p in range(3)] + [(1, p, 1) for p in range(2)] + [(2, 0, 1), (2, 0, 9)]

    for most, kept in ((14, [0, 1, 2]), (13, [0, 1]), (9, [0]), (8, [])):
        part, is_part = within_budget(purchases(rows), most)
        assert sorted(set(part.customer.tolist())) == kept
        assert is_part is (most < 14)


@pytest.mark.parametrize(
    "rows",
    [
        bought(("c1", "tea", 0)),
        bought(*((f"c{n}", "tea", n) for n in range(300))),
        bought(*((f"c{n}", f"p{n}", n) for n in range(300))),
        bought(*(("c1", f"p{n}", n) for n in range(300))),
        {**bought(("c1", "tea", 0)), "order_lines": []},
    ],
    ids=["one line", "one product", "everybody something else", "one customer", "no lines"],
)
def test_data_that_says_nothing(settings: Settings, rows: Rows) -> None:
    built(settings, rows)
    card = card_of(settings)

    assert card is not None
    assert card["verdict"] == "cannot_tell"
    assert card["pairs"] == 0


def test_no_orders_at_all_teach_nothing(settings: Settings) -> None:
    built(settings, {"customers": [{"customer_id": "c1"}]})
    card = card_of(settings)

    assert card is not None
    assert [card[name] for name in ("products", "pairs", "customers_counted")] == [0, 0, 0]
    assert card["results"] == []


def test_orders_of_days_to_come_and_without_a_day_teach_nothing(settings: Settings) -> None:
    rows = tables()
    later = {"order_id": "z1", "customer_id": "c4", "status": "paid"}
    rows["orders"] += [{**later, "ordered_on": NOW.date() + timedelta(days=40)}]
    rows["orders"] += [{**later, "order_id": "z2", "customer_id": "c5"}]
    rows["order_lines"] += [
        {"order_id": number, "line_no": 1, "product_id": "cup", "amount": Decimal(1)}
        for number in ("z1", "z2")
    ]
    version = built(settings, rows)
    pairs = {(row[0], row[1]): row[2] for row in table_rows(settings, version, "product_pairs")}

    assert pairs["cup", "tea"] == 3  # not four
    owned = {(row[0], row[1]) for row in table_rows(settings, version, "customer_products")}
    assert {("c4", "cup"), ("c5", "cup")} <= owned  # and yet neither is offered one
