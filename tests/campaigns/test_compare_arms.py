"""Arms against their control: published values, second ways, and what cannot be told."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analytics.arm_gap import ArmValue, mean_gap, rate_gap
from analytics.experiments import compare_arms, compare_slices, cuped, novelty
from analytics.multiplicity import holm
from crm_data.errors import BadInputError, UsageError


def units(**outcomes: list[float | None]) -> pd.DataFrame:
    rows = [(arm, value) for arm, values in outcomes.items() for value in values]
    return pd.DataFrame(rows, columns=["arm", "y"])


def only(frame: pd.DataFrame) -> pd.Series:
    (row,) = (row for _, row in frame.iterrows())
    return row


def test_a_rate_by_newcombe() -> None:
    """Newcombe (1998), table II, method 10, case (a): 56/70 − 48/80 = 0.2000 (0.0524, 0.3339)."""
    row = only(compare_arms(units(A=[1.0] * 56 + [0.0] * 14, no=[1.0] * 48 + [0.0] * 32),
                            "arm", "y", "no"))  # fmt: skip

    assert (row["kind"], row["method"], row["n"], row["control_n"]) == ("rate", "newcombe", 70, 80)
    assert (round(row["difference"], 4), round(row["low"], 4), round(row["high"], 4)) == (
        0.2, 0.0524, 0.3339,
    )  # fmt: skip
    assert row["relative"] == pytest.approx(1 / 3)
    assert row["p_value"] == pytest.approx(
        stats.chi2_contingency([[56, 14], [48, 32]], correction=False).pvalue
    )
    assert row["verdict"] == "higher"


def test_amounts_by_welch() -> None:
    one, base = [10.0, 0.0, 3.5, 8.0, 12.25], [1.0, 0.0, 2.5, 0.5]
    row = only(compare_arms(units(A=one, no=base), "arm", "y", "no"))
    found = stats.ttest_ind(one, base, equal_var=False)
    interval = found.confidence_interval(0.95)

    assert (row["kind"], row["method"]) == ("money", "welch")
    assert (row["low"], row["high"]) == pytest.approx((interval.low, interval.high))
    assert row["p_value"] == pytest.approx(found.pvalue)


def test_the_ratio_of_means_is_fieller() -> None:
    """Fieller's limits are the roots of (m1 − r·m0)² = t²·(v1 + r²·v0)."""
    one, base = ArmValue(50, 600.0, 30.0), ArmValue(60, 540.0, 25.0)
    gap = mean_gap(one, base)
    v1, v0 = 30 / 50, 25 / 60
    freedom = (v1 + v0) ** 2 / (v1**2 / 49 + v0**2 / 59)
    t2 = stats.t.ppf(0.975, freedom) ** 2
    roots = np.roots([81 - t2 * v0, -2 * 12 * 9, 144 - t2 * v1])

    assert sorted([1 + gap.relative_low, 1 + gap.relative_high]) == pytest.approx(sorted(roots))


@given(st.integers(0, 40), st.integers(40, 60), st.integers(0, 40), st.integers(40, 60))
def test_difference_and_ratio_of_rates_agree(x1: int, n1: int, x0: int, n0: int) -> None:
    gap = rate_gap(ArmValue(n1, x1, 0.0), ArmValue(n0, x0, 0.0))

    assert gap.low - 1e-12 <= gap.difference <= gap.high + 1e-12
    assert 0 <= gap.p_value <= 1
    if not x0:
        assert math.isnan(gap.relative)
        return
    assert gap.relative_low <= gap.relative + 1e-12
    if abs(gap.low) > 1e-9:
        assert (gap.low > 0) == (gap.relative_low > 0)
    if not math.isnan(gap.relative_high) and abs(gap.high) > 1e-9:
        assert gap.relative_high >= gap.relative - 1e-12
        assert (gap.high < 0) == (gap.relative_high < 0)


def test_several_arms_share_the_error() -> None:
    frame = units(
        A=[1.0] * 30 + [0.0] * 70, B=[1.0] * 32 + [0.0] * 68, C=[1.0] * 20 + [0.0] * 80,
        no=[1.0] * 19 + [0.0] * 81,
    )  # fmt: skip
    found = compare_arms(frame, "arm", "y", "no").set_index("arm")

    assert found["p_alone"]["B"] == pytest.approx(0.0349, abs=1e-4)
    assert found["p_value"]["B"] == pytest.approx(3 * found["p_alone"]["B"])
    assert found["low"]["B"] > 0  # of this arm alone; three were tried
    assert found["verdict"].tolist() == ["no_effect"] * 3


