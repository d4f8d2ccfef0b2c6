"""Charts of churn: what is drawn, read from the figure."""

import math

import pandas as pd

from charts.churn import ExpectedBand, GapLabels, RateLabels, gap_bars, rate_trend

NAN = math.nan
POINTS = pd.DataFrame(
    {
        "label": ["Jan", "Feb", "Mar", "Apr", "May"],
        "value": [0.1, 0.2, NAN, 0.15, 0.05],
        "low": [0.05, 0.1, NAN, 0.1, 0.0],
        "high": [0.2, 0.3, NAN, 0.25, 0.1],
        "is_complete": [True, True, True, True, False],
        "hover": list("abcde"),
    }
)


def test_a_trend_keeps_gaps_open_and_the_unfinished_month_apart() -> None:
    labels = RateLabels("Churn", "Interval", "Not over", "Not known")
    first, second, line, hollow = rate_trend(POINTS, labels=labels, write=str).data

    assert (first.name, second.showlegend) == ("Interval", False)
    assert list(first.x) == [0, 1, 1, 0]  # the band does not bridge March
    assert list(second.x) == [3, 3]
    assert list(line.y) == [0.1, 0.2, None, 0.15, None]
    assert line.customdata[1][1] == 1
    assert (list(hollow.x), list(hollow.y)) == ([4], [0.05])
    assert hollow.customdata[0] == ["e", 4] or list(hollow.customdata[0]) == ["e", 4]


def test_a_trend_without_intervals_or_rates_is_drawn() -> None:
    labels = RateLabels("Churn", "Interval", "Not over", "Not known")
    bare = POINTS.assign(low=NAN, high=NAN, is_complete=True)
    assert [trace.name for trace in rate_trend(bare, labels=labels, write=str).data] == ["Churn"]
    assert rate_trend(bare.assign(value=NAN), labels=labels, write=str).data


def test_bars_past_the_limit_have_another_colour() -> None:
    bars = pd.DataFrame({"middle": [5.5, 15.5], "width": 10, "gaps": [8, 2], "hover": ["a", "b"]})
    figure = gap_bars(bars, limit=10, labels=GapLabels("d", "g", "lost"), write=str)

    colours = figure.data[0].marker.color
    assert colours[0] != colours[1]
    assert figure.layout.shapes[0].x0 == 10


def test_what_was_expected_is_drawn_and_seen_whole() -> None:
    labels = RateLabels("Churn", "Interval", "Not over", "Not known", "Expected")
    band = ExpectedBand(0.05, 0.6, 0, 3)
    figure = rate_trend(POINTS, labels=labels, write=str, expected=band)
    dotted = figure.data[-1]

    assert (dotted.name, list(dotted.y)) == ("Expected", [0.05, 0.05, None, 0.6, 0.6])
    assert list(dotted.x) == [-0.4, 3.4, None, -0.4, 3.4]
    assert figure.layout.yaxis.range[1] >= 0.6


def test_months_before_the_first_rate_are_shaded_not_zero() -> None:
    labels = RateLabels("Churn", "Interval", "Not over", "Not known")
    later = POINTS.assign(value=POINTS["value"].where(POINTS.index > 1))
    figure = rate_trend(later, labels=labels, write=str)

    (shade,) = figure.layout.shapes
    assert shade.x1 == 2.5  # January to March
    assert figure.layout.annotations[0].text == "Not known"
    assert list(figure.data[-2].y)[:3] == [None, None, None]
    assert not rate_trend(POINTS, labels=labels, write=str).layout.shapes
