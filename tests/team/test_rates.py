"""Rates drawn toward the team: against SciPy's beta-binomial, drawing, and by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import approx_fprime, minimize
from scipy.special import comb

from analytics.rank_chances import rank_chances
from analytics.stats import wilson_interval
from analytics.team_prior import fit_prior, gradient, log_likelihood
from analytics.team_rates import team_rates

WON = np.array([30.0, 3, 22, 9, 41, 12, 5, 60])
CLOSED = np.array([50.0, 4, 60, 30, 60, 40, 20, 90])


def people(won: list[int], closed: list[int]) -> pd.DataFrame:
    names = [f"E{position:02d}" for position in range(len(won))]
    return pd.DataFrame({"owner_id": names, "won": won, "closed": closed})


def test_likelihood_and_gradient_are_those_of_the_beta_binomial() -> None:
    def by_scipy(at: np.ndarray) -> float:
        return float((stats.betabinom(CLOSED, *at).logpmf(WON) - np.log(comb(CLOSED, WON))).sum())

    at = np.array([4.0, 5.5])
    assert log_likelihood(WON, CLOSED, *at) == pytest.approx(by_scipy(at), abs=1e-9)
    np.testing.assert_allclose(
        gradient(WON, CLOSED, *at), approx_fprime(at, by_scipy, 1e-6), rtol=1e-4
    )


def test_the_fit_is_that_of_a_search_with_scipys_beta_binomial() -> None:
    found = fit_prior(WON, CLOSED)
    searched = minimize(
        lambda at: -stats.betabinom(CLOSED, *np.exp(at)).logpmf(WON).sum(),
        np.array([1.0, 1.0]), method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-12},
    )  # fmt: skip
    a, b = np.exp(searched.x)

    assert found.size == pytest.approx(a + b, rel=1e-4)
    assert found.mean == pytest.approx(a / (a + b), rel=1e-5)
    assert found.p_value < 0.01


def test_a_planted_spread_is_found() -> None:
    rng = np.random.default_rng(5)
    closed = rng.integers(20, 200, 400).astype("float64")
    won = rng.binomial(closed.astype(int), rng.beta(12, 18, 400)).astype("float64")

    found = fit_prior(won, closed)

    assert found.mean == pytest.approx(0.4, abs=0.01)
    assert found.size == pytest.approx(30, rel=0.15)
    assert found.spread == pytest.approx(stats.beta(12, 18).std(), rel=0.1)


def test_without_more_scatter_than_chance_everybody_is_the_team() -> None:
    found = team_rates(people([10, 20, 5, 41], [20, 40, 10, 80]), best=1)
    low, high = wilson_interval(76, 150)

    assert not found.prior.has_spread
    assert found.prior.p_value == 1.0
    assert found.people["shrunk"].tolist() == [76 / 150] * 4
    assert found.people["own_weight"].tolist() == [0.0] * 4
    assert found.people["among_best"].tolist() == [0.25] * 4
    assert found.people["expected_rank"].tolist() == [2.5] * 4
    np.testing.assert_allclose(found.people[["low", "high"]].iloc[0], [low, high])


def test_nobody_is_praised_for_3_of_4_over_30_of_50() -> None:
    found = team_rates(people(WON.astype(int).tolist(), CLOSED.astype(int).tolist()), best=2)
    of = found.people.set_index("owner_id")
    many, few = of.loc["E00"], of.loc["E01"]

    assert few["rate"] > many["rate"]
    assert few["shrunk"] < many["shrunk"]
    assert few["own_weight"] < 0.5 < many["own_weight"]
    assert few["high"] - few["low"] > many["high"] - many["low"]
    assert (many["won"], many["closed"], few["won"], few["closed"]) == (30, 50, 3, 4)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 90), st.integers(1, 90)), min_size=1, max_size=8))
def test_in_no_team_are_3_of_4_praised_over_30_of_50(others: list[tuple[int, int]]) -> None:
    won, lost = zip(*others, strict=True)
    closed = [w + x for w, x in others]
    found = team_rates(people([30, 3, *won], [50, 4, *closed])).people.set_index("owner_id")

    assert found.loc["E01", "standing"] != "above" or found.loc["E00", "standing"] == "above"
    assert lost


def test_standing_is_told_where_the_interval_leaves_the_team_out() -> None:
    found = team_rates(people([80, 50, 48, 3, 20, 0], [100, 100, 100, 4, 100, 0])).people

    told = found.set_index("owner_id")["standing"].sort_index()
    assert told.tolist() == ["above", "like_team", "like_team", "like_team", "below", "cannot_tell"]


def test_who_closed_nothing_cannot_be_told() -> None:
    found = team_rates(people([0, *map(int, WON)], [0, *map(int, CLOSED)]))

    last = found.people.iloc[-1]
    assert last["owner_id"] == "E00"
    assert last.drop(["owner_id", "won", "closed", "standing"]).isna().all()
    assert found.people["expected_rank"].iloc[:-1].sum() == pytest.approx(36)  # 1 + … + 8


def test_strata_of_a_person_are_added_up_and_nobody_is_left_out() -> None:
    whole = people([5, 9, 30], [10, 40, 45])
    parts = pd.concat([people([2, 4, 30], [6, 20, 40]), people([3, 5, 0], [4, 20, 5])])
    nobody = pd.DataFrame({"owner_id": [None], "won": [9], "closed": [9]})

    found = team_rates(pd.concat([parts, nobody]))

    pd.testing.assert_frame_equal(found.people, team_rates(whole).people)
    assert found.team["rate"] == 44 / 95


def test_no_people_and_impossible_counts() -> None:
    assert team_rates(people([], [])).people.empty
    assert np.isnan(team_rates(people([], [])).team["rate"])
    with pytest.raises(ValueError, match="from 0 to closed"):
        team_rates(people([5], [4]))
    with pytest.raises(ValueError, match="best should be 1"):
        team_rates(people([1], [4]), best=0)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=12))
def test_shrinking_goes_toward_the_team_and_never_past_it(pairs: list[tuple[int, int]]) -> None:
    won, lost = zip(*pairs, strict=True)
    found = team_rates(people(list(won), [w + x for w, x in pairs]))
    told = found.people[found.people["closed"] > 0]
    mean = found.prior.mean

    assert (told["low"] <= told["high"]).all()
    between = np.sort(np.stack([told["rate"], np.full(len(told), mean)]), axis=0)
    assert (told["shrunk"] >= between[0] - 1e-9).all()
    assert (told["shrunk"] <= between[1] + 1e-9).all()
    places = len(told) * (len(told) + 1) / 2
    assert told["expected_rank"].sum() == pytest.approx(places)
    assert told["among_best"].sum() == pytest.approx(min(3, len(told)), abs=5e-3)
    assert sum(lost) + sum(won) == told["closed"].sum()


@pytest.mark.parametrize("best", [1, 2, 4])
def test_rank_chances_are_those_of_drawing(best: int) -> None:
    a, b = np.array([30.0, 3, 22, 90, 41]), np.array([20.0, 1, 38, 60, 19])
    draws = np.random.default_rng(1).beta(a, b, (200_000, 5))
    place = (-draws).argsort(axis=1).argsort(axis=1) + 1

    chance, rank = rank_chances(a, b, best=best)

    np.testing.assert_allclose(chance, (place <= best).mean(axis=0), atol=0.004)
    np.testing.assert_allclose(rank, place.mean(axis=0), atol=0.01)


def test_of_two_the_chance_is_the_integral() -> None:
    a, b = np.array([8.0, 400.0]), np.array([4.0, 260.0])
    grid = np.linspace(0, 1, 200_001)
    first = stats.beta(8, 4).pdf(grid) * stats.beta(400, 260).cdf(grid)

    chance, rank = rank_chances(a, b, best=1)

    assert chance[0] == pytest.approx(np.trapezoid(first, grid), abs=2e-4)
    assert rank[0] == pytest.approx(2 - chance[0], abs=1e-9)


def test_hundreds_of_people_at_once() -> None:
    rng = np.random.default_rng(0)
    closed = rng.integers(1, 300, 200)
    found = team_rates(
        people(rng.binomial(closed, rng.beta(12, 18, 200)).tolist(), closed.tolist())
    )

    assert found.people["among_best"].sum() == pytest.approx(3, abs=0.02)
