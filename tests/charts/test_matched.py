"""Charts of matched campaigns draw the numbers they were given."""

import pandas as pd

from charts.matched import EventLabels, LoveLabels, event_plot, love_plot


def test_both_sides_before_and_after_with_the_border() -> None:
    rows = pd.DataFrame(
        {"name": ["Orders", "Region"], "before": [0.8, 0.3], "after": [0.0, 0.02],
         "hover": ["a", "b"]}
    )  # fmt: skip
    figure = love_plot(rows, labels=LoveLabels("Before", "After", "SD"), border=0.1, write=str)
    before, after = figure.data

    assert (before.name, list(before.x), list(before.y)) == ("Before", [0.8, 0.3], [0, 1])
    assert (after.name, list(after.x)) == ("After", [0.0, 0.02])
    assert figure.layout.shapes[0].x0 == 0.1
    assert list(figure.layout.yaxis.ticktext) == ["Orders", "Region"]
    assert figure.layout.xaxis.range[1] > 0.8


def test_periods_before_own_and_later_are_told_apart() -> None:
    rows = pd.DataFrame(
        {"period": [-2.0, -1.0, 0.0, 1.0], "gap": [0.1, 0.0, 0.5, 0.2],
         "low": [-0.1, 0.0, 0.3, 0.0], "high": [0.3, 0.0, 0.7, 0.4],
         "label": ["a", "b", "c", "d"], "hover": list("abcd")},
        index=[7, 8, 9, 10],
    )  # fmt: skip
    figure = event_plot(rows, labels=EventLabels("B", "O", "L"), write=str)
    found = {one.name: (list(one.x), list(one.y)) for one in figure.data}

    assert found == {"B": ([0, 1], [0.1, 0.0]), "O": ([2], [0.5]), "L": ([3], [0.2])}
    own = next(one for one in figure.data if one.name == "O")
    assert list(own.error_y.array) == [0.7 - 0.5]
    assert list(own.error_y.arrayminus) == [0.5 - 0.3]
    assert list(figure.layout.xaxis.ticktext) == ["a", "b", "c", "d"]
    assert len(event_plot(rows[:3], labels=EventLabels("B", "O", "L"), write=str).data) == 2
