"""Expected purchases of the active against adaptive integration, on both sides of every border."""

import numpy as np
import pytest
from scipy import integrate, special

from analytics.clv_beta_moments import first_moment


def by_integration(rate: float, z: float, a: float, c: float) -> float:
    """The mean over p ~ beta(a, c), by adaptive quadrature in the logit of p."""

    def at(s: float) -> float:
        p, not_p = special.expit(s), special.expit(-s)
        log_density = a * np.log(p) + c * np.log(not_p) - special.betaln(a, c)
        return float(-np.expm1(-rate * np.log1p(p * z)) / p * np.exp(log_density))

    parts = [
        integrate.quad(at, low, low + 10, epsabs=0, epsrel=1e-11) for low in range(-80, 80, 10)
    ]
    return float(sum(value for value, _ in parts))


@pytest.mark.parametrize("a", [0.3, 0.7929, 0.949, 0.951, 1.0, 1.049, 1.051, 3.0])
@pytest.mark.parametrize("c", [0.6, 2.426, 30.0])
def test_the_mean_is_the_integral(a: float, c: float) -> None:
    rates = np.array([0.24, 0.24, 5.0, 60.0, 99.0, 101.0])
    z = np.array([0.01, 0.9, 4.9, 2.0, 5.1, 0.5])
    expected = [by_integration(*row, a, c) for row in zip(rates, z, strict=True)]

    got = first_moment(rates, z, a, np.full(len(z), c))

    np.testing.assert_allclose(got, expected, rtol=1e-7)


def test_no_argument_overflows_in_silence() -> None:
    """Arguments at which the Pfaff-transformed series of the library is infinite."""
    at = np.array([48.8, 70.0]), np.array([4.85, 3.75]), np.array([146.0, 129.0])

    for a in (19.8, 19.4):
        assert np.isfinite(first_moment(at[0], at[1], a, at[2])).all()
