"""The data that reaches the traces, not a picture."""

import pandas as pd
import pytest

from charts.sales import TrendLabels, movers, trend

LABELS = TrendLabels("Net revenue", "Unfinished", "Last year")


def buckets(complete: list[bool], base: list[float | None]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "starts_on": pd.date_range("2026-01-01", periods=3, freq="MS"),
            "label": ["Jan", "Feb", "Mar"],
            "value": [100.0, float("nan"), 50.0],
            "is_complete": complete,
            "compare_value": pd.Series(base, dtype=float),
            "hover": ["a", "b", "c"],
        }
    )


def test_an_unfinished_bucket_is_a_trace_of_its_own() -> None:
    figure = trend(buckets([True, True, False], [80.0, 90.0, None]), labels=LABELS, write=str)

    finished, unfinished, base = figure.data
    assert list(finished.x) == [0, 1]
    assert list(finished.y) == [100.0, None]
    assert list(unfinished.x) == [2]
    assert list(unfinished.y) == [50.0]
    assert unfinished.marker.pattern.shape == "/"
    assert list(base.y) == [80.0, 90.0, None]


def test_without_comparison_and_unfinished_buckets_there_is_one_trace_and_no_legend() -> None:
    figure = trend(buckets([True] * 3, [None] * 3), labels=LABELS, write=str)

    assert [trace.name for trace in figure.data] == ["Net revenue"]
    assert figure.layout.showlegend is False


def test_a_click_leads_back_to_the_row() -> None:
    figure = trend(buckets([True, True, False], [None] * 3), labels=LABELS, write=str)

    assert [point[-1] for trace in figure.data for point in trace.customdata] == [0, 1, 2]


@pytest.mark.parametrize(
    "values", [[0.0, 0.0, 0.0], [-5.0, 3.0, 0.2], [1e12, 5.0, 0.0], [0.004] * 3]
)
def test_the_axis_holds_every_value_and_is_written_by_us(values: list[float]) -> None:
    frame = buckets([True] * 3, [None] * 3).assign(value=values)

    axis = trend(frame, labels=LABELS, write=lambda v: f"<{v:g}>").layout.yaxis

    assert axis.tickvals[0] <= min(values)
    assert axis.tickvals[-1] >= max(values)
    assert 2 <= len(axis.tickvals) <= 9
    assert all(text.startswith("<") for text in axis.ticktext)


def test_movers_draw_changes_in_the_given_order_coloured_by_direction() -> None:
    frame = pd.DataFrame(
        {
            "label": ["North", "South"],
            "change": [5.0, -3.0],
            "text": ["+5", "-3"],
            "hover": ["", ""],
        }
    )

    (up,) = movers(frame).data
    (down,) = movers(frame, higher_is_better=False).data

    assert list(up.x) == [5.0, -3.0]
    assert list(up.marker.color) == list(down.marker.color)[::-1]


def test_charts_do_not_modify_their_input() -> None:
    frame = buckets([True, True, False], [1.0, None, 3.0])
    before = frame.copy()

    trend(frame, labels=LABELS, write=str)

    pd.testing.assert_frame_equal(frame, before)
