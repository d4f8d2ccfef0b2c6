"""What is counted already is estimated as if each stood in a row of its own."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics.competing_risks import cumulative_incidence
from analytics.hazard import hazard_by_age
from analytics.log_rank import log_rank
from analytics.risk_sets import observed, risk_sets
from analytics.survival_groups import kaplan_meier_by_group


def counted(step: float) -> tuple[dict[str, Any], dict[str, Any], Any]:
    """Rows with weights from 0 to 4, and each as often as its weight; ages in steps."""
    random = np.random.default_rng(3)
    n = 400
    ages = random.integers(0, 60, n) * step
    entered = np.where(random.random(n) < 0.3, np.floor(ages / step / 2) * step, 0.0)
    rows = {
        "durations": ages,
        "cause": np.array(["price", "moved", None], dtype=object)[random.integers(0, 3, n)],
        "entered": entered,
        "group": np.array(["a", "b", "c", None], dtype=object)[random.integers(0, 4, n)],
    }
    weights = random.integers(0, 5, n)
    return rows, {name: np.repeat(held, weights) for name, held in rows.items()}, weights


@pytest.mark.parametrize("step", [1.0, 0.3])
def test_every_estimate_takes_counts(step: float) -> None:
    few, many, weights = counted(step)
    of: dict[str, Any] = {"entered": few["entered"], "weights": weights}
    each: dict[str, Any] = {"entered": many["entered"]}
    ended, ends = pd.notna(few["cause"]), pd.notna(many["cause"])

    got = kaplan_meier_by_group(few["durations"], ended, few["group"], least=1, **of)
    want = kaplan_meier_by_group(many["durations"], ends, many["group"], least=1, **each)
    pd.testing.assert_frame_equal(got.curves, want.curves)
    pd.testing.assert_frame_equal(got.groups, want.groups)
    assert got.without_group == want.without_group
    test = log_rank(few["durations"], ended, few["group"], **of)
    other = log_rank(many["durations"], ends, many["group"], **each)
    assert test.statistic == pytest.approx(other.statistic, rel=1e-12)
    pd.testing.assert_frame_equal(test.groups, other.groups)
    pd.testing.assert_frame_equal(
        hazard_by_age(few["durations"], ended, 7, **of),
        hazard_by_age(many["durations"], ends, 7, **each),
    )
    pd.testing.assert_frame_equal(
        cumulative_incidence(few["durations"], few["cause"], **of),
        cumulative_incidence(many["durations"], many["cause"], **each),
    )


def test_weights_are_counts() -> None:
    for wrong in ([1, -1], [1]):
        with pytest.raises(ValueError, match="weights should be"):
            observed([1.0, 2.0], [True, True], None, wrong)
    assert risk_sets(observed([5, 5, 7], [1, 1, 0], None, [2, 3, 1])).at_risk.tolist() == [6, 1]
