"""Hazard by age against counting, SciPy's chi-squared distribution and published limits."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analytics.hazard import garwood_interval, hazard_by_age
from tests.survival.samples import ENDED, WEEKS, Row


def test_garwoods_published_limits() -> None:
    # Garwood (1936), table; also in Johnson, Kotz and Kemp (1992), 95 %.
    low, high = garwood_interval([0, 1, 5, 10], 1)

    assert low.round(4).tolist() == [0, 0.0253, 1.6235, 4.7954]
    assert high.round(4).tolist() == [3.6889, 5.5716, 11.6683, 18.3904]


@given(st.integers(0, 5_000), st.floats(0.1, 1e6), st.sampled_from([0.8, 0.9, 0.95]))
def test_garwood_is_by_the_chi_squared_distribution(n: int, time: float, level: float) -> None:
    low, high = garwood_interval(n, time, level=level)

    out = (1 - level) / 2
    assert low == pytest.approx(stats.chi2.ppf(out, 2 * n) / 2 / time if n else 0, rel=1e-9)
    assert high == pytest.approx(stats.chi2.ppf(1 - out, 2 * n + 2) / 2 / time, rel=1e-9)


def test_leukaemia_by_ten_weeks_as_counted() -> None:
    found = hazard_by_age(WEEKS, ENDED, 10)

    assert found["start"].tolist() == [0, 10, 20, 30]
    assert found["end"].tolist() == [10, 20, 30, 40]
    assert found["at_risk"].tolist() == [21, 13, 7, 4]
    assert found["ended"].tolist() == [5, 2, 2, 0]
    # Weeks lived in each band: 4 of 6, one of 7 and of 9, 15 of 10; and so on.
    assert found["time_at_risk"].tolist() == [190, 1 + 3 + 6 + 7 + 9 + 10 * 8, 2 + 3 + 5 + 40, 13]
    assert found["hazard"].tolist() == pytest.approx([5 / 190, 2 / 106, 2 / 50, 0])
    assert found["low"].iloc[0] == pytest.approx(1.6235 / 190, abs=1e-6)
    assert found["low"].iloc[3] == 0
    assert found["high"].iloc[3] == pytest.approx(3.6889 / 13, abs=1e-5)


AGES = st.sampled_from([0, 1, 1.5, 2, 3, 4, 5.25, 6, 9])
ROWS = st.lists(
    st.tuples(AGES, st.integers(0, 1), AGES).map(lambda r: (r[0], r[1], min(r[0], r[2]))),
    max_size=25,
)
BANDS = st.sampled_from([1, 2.5, [0, 1, 4, 9], [1, 2, 6], [0, 20, 30]])


@given(ROWS, BANDS)
def test_each_row_is_counted_one_by_one(rows: list[Row], bands: float | list[float]) -> None:
    durations, ended, entered = zip(*rows, strict=True) if rows else ([], [], [])

    found = hazard_by_age(durations, ended, bands, entered=entered)

    counted = [row for row in rows if row[2] == 0 or row[2] < row[0]]
    for band in found.itertuples():
        a, b = band.start, band.end
        times = [max(min(d, b) - max(e, a), 0) for d, _, e in counted]
        at_birth = sum(d == 0 for d, _, e in counted) if a == 0 else 0
        ends = sum(c and (a < d <= b or a == d == 0) for d, c, _ in counted)
        assert band.time_at_risk == pytest.approx(sum(times), abs=1e-9)
        assert band.at_risk == sum(time > 0 for time in times) + at_birth
        assert band.ended == ends
        if sum(times) > 0:
            assert band.hazard == pytest.approx(ends / sum(times))
            assert band.low <= band.hazard <= band.high
        else:
            assert math.isnan(band.hazard)
            assert math.isnan(band.low)
            assert math.isnan(band.high)
    if not isinstance(bands, list):
        assert found["ended"].sum() == sum(row[1] for row in counted)
        total = sum(row[0] - row[2] for row in counted)
        assert found["time_at_risk"].sum() == pytest.approx(total)


def test_bands_hold_the_longest_whatever_is_rounded() -> None:
    for count in range(1, 60):
        for width in (0.1, 0.7, 365.25 / 12):
            longest = float(np.nextafter(count * width, np.inf))
            found = hazard_by_age([longest], [True], width)
            assert found["ended"].sum() == 1


def test_nothing_seen_is_one_empty_band() -> None:
    found = hazard_by_age([], [], 1)

    assert found["ended"].tolist() == [0]
    assert found[["hazard", "low", "high"]].isna().all().all()
    at_once = hazard_by_age([0, 0], [True, True], 1)
    assert at_once["ended"].tolist() == [2]
    assert at_once["hazard"].isna().all()


@pytest.mark.parametrize(
    "bands", [0, -1, math.nan, math.inf, 1e-9, [1], [2, 1], [-1, 1], [0, math.nan], [[0, 1]]]
)
def test_refuses_bands_that_are_none(bands: object) -> None:
    with pytest.raises(ValueError, match="band"):
        hazard_by_age([3], [True], bands)


def test_refuses_a_level_that_is_none() -> None:
    with pytest.raises(ValueError, match="level"):
        garwood_interval(1, 1, level=95)
