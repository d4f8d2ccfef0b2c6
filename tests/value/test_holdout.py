"""The test of candidates: CDNOW as published, choices by hand, degenerate histories."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from analytics.clv_candidates import fit, fit_money
from analytics.clv_choice import Judged, choose_for_totals, ranks_by_past
from analytics.clv_holdout import run_holdout
from analytics.clv_measures import Measures
from analytics.clv_spread import group_interval
from analytics.value_intervals import distribution, held
from tests.real_data import real_file

CALIBRATION, END = date(1997, 9, 30), date(1998, 6, 30)


def history_of(
    purchases: list[tuple[str, date, float]], as_of: date, last_from: date, until: date
) -> pd.DataFrame:
    """Histories in plain Python: no returns, a day is one purchase."""
    days: dict[str, dict[date, float]] = {}
    for who, day, value in purchases:
        mine = days.setdefault(who, {})
        mine[day] = mine.get(day, 0.0) + value
    rows = []
    for mine in days.values():
        known = sorted(day for day in mine if day <= as_of)
        if not known:
            continue
        repeats = [mine[day] for day in known[1:]]
        last = [mine[day] for day in known if day > last_from]
        later = [mine[day] for day in mine if as_of < day <= until]
        rows.append(
            {
                "frequency": len(repeats),
                "recency_days": (known[-1] - known[0]).days,
                "age_days": (as_of - known[0]).days,
                "mean_value": sum(repeats) / len(repeats) if repeats else None,
                "total_value": sum(mine[day] for day in known),
                "last_days": len(last), "last_value": float(sum(last)),
                "next_days": len(later), "next_value": float(sum(later)),
            }
        )  # fmt: skip
    return pd.DataFrame(rows).astype("float64")


def weeks_of(known: list[tuple[int, int, float]], unknown: float = 0.0) -> pd.DataFrame:
    rows = [(week, True, days, value) for week, days, value in known] + [(0, False, 1, unknown)]
    return pd.DataFrame(rows, columns=["week_no", "is_known", "purchase_days", "value"])


def simple(n: int, **columns: object) -> pd.DataFrame:
    """Customers who bought once, 100 days ago, but for what is given."""
    base = {
        "frequency": 0.0, "recency_days": 0.0, "age_days": 100.0, "mean_value": np.nan,
        "total_value": 10.0, "last_days": 1.0, "last_value": 10.0, "next_days": 0.0,
        "next_value": 0.0,
    }  # fmt: skip
    return pd.DataFrame({name: columns.get(name, value) for name, value in base.items()}, range(n))


@pytest.fixture(scope="module")
def cdnow() -> pd.DataFrame:
    with real_file("cdnow/CDNOW_sample.txt").open(encoding="ascii") as lines:
        rows = [line.split() for line in lines if line.strip()]
    bought = [
        (who, date(int(day[:4]), int(day[4:6]), int(day[6:])), float(dollars))
        for _, who, day, _, dollars in rows
    ]
    return history_of(bought, CALIBRATION, CALIBRATION - timedelta(days=273), END)


@pytest.mark.real_data
def test_cdnow_is_under_forecast_as_published(cdnow: pd.DataFrame) -> None:
    weeks = weeks_of([(week, 10, 1.0) for week in range(-39, 39)], unknown=13.0)
    found = run_holdout(cdnow, cdnow.iloc[:0], weeks, days=273, earlier_days=136)
    by_name = {one.name: one for one in found.tested}
    purchases = by_name["bg_nbd"].purchases
    params = by_name["bg_nbd"].params

    assert purchases is not None
    assert params is not None
    assert purchases.actual == 1882
    assert round(purchases.predicted) == 1653
    assert [round(params[name], 3) for name in ("r", "alpha", "a", "b")] == [
        0.243, 4.414, 0.793, 2.426,
    ]  # fmt: skip
    assert [round(found.money_params[name], 2) for name in "pqv"] == [6.25, 3.74, 15.44]
    # The highest likelihood is not the best test, and is not what decides.
    assert found.chosen is not None
    assert found.chosen.name == "pareto_nbd"
    likelihoods = {name: one.log_likelihood for name, one in by_name.items() if one.log_likelihood}
    assert max(likelihoods, key=lambda name: likelihoods[name]) == "mbg_nbd"
    assert by_name["boosting"].reason == "no_earlier_window"
    assert found.tenths["actual_purchases"].sum() == 1882
    assert found.frequencies["customers"].sum() == 2357
    assert found.unknown_share == pytest.approx(13 / (39 + 13))
    assert found.weeks["actual"].iloc[-1] == 390
    assert found.weeks["bg_nbd"].iloc[-1] == pytest.approx(purchases.predicted)
    assert (np.diff(found.weeks["bg_nbd"]) > 0).all()
    assert found.spread is not None
    assert found.spread.coverage == pytest.approx(found.spread.promised, abs=0.03)


def judged(name: str, error: float | None, mae: float, top: float | None, why: str | None = None):  # type: ignore[no-untyped-def]  # a Judged
    measured = Measures(1.0, 1.0, error, mae, mae, None, None, top)
    return Judged(name, "model", measured, measured, why)


def test_the_nearest_total_is_chosen_and_close_ones_by_customer() -> None:
    far, near = judged("far", -0.3, 1.0, 0.5), judged("near", 0.10, 9.0, 0.5)
    close, collapsed = judged("close", -0.115, 5.0, 0.5), judged("fallen", 0.0, 0.1, 0.9, "x")

    assert choose_for_totals([far, near, collapsed]) is near
    assert choose_for_totals([far, near, close, collapsed]) is close
    assert choose_for_totals([collapsed, judged("none", None, 1.0, None)]) is None
    assert ranks_by_past(near, judged("past", None, 1.0, 0.51))
    assert not ranks_by_past(near, judged("past", None, 1.0, 0.5))


def test_without_repeat_purchases_only_the_baseline_is_left() -> None:
    history = simple(180)
    history.loc[:29, ["next_days", "next_value"]] = [1.0, 30.0]
    found = run_holdout(history, history.iloc[:0], weeks_of([]), days=50, earlier_days=25)

    assert [one.reason for one in found.tested[:3]] == ["clv_no_repeat"] * 3
    assert found.chosen is not None
    assert found.chosen.name == "last_period"
    assert found.chosen.value is not None
    assert found.chosen.value.predicted == 1800
    assert found.spread is not None
    low, high = group_interval(found.spread, np.array([10.0]), 1.0)
    assert (low[0], high[0]) == (0, 30)
    assert found.tenths["actual_value"].sum() == 900


@pytest.mark.parametrize("value", [0.0, -5.0])
def test_where_nothing_came_nothing_is_chosen(value: float) -> None:
    history = simple(30, next_days=1.0, next_value=value, total_value=-3.0, last_value=-3.0)
    found = run_holdout(history, history, weeks_of([]), days=50, earlier_days=25)

    assert found.chosen is None
    assert found.spread is None
    assert found.unknown_share is None
    one = run_holdout(simple(1), simple(1), weeks_of([]), days=7, earlier_days=3)
    assert one.chosen is None


def test_of_few_later_buyers_nothing_is_judged() -> None:
    history = simple(600)
    history.loc[:28, ["next_days", "next_value"]] = [1.0, 30.0]
    found = run_holdout(history, history, weeks_of([(0, 29, 870.0)]), days=50, earlier_days=25)

    assert (found.later_buyers, found.is_too_small) == (29, True)
    assert (found.chosen, found.spread, found.unknown_share) == (None, None, None)
    assert not found.is_ranked_by_past
    assert {one.value for one in found.tested} == {one.purchases for one in found.tested} == {None}
    assert found.tested[-1].reason == "ranking"
    assert "too_few_later_buyers" in {one.reason for one in found.tested}
    history.loc[29, ["next_days", "next_value"]] = [1.0, 30.0]
    enough = run_holdout(history, history, weeks_of([]), days=50, earlier_days=25)
    assert (enough.is_too_small, enough.chosen is None) == (False, False)


def test_equal_values_are_a_plain_mean() -> None:
    money = fit_money(simple(4, frequency=2.0, mean_value=7.0))

    assert money is not None
    assert money.params_ == {"mean": 7.0}
    assert money.expected_value(np.array([0, 3]), np.array([0.0, 7.0])).tolist() == [7, 7]
    assert fit_money(simple(4)) is None
    assert fit_money(simple(4, frequency=2.0, mean_value=-1.0)) is None


@pytest.fixture(scope="module")
def simulated() -> pd.DataFrame:
    """2,000 customers who follow BG/NBD and Gamma-Gamma, and what came in the next 20 weeks."""
    rng = np.random.default_rng(7)
    rows = []
    for _ in range(2000):
        rate, leave = rng.gamma(0.8, 1 / 6.0), rng.beta(1.0, 4.0)
        scale = 4.0 / rng.gamma(4.0, 1 / 20.0) / 4.0
        time, times = 0.0, []
        while True:
            time += rng.exponential(1 / rate)
            if time > 60:
                break
            times.append(time)
            if rng.random() < leave:
                break
        values = rng.gamma(6.0, scale, len(times))
        known = [t for t in times if t <= 40]
        rows.append(
            (len(known), (known[-1] if known else 0.0) * 7, 280.0,
             values[: len(known)].mean() if known else np.nan, len(times) - len(known),
             values[len(known):].sum())
        )  # fmt: skip
    names = ["frequency", "recency_days", "age_days", "mean_value", "next_days", "next_value"]
    return pd.DataFrame(rows, columns=names).assign(total_value=1.0, last_days=0.0, last_value=0.0)


def test_intervals_hold_what_they_promise_where_the_model_is_true(simulated: pd.DataFrame) -> None:
    money = fit_money(simulated)
    assert money is not None
    model = fit("bg_nbd", simulated, money)
    found = distribution(model, simulated, 140)
    actual = simulated["next_value"].to_numpy()
    low, high = found.quantile(0.1), found.quantile(0.9)

    assert held(low, high, actual) == pytest.approx(found.promised((0.1, 0.9)), abs=0.02)
    positions = found.position(actual)
    assert np.quantile(positions, [0.1, 0.25, 0.5, 0.75, 0.9]) == pytest.approx(
        [0.1, 0.25, 0.5, 0.75, 0.9], abs=0.035
    )
    whole = (1 - found.share_zero) * found.shape * found.scale
    expected = model.expected_purchases(simulated, 140) * model.value_of_purchase(simulated)
    assert whole == pytest.approx(expected, rel=1e-6)
    assert (low <= high).all()
    assert (low >= 0).all()


def test_intervals_that_do_not_hold_are_recalibrated(simulated: pd.DataFrame) -> None:
    calm = simulated.assign(next_value=simulated["next_value"] * 3)
    weeks = weeks_of([])
    found = run_holdout(calm, calm.iloc[:0], weeks, days=140, earlier_days=70)

    assert found.chosen is not None
    assert found.chosen.kind == "model"
    assert found.spread is not None
    assert found.spread.is_recalibrated
    assert found.spread.levels[1] > 0.9
    assert found.spread.before is not None
    assert found.spread.coverage is not None
    assert found.spread.coverage > found.spread.before
