"""The test on later purchases: against plain Python, without leaks, and where there is nothing."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings

from analytics.offer_choice import Window, choose, windows
from analytics.offer_holdout import (
    BY_NEIGHBOURS,
    METHODS,
    POPULAR,
    Method,
    hold_out,
    offered,
    on_sale,
    paired_difference,
)
from analytics.offer_lists import NOTHING
from tests.offers import brute
from tests.offers.brute import Row, purchases, rows_of_purchases

SPLIT, UNTIL, DAYS = 25, 35, 20


FADING = tuple(replace(m, half_life_days=5.0) if m.half_life_days else m for m in BY_NEIGHBOURS)


@settings(max_examples=150, deadline=None)
@given(rows=rows_of_purchases)
@pytest.mark.parametrize("method", FADING, ids=lambda m: m.name)
def test_lists_are_those_of_plain_python(method: Method, rows: list[Row]) -> None:
    history = [row for row in rows if row[2] <= SPLIT]
    bought, mine = purchases(history), brute.baskets(history)
    customers = np.unique(bought.customer)
    lists = offered(
        bought, customers, methods=(method,), sold=on_sale(bought, SPLIT, DAYS), as_of=SPLIT
    )[method.name]
    said = brute.scores(history, str(method.similarity), SPLIT, DAYS, method.half_life_days)
    popular = brute.by_popularity(history, brute.on_sale(history, SPLIT, DAYS), SPLIT)

    for customer, found in zip(customers.tolist(), lists.tolist(), strict=True):
        score = said[customer]
        by_neighbours, rest = found[: len(score)], [p for p in found[len(score) :] if p != NOTHING]
        assert sorted(by_neighbours) == sorted(score)
        said_of = [score[product] for product in by_neighbours]
        assert all(a >= b - 1e-9 for a, b in pairwise(said_of))
        assert rest == [p for p in popular if p not in mine[customer] and p not in score]


@settings(max_examples=100, deadline=None)
@given(rows=rows_of_purchases)
def test_recall_is_counted_on_what_is_new(rows: list[Row]) -> None:
    history = [row for row in rows if row[2] <= SPLIT]
    had = brute.baskets(history)
    then = brute.baskets([row for row in rows if SPLIT < row[2] <= UNTIL])
    popular = brute.by_popularity(history, brute.on_sale(history, SPLIT, DAYS), SPLIT)
    expected = []
    for customer in sorted(set(had) & set(then)):
        new = then[customer] - had[customer]
        if new:
            first = [p for p in popular if p not in had[customer]][:10]
            expected.append(len(new & set(first)) / len(new))

    tested = hold_out(purchases(rows), split=SPLIT, until=UNTIL, out_of_sale_days=DAYS)

    assert tested.customers == len(expected)
    assert list(tested.recall.get("popular", [])) == pytest.approx(expected)


def test_recent_popularity_counts_recent_customers_only() -> None:
    rows = [(c, 0, 10) for c in range(5)] + [(c, 1, 180) for c in range(3)] + [(7, 2, 180)]
    bought = purchases(rows)
    lists = offered(
        bought, np.array([7]), methods=POPULAR, sold=on_sale(bought, 200, 300), as_of=200
    )

    assert lists["popular"][0, :3].tolist() == [0, 1, NOTHING]
    assert lists["popular_recent"][0, :3].tolist() == [1, NOTHING, NOTHING]


def test_the_last_of_several_purchases_says_how_old_it_is() -> None:
    weights = purchases([(0, 0, 1), (0, 0, 21), (0, 1, 11)]).weighted(31, 10.0)

    assert weights[0].toarray().ravel()[:2].tolist() == [0.5, 0.25]


@settings(max_examples=60, deadline=None)
@given(rows=rows_of_purchases, more=rows_of_purchases)
def test_later_purchases_never_change_what_is_offered(rows: list[Row], more: list[Row]) -> None:
    later = [(c, p, SPLIT + 1 + day) for c, p, day in more]
    known = purchases([row for row in rows if row[2] <= SPLIT])
    both = purchases([*(row for row in rows if row[2] <= SPLIT), *later]).until(SPLIT)
    customers = np.unique(known.customer)

    lists = [
        offered(
            one, customers, methods=METHODS, sold=on_sale(one, SPLIT, DAYS), as_of=SPLIT
        )
        for one in (known, both)
    ]  # fmt: skip

    for name in lists[0]:
        assert lists[0][name].tolist() == lists[1][name].tolist()


def test_what_was_sold_after_the_split_is_not_on_sale_before_it() -> None:
    bought = purchases([(0, 0, 1), (0, 1, 10), (0, 2, 30), (1, 0, 40)])

    assert on_sale(bought, 25, 20).tolist()[:3] == [False, True, False]
    assert on_sale(bought, 40, 20).tolist()[:3] == [True, False, True]


def test_who_is_tested_and_what_nobody_could_know() -> None:
    rows = [
        (0, 0, 1), (0, 1, 30),             # tested: one new product
        (1, 0, 1), (1, 0, 30),             # only bought again
        (2, 2, 30),                        # new customer
        (3, 0, 2), (3, 6, 30), (3, 1, 31),  # tested: one of the two was never sold before
        (4, 1, 3),                         # did not come back
        (5, 0, 1), (5, 1, 36),             # too late
    ]  # fmt: skip
    tested = hold_out(purchases(rows), split=25, until=35, out_of_sale_days=30)

    assert (tested.customers, tested.eligible) == (2, 2)
    assert (tested.repeats_only, tested.without_history) == (1, 1)
    assert (tested.new_products, tested.unknown_products) == (3, 1)
    popular = tested.results.set_index("method").loc["popular"]
    # Product 1 is the only other one on sale: found for both, first place; half of customer 3's.
    assert tested.recall["popular"].tolist() == [1.0, 0.5]
    assert popular["recall_5"] == popular["recall_20"] == 0.75
    assert popular["hit_10"] == popular["mrr"] == 1.0
    gain = 1 / np.log2([2, 3])
    assert popular["ndcg_10"] == pytest.approx((1 + gain[0] / gain.sum()) / 2)
    assert popular["coverage"] == 0.5  # of tea and cups, only cups were offered


def test_measures_at_a_place_further_down() -> None:
    # Twelve products, popular in the order of their numbers; the customer then buys the seventh.
    rows = [(c, p, 1) for p in range(12) for c in range(20 - p)]
    rows += [(30, 0, 1), (30, 7, 30)]
    tested = hold_out(purchases(rows, 31, 12), split=25, until=35, out_of_sale_days=99)
    popular = tested.results.set_index("method").loc["popular"]

    assert (popular["hit_5"], popular["hit_10"], popular["recall_10"]) == (0.0, 1.0, 1.0)
    assert popular["mrr"] == pytest.approx(1 / 7)
    assert popular["ndcg_10"] == pytest.approx(1 / np.log2(8))


def test_at_most_so_many_are_tested() -> None:
    rows = [(c, 0, 1) for c in range(8)] + [(c, 1, 30) for c in range(8)]
    tested = hold_out(purchases(rows), split=25, until=35, out_of_sale_days=99, most_tested=3)

    assert (tested.customers, tested.eligible, tested.new_products) == (3, 8, 3)


def test_windows_share_the_time() -> None:
    assert windows(0, 999) == [Window(end - 90, end) for end in (999, 909, 819, 729)]
    # As many days to learn from as to test on, and no fewer.
    assert windows(0, 79) == [Window(59, 79), Window(39, 59), Window(19, 39)]
    assert windows(0, 54) == []
    assert len(windows(0, 55)) == 3


def grouped(seed: int, days: int = 400) -> list[Row]:
    """Three groups of customers, each with products of its own, bought one after the other."""
    rng = np.random.default_rng(seed)
    rows = []
    for customer in range(150):
        group = customer % 3
        things = rng.permutation(np.arange(30 * group, 30 * group + 30))[:12]
        rows += [
            (customer, int(p), int(d))
            for p, d in zip(things, rng.integers(0, days, 12), strict=True)
        ]
    return rows


def test_groups_of_taste_are_found_and_beat_popularity() -> None:
    found = choose(purchases(grouped(1), 150, 90), last=399, out_of_sale_days=180)

    assert found.verdict == "better"
    assert found.used == found.by_neighbours
    assert found.proof is not None
    assert 0 < found.proof.low < found.proof.difference
    assert found.proof.method == found.popular
    assert found.chosen_on is not None
    assert found.chosen_on.windows == (Window(219, 309), Window(129, 219), Window(39, 129))[:2]
    assert found.tested_on == Window(309, 399)


def test_neighbours_are_measured_against_the_better_popularity() -> None:
    rng = np.random.default_rng(5)
    rows = [(c, p, int(rng.integers(0, 150))) for c in range(100) for p in range(10)]
    # Of another hundred, everybody buys what the others have just bought.
    for customer in range(100, 200):
        things = rng.permutation(np.arange(20, 30))
        rows += [(customer, int(p), int(rng.integers(250, 305))) for p in things[:5]]
        rows += [(customer, int(p), int(rng.integers(310, 399))) for p in things[5:]]
    found = choose(purchases(rows, 200, 30), last=399, out_of_sale_days=999)

    assert found.popular.name == "popular_recent"


def test_chance_is_not_praised() -> None:
    rng = np.random.default_rng(2)
    rows = [tuple(row) for row in rng.integers(0, (150, 90, 400), (1800, 3)).tolist()]
    found = choose(purchases(rows, 150, 90), last=399, out_of_sale_days=180)  # type: ignore[arg-type]  # triples

    assert found.verdict == "no_difference"
    assert found.used == found.popular


def test_the_choice_is_the_highest_mean_over_the_customers_of_all_earlier_windows() -> None:
    bought = purchases(grouped(4), 150, 90)
    found = choose(bought, last=399, out_of_sale_days=180)
    tests = [
        hold_out(bought, split=split, until=split + 90, out_of_sale_days=180)
        for split in (219, 129)
    ]  # fmt: skip
    pooled = {
        name: float(np.concatenate([test.recall[name] for test in tests]).mean())
        for name in tests[0].recall
    }
    best, second = sorted((m.name for m in BY_NEIGHBOURS), key=lambda name: -pooled[name])[:2]

    assert found.chosen_on is not None
    assert found.by_neighbours.name == best
    assert found.chosen_on.customers == sum(test.customers for test in tests)
    assert dict(found.chosen_on.recall) == pytest.approx(pooled)
    assert found.chosen_on.lead.method.name == second
    assert found.chosen_on.lead.difference == pytest.approx(pooled[best] - pooled[second])


@pytest.mark.parametrize("seed", [1, 3, 4, 6])
def test_who_did_better_in_the_test_is_named(seed: int) -> None:
    found = choose(purchases(grouped(seed), 150, 90), last=399, out_of_sale_days=180)
    assert found.tested is not None
    in_test = found.tested.results.set_index("method")["recall_10"]
    highest = max(in_test[m.name] for m in BY_NEIGHBOURS)

    if found.ahead is None:
        assert in_test[found.by_neighbours.name] == highest
    else:
        assert in_test[found.ahead.method.name] == highest
        more = highest - in_test[found.by_neighbours.name]
        assert found.ahead.difference == pytest.approx(more)
        assert found.ahead.difference > 0


def test_the_choice_does_not_look_at_the_test() -> None:
    rows = grouped(3)
    shuffled = [(c, (p * 7 + 11) % 90 if d > 309 else p, d) for c, p, d in rows]
    before, after = (
        choose(purchases(one, 150, 90), last=399, out_of_sale_days=180) for one in (rows, shuffled)
    )

    assert before.by_neighbours == after.by_neighbours
    assert before.chosen_on == after.chosen_on
    assert before.proof != after.proof


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [(0, 0, 5)],
        [(0, 0, day) for day in range(400)],
        [(c, c % 3, 5 + c) for c in range(150)],
        [(c, 0, day) for c in range(9) for day in (1, 390)],
    ],
    ids=["nothing", "one line", "one product", "everybody once", "only again"],
)
def test_where_nothing_can_be_told(rows: list[Row]) -> None:
    found = choose(purchases(rows, 150, 9), last=399, out_of_sale_days=180)

    assert found.verdict == "cannot_tell"
    assert found.used == POPULAR[0]
    assert found.by_neighbours == BY_NEIGHBOURS[0]
    assert found.proof is None


def test_the_difference_is_paired() -> None:
    noise = np.random.default_rng(0).random(500)

    mean, low, high = paired_difference(noise + 0.01, noise)

    assert (mean, low, high) == pytest.approx((0.01, 0.01, 0.01))
    _, low, high = paired_difference(noise, noise[::-1])
    assert low < 0 < high
