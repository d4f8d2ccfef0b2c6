"""Rhythm, chart and words: pure parts of the profile."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from charts.customers import order_months
from crm_data.queries.timeline import EVENT_KINDS
from pages.customers.parts.entries import ICONS
from pages.customers.parts.identity import attributes, word
from pages.customers.parts.numbers import amounts
from pages.customers.parts.paging import page_of
from pages.customers.parts.rhythm import rhythm
from ui.translations import LANGUAGES, catalogue

COLUMNS = ["month_on", "orders", "order_days", "net_amount", "longest_gap_days"]


def months(*rows: tuple[str | None, int, int, float | None, float | None]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=COLUMNS)
    frame["month_on"] = pd.to_datetime(frame["month_on"])
    return frame.astype({"net_amount": "float64", "longest_gap_days": "float64"})


REGULAR = months(("2025-01-01", 2, 2, 20.0, 10.0), ("2025-03-01", 3, 1, 30.0, 50.0))


def customer(last: str | None, median: float | None = 30.0, orders: int = 5) -> dict[str, Any]:
    return {
        "last_order_on": pd.Timestamp(last) if last else None,
        "median_gap_days": median,
        "orders": orders,
    }


@pytest.mark.parametrize(
    ("watermark", "state", "days"),
    [
        (date(2025, 3, 11), "usual", 0),
        (date(2025, 4, 10), "usual", 30),  # exactly the median is usual
        (date(2025, 4, 11), "late", 31),
        (date(2025, 4, 30), "late", 50),  # exactly the longest gap so far has been before
        (date(2025, 5, 1), "longest", 51),
    ],
)
def test_silence_is_held_against_own_gaps(watermark: date, state: str, days: int) -> None:
    found = rhythm(customer("2025-03-11"), REGULAR, watermark)

    assert (found.state, found.days_since, found.order_days) == (state, days, 3)
    assert (found.median_gap, found.longest_gap) == (30.0, 50.0)


def test_two_days_with_orders_are_no_rhythm_however_many_orders() -> None:
    two_days = months(("2025-01-01", 7, 2, 20.0, 10.0))
    found = rhythm(customer("2025-01-20", 10.0, orders=7), two_days, date(2026, 1, 20))

    assert (found.state, found.days_since) == ("cannot_tell", 365)


def test_orders_without_a_day_are_not_no_orders() -> None:
    undated = months((None, 2, 0, 20.0, None))

    assert rhythm(customer(None, None, orders=2), undated, date(2025, 1, 1)).state == "undated"
    assert rhythm(customer(None, None, orders=0), months(), date(2025, 1, 1)).state == "no_orders"


def figure_of(frame: pd.DataFrame, watermark: date) -> Any:
    return order_months(
        frame,
        watermark=watermark,
        label=lambda month: f"{month:%Y-%m}",
        hover=lambda month, orders, amount: f"{month:%Y-%m} {orders} {amount}",
        write=str,
        names=("done", "open"),
    )


def test_every_month_up_to_the_watermark_has_its_bar() -> None:
    (done, unfinished) = figure_of(REGULAR, date(2025, 4, 29)).data

    assert (done.x, done.y) == ((0, 1, 2), (20.0, 0.0, 30.0))
    assert (unfinished.x, unfinished.y) == ((3,), (0.0,))
    assert done.customdata[2][0] == "2025-03 3 30.0"


def test_the_month_that_the_watermark_ends_is_finished() -> None:
    (done,) = figure_of(REGULAR, date(2025, 3, 31)).data

    assert done.y == (20.0, 0.0, 30.0)


def test_an_order_of_unknown_value_is_no_zero() -> None:
    unknown = months(("2025-01-01", 1, 1, None, None), ("2025-02-01", 1, 1, 5.0, 31.0))
    (done,) = figure_of(unknown, date(2025, 2, 28)).data

    assert done.y == (None, 5.0)


def test_orders_whose_amounts_are_all_missing_are_no_zero() -> None:
    unknown = months(("2025-01-01", 2, 2, None, None)).assign(margin=0.0, orders_with_cost=0)
    known = amounts(
        {
            "orders": 2, "paid_orders": 1, "returned_orders": 1, "orders_365d": 2,
            "net_amount": None, "gross_amount": None, "returned_amount": None,
            "net_amount_365d": None,
        },
        unknown,
    )  # fmt: skip

    assert set(known.values()) == {None}


@pytest.mark.parametrize(
    ("asked", "total", "page"),
    [("1", 60, 1), ("3", 60, 3), ("4", 60, 3), ("-5", 60, 1), ("", 60, 1), ("9" * 99, 60, 3),
     ("2", 50, 2), ("3", 50, 2), ("2", 0, 1), ("²", 60, 1), ("٣", 60, 1), ("1.0", 60, 1)],
)  # fmt: skip
def test_a_page_is_moved_into_the_list(asked: str, total: int, page: int) -> None:
    assert page_of(asked, total, 25) == page


@pytest.mark.parametrize("text", [None, "", "[1]", "7", "{", '"x"', "{}", "[" * 100_000])
def test_attributes_that_are_no_object_are_none(text: str | None) -> None:
    assert attributes(text) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_has_words_and_codes_fall_back_to_themselves(language: str) -> None:
    t = catalogue(language)
    ctx: Any = SimpleNamespace(t=t)

    assert set(ICONS) == set(EVENT_KINDS)
    assert all(t(f"timeline.{kind}") for kind in EVENT_KINDS)
    assert word(ctx, "status", "Paid") == t("code.status.paid")
    assert word(ctx, "status", "{weird}*") == "{weird}*"


def test_both_languages_have_the_same_labels_with_the_same_fields() -> None:
    english, chinese = (catalogue(language).labels for language in ("en", "zh_CN"))
    mine = [k for k in english if k.split(".")[0] in
            ("lookup", "customer", "profile", "rhythm", "timeline", "code")]  # fmt: skip

    def fields(text: str) -> set[str]:
        return {part.split("}")[0] for part in text.split("{")[1:]}

    assert len(mine) > 100
    assert [k for k in mine if fields(english[k]) != fields(chinese.get(k, ""))] == []
