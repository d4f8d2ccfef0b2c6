"""Largest first, held against a stable sort."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analytics.ranking import largest_first

# Values that 32 bits cannot tell apart, those too large for them, and equals.
_CLOSE = st.integers(0, 40).map(lambda n: 1.0 + n * 2.0**-26)
_ANY = st.floats(0, allow_nan=False, allow_infinity=True)
_VALUES = st.lists(st.one_of(_CLOSE, _ANY, st.sampled_from([0.0, -0.0, 1e300, 2e300, 5e-324])))


@given(_VALUES)
def test_the_order_is_that_of_a_stable_sort(values: list[float]) -> None:
    given_values = np.array(values, dtype="float64")
    before = given_values.copy()

    found = largest_first(given_values)

    assert found.tolist() == np.argsort(-given_values, kind="stable").tolist()
    assert given_values.tolist() == before.tolist()


def test_many_equals_keep_their_order() -> None:
    values = np.random.default_rng(3).integers(0, 50, 5_000) * 0.1
    values[::7] += 1e-12  # out of order once rounded

    assert largest_first(values).tolist() == np.argsort(-values, kind="stable").tolist()