def test_holm_leaves_missing_ones_out() -> None:
    assert holm(np.array([np.nan, 0.02, 0.01])).tolist()[1:] == [0.02, 0.02]


@pytest.mark.parametrize(
    ("kind", "values"),
    [("rate", [0, 1, None]), ("count", [0, 2, 5]), ("money", [0, -1, 3]), ("money", [0.5, 1, 0])],
)
def test_kinds_are_found(kind: str, values: list[float | None]) -> None:
    assert only(compare_arms(units(A=values, no=values), "arm", "y", "no"))["kind"] == kind


def test_missing_outcomes_are_counted_and_left_out() -> None:
    frame = units(A=[1.0, None, 0.0, None], no=[1.0, 0.0])
    row = only(compare_arms(frame, "arm", "y", "no"))

    assert (row["n"], row["missing"], row["mean"]) == (2, 2, 0.5)


def test_what_cannot_be_told_says_why() -> None:
    def reason(**outcomes: list[float | None]) -> tuple[str, str]:
        row = only(compare_arms(units(**outcomes), "arm", "y", "no", "money"))
        assert math.isnan(row["low"])
        assert math.isnan(row["p_value"])
        return row["reason"], row["verdict"]

    assert reason(A=[None], no=[1.0, 2.0]) == ("no_outcome", "cannot_tell")
    assert reason(A=[3.0], no=[1.0, 2.0]) == ("one_unit", "cannot_tell")
    assert reason(A=[2.0, 2.0], no=[1.0, 1.0]) == ("nothing_varies", "cannot_tell")


def test_nobody_responds_is_no_effect_within_an_interval() -> None:
    row = only(compare_arms(units(A=[0.0] * 20, no=[0.0] * 20), "arm", "y", "no"))

    assert (row["difference"], row["p_value"], row["verdict"]) == (0, 1, "no_effect")
    assert row["low"] < 0 < row["high"]
    assert math.isnan(row["relative"])


def test_one_arm_and_nobody() -> None:
    assert len(compare_arms(units(no=[1.0, 0.0]), "arm", "y", "no")) == 0
    empty = compare_arms(units(), "arm", "y", "no")
    assert len(empty) == 0
    assert str(empty["n"].dtype) == "Int64"


def test_wrong_names_and_values_are_said() -> None:
    frame = units(A=[0.5], no=[1.0])
    with pytest.raises(UsageError, match=r"arm 'ctl'\. Arms are: A, no"):
        compare_arms(frame, "arm", "y", "ctl")
    with pytest.raises(BadInputError, match="no column 'z'"):
        compare_arms(frame, "arm", "z", "no")
    with pytest.raises(BadInputError, match="not a number"):
        compare_arms(frame.assign(y=["a", "b"]), "arm", "y", "no")
    with pytest.raises(UsageError, match="no rate"):
        compare_arms(frame, "arm", "y", "no", "rate")


def test_bootstrap_is_near_welch_for_many_and_holds_its_seed() -> None:
    rng = np.random.default_rng(1)
    spend = np.where(rng.random(4_000) < 0.2, rng.lognormal(3, 0.5, 4_000), 0.0)
    frame = pd.DataFrame({"arm": np.where(np.arange(4_000) % 2, "A", "no"), "y": spend})
    one, again = (
        only(compare_arms(frame, "arm", "y", "no", interval="bootstrap", seed=3)) for _ in range(2)
    )
    welch = only(compare_arms(frame, "arm", "y", "no"))

    assert one["method"] == "bootstrap"
    assert one["low"] == again["low"]
    width = welch["high"] - welch["low"]
    assert one["high"] - one["low"] == pytest.approx(width, rel=0.05)
    assert one["low"] == pytest.approx(welch["low"], abs=0.05 * width)


def test_cuped_narrows_what_the_past_foretells() -> None:
    rng = np.random.default_rng(2)
    before = rng.normal(100, 20, 4_000)
    arm = np.where(rng.random(4_000) < 0.5, "A", "no")
    y = before + rng.normal(0, 10, 4_000) + 2.0 * (arm == "A")
    frame = pd.DataFrame({"arm": arm, "y": y, "before": before})
    frame.loc[:9, "before"] = np.nan
    found = cuped(frame, "arm", "y", "before", "no")
    row, plain = only(found.effects), only(found.plain)

    assert found.slope == pytest.approx(1.0, abs=0.03)
    assert found.reduction == pytest.approx(0.8, abs=0.03)  # 1 − 10²/(20² + 10²)
    assert found.missing_before == 10
    assert row["low"] < 2.0 < row["high"]
    assert row["high"] - row["low"] < 0.5 * (plain["high"] - plain["low"])
    assert row["method"] == "welch_cuped"
    assert only(found.before)["verdict"] == "no_effect"


