"""What would be if: assumptions over a forecast."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from forecasting import Forecast
from forecasting.sales import sales_forecast
from forecasting.scenarios import MOST_AMOUNT, Scenario, place_of, scenario_of, with_assumptions
from tests.forecasting.made import PLAIN, months, seasonal


@pytest.fixture(scope="module")
def made() -> Forecast:
    return sales_forecast(months(seasonal(48)), 4, "month", candidates=PLAIN)


def test_assumptions_change_what_they_say(made: Forecast) -> None:
    ahead = made.forecast
    base = ahead["yhat"].to_numpy()

    def under(**given: object) -> np.ndarray:
        return with_assumptions(ahead, Scenario("x", **given), "month").to_numpy()  # type: ignore[arg-type]  # fields by name

    assert under() == pytest.approx(base)
    assert under(price=0.1, win_rate=-0.5) == pytest.approx(base * 1.1 * 0.5)
    assert under(growth=0.12) == pytest.approx(base * 1.12 ** (np.arange(1, 5) / 12))
    assert under(extra=7.0, extra_on=date(2019, 2, 14)) == pytest.approx(
        base + np.array([0, 7, 0, 0])
    )
    assert under(
        moved=5.0, moved_from=date(2019, 1, 1), moved_to=date(2019, 4, 1)
    ) == pytest.approx(base + np.array([-5, 0, 0, 5]))
    assert under(extra=-1e6, extra_on=date(2019, 3, 1))[2] == 0  # never below zero


def test_assumptions_leave_what_has_come(made: Forecast) -> None:
    base = made.forecast["yhat"].to_numpy()
    rest = base - np.array([100, 0, 0, 0])

    def under(**given: object) -> np.ndarray:
        one = Scenario("x", **given)  # type: ignore[arg-type]  # fields by name
        return with_assumptions(made.forecast, one, "month", so_far=100.0).to_numpy()

    assert base[0] > 100
    assert under(price=0.1) == pytest.approx(base + 0.1 * rest)
    assert under(growth=0.12)[0] == pytest.approx(100 + rest[0] * 1.12 ** (1 / 12))
    assert under(win_rate=-1.0) == pytest.approx([100, 0, 0, 0])
    assert under(extra=-1e6, extra_on=date(2019, 1, 1))[0] == 100


def test_a_moved_campaign_neither_makes_nor_loses_money(made: Forecast) -> None:
    base = made.forecast["yhat"].to_numpy()

    def under(amount: float, before: date, after: date) -> np.ndarray:
        one = Scenario("x", moved=amount, moved_from=before, moved_to=after)
        return with_assumptions(made.forecast, one, "month", so_far=100.0).to_numpy()

    first, last, beyond = date(2019, 1, 1), date(2019, 4, 1), date(2020, 1, 1)
    rest = base[0] - 100
    assert under(1e9, first, last) == pytest.approx(base + np.array([-rest, 0, 0, rest]))
    assert under(1e9, last, first).sum() == pytest.approx(base.sum())
    assert under(5.0, first, beyond) == pytest.approx(base)
    assert under(5.0, beyond, first) == pytest.approx(base)


def test_an_address_holds_every_digit() -> None:
    one = Scenario("x", 0.1 + 0.2, extra=-1_234_567.89, extra_on=date(2019, 1, 1), moved=1e12 + 1)

    assert scenario_of(one.to_text()) == one
    assert "~-1234567.89~" in one.to_text()
    assert Scenario("x").to_text() == "x~0~0~0~0~~0~~"


def test_a_day_outside_the_periods_is_in_none() -> None:
    days = pd.date_range("2025-01-01", periods=3, freq="MS")

    assert place_of(days, date(2025, 3, 31)) == 2
    assert place_of(days, date(2024, 12, 31)) is None
    assert place_of(days, date(2025, 5, 1)) is None


@pytest.mark.parametrize(
    "text", ["", "a~b", "n~x~0~0~0~~0~~", " ~0~0~0~0~~0~~", "n~nan~0~0~0~~0~~", "n~99~0~0~0~~0~~",
             "n~0~0~0~1~2025-13-01~0~~", "n~0~0~0~1e300~2019-02-01~0~~", "n~0~0~0~-2e13~~0~~",
             "n~0~0~0~0~~2e13~~", "n~0~0~0~0~~-1~~", "n~0~0~0~0~~inf~~", "n~0~0~0~nan~~0~~",
             "n~-1.1~0~0~0~~0~~"],
)  # fmt: skip
def test_an_address_that_is_no_scenario_is_none(text: str) -> None:
    assert scenario_of(text) is None


_NUMBERS = st.one_of(
    st.floats().map(str), st.floats(-12, 12).map(str), st.floats(-2e13, 2e13).map(str),
    st.sampled_from(["", "1e300", "-0", "1_0", "x"]),
)  # fmt: skip
_DAYS = st.one_of(st.just(""), st.dates(date(2018, 1, 1), date(2020, 1, 1)).map(date.isoformat))
_TEXTS = st.tuples(
    st.text(max_size=60), _NUMBERS, _NUMBERS, _NUMBERS, _NUMBERS, _DAYS, _NUMBERS, _DAYS, _DAYS
).map("~".join)


@settings(max_examples=200)
@given(_TEXTS)
@example(f"{'x' * 39} y~0~0~0~0~~0~~")
@example("n~10~10~10~1e13~2019-02-01~1e13~2019-01-01~2019-04-01")
def test_whatever_an_address_holds_is_none_or_finite_and_read_again(text: str) -> None:
    one = scenario_of(text)
    if one is None:
        return
    assert scenario_of(one.to_text()) == one
    assert one.name
    ahead = pd.DataFrame(
        {"ds": pd.date_range("2019-01-01", periods=4, freq="MS"), "yhat": [0.0, 5.0, 1e13, 7.0]}
    )
    values = with_assumptions(ahead, one, "month", so_far=3.0)
    assert np.isfinite(values).all()
    assert (values >= 0).all()
    assert values.sum() <= 1e13 * 11**3 * 12 + 2 * MOST_AMOUNT
