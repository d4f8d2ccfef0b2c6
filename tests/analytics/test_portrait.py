"""Portraits: what is claimed, what is not, and that sums say what rows say."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.group_sums import KEY, SUMS, Feature, added, sums_of_rows
from analytics.portrait import TRAITS, portrait, size_of

NUMBERS = (Feature("plain", "number"), Feature("money", "money", is_log=True))


def levels(
    counts: dict[str, dict[str, int]], feature: str, missing: dict[str, int]
) -> pd.DataFrame:
    """Sums of a category: level to cell to customers."""
    cells = sorted({cell for by_cell in counts.values() for cell in by_cell} | set(missing))
    rows = []
    for level, by_cell in counts.items():
        for cell in cells:
            n = sum(other.get(cell, 0) for other in counts.values())
            x = by_cell.get(cell, 0)
            rows.append(
                dict.fromkeys(SUMS, float(x))
                | {"n": n, "missing": missing.get(cell, 0), "under": n, "under_sq": n}
                | {"cell": cell, "feature": feature, "level": level, "unit": "share"}
            )
    return pd.DataFrame(rows)


def people(seed: int = 0, n: int = 400, shift: float = 0.0) -> tuple[pd.DataFrame, pd.Series]:
    rng = np.random.default_rng(seed)
    cell = pd.Series(np.where(np.arange(n) < n // 4, "1", "0"))
    plain = rng.normal(size=n) + shift * (cell == "1")
    return pd.DataFrame({"plain": plain, "money": np.exp(rng.normal(5, 1, n))}), cell


def test_a_planted_difference_is_told_with_its_size_and_figures() -> None:
    rows, cell = people(shift=1.0)
    found = portrait(sums_of_rows(rows, cell, NUMBERS), ["1"])

    assert (found.n, found.n_rest, found.verdict) == (100, 300, "told")
    assert found.telling["feature"].tolist() == ["plain"]
    first = found.traits.iloc[0]
    assert first["value"] == pytest.approx(rows.loc[:99, "plain"].mean())
    assert first["value_rest"] == pytest.approx(rows.loc[100:, "plain"].mean())
    assert first["effect_low"] < 1.0 < first["effect_high"]
    assert first["size"] == "large"
    assert first["low"] < first["value"] < first["high"]


def test_a_random_group_is_like_the_rest_in_nearly_all_draws() -> None:
    claimed = 0
    for seed in range(60):
        rows, cell = people(seed)
        claimed += portrait(sums_of_rows(rows, cell, NUMBERS), ["1"]).verdict == "told"

    assert claimed <= 7  # the false discovery rate of 5 % allows 3


def test_one_rich_customer_does_not_make_a_rich_group() -> None:
    """The average of the group is higher, the typical member is not: the logarithm knows."""
    rows, cell = people(n=400)
    rows.loc[0, "money"] = 1e7
    found = portrait(sums_of_rows(rows, cell, NUMBERS), ["1"])
    money = found.traits[found.traits["feature"] == "money"].iloc[0]

    assert money["value"] > 50 * money["value_rest"]
    assert not money["is_claimed"]
    assert abs(money["effect"]) < 0.3


def test_of_two_levels_one_is_told_and_of_three_all() -> None:
    two = levels({"a": {"1": 40, "0": 20}, "b": {"1": 10, "0": 180}}, "two", {})
    three = levels({x: {"1": 10 + 10 * i, "0": 50} for i, x in enumerate("abc")}, "three", {})
    found = portrait(pd.concat([two, three]), ["1"]).traits

    assert found.loc[found["feature"] == "two", "level"].tolist() == ["a"]
    assert sorted(found.loc[found["feature"] == "three", "level"]) == ["a", "b", "c"]
    first = found.iloc[0]
    assert (first["feature"], first["value"], first["value_rest"]) == ("two", 0.8, 0.1)
    # Wilson's interval of 40 of 50.
    assert (first["low"], first["high"]) == (
        pytest.approx(0.6696, abs=1e-4),
        pytest.approx(0.8876, abs=1e-4),
    )


def test_what_is_missing_together_is_told_once() -> None:
    frames = [
        levels({"a": {"1": 20, "0": 180}}, name, {"1": 30, "0": 20}) for name in ("one", "other")
    ]
    found = portrait(pd.concat(frames), ["1"]).traits

    missing = found[found["kind"] == "missing"]
    assert missing["feature"].tolist() == ["one"]
    assert missing["value"].tolist() == [0.6]
    assert missing["value_rest"].tolist() == [0.1]
    assert missing["is_claimed"].tolist() == [True]


@pytest.mark.parametrize(
    ("members", "rest", "verdict"), [(4, 50, "too_few"), (50, 4, "no_rest"), (0, 50, "too_few")]
)
def test_too_few_on_a_side_is_said(members: int, rest: int, verdict: str) -> None:
    cell = pd.Series(["1"] * members + ["0"] * rest)
    rows = pd.DataFrame({"plain": np.arange(len(cell), dtype=float), "money": 1.0})
    found = portrait(sums_of_rows(rows, cell, NUMBERS), ["1"])

    assert (found.verdict, len(found.traits), found.traits.columns.tolist()) == (verdict, 0, TRAITS)


@pytest.mark.parametrize("value", [0.0, -3.5, float("nan"), 1e12])
def test_identical_customers_are_alike_without_a_warning(value: float) -> None:
    cell = pd.Series(["1"] * 10 + ["0"] * 10)
    rows = pd.DataFrame({"plain": [value] * 20, "money": [value] * 20})

    found = portrait(sums_of_rows(rows, cell, NUMBERS), ["1"])

    assert found.verdict == "alike"
    assert found.traits.empty


def test_negative_totals_are_taken_as_they_are() -> None:
    cell = pd.Series(["1"] * 30 + ["0"] * 30)
    amounts = [-100.0 - i for i in range(30)] + [100.0 + i for i in range(30)]
    found = portrait(sums_of_rows(pd.DataFrame({"money": amounts}), cell, NUMBERS[1:]), ["1"])

    assert found.traits["effect"].iloc[0] < -3
    assert found.traits["value"].iloc[0] == pytest.approx(-114.5)


@settings(max_examples=50)
@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.one_of(st.none(), st.integers(-9, 9))),
        min_size=1,
        max_size=60,
    )
)
def test_sums_of_cells_add_up_to_the_sums_of_rows(rows: list[tuple[str, int | None]]) -> None:
    cell = pd.Series([name for name, _ in rows])
    frame = pd.DataFrame({"plain": [np.nan if x is None else float(x) for _, x in rows]})
    sums = sums_of_rows(frame, cell, NUMBERS[:1])
    chosen = [x for name, x in rows if name in "ab"]
    known = [x for x in chosen if x is not None]
    if not chosen:
        return

    both = added(sums, ["a", "b"]).iloc[0]

    assert both["n"] == len(known)
    assert both["missing"] == len(chosen) - len(known)
    assert both["total"] == sum(known)
    assert both["total_sq"] == sum(x * x for x in known)
    assert both["scaled_total"] == both["total"]


def test_long_tails_are_summed_on_their_signed_logarithm() -> None:
    rows = pd.DataFrame({"money": [0.0, 9.0, -99.0]})
    (found,) = sums_of_rows(rows, pd.Series(list("111")), NUMBERS[1:]).to_dict("records")

    assert found["total"] == -90
    assert found["scaled_total"] == pytest.approx(np.log(10) - np.log(100))
    assert found["scaled_total_sq"] == pytest.approx(np.log(10) ** 2 + np.log(100) ** 2)


def test_portrait_leaves_its_input_as_it_was() -> None:
    rows, cell = people()
    sums = sums_of_rows(rows, cell, NUMBERS)
    before = sums.copy()
    portrait(sums, ["1"])

    pd.testing.assert_frame_equal(sums, before)
    assert KEY == ["feature", "level"]


@pytest.mark.parametrize(
    ("effect", "size"),
    [(0.19, "none"), (-0.2, "small"), (0.5, "medium"), (-0.79, "medium"), (0.8, "large")],
)
def test_sizes_are_cohens(effect: float, size: str) -> None:
    assert size_of(effect) == size
