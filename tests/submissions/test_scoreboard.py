"""Scores by lead time: by hand, against faults of rivals, shrinking that short histories need."""

from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasting.blend import blend
from forecasting.pipeline_record import WAYS
from forecasting.scoreboard import COLUMNS, scoreboard
from forecasting.submitted import standing
from ui.forecast_people_answers import board

SHARES = st.lists(st.floats(0.2, 4), min_size=1, max_size=6)


def errors(
    who: str, pairs: list[tuple[float, float]], *, lead: int = 4, group: Any = "owner"
) -> Any:
    frame = pd.DataFrame(pairs, columns=["forecast", "actual"])
    return frame.assign(who=who, group=group, lead_weeks=lead)


def scored(*parts: pd.DataFrame) -> pd.DataFrame:
    return scoreboard(pd.concat(parts, ignore_index=True)).set_index(["who", "lead_weeks"])


def test_bias_and_spread_by_hand() -> None:
    # 10 of 100 too much, then 30 of 100 too little: -10 of 100 on average.
    row = scored(errors("a", [(110, 100), (70, 100), (90, 100)], group=None)).loc[("a", 4)]
    assert (row["periods"], row["forecast"], row["actual"]) == (3, 270, 300)
    assert row["bias"] == pytest.approx(-0.1)
    assert row["wape"] == pytest.approx(50 / 300)
    assert row["spread"] == pytest.approx(0.2)  # of 0.1, -0.3, -0.1
    assert row["own_weight"] == 1
    half = 4.302653 * 0.2 / 3**0.5  # Student's quantile with 2 degrees of freedom
    assert (row["low"], row["high"]) == pytest.approx((-0.1 - half, -0.1 + half), rel=1e-5)
    assert row["verdict"] == "cannot_tell"


def test_large_misses_stay_large_and_sides_stay_apart() -> None:
    table = scored(errors("wild", [(400, 100), (500, 100)], group=None),
                   errors("low", [(0, 100), (0, 100)], group=None))  # fmt: skip
    assert table.loc[("wild", 4), "wape"] == pytest.approx(3.5)  # not cut off at 1
    assert table.loc[("wild", 4), "bias"] == pytest.approx(3.5)
    assert table.loc[("low", 4), "bias"] == pytest.approx(-1)


def test_lead_times_are_never_mixed() -> None:
    far, near = [(150, 100), (160, 100), (140, 100)], [(101, 100), (100, 100), (99, 100)]
    table = scored(errors("a", far, lead=12, group=None), errors("a", near, lead=1, group=None))
    assert table["bias"].to_dict() == {("a", 12): pytest.approx(0.5), ("a", 1): pytest.approx(0)}
    assert table["verdict"].to_dict() == {("a", 12): "over", ("a", 1): "close"}
    assert table.index.get_level_values("lead_weeks").tolist() == [12, 1]


def test_a_short_history_is_drawn_to_the_group_and_a_long_one_is_not() -> None:
    rng = np.random.default_rng(3)

    def of(who: str, bias: float, n: int) -> Any:
        return errors(who, [(100 * (1 + bias + 0.1 * e), 100) for e in rng.normal(size=n)])

    table = scored(of("optimist", 0.4, 12), of("sandbagger", -0.4, 12), of("even", 0.0, 12),
                   of("new", 0.4, 1), of("plain", 0.05, 12))  # fmt: skip
    table = table.droplevel("lead_weeks")
    assert table.loc["optimist", "verdict"] == "over"
    assert table.loc["sandbagger", "verdict"] == "under"
    assert table.loc["new", "verdict"] == "cannot_tell"
    assert table.loc["new", "own_weight"] < table.loc["optimist", "own_weight"]
    assert 0 < table.loc["new", "shrunk"] < table.loc["new", "bias"]
    width = table["high"] - table["low"]
    assert width["new"] > 2 * width["optimist"]


def test_alike_people_are_like_their_group() -> None:
    rng = np.random.default_rng(5)
    parts = [errors(f"p{k}", [(100 + 30 * e, 100) for e in rng.normal(size=4)]) for k in range(8)]
    table = scored(*parts)
    assert table["shrunk"].std() < 0.6 * table["bias"].std()
    assert set(table["verdict"]) <= {"cannot_tell", "close"}


@settings(max_examples=25, deadline=None)
@given(st.lists(SHARES, min_size=2, max_size=5), st.floats(0.5, 1e6))
def test_money_has_no_unit_and_shrinking_stays_between(
    people: list[list[float]], unit: float
) -> None:
    plain, scaled = (
        scored(*(errors(f"p{k}", [(one * by, by) for one in own]) for k, own in enumerate(people)))
        for by in (1.0, unit)
    )
    names = ["bias", "wape", "shrunk", "low", "high", "spread"]
    pd.testing.assert_frame_equal(plain[names], scaled[names], rtol=1e-6, atol=1e-7)
    assert (plain["shrunk"] <= plain["bias"].max() + 1e-9).all()
    assert (plain["shrunk"] >= plain["bias"].min() - 1e-9).all()
    assert (plain["wape"] >= plain["bias"].abs() - 1e-9).all()


