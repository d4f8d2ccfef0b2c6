"""Queries of offers against the shop counted by hand, over both engines."""

from dataclasses import replace
from math import log, sqrt

import pandas as pd
import pytest
from sqlalchemy import Connection, select

from crm_data.queries.model_cards import model_card
from crm_data.queries.offer_products import products_on_offer, strongest_pairs
from crm_data.queries.offer_targets import (
    Channel,
    Outreach,
    offer_target_counts,
    offer_targets,
)
from crm_data.queries.offers import NEXT_OFFERS, OfferRule, next_offers
from crm_data.queries.white_space import (
    Worth,
    categories_by_buyers,
    category_amounts,
    category_pairs,
    count_buyers,
)
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from crm_data.tables import mart
from tests.offers.shop import AS_OF

RULE = OfferRule(AS_OF)
E1 = AccessScope(frozenset({"E1"}))


def next_of(
    conn: Connection, customer: str, rule: OfferRule = RULE, **more: object
) -> pd.DataFrame:
    return next_offers(conn, scope=EVERYTHING, customer_id=customer, rule=rule, **more)  # type: ignore[arg-type]  # limit


def weight(products: int) -> float:
    return 1 / log(2 + products)


# Customers by products bought: c1 3, c2 4, c3 2, the other buyers 1.
TEA_SUM = weight(3) + weight(4) + weight(2) + 4 * weight(1)
CUP_SUM = weight(3) + weight(4) + weight(2)
TEA_AND_CUP = 3 / 13 * CUP_SUM / sqrt(TEA_SUM * CUP_SUM)


def test_who_bought_what(conn: Connection) -> None:
    bought, facts = mart("customer_products"), mart("customer_facts")
    rows = conn.execute(
        select(facts.c.customer_id, bought.c.product_id).join(
            facts, facts.c.customer_no == bought.c.customer_no
        )
    ).all()

    assert {tuple(row) for row in rows} == {
        *((f"c{n}", "tea") for n in (1, 2, 3, 4, 7, 9, 10)),
        *((f"c{n}", "cup") for n in (1, 2, 3)),
        ("c2", "pot"), ("c5", "pot"), ("c1", "kettle"), ("c2", "kettle"),
    }  # fmt: skip


def test_pairs_are_those_counted_by_hand(conn: Connection) -> None:
    pairs = mart("product_pairs")
    rows = conn.execute(select(pairs).order_by(pairs.c.product_id, pairs.c.other_id)).mappings()
    found = {(r["product_id"], r["other_id"]): (r["customers_both"], r["lift"]) for r in rows}

    # Eight customers bought something. A kettle is out of sale: it leads to others, none to it.
    assert found == {
        ("cup", "tea"): (3, pytest.approx(3 / (7 * 3 / 8))),
        ("tea", "cup"): (3, pytest.approx(3 / (7 * 3 / 8))),
        ("kettle", "cup"): (2, pytest.approx(2 / (2 * 3 / 8))),
        ("kettle", "tea"): (2, pytest.approx(2 / (2 * 7 / 8))),
    }


def test_the_card_says_that_nothing_can_be_told(conn: Connection) -> None:
    card = model_card(conn, "offers")

    assert card is not None
    assert card["verdict"] == "cannot_tell"
    assert (card["products"], card["products_on_sale"], card["customers_counted"]) == (4, 3, 8)
    assert card["is_sample"] is False
    assert card["tested"]["customers"] < 30


def test_next_offers_come_with_their_reason_then_what_is_popular(conn: Connection) -> None:
    found = next_of(conn, "c4")

    assert found["product_id"].tolist() == ["cup", "pot"]
    assert found["place"].tolist() == [1, 2]
    assert found["is_popular"].tolist() == [False, True]
    assert found["reason_id"].tolist()[0] == "tea"
    assert found["reason_name"].tolist()[0] == "茶 *Tea*"
    assert found["customers_both"].tolist()[0] == 3
    assert found["score"].tolist()[0] == pytest.approx(TEA_AND_CUP)
    assert found["reason_id"].isna().tolist() == [False, True]
    assert found["customers"].tolist() == [3, 2]


def test_who_bought_nothing_gets_what_is_popular(conn: Connection) -> None:
    found = next_of(conn, "c6")

    assert found["product_id"].tolist() == ["tea", "cup", "pot"]
    assert found["is_popular"].all()
    assert next_of(conn, "c6", limit=2)["product_id"].tolist() == ["tea", "cup"]


def test_who_bought_everything_gets_nothing(conn: Connection) -> None:
    assert next_of(conn, "c2").empty
    NEXT_OFFERS.check(next_of(conn, "c2"))


