"""Kaplan-Meier against published data, a hand count, and plain Python."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sksurv.nonparametric import kaplan_meier_estimator
from statsmodels.duration.survfunc import SurvfuncRight

from analytics.survival import end_rate, kaplan_meier, survival_at
from tests.survival.samples import ENDED, WEEKS, Row, at_risk, simulated, telco

PUBLISHED = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
AT_RISK = {6: 21, 7: 17, 10: 15, 13: 12, 16: 11, 22: 7, 23: 6}


def test_leukaemia_as_published() -> None:
    curve = kaplan_meier(WEEKS, ENDED).set_index("duration")
    ends = curve[curve["ended"] > 0]

    assert ends["survival"].round(3).to_dict() == PUBLISHED
    assert ends["at_risk"].to_dict() == AT_RISK
    # R's survfit(..., conf.type = "log-log") at 6 and 23 weeks.
    assert ends.loc[6, ["low", "high"]].round(3).tolist() == [0.620, 0.952]
    assert ends.loc[23, ["low", "high"]].round(3).tolist() == [0.188, 0.680]


def test_who_is_still_running_is_at_risk_up_to_then() -> None:
    curve = kaplan_meier([2, 2, 5], [True, False, False])

    assert curve["survival"].tolist() == pytest.approx([2 / 3, 2 / 3])
    assert curve["at_risk"].tolist() == [3, 1]
    assert survival_at(curve, [0, 1.9, 2, 5]).tolist() == pytest.approx([1, 1, 2 / 3, 2 / 3])
    # One end in nine units of time goes on past the longest.
    assert end_rate(curve) == pytest.approx(1 / 9)
    assert survival_at(curve, [14])[0] == pytest.approx(2 / 3 * math.exp(-1))


def test_nothing_seen_is_no_curve() -> None:
    assert kaplan_meier([], []).empty
    assert math.isnan(survival_at(kaplan_meier([], []), [3])[0])
    assert kaplan_meier([math.nan, 3], [True, False])["at_risk"].tolist() == [1]
    assert end_rate(kaplan_meier([0, 0], [True, True])) == 0
    with pytest.raises(ValueError, match="negative"):
        kaplan_meier([-1], [True])
    with pytest.raises(ValueError, match="as long as"):
        kaplan_meier([1, 2], [True])


def test_where_all_ended_or_none_has_no_interval() -> None:
    assert kaplan_meier([1, 2], [True, True])["low"].isna().tolist() == [False, True]
    assert kaplan_meier([1, 2], [False, False])["high"].isna().all()


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=40))
def test_every_curve_is_the_product_limit(rows: list[tuple[int, bool]]) -> None:
    curve = kaplan_meier([d for d, _ in rows], [e for _, e in rows])

    share = 1.0
    for at, found in zip(curve["duration"], curve["survival"], strict=True):
        at_risk = sum(d >= at for d, _ in rows)
        share *= 1 - sum(d == at and e for d, e in rows) / at_risk
        assert found == pytest.approx(share, abs=1e-12)
    assert (np.diff(curve["survival"]) <= 1e-12).all()
    known = curve.dropna()
    assert ((known["low"] <= known["survival"]) & (known["survival"] <= known["high"])).all()


def assert_as_scikit_survival(durations: np.ndarray, ended: np.ndarray, level: float) -> None:
    curve = kaplan_meier(durations, ended, level=level)
    ages, survival, interval = kaplan_meier_estimator(
        ended, durations, conf_level=level, conf_type="log-log"
    )

    np.testing.assert_array_equal(curve["duration"], ages)
    np.testing.assert_allclose(curve["survival"], survival, rtol=0, atol=1e-9)
    known = curve["low"].notna().to_numpy()
    np.testing.assert_array_equal(known, (survival > 0) & (survival < 1))
    np.testing.assert_allclose(curve["low"][known], interval[0][known], rtol=0, atol=1e-9)
    np.testing.assert_allclose(curve["high"][known], interval[1][known], rtol=0, atol=1e-9)


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_agrees_with_scikit_survival(whole: bool, level: float) -> None:
    durations, ended = simulated(3_000, whole=whole)

    assert_as_scikit_survival(durations, ended.astype(bool), level)
    assert_as_scikit_survival(durations, np.ones(3_000, dtype=bool), level)
    assert_as_scikit_survival(durations * 1e7, ended.astype(bool), level)


@pytest.mark.real_data
def test_telco_agrees_with_scikit_survival_by_contract() -> None:
    frame = telco()

    for _, part in frame.groupby("Contract"):
        tenure = part["tenure"].to_numpy(dtype=np.float64)
        assert_as_scikit_survival(tenure, part["left"].to_numpy(), 0.95)


def test_left_truncation_agrees_with_scikit_survival_and_statsmodels() -> None:
    random = np.random.default_rng(5)
    durations, ended = simulated(800, whole=False, seed=5)
    entered = durations * random.random(800)
    entered[:300] = 0

    curve = kaplan_meier(durations, ended, entered=entered)

    ages, survival, interval = kaplan_meier_estimator(
        ended.astype(bool), durations, time_enter=entered, conf_type="log-log"
    )
    same = np.searchsorted(ages, curve["duration"])
    np.testing.assert_allclose(curve["survival"], survival[same], rtol=0, atol=1e-9)
    known = curve["low"].notna().to_numpy()
    assert known.sum() > 300
    np.testing.assert_allclose(curve["low"][known], interval[0][same][known], atol=1e-9)
    np.testing.assert_allclose(curve["high"][known], interval[1][same][known], atol=1e-9)

    reference = SurvfuncRight(durations, ended, entry=np.where(entered > 0, entered, -1.0))
    some = curve.set_index("duration").loc[reference.surv_times]
    np.testing.assert_allclose(some["survival"], reference.surv_prob, atol=1e-9)
    np.testing.assert_array_equal(some["at_risk"], reference.n_risk)


ENTRIES = st.tuples(st.integers(0, 9), st.integers(0, 1), st.integers(0, 9)).map(
    lambda row: (row[0], row[1], min(row[0], row[2]))
)
FINE = st.tuples(
    st.floats(0, 9, allow_subnormal=False), st.integers(0, 1), st.sampled_from([0.0, 0.5, 1.0])
).map(lambda row: (row[0], row[1], min(row[0], row[2])))


@given(st.lists(ENTRIES, max_size=30) | st.lists(FINE, max_size=30))
def test_each_row_is_counted_one_by_one(rows: list[Row]) -> None:
    durations, ended, entered = zip(*rows, strict=True) if rows else ([], [], [])

    curve = kaplan_meier(durations, ended, entered=entered)

    counted = [row for row in rows if row[2] == 0 or row[2] < row[0]]
    assert curve["duration"].tolist() == sorted({row[0] for row in counted})
    share, time = 1.0, 0.0
    for line in curve.itertuples():
        age = line.duration
        risk = at_risk(counted, age)
        ends = sum(row[0] == age and row[1] for row in counted)
        share *= 1 - ends / len(risk)
        assert (line.at_risk, line.ended) == (len(risk), ends)
        assert line.censored == sum(row[0] == age for row in counted) - ends
        assert line.survival == pytest.approx(share, abs=1e-12)
        now = sum(max(min(row[0], age) - row[2], 0) for row in counted)
        assert line.time_at_risk == pytest.approx(now - time, abs=1e-9)
        time = now
    total = sum(row[0] - row[2] for row in counted)
    assert end_rate(curve) == pytest.approx(curve["ended"].sum() / total if total else 0)


def test_who_came_late_is_at_risk_after_that_and_not_before() -> None:
    curve = kaplan_meier([3, 5, 5, 4], [True, True, False, True], entered=[0, 3, 4.5, 4])

    # At 3 only the first is at risk; who came and went at 4 was never seen to run.
    assert curve["duration"].tolist() == [3, 5]
    assert curve["at_risk"].tolist() == [1, 2]
    assert curve["survival"].tolist() == [0, 0]
    assert curve["time_at_risk"].tolist() == [3, 2.5]
    assert kaplan_meier([0, 2], [True, False], entered=[0, 0])["at_risk"].tolist() == [2, 1]


def test_all_ended_at_once() -> None:
    curve = kaplan_meier([0, 0], [True, True])

    assert curve["survival"].tolist() == [0]
    assert curve[["low", "high"]].isna().all().all()
    one = kaplan_meier([2.5], [False])
    assert one["survival"].tolist() == [1]
    assert one["time_at_risk"].tolist() == [2.5]
    assert kaplan_meier([-0.0, 0.5], [True, False])["duration"].tolist() == [0, 0.5]


def test_empty_curves_have_the_same_columns() -> None:
    full = kaplan_meier([1.5, 2], [True, False])

    for empty in (kaplan_meier([], []), kaplan_meier([math.nan], [True])):
        assert empty.dtypes.to_dict() == full.dtypes.to_dict()
        assert empty.empty


@pytest.mark.parametrize(
    ("durations", "ended", "entered", "says"),
    [
        ([math.inf], [False], None, "infinite"),
        ([2], [True], [3], "after the end"),
        ([2], [True], [-1], "negative"),
        ([2], [True], [1, 1], "as long as"),
        ([2, 3], [True, None], None, "missing whether"),
        ([2, 3], [1.0, math.nan], None, "missing whether"),
    ],
)
def test_refuses_what_cannot_be(
    durations: list[float], ended: list[object], entered: list[float] | None, says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        kaplan_meier(durations, ended, entered=entered)


def test_takes_columns_as_they_are() -> None:
    frame = pd.DataFrame({"days": pd.array([3, 5, None], dtype="Int64"), "is_ended": [1, 0, 1]})

    curve = kaplan_meier(frame["days"], frame["is_ended"].astype("boolean"))

    assert curve["survival"].tolist() == [0.5, 0.5]
    assert kaplan_meier([3, 5], [2, 0])["ended"].tolist() == [1, 0]
    assert kaplan_meier([3, 5], [0.0, 1.0])["ended"].tolist() == [0, 1]
    assert kaplan_meier([3, 5], [-1, 0.5])["ended"].tolist() == [1, 1]
    with pytest.raises(ValueError, match="level"):
        kaplan_meier([1], [True], level=95)