def test_nothing_is_said_where_nothing_is_known() -> None:
    nothing = scoreboard(errors("a", []))
    assert list(nothing.columns) == list(COLUMNS)
    assert nothing.empty
    zero = scored(errors("a", [(10, 0), (20, 0), (5, 0)])).loc[("a", 4)]
    assert np.isnan(zero["bias"])
    assert zero["verdict"] == "cannot_tell"
    open_ = scored(errors("a", [(10, 10), (20, None)])).loc[("a", 4)]
    assert (open_["periods"], open_["verdict"]) == (1, "cannot_tell")


def said(*made: tuple[str, float]) -> pd.DataFrame:
    rows = [
        {"level": "owner", "subject": "e1", "submitted_by": "ada",
         "period_start": pd.Timestamp("2025-07-01"), "period_end": pd.Timestamp("2025-10-01"),
         "submitted_on": pd.Timestamp(day), "submitted_at": datetime.fromisoformat(f"{day}T12:00"),
         "commit_amount": amount, "best_amount": None}
        for day, amount in made
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_what_stood_at_each_distance() -> None:
    found = standing(said(("2025-07-09", 1), ("2025-08-06", 3), ("2025-08-05", 2),
                          ("2025-08-07", 4), ("2025-09-30", 9)))  # fmt: skip
    # 12 weeks before is 9 July, 8 weeks 6 August, 4 weeks 3 September, 1 week 24 September.
    assert found.set_index("lead_weeks")["commit_amount"].to_dict() == {12: 1, 8: 3, 4: 4}
    assert date(2025, 10, 1).toordinal() - date(2025, 9, 3).toordinal() == 28
    other = said(("2025-07-09", 1))
    both = pd.concat([other, other.assign(submitted_by="bob", commit_amount=7)])
    assert sorted(standing(both)["commit_amount"]) == [1, 7]


def test_a_blend_follows_the_better_of_two_as_far_as_the_past_tells() -> None:
    small, large = np.array([1.0, -1.0, 1.0, -1.0]), np.array([3.0, -3.0, 3.0, -3.0])
    found = blend(small, large)
    # Mean squares 1 and 9, both drawn half way to their mean 5: 3 and 7.
    assert (found.first, found.second) == pytest.approx((0.7, 0.3))
    assert found.of(100, 200) == pytest.approx(130)
    assert (found.of(float("nan"), 200), found.of(100, float("nan"))) == (200, 100)
    assert blend(large, small).first == pytest.approx(0.3)
    few = blend(small[:1], large[:1])
    assert (few.first, few.is_told, few.periods) == (0.5, False, 1)
    # Two errors of each: drawn two thirds of the way, mean squares 11/3 and 19/3.
    assert blend(small[:2], large[:2]).first == pytest.approx(19 / 30)
    gap = blend(np.array([1.0, np.nan, 1.0, 1.0]), np.array([3.0, 100.0, 3.0, 3.0]))
    assert gap.periods == 3
    many = blend(np.tile(small, 50), np.tile(large, 50))
    assert many.first == pytest.approx(0.9, abs=0.02)


def test_periods_of_one_length_are_scored_together() -> None:
    def said(start: str, end: str, commit: float) -> dict[str, object]:
        day = pd.Timestamp(end) - pd.Timedelta(weeks=4)
        return {
            "level": "owner", "subject": "e1", "submitted_by": "ada", "commit_amount": commit,
            "best_amount": None, "period_start": pd.Timestamp(start), "won": 100.0,
            "period_end": pd.Timestamp(end), "submitted_on": day, "submitted_at": day,
        }  # fmt: skip

    quarters = [said(f"2025-{m:02}-01", f"2025-{m + 3:02}-01", 110) for m in (1, 4, 7)]
    months = [said("2025-06-01", "2025-07-01", 300), said("2025-09-01", "2025-10-01", 300)]
    past = pd.DataFrame(
        {"period_start": [quarters[0]["period_start"]], "period_end": [quarters[0]["period_end"]],
         "lead_weeks": 4, "won": 100.0, **dict.fromkeys(WAYS.values(), 90.0)}
    )  # fmt: skip

    def scored(period: tuple[date, date] | None) -> pd.DataFrame:
        found = board(pd.DataFrame([*quarters, *months]), past, "commit", period=period)
        return found[found["lead_weeks"] == 4].set_index("who")[["periods", "bias"]]

    of_quarters = scored(None)
    assert of_quarters["periods"].to_dict() == {"owner\0e1\0ada": 3, **dict.fromkeys(WAYS, 1)}
    assert of_quarters.loc["owner\0e1\0ada", "bias"] == pytest.approx(0.1)
    of_months = scored((date(2025, 11, 1), date(2025, 12, 1)))
    assert of_months["periods"].to_dict() == {"owner\0e1\0ada": 2}
    assert of_months["bias"].tolist() == pytest.approx([2.0])
