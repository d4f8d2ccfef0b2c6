"""Charts of cohorts: what is blank, what is dashed, what a click carries."""

import pandas as pd
import pytest

from charts.retention import CurveLabels, cohort_table, curves
from charts.ticks import round_ticks

NAN = float("nan")
CELLS = pd.DataFrame(
    [
        (0, 1, 0.5, "50", "average", True),
        (1, 1, 0.0, "0", "nobody", True),
        (1, 2, 0.25, "25", "so far", False),
        (2, 1, NAN, "–", "unknown", True),
    ],
    columns=["row", "age", "value", "text", "hover", "is_complete"],
)
LABELS = CurveLabels("age", "share")


def test_blank_is_not_zero_and_the_running_unit_has_no_colour() -> None:
    figure = cohort_table(CELLS, rows=["all", "January", "February"], age="months")
    heat, points = figure.data

    assert heat.z == ([0.5, None], [0.0, None], [None, None])
    assert heat.text == (["50", ""], ["0", ""], ["", ""])
    assert points.text == ("", "", "25", "–")
    assert [tuple(shape.x0 + 0.46 for shape in figure.layout.shapes)] == [(2.0,)]
    assert points.customdata == (["average", 0], ["nobody", 1], ["so far", 2], ["unknown", 3])
    assert figure.layout.yaxis.ticktext == ("all", "January", "February")


def test_no_cell_can_be_observed() -> None:
    figure = cohort_table(CELLS.iloc[:0], rows=["all"], age="months")

    assert figure.data[1].x == ()


def points(*rows: tuple[str, int, float, float, float]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["series", "age", "value", "low", "high"])
    return frame.assign(hover="")


def test_a_band_only_where_there_is_an_interval() -> None:
    drawn = points(
        ("a", 1, 0.5, 0.4, 0.6), ("a", 2, 0.3, 0.2, 0.4), ("b", 1, 0.1, NAN, NAN)
    )  # fmt: skip
    figure = curves(drawn, labels=LABELS, write=str)

    assert [trace.name for trace in figure.data if trace.name] == ["a", "b"]
    assert len(figure.data) == 3
    assert figure.data[0].y == (0.6, 0.4, 0.2, 0.4)
    assert figure.layout.showlegend
    assert figure.layout.yaxis.tickvals == (0.0, 0.2, 0.4, 0.6)


def test_curves_of_nothing_and_of_zero() -> None:
    nothing = curves(points(), labels=LABELS, write=str)
    flat = curves(points(("a", 1, 0.0, NAN, NAN)), labels=LABELS, write=str)

    assert nothing.data == ()
    assert flat.layout.yaxis.ticktext == ("0.0",)


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0.0, 0.285, [0.0, 0.1, 0.2, 0.3]),
        (-7.0, 0.0, [-8.0, -6.0, -4.0, -2.0, 0.0]),
        (0.0, 1.0, [0.0, 0.25, 0.5, 0.75, 1.0]),
        (3.0, 3.0, [3.0]),
    ],
)
def test_ticks_are_round_and_hold_everything(low: float, high: float, ticks: list[float]) -> None:
    assert round_ticks(low, high) == ticks
