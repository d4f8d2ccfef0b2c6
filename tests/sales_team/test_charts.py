"""Charts of team and leads draw what they are given."""

import numpy as np
import pandas as pd

from charts.leads import CohortLabels, VolumeLabels, cohort_points, volume_bars
from charts.team import PaceLabels, QuotaLabels, pace_lines, quota_bars
from charts.team_rates import FunnelLabels, funnel_plot, rate_intervals
from charts.theme import PALETTES

LIGHT = PALETTES["light"]


def test_a_period_that_is_not_whole_is_hollow() -> None:
    rows = pd.DataFrame(
        {"label": ["a", "b"], "leads": [5, 2], "is_complete": [True, False], "hover": ["x", "y"]}
    )
    figure = volume_bars(rows, labels=VolumeLabels("whole", "part"), write=str)
    whole, part = figure.data
    assert (list(whole.x), list(whole.y), list(part.x), list(part.y)) == ([0], [5], [1], [2])
    assert whole.marker.color != part.marker.color
    assert part.marker.line.width == 2


def test_a_young_cohort_is_no_point_of_the_line() -> None:
    rows = pd.DataFrame(
        {
            "label": ["a", "b"], "share": [0.4, np.nan], "low": [0.3, np.nan],
            "high": [0.6, np.nan], "so_far": [0.4, 0.1], "is_open": [False, True],
            "hover": ["x", "y"],
        }
    )  # fmt: skip
    done, young = cohort_points(rows, labels=CohortLabels("share", "so far"), write=str).data
    assert (list(done.x), list(done.y)) == ([0], [0.4])
    assert [round(done.error_y.array[0], 9), round(done.error_y.arrayminus[0], 9)] == [0.2, 0.1]
    assert (list(young.x), list(young.y), young.marker.symbol) == ([1], [0.1], "triangle-up-open")


def test_without_a_quota_there_is_no_mark() -> None:
    rows = pd.DataFrame(
        {"name": ["A", "B"], "won": [5.0, 2.0], "due": [np.nan, 3.0], "quota": [np.nan, 4.0],
         "hover": ["", ""]}
    )  # fmt: skip
    bars, due, quota = quota_bars(rows, labels=QuotaLabels("w", "d", "q"), write=str).data
    assert list(bars.x) == [5.0, 2.0]
    assert (list(due.x), list(due.y), list(quota.x)) == ([3.0], [1], [4.0])


def test_pace_without_past_and_quota_is_what_was_won() -> None:
    won = pd.DataFrame({"elapsed": [0.0, 0.5], "amount": [0.0, 9.0], "hover": ["", ""]})
    labels = PaceLabels("won", "usual", "even", "elapsed")
    none = pd.DataFrame({name: [] for name in ("elapsed", "amount", "low", "high")})
    made = pace_lines(won, none, quota=None, labels=labels, write=str, write_share=str)
    assert [trace.name for trace in made.data] == ["won"]
    made = pace_lines(won, none, quota=20.0, labels=labels, write=str, write_share=str)
    assert list(made.data[0].y) == [0, 20.0]


def people() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "name": ["A", "B", "C"], "value": [0.6, 0.4, 0.2], "low": [0.5, 0.3, 0.1],
            "high": [0.7, 0.5, np.nan], "standing": ["above", "like_team", "below"],
            "verdict": ["above", "chance", "below"], "is_named": [True, True, False],
            "closed": [50, 20, 30], "rate": [0.6, 0.4, 0.2], "hover": ["", "", ""],
        }
    )  # fmt: skip


def test_only_standing_colours_a_rate_and_the_unnamed_stay_pale() -> None:
    *lines, points = rate_intervals(people(), team=0.4, team_label="team", write=str).data
    assert list(points.marker.color) == [LIGHT.good, LIGHT.main, LIGHT.muted]
    assert len(lines) == 2  # no interval, no line


def test_the_funnel_keeps_the_unnamed_apart() -> None:
    curve = pd.DataFrame(
        {"closed": [1, 50], **{f"{s}_{n}": [0.0, 0.3] for s in ("low", "high") for n in (95, 998)}}
    )
    labels = FunnelLabels("closed", "people", "others", "95", "99.8", "team")
    made = funnel_plot(people(), curve, team=0.4, labels=labels, write=str)
    by_name = {trace.name: trace for trace in made.data}
    assert list(by_name["people"].x) == [50, 20]
    assert list(by_name["people"].marker.color) == [LIGHT.good, LIGHT.main]
    assert list(by_name["others"].x) == [30]
