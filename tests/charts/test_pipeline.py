"""Charts of deals: what is drawn is what was given, and clicks name their row."""

import pandas as pd
import pytest

from charts.pipeline import (
    FATES,
    FunnelLabels,
    cohort_lines,
    funnel_bars,
    rates_beside,
    waterfall,
    won_bars,
)
from charts.theme import Mode


def test_funnel_stacks_what_became_of_each_stage_and_clicks_name_both() -> None:
    stages = pd.DataFrame(
        {
            "label": ["talk", "offer"], "advanced": [6, 2], "open": [1, 1], "lost": [3, 3],
            **{f"{fate}_hover": [f"{fate} 0", f"{fate} 1"] for fate in FATES},
        }
    )  # fmt: skip
    figure = funnel_bars(stages, labels=FunnelLabels(FATES, "deals"), write=str)

    assert [list(trace.x) for trace in figure.data] == [[6, 2], [1, 1], [3, 3]]
    rows = [point[-1] for trace in figure.data for point in trace.customdata]
    assert rows == [0, 3, 1, 4, 2, 5]
    assert figure.layout.yaxis.range[0] > figure.layout.yaxis.range[1]  # the first is at the top


def test_rates_without_an_interval_are_points_only() -> None:
    nan = float("nan")
    rates = pd.DataFrame(
        {"label": ["a", "b"], "value": [0.5, nan], "low": [0.4, nan], "high": [0.7, nan],
         "hover": ["x", "y"]}
    )  # fmt: skip
    (points,) = rates_beside(rates, title="share", write=str).data

    assert points.error_x.array[0] == pytest.approx(0.2)
    assert points.error_x.arrayminus[0] == pytest.approx(0.1)
    assert (points.error_x.array[1], points.customdata[1][-1]) == (0.0, 1)
    rates_beside(rates.iloc[1:], title="share", write=str)  # nothing to scale by


def test_a_young_cohort_ends_in_an_open_circle() -> None:
    points = pd.DataFrame(
        {"series": ["old", "old", "new"], "age": [0, 30, 0], "value": [0.0, 0.4, 0.1],
         "hover": ["a", "b", "c"], "is_young": [False, False, True]}
    )  # fmt: skip
    old, new = cohort_lines(points, age="days", share="won", write=str, ages=[0, 30]).data

    assert list(old.marker.size) == [0, 0]
    assert list(new.marker.size) == [9]
    assert list(old.y) == [0.0, 0.4]


def test_waterfall_hangs_each_step_between_its_levels() -> None:
    steps = pd.DataFrame(
        {
            "label": ["first", "new", "won", "last"], "start": [0, 100, 150, 0],
            "end": [100, 150, 80, 80], "kind": ["total", "up", "down", "total"],
            "text": ["100", "+50", "-70", "80"], "hover": ["a", "b", "c", "d"],
        }
    )  # fmt: skip
    (bars,) = waterfall(steps, value="money", write=str).data

    assert list(bars.base) == [0, 100, 80, 0]
    assert list(bars.x) == [100, 50, 70, 80]
    colours = list(bars.marker.color)
    assert colours[0] == colours[3]
    assert len(set(colours)) == 3


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_won_and_lost_differ_in_colour_and_without_it(mode: Mode) -> None:
    steps = pd.DataFrame(
        {
            "label": ["shrunk", "won", "lost"], "start": [90, 80, 50], "end": [80, 50, 20],
            "kind": ["down", "won", "lost"], "text": [""] * 3, "hover": [""] * 3,
        }
    )  # fmt: skip
    (bars,) = waterfall(steps, value="money", write=str, mode=mode).data

    shrunk, won, lost = bars.marker.color
    assert shrunk == lost != won
    assert len(set(bars.marker.pattern.shape)) == 3


def test_periods_in_part_are_pale() -> None:
    periods = pd.DataFrame(
        {"label": ["Jan", "Feb"], "value": [0.0, 0.0], "hover": ["", ""],
         "is_complete": [True, False]}
    )  # fmt: skip
    (bars,) = won_bars(periods, value="money", write=str).data

    assert len(set(bars.marker.color)) == 2
