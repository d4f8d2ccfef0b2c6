"""Journeys of people: look-back, gaps, what may still convert, what nobody touched."""

from datetime import datetime, timedelta

import pandas as pd
import pytest

from analytics.attribution import attribute
from analytics.attribution_journeys import CONVERSIONS, TOUCHES, Journeys, journeys

START = datetime(2026, 1, 1)


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def touches(*rows: tuple[str | None, float, str | None]) -> pd.DataFrame:
    made = [(who, day(at), channel) for who, at, channel in rows]
    return TOUCHES.conform(pd.DataFrame(made, columns=TOUCHES.column_names))


def sales(*rows: tuple[str, float, float | None]) -> pd.DataFrame:
    made = [(who, day(at), value) for who, at, value in rows]
    return CONVERSIONS.conform(pd.DataFrame(made, columns=CONVERSIONS.column_names))


def found(
    touched: pd.DataFrame, sold: pd.DataFrame, *, lookback: float = 30, until: float = 365
) -> Journeys:
    return journeys(touched, sold, lookback_days=lookback, known_until=day(until))


def table(one: Journeys) -> dict[str, tuple[float, float, float]]:
    return {row[0]: row[1:] for row in one.paths.counts().itertuples(index=False, name=None)}


def test_touches_before_a_conversion_are_its_path() -> None:
    one = found(
        touches(("p", 3, "b"), ("p", 1, "a"), ("q", 2, "c"), ("p", 12, "a")),
        sales(("p", 10, 50.0), ("p", 13, 7.0), ("r", 5, 9.0)),
    )

    assert table(one) == {"a > b": (1, 50, 0), "a": (1, 7, 0), "c": (0, 0, 1)}
    assert (one.paths.untouched, one.paths.untouched_value) == (1, 9)
    assert attribute(one.paths, "last").sum() == 2


def test_the_look_back_leaves_older_touches_out() -> None:
    touched = touches(("p", 0, "a"), ("p", 20, "b"))

    short = found(touched, sales(("p", 40, 1.0)), lookback=30)
    assert table(short) == {"b": (1, 1, 0)}
    assert short.too_old == 1
    assert table(found(touched, sales(("p", 40, 1.0)), lookback=40)) == {"a > b": (1, 1, 0)}
    late = found(touched, sales(("p", 400, 1.0)), lookback=30)
    assert (table(late), late.too_old, late.paths.untouched) == ({}, 2, 1)


def test_journeys_without_conversion_end_after_the_look_back() -> None:
    touched = touches(("p", 0, "a"), ("p", 5, "b"), ("p", 50, "c"), ("q", 99, "a"))
    one = found(touched, sales(), until=100)

    assert table(one) == {"a > b": (0, 0, 1), "c": (0, 0, 1)}
    assert one.open == 1  # q was touched yesterday


def test_after_the_last_conversion_a_new_journey_begins() -> None:
    one = found(touches(("p", 0, "a"), ("p", 20, "b")), sales(("p", 10, 3.0)))

    assert table(one) == {"a": (1, 3, 0), "b": (0, 0, 1)}


def test_people_next_to_each_other_do_not_mix() -> None:
    one = found(touches(("p", 9, "a")), sales(("q", 10, 1.0)))

    assert table(one) == {"a": (0, 0, 1)}
    assert one.paths.untouched == 1


def test_a_touch_at_the_moment_of_the_conversion_counts() -> None:
    assert table(found(touches(("p", 10, "a")), sales(("p", 10, 1.0)))) == {"a": (1, 1, 0)}


def test_decay_goes_by_days_where_they_are_known() -> None:
    one = found(touches(("p", 0, "a"), ("p", 7, "b")), sales(("p", 8, 3.0)))

    assert attribute(one.paths, "time_decay").to_dict() == pytest.approx({"a": 1 / 3, "b": 2 / 3})


def test_touches_of_nobody_or_nothing_are_counted() -> None:
    one = found(touches((None, 1, "a"), ("p", 1, None), ("p", 2, "b")), sales(("p", 3, None)))

    assert one.unknown == 2
    assert table(one) == {"b": (1, 0, 0)}


def test_nothing_at_all() -> None:
    one = found(touches(), sales())

    assert (table(one), one.open, one.unknown) == ({}, 0, 0)
    assert len(attribute(one.paths, "markov")) == 0
    only_sales = found(touches(), sales(("p", 1, 2.0)))
    assert only_sales.paths.untouched == 1