def test_popularity_is_used_where_it_is_better(conn: Connection) -> None:
    found = next_of(conn, "c4", replace(RULE, is_popular=True))

    assert found["product_id"].tolist() == ["cup", "pot"]
    assert found["is_popular"].all()


def test_a_purchase_counts_half_after_a_half_life(conn: Connection) -> None:
    found = next_of(conn, "c4", replace(RULE, half_life_days=4.0))  # tea was four days ago

    assert found["score"].tolist()[0] == pytest.approx(TEA_AND_CUP / 2)


@pytest.mark.parametrize(
    ("scope", "expected"), [(EVERYTHING, ["cup", "pot"]), (E1, ["cup", "pot"]), (NOBODY, [])]
)
def test_next_offers_need_the_right_to_see_the_customer(
    conn: Connection, scope: AccessScope, expected: list[str]
) -> None:
    found = next_offers(conn, scope=scope, customer_id="c4", rule=RULE)

    assert found["product_id"].tolist() == expected
    assert next_offers(conn, scope=E1, customer_id="c9", rule=RULE).empty
    assert next_of(conn, "c4\x00").empty
    assert next_of(conn, "' OR 1=1 --").empty


@pytest.mark.parametrize(
    ("channel", "listed", "without_consent", "without_address"),
    [
        ("any", ["c10", "c4", "c9"], 0, 0),
        ("consented", ["c4"], 1, 1),
        ("email", ["c4"], 1, 1),
        ("phone", [], 2, 1),
    ],
)
def test_whom_to_offer_a_cup(
    conn: Connection,
    channel: Channel,
    listed: list[str],
    without_consent: int,
    without_address: int,
) -> None:
    ask = Outreach("cup", channel)
    found = offer_targets(conn, scope=EVERYTHING, ask=ask, rule=RULE)
    counts = offer_target_counts(conn, scope=EVERYTHING, ask=ask, rule=RULE).iloc[0].to_dict()

    assert sorted(found["customer_id"]) == listed
    assert counts == {
        "matched": 7, "already_bought": 3, "inactive": 1, "without_consent": without_consent,
        "without_address": without_address, "listed": len(listed),
    }  # fmt: skip
    assert set(found["reason_id"]) <= {"tea"}
    assert found["score"].tolist() == pytest.approx([TEA_AND_CUP] * len(listed))
    # c4 agreed to calls, too, but has no number; c10 to e-mails without an address.
    assert found["may_email"].tolist() == [who == "c4" for who in found["customer_id"]]
    assert not found["may_phone"].any()
    known = found["address"].dropna().tolist()
    assert known == (["four@example.com"] if channel == "email" else [])


def test_whom_to_offer_within_scope(conn: Connection) -> None:
    ask = Outreach("cup", "any")

    for scope, listed in ((E1, 1), (NOBODY, 0)):
        found = offer_targets(conn, scope=scope, ask=ask, rule=RULE)
        counts = offer_target_counts(conn, scope=scope, ask=ask, rule=RULE).iloc[0]
        assert len(found) == counts["listed"] == counts["matched"] == listed


def test_the_best_come_first_and_only_so_many(conn: Connection) -> None:
    # By age: c10 bought tea today, c4 four days ago, c9 five.
    rule = replace(RULE, half_life_days=1.0)
    found = offer_targets(conn, scope=EVERYTHING, ask=Outreach("cup", "any"), rule=rule, limit=2)

    assert found["customer_id"].tolist() == ["c10", "c4"]
    assert found["score"].tolist() == pytest.approx([TEA_AND_CUP, TEA_AND_CUP / 16])


def test_who_was_active_is_asked_for_in_days(conn: Connection) -> None:
    def inactive(days: int) -> int:
        ask = Outreach("cup", active_days=days)
        found = offer_target_counts(conn, scope=EVERYTHING, ask=ask, rule=RULE)
        return int(found["inactive"].iloc[0])

    assert (inactive(451), inactive(450), inactive(5)) == (0, 1, 2)


def test_nothing_goes_together_with_an_unknown_product(conn: Connection) -> None:
    ask = Outreach("'; DROP TABLE x --\x00")

    assert offer_targets(conn, scope=EVERYTHING, ask=ask, rule=RULE).empty
    counts = offer_target_counts(conn, scope=EVERYTHING, ask=ask, rule=RULE).iloc[0]
    assert counts.tolist() == [0] * 6


def test_products_by_popularity(conn: Connection) -> None:
    found = products_on_offer(conn, scope=EVERYTHING)

    assert found["product_id"].tolist() == ["tea", "cup", "pot", "kettle"]
    assert found["customers"].tolist() == [7, 3, 2, 2]
    assert found["customers_90d"].tolist() == [6, 3, 2, 0]
    assert found["place"].tolist()[:3] == [1, 2, 3]
    assert pd.isna(found["place"].iloc[3])
    assert found["name"].isna().tolist() == [False, False, False, True]


