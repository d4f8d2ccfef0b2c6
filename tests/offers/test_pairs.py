"""Neighbours against a count by hand and against plain Python."""

import numpy as np
import pytest
from hypothesis import given, settings

from analytics.offer_lists import NOTHING, neighbour_lists, popular_lists, popular_order
from analytics.offers import SIMILARITIES, Similarity, best_within, neighbours
from analytics.purchases import popularity
from tests.offers import brute
from tests.offers.brute import Row, purchases, rows_of_purchases

# Customers 0 to 3 buy tea (0) and cups (1), 4 buys tea, 5 a pot (2), 6 a pot and a cup; 0 twice.
HAND = [
    *((customer, product, 1) for customer in range(4) for product in (0, 1)),
    (0, 0, 5), (4, 0, 2), (5, 2, 2), (6, 2, 3), (6, 1, 3),
]  # fmt: skip


def test_pairs_counted_by_hand() -> None:
    found = neighbours(purchases(HAND), similarities=("cosine",))["cosine"].frame()

    # Seven customers. Tea: 5, cups: 5, both: 4; by chance 5 · 5 / 7. Cup and pot have one customer.
    assert found[["product", "other", "customers_both"]].to_numpy().tolist() == [
        [0, 1, 4], [1, 0, 4],
    ]  # fmt: skip
    assert found["expected"].tolist() == pytest.approx([25 / 7] * 2)
    assert found["lift"].tolist() == pytest.approx([4 / (25 / 7)] * 2)
    assert found["score"].tolist() == pytest.approx([4 / 14 * 4 / 5] * 2)


def test_one_customer_in_common_is_a_neighbour_only_when_asked() -> None:
    found = neighbours(purchases(HAND), similarities=("conditional",), least_both=1)
    pairs = found["conditional"].frame().set_index(["product", "other"])

    assert pairs.loc[(2, 1), "customers_both"] == 1
    assert pairs.loc[(2, 1), "score"] == pytest.approx(1 / 11 * 1 / 2)
    assert pairs.loc[(1, 2), "score"] == pytest.approx(1 / 11 * 1 / 5)


def test_what_is_out_of_sale_has_neighbours_but_is_none() -> None:
    on_sale = np.array([True, False] + [True] * 5)
    found = neighbours(purchases(HAND), on_sale=on_sale, similarities=("lift",))["lift"].frame()

    assert found[["product", "other"]].to_numpy().tolist() == [[1, 0]]


@settings(max_examples=150, deadline=None)
@given(rows=rows_of_purchases)
@pytest.mark.parametrize("similarity", SIMILARITIES)
def test_pairs_are_those_of_plain_python(similarity: Similarity, rows: list[Row]) -> None:
    found = neighbours(purchases(rows), similarities=(similarity,))[similarity].frame()
    expected = brute.pairs(rows, similarity)

    keys = list(zip(found["product"], found["other"], strict=True))
    assert set(keys) == set(expected)
    assert len(keys) == len(expected)
    for key, both, by_chance, score in zip(
        keys, found["customers_both"], found["expected"], found["score"], strict=True
    ):
        assert (both, by_chance, score) == pytest.approx(expected[key])


def test_blocks_of_products_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(4)
    rows = [tuple(row) for row in rng.integers(0, (30, 23, 9), (400, 3)).tolist()]
    bought = purchases(rows, 30, 23)  # type: ignore[arg-type]  # triples
    whole = neighbours(bought)
    monkeypatch.setattr("analytics.offers._BLOCK", 4)

    for name, found in neighbours(bought).items():
        assert found.frame().equals(whole[name].frame())


def test_only_the_best_of_each_are_kept_and_ties_go_to_the_first() -> None:
    group = np.array([1, 0, 1, 0, 0])
    score = np.array([0.5, 0.2, 0.5, 0.9, 0.3])
    tie = np.array([7, 0, 2, 1, 3])

    assert best_within(group, score, tie, 2).tolist() == [3, 4, 2, 0]


def test_lists_never_hold_what_was_bought_and_are_filled_by_what_is_popular() -> None:
    bought = purchases([*HAND, (7, 3, 9)])
    counts = popularity(bought)
    assert counts.tolist() == [5, 5, 2, 1, 0, 0, 0]
    order = popular_order(counts, counts, np.array([True, True, True, False, True, True, True]))
    assert order.tolist() == [0, 1, 2]  # 3 is out of sale, the others were never sold
    customers = np.array([4, 7])
    filler = popular_lists(bought, customers, order, 3)
    assert filler.tolist() == [[1, 2, NOTHING], [0, 1, 2]]
    pot_to_tea = neighbours(bought, similarities=("cosine",), least_both=1)["cosine"].matrix()

    lists = neighbour_lists(bought.weighted(9, None), pot_to_tea, customers, filler, 3)

    assert lists.tolist() == [[1, 2, NOTHING], [0, 1, 2]]


def test_a_purchase_of_long_ago_says_less() -> None:
    # 0 goes with 2, 1 goes with 3, each by the same two customers; the fifth bought 0 long ago.
    rows = [
        (c, p, 100) for c, ps in ((0, (0, 2)), (1, (0, 2)), (2, (1, 3)), (3, (1, 3))) for p in ps
    ]
    bought = purchases([*rows, (4, 0, 10), (4, 1, 100)])
    similar = neighbours(bought, similarities=("cosine",))["cosine"].matrix()
    who, nothing = np.array([4]), np.full((1, 2), NOTHING)

    plain = neighbour_lists(bought.weighted(100, None), similar, who, nothing, 2)
    recent = neighbour_lists(bought.weighted(100, 30.0), similar, who, nothing, 2)

    assert plain.tolist() == [[2, 3]]  # equal: by number
    assert recent.tolist() == [[3, 2]]
    assert bought.weighted(100, 30.0)[4].toarray().ravel()[:2].tolist() == [0.125, 1.0]
