"""Comparisons: figures by hand, differences of overlapping groups against resampling."""

import numpy as np
import pandas as pd
import pytest

from analytics.group_sums import Feature, sums_of_rows
from analytics.segment_compare import compare, shared
from tests.analytics.test_portrait import levels

X = (Feature("x", "number"),)


def row(frame: pd.DataFrame, group: str) -> pd.Series:
    return frame[frame["group"] == group].iloc[0]


def test_apart_it_is_the_two_sample_interval() -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=300)
    cell = pd.Series(["10"] * 100 + ["01"] * 200)
    sums = sums_of_rows(pd.DataFrame({"x": x}), cell, X)

    found = row(compare(sums, {"A": ["10"], "B": ["01"]}, against=["01"]), "A")

    a, b = x[:100], x[100:]
    error = np.sqrt(a.var(ddof=1) / 100 + b.var(ddof=1) / 200)
    assert found["difference"] == pytest.approx(a.mean() - b.mean())
    assert found["difference_high"] - found["difference"] == pytest.approx(1.959964 * error)
    assert found["n"] == 100


def test_shared_customers_take_error_away_as_resampling_says() -> None:
    """Half of A is in B. The interval is that of a bootstrap over customers."""
    rng = np.random.default_rng(2)
    n = 1200
    x = rng.gamma(2.0, 10.0, n)
    in_a, in_b = np.arange(n) < 600, (np.arange(n) >= 300) & (np.arange(n) < 1000)
    cell = pd.Series([f"{int(p)}{int(q)}" for p, q in zip(in_a, in_b, strict=True)])
    sums = sums_of_rows(pd.DataFrame({"x": x}), cell, X)
    found = row(compare(sums, {"A": ["10", "11"]}, against=["01", "11"]), "A")
    draws = []
    for _ in range(1500):
        pick = rng.integers(0, n, n)
        draws.append(x[pick][in_a[pick]].mean() - x[pick][in_b[pick]].mean())

    half = (found["difference_high"] - found["difference_low"]) / 2
    assert half == pytest.approx(1.96 * float(np.std(draws)), rel=0.08)
    alone = np.sqrt(x[in_a].var() / 600 + x[in_b].var() / 700) * 1.96
    assert half < 0.9 * alone


def test_shared_customers_take_error_away_from_shares_too() -> None:
    """250 of each group's 500 are in both; the interval is about that of a bootstrap."""
    rng = np.random.default_rng(4)
    n = 1000
    has = rng.random(n) < 0.4
    in_a, in_b = np.arange(n) < 500, (np.arange(n) >= 250) & (np.arange(n) < 750)
    cell = np.array([f"{int(p)}{int(q)}" for p, q in zip(in_a, in_b, strict=True)])
    counts = {
        level: {c: int((cell[has == is_one] == c).sum()) for c in ("10", "11", "01", "00")}
        for level, is_one in (("yes", True), ("no", False))
    }
    found = row(compare(levels(counts, "kind", {}), {"A": ["10", "11"]}, against=["01", "11"]), "A")
    draws = []
    for _ in range(1500):
        pick = rng.integers(0, n, n)
        draws.append(has[pick][in_a[pick]].mean() - has[pick][in_b[pick]].mean())

    half = (found["difference_high"] - found["difference_low"]) / 2
    assert half == pytest.approx(1.96 * float(np.std(draws)), rel=0.08)


def test_a_ratio_of_sums_has_the_errors_of_a_ratio() -> None:
    """Average order: 60 over 3 orders is 20, whatever each customer's own average is."""
    sums = pd.DataFrame(
        {
            "cell": ["1", "0"], "feature": "aov", "level": None, "unit": "money",
            "n": [2, 2], "missing": 0, "total": [60.0, 100.0], "total_sq": [2000.0, 5200.0],
            "under": [3.0, 4.0], "under_sq": [5.0, 8.0], "cross": [100.0, 200.0],
            "scaled_total": 0.0, "scaled_total_sq": 0.0,
        }
    )  # fmt: skip
    found = row(compare(sums, {"A": ["1"]}, against=["0"]), "A")

    assert (found["value"], found["difference"]) == (20.0, -5.0)
    # Residuals of A: 2000 - 2·20·100 + 400·5 = 0; of the rest: 5200 - 2·25·200 + 625·8 = 200.
    assert found["difference_high"] + 5 == pytest.approx(1.959964 * np.sqrt(200 / 16 * 2))


def test_shares_without_any_are_not_claimed_on_no_error() -> None:
    """0 of 3 against 10 of 100: a plain interval would have no width on one side."""
    sums = levels({"a": {"1": 0, "0": 10}, "b": {"1": 3, "0": 90}}, "kind", {})
    found = compare(sums, {"A": ["1"]}, against=["0"])

    assert found["relation"].tolist() == ["cannot_tell", "cannot_tell"]


def test_newcombes_published_interval() -> None:
    # Newcombe (1998), table II: 56/70 less 48/80 is 0.2000, method 10: 0.0524 to 0.3339.
    sums = levels({"a": {"1": 56, "0": 48}, "b": {"1": 14, "0": 32}}, "kind", {})
    found = row(compare(sums, {"A": ["1"]}, against=["0"]), "A")

    assert found["difference"] == pytest.approx(0.2)
    assert (found["difference_low"], found["difference_high"]) == (
        pytest.approx(0.0524, abs=1e-4), pytest.approx(0.3339, abs=1e-4),
    )  # fmt: skip
    assert found["relation"] == "higher"


def test_the_reference_itself_and_what_nobody_has() -> None:
    frame = pd.DataFrame({"x": [1.0, 2.0, 3.0, 4.0], "y": [np.nan] * 4})
    sums = sums_of_rows(frame, pd.Series(list("1100")), (*X, Feature("y", "number")))
    found = compare(sums, {"A": ["1"]}, against=["1"])

    assert found["relation"].tolist() == ["same"]
    assert found["feature"].tolist() == ["x"]


def test_constant_figures_cannot_be_told_apart() -> None:
    sums = sums_of_rows(pd.DataFrame({"x": [1.0, 1.0, 2.0, 2.0]}), pd.Series(list("1100")), X)

    assert compare(sums, {"A": ["1"]}, against=["0"])["relation"].tolist() == ["cannot_tell"]


def test_an_empty_group_has_no_figures_and_no_warning() -> None:
    sums = sums_of_rows(pd.DataFrame({"x": [1.0, 2.0, 3.0]}), pd.Series(list("000")), X)
    found = row(compare(sums, {"A": []}, against=["0"]), "A")

    assert found["n"] == 0
    assert np.isnan(found["value"])
    assert found["relation"] == "cannot_tell"


def test_overlap_by_hand() -> None:
    sizes = pd.DataFrame({"cell": ["10", "01", "11"], "customers": [3, 5, 2]})
    found = shared(sizes, {"A": ["10", "11"], "B": ["01", "11"], "C": []})

    by = found.set_index(["group", "other"])
    assert by.loc[("A", "B")].tolist() == [5, 2, 0.4]
    assert by.loc[("B", "A")].tolist() == [7, 2, pytest.approx(2 / 7)]
    assert np.isnan(by.loc[("C", "A"), "shared_share"])