def test_a_past_that_does_not_vary_changes_nothing() -> None:
    frame = units(A=[1.0, 2.0, 4.0], no=[1.0, 3.0, 3.5]).assign(before=5.0)
    found = cuped(frame, "arm", "y", "before", "no")

    assert (found.slope, found.reduction) == (0, 0)
    assert only(found.effects)["low"] == pytest.approx(only(found.plain)["low"])


def sliced(lift_by_slice: list[float]) -> pd.DataFrame:
    """Each slice has 400 treated and 400 not, of whom exactly 20 % respond."""
    parts = []
    for number, lift in enumerate(lift_by_slice):
        hits = round(400 * (0.2 + lift))
        part = units(A=[1.0] * hits + [0.0] * (400 - hits), no=[1.0] * 80 + [0.0] * 320)
        parts.append(part.assign(group=f"g{number}"))
    return pd.concat(parts, ignore_index=True)


def test_one_of_many_slices_is_adjusted_for_the_hunt() -> None:
    """0.2 against 0.2575 has p 0.053 · 10 … alone 0.05; ten slices were looked at."""
    frame = sliced([0.06] + [0.0] * 9)
    found = compare_slices(frame, "arm", "y", "no", "group")
    first = found.effects.iloc[0]

    assert found.looked_at == 10
    assert first["p_alone"] < 0.05
    assert first["p_value"] == pytest.approx(10 * first["p_alone"])
    assert first["verdict"] == "no_effect"
    alone = only(compare_arms(frame[frame["group"] == "g0"], "arm", "y", "no"))
    assert first["low"] < alone["low"]
    assert found.differs["A"] > 0.05


def test_slices_that_differ_are_told() -> None:
    found = compare_slices(sliced([0.15, 0.0, 0.0]), "arm", "y", "no", "group")

    assert found.effects["verdict"].tolist() == ["higher", "no_effect", "no_effect"]
    assert found.differs["A"] < 0.001


def test_a_missing_slice_is_a_slice_and_an_arm_may_be_absent_from_one() -> None:
    frame = sliced([0.0, 0.0])
    frame.loc[frame["group"] == "g1", "group"] = None
    frame = frame[(frame["arm"] == "no") | frame["group"].notna()]
    found = compare_slices(frame, "arm", "y", "no", "group")

    assert found.looked_at == 2
    assert found.effects["reason"].tolist() == ["", "no_outcome"]
    assert found.effects["slice"].isna().tolist() == [False, True]
    assert math.isnan(found.differs["A"])
    nobody = compare_slices(frame.iloc[:0], "arm", "y", "no", "group")
    assert (nobody.looked_at, len(nobody.effects)) == (0, 0)


def weekly(lifts: list[float]) -> pd.DataFrame:
    rng = np.random.default_rng(4)
    rows = []
    for unit in range(600):
        arm = "A" if unit % 2 else "no"
        own = rng.normal(10, 2)
        for week, lift in enumerate(lifts):
            rows.append((unit, arm, week, own + rng.normal(0, 1) + lift * (arm == "A")))
    return pd.DataFrame(rows, columns=["unit", "arm", "week", "y"])


@pytest.mark.parametrize(
    ("lifts", "course"),
    [([3.0, 2.0, 1.0, 0.5], "fading"), ([0.5, 1.0, 2.0, 3.0], "growing"), ([1.0] * 4, "no_trend")],
)
def test_novelty_wears_off_or_not(lifts: list[float], course: str) -> None:
    found = novelty(weekly(lifts), "unit", "arm", "week", "y", "no")

    assert found.course == {"A": course}
    assert found.followed == 600
    assert found.effects["difference"].to_numpy() == pytest.approx(lifts, abs=0.5)


def test_units_not_followed_through_are_no_trend() -> None:
    frame = weekly([1.0, 1.0])
    found = novelty(frame[(frame["week"] == 0) | (frame["unit"] < 100)],
                    "unit", "arm", "week", "y", "no")  # fmt: skip

    assert found.followed == 100
    assert found.effects["n"].tolist() == [300, 50]
    one = novelty(frame[frame["week"] == 0], "unit", "arm", "week", "y", "no")
    assert (one.course, one.followed) == ({"A": "cannot_tell"}, 0)