def test_each_pair_is_listed_once(conn: Connection) -> None:
    found = strongest_pairs(conn, scope=EVERYTHING, least_both=2)

    pairs = [frozenset(pair) for pair in found[["product_id", "other_id"]].to_numpy().tolist()]
    assert set(pairs) == {
        frozenset({"tea", "cup"}), frozenset({"kettle", "cup"}), frozenset({"kettle", "tea"}),
    }  # fmt: skip
    assert len(pairs) == 3
    assert found["score"].is_monotonic_decreasing
    assert strongest_pairs(conn, scope=EVERYTHING, least_both=4).empty
    assert len(strongest_pairs(conn, scope=EVERYTHING, least_both=2, limit=1)) == 1


def test_white_space(conn: Connection) -> None:
    found = category_amounts(conn, scope=EVERYTHING, limit=2)

    # c2 bought four things for 10 each, c1 three; kettles have no category.
    assert found.fillna("-")[["customer_id", "category", "net_amount"]].to_numpy().tolist() == [
        ["c2", "drink", 10.0], ["c2", "ware", 20.0], ["c2", "-", 10.0],
        ["c1", "drink", 10.0], ["c1", "ware", 10.0], ["c1", "-", 10.0],
    ]  # fmt: skip
    assert found["total"].tolist() == [40.0] * 3 + [30.0] * 3
    second = category_amounts(conn, scope=EVERYTHING, limit=1, offset=1)
    assert set(second["customer_id"]) == {"c1"}
    assert category_amounts(conn, scope=NOBODY).empty
    assert categories_by_buyers(conn, scope=EVERYTHING) == [
        "drink",
        "ware",
    ]  # 7 buyers against 3 + 2
    assert categories_by_buyers(conn, scope=NOBODY) == []
    pairs = category_pairs(conn, scope=EVERYTHING).set_index(["category", "other_category"])
    assert pairs["customers_both"].to_dict() == {("drink", "ware"): 3, ("ware", "drink"): 3}
    assert pairs.loc[("drink", "ware"), "share_both"] == pytest.approx(3 / 7)
    assert pairs.loc[("drink", "ware"), "lift"] == pytest.approx(3 / (7 * 4 / 8))


def test_who_sees_a_part_gets_the_reason_without_what_everybody_did(conn: Connection) -> None:
    offered = next_offers(conn, scope=E1, customer_id="c4", rule=RULE)
    asked = offer_targets(conn, scope=E1, ask=Outreach("cup", "any"), rule=RULE)
    pairs = strongest_pairs(conn, scope=E1, least_both=2)
    products = products_on_offer(conn, scope=E1)

    assert offered["reason_id"].dropna().tolist() == asked["reason_id"].tolist() == ["tea"]
    assert products["product_id"].tolist() == ["tea", "cup", "pot", "kettle"]
    assert len(pairs) == 3
    for frame in (offered, asked, pairs, products):
        hidden = {
            "customers_both",
            "lift",
            "expected",
            "customers",
            "customers_90d",
            "last_sold_on",
        }
        assert frame[[name for name in frame if name in hidden]].isna().all(axis=None)
        assert len(frame)


@pytest.mark.parametrize("scope", [NOBODY, AccessScope(frozenset({"E9"}))])
def test_who_sees_no_customer_sees_no_product(conn: Connection, scope: AccessScope) -> None:
    assert products_on_offer(conn, scope=scope).empty
    assert strongest_pairs(conn, scope=scope, least_both=2).empty
    assert category_pairs(conn, scope=scope).empty


@pytest.mark.parametrize("worth", ["net_amount", "net_amount_365d"])
@pytest.mark.parametrize("scope", [EVERYTHING, E1, NOBODY])
def test_every_customer_is_on_one_page_of_white_space(
    conn: Connection, scope: AccessScope, worth: Worth
) -> None:
    total = count_buyers(conn, scope=scope, worth=worth)
    pages = [
        category_amounts(conn, scope=scope, worth=worth, limit=2, offset=offset)
        for offset in range(0, 12, 2)
    ]
    listed = [customer for page in pages for customer in page["customer_id"].unique()]
    whole = category_amounts(conn, scope=scope, worth=worth, limit=99)

    # All who ordered, but for c4: what it brought back makes that nothing; c7 did so long ago.
    assert total == len(listed) == len(set(listed)) == {
        (EVERYTHING, "net_amount"): 8, (EVERYTHING, "net_amount_365d"): 7,
    }.get((scope, worth), 0)  # fmt: skip
    assert listed == list(whole["customer_id"].unique())
    assert whole["total"].is_monotonic_decreasing
