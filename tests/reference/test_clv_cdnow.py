"""CDNOW, calibrated to 1997-09-30: the numbers that the papers print.

Fader, Hardie & Lee (2005), Table 2; Fader & Hardie (2005, 2013), notes on Pareto/NBD and
Gamma-Gamma. 1-in-10 sample, weeks, purchase days.
"""

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from analytics.clv import BetaGeoModel, GammaGammaModel, ModifiedBetaGeoModel, ParetoNBDModel
from tests.real_data import real_file

pytestmark = pytest.mark.real_data
END, LATER = pd.Timestamp("1997-09-30"), pd.Timestamp("1998-06-30")


@dataclass(frozen=True)
class Cdnow:
    frequency: np.ndarray
    recency: np.ndarray
    T: np.ndarray
    value: np.ndarray
    bought_later: int


@pytest.fixture(scope="module")
def cdnow() -> Cdnow:
    path = real_file("cdnow/CDNOW_sample.txt")
    names = ["master", "customer", "day", "items", "value"]
    rows = pd.read_csv(path, sep=r"\s+", header=None, names=names, dtype={"day": str})
    rows["day"] = pd.to_datetime(rows["day"], format="%Y%m%d")
    days = rows.groupby(["customer", "day"], as_index=False)["value"].sum()
    before = days[days["day"] <= END]
    table = before.groupby("customer")["day"].agg(["count", "min", "max"])
    first = before["customer"].map(table["min"])
    value = before[before["day"] > first].groupby("customer")["value"].mean()
    return Cdnow(
        (table["count"] - 1).to_numpy(),
        ((table["max"] - table["min"]).dt.days / 7).to_numpy(),
        ((END - table["min"]).dt.days / 7).to_numpy(),
        value.reindex(table.index).fillna(0.0).to_numpy(),
        int(((days["day"] > END) & (days["day"] <= LATER)).sum()),
    )


def test_bg_nbd(cdnow: Cdnow) -> None:
    model = BetaGeoModel().fit(cdnow.frequency, cdnow.recency, cdnow.T)

    assert {k: round(v, 3) for k, v in model.params_.items()} == {
        "r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426,
    }  # fmt: skip
    assert round(model.log_likelihood_, 1) == -9582.4
    assert (model.n_customers_, model.n_histories_, model.collapse_) == (2357, 1016, None)
    assert cdnow.bought_later == 1882
    expected = model.predict(cdnow.frequency, cdnow.recency, cdnow.T, 39.0).sum()
    assert round(float(expected)) == 1653


def test_bg_nbd_of_the_customer_in_the_paper(cdnow: Cdnow) -> None:
    """Their spreadsheet: x = 2, t_x = 30.43, T = 38.86 is to buy 1.226 times in 39 weeks."""
    model = BetaGeoModel().fit(cdnow.frequency, cdnow.recency, cdnow.T)

    assert model.predict([2], [30.43], [38.86], 39.0)[0] == pytest.approx(1.226, abs=5e-4)


def test_standard_errors_are_those_of_a_numerical_hessian(cdnow: Cdnow) -> None:
    columns = cdnow.frequency, cdnow.recency, cdnow.T
    for kind in (BetaGeoModel, ModifiedBetaGeoModel, ParetoNBDModel):
        model = kind().fit(*columns)
        best = dict(model.params_)
        names, h = list(best), {name: 1e-3 * value for name, value in best.items()}

        def at(*moves: tuple[str, float], model=model, best=best) -> float:
            model.params_ = dict(best)
            for name, size in moves:
                model.params_[name] += size
            return model.log_likelihood(*columns)

        hessian = [
            [
                sum(p * q * at((i, p * h[i]), (j, q * h[j])) for p in (1, -1) for q in (1, -1))
                / (4 * h[i] * h[j])
                for j in names
            ]
            for i in names
        ]
        numerical = np.sqrt(np.diag(np.linalg.inv(-np.array(hessian))))

        found = np.array([model.standard_errors_[name] for name in names])
        assert found == pytest.approx(numerical, rel=2e-3)


def test_pareto_nbd(cdnow: Cdnow) -> None:
    model = ParetoNBDModel().fit(cdnow.frequency, cdnow.recency, cdnow.T)

    assert {k: round(v, 3) for k, v in model.params_.items()} == {
        "r": 0.553, "alpha": 10.578, "s": 0.606, "beta": 11.669,
    }  # fmt: skip
    assert round(model.log_likelihood_, 1) == -9595.0
    assert model.collapse_ is None


def test_mbg_nbd_as_lifetimes_fits_it(cdnow: Cdnow) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the oracle is older than our pandas
        from lifetimes import ModifiedBetaGeoFitter

        theirs = ModifiedBetaGeoFitter().fit(cdnow.frequency, cdnow.recency, cdnow.T)
    model = ModifiedBetaGeoModel().fit(cdnow.frequency, cdnow.recency, cdnow.T)

    assert model.params_ == pytest.approx(dict(theirs.params_), rel=1e-3)

    assert {k: round(v, 3) for k, v in model.params_.items()} == {
        "r": 0.525, "alpha": 6.183, "a": 0.891, "b": 1.614,
    }  # fmt: skip


def test_gamma_gamma(cdnow: Cdnow) -> None:
    buys = cdnow.frequency > 0
    model = GammaGammaModel().fit(cdnow.frequency[buys], cdnow.value[buys])

    assert {k: round(v, 2) for k, v in model.params_.items()} == {
        "p": 6.25, "q": 3.74, "v": 15.44,
    }  # fmt: skip
    assert model.params_["v"] == pytest.approx(15.45, abs=0.01)
    assert model.population_mean_ == pytest.approx(35.17, abs=0.005)
