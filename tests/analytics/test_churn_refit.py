"""What was judged is learnt from, too: with the candidate, setting and calibration as found."""

import numpy as np
import pandas as pd
import pytest

from analytics.churn import ChurnModel
from analytics.churn_drift import SCORE
from analytics.churn_refit import refitted
from tests.analytics.churners import churners

FRAME, LEFT, _ = churners(900, seed=8)
DATES = np.repeat(pd.date_range("2025-01-01", periods=3, freq="30D").to_numpy(), 300)


@pytest.fixture(scope="module")
def fitted() -> ChurnModel:
    """Fitted to the first dates, where nobody had answered by the first."""
    frame = FRAME.assign(nps=FRAME["nps"].where(DATES[0] < DATES))
    return ChurnModel(recency="days_silent", horizon_days=30).fit(
        frame[:600], LEFT[:600], as_of=DATES[:600]
    )


def test_a_field_that_nobody_has_at_first_is_learnt_from_later_dates(fitted: ChurnModel) -> None:
    assert "nps" in fitted.encoder_.names
    assert np.isfinite(fitted.predict_proba(FRAME)).all()


def test_the_same_customers_give_the_same_model(fitted: ChurnModel) -> None:
    frame = FRAME.assign(nps=FRAME["nps"].where(DATES[0] < DATES))[:600]
    again = refitted(fitted, frame, LEFT[:600])

    np.testing.assert_array_equal(again.predict_proba(FRAME), fitted.predict_proba(FRAME))
    pd.testing.assert_frame_equal(again.drift(FRAME), fitted.drift(FRAME))


def test_more_customers_change_the_scorer_and_nothing_that_was_found(fitted: ChurnModel) -> None:
    before = fitted.predict_proba(FRAME)
    wider = FRAME.assign(late=np.where(DATES[-1] == DATES, np.arange(900) % 7, 0))
    more = refitted(fitted, wider, LEFT)

    assert more.calibration_ is fitted.calibration_
    assert more.chosen_ is fitted.chosen_
    assert "late" in more.encoder_.names
    assert more.rate_ == LEFT.mean()
    assert not np.allclose(more.predict_proba(wider), before)
    np.testing.assert_array_equal(fitted.predict_proba(FRAME), before)
    # Fields are held against all customers learnt from; scores against those of the proof.
    shifts = more.drift(wider).set_index("field")
    assert (shifts["psi"].drop(SCORE) < 1e-9).all()
    reasons = more.reasons(wider, top=9)
    total = reasons.groupby("row")["contribution"].sum()
    expected = more.decision_function(wider) - more.scorer_.base
    np.testing.assert_allclose(total.reindex(range(900), fill_value=0), expected, atol=1e-9)
