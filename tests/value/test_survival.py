"""Kaplan-Meier against published data, a hand count, and plain Python."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.survival import end_rate, kaplan_meier, survival_at

# Weeks in remission of 21 children with leukaemia under 6-MP; + was still in remission (Freireich
# et al. 1963; Gehan 1965).
WEEKS = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
ENDED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
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
