"""Faults found in a rival's dashboard that comparisons must not have; each fails when planted."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.lead_flow import conversion_cohorts
from analytics.metrics import change, compare
from analytics.periods import base_period, previous_period
from ui.context import PageContext
from ui.formats import Formats
from ui.overview import Measured
from ui.tiles import change_text

DAYS = st.dates(date(2015, 1, 1), date(2030, 12, 31))
LANGUAGES = pytest.mark.parametrize("language", ["en", "zh_CN"])


@given(DAYS, st.integers(1, 400))
def test_comparison_window_a_day_short(start: date, length: int) -> None:
    """The rival's earlier window was ``to − from`` days long, one less than the later one."""
    end = start + timedelta(days=length)

    before, before_end = previous_period(start, end)

    assert before_end == start  # no day between them, none in both
    if start.day == 1 and end.day == 1:  # whole months against as many
        months = (end.year - start.year) * 12 + end.month - start.month
        assert (start.year - before.year) * 12 + start.month - before.month == months
        assert before.day == 1
    else:
        assert start - before == end - start
    for kind in ("previous", "year"):
        base = base_period(start, end, cast(Any, kind), ["week"])
        assert base.start is not None
        assert base.end is not None
        assert base.end - base.start == end - start


def test_growth_from_zero_shown_as_0_percent() -> None:
    """The rival set the change to 0 where the earlier value was 0, which hides a first sale."""
    current, base = (pd.DataFrame({"value": [value]}) for value in (500.0, 0.0))

    absolute, relative = change(current["value"], base["value"])
    joined = compare(current, base)

    assert absolute.tolist() == [500]
    assert relative.isna().all()
    assert joined["change"].tolist() == [500]
    assert joined["relative_change"].isna().all()


@LANGUAGES
def test_growth_from_zero_shown_as_0_percent_on_a_tile(language: str) -> None:
    formats = Formats(language, "CNY", "Asia/Shanghai")
    ctx = cast(PageContext, SimpleNamespace(formats=formats, t=lambda key: f"<{key}>"))
    from_zero = Measured(
        name="net_revenue", value=500.0, numerator=500.0, denominator=None, n=1, low=None,
        high=None, is_complete=True, base_value=0.0, change=500.0, relative_change=None,
    )  # fmt: skip

    assert change_text(ctx, from_zero) == "<tile.not_defined>"
    assert formats.change(np.nan) == "–"


@LANGUAGES
@pytest.mark.parametrize("amount", [0.5, 12.0, 123_456.0, -9e9])
def test_money_with_a_percent_sign(language: str, amount: float) -> None:
    """The rival wrote a difference of average deal values with a percent sign."""
    formats = Formats(language, "CNY", "Asia/Shanghai")
    written = [
        formats.money(amount), formats.money_compact(amount), formats.money_change(amount),
        formats.value_short(amount, "money"),
    ]  # fmt: skip

    assert all("¥" in text and "%" not in text for text in written)
    assert "%" in formats.change(0.12)  # a share of a base has one


def test_cohorts_of_unequal_age() -> None:
    """Leads as likely to convert in every month, seen on one day: no cohort falls for being young.

    The rival counted whatever had converted by today, so that the latest month is always worst.
    """
    rng = np.random.default_rng(2)
    created = pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 181, 6_000), "D")
    until = pd.Timestamp("2025-07-01")
    converted = created + pd.to_timedelta(rng.integers(0, 200, 6_000), "D")
    leads = pd.DataFrame(
        {"created_on": created, "converted_on": converted.where(converted < until)}
    ).astype("datetime64[us]")

    found = conversion_cohorts(leads, "month", days=30, until=until)

    told = found[~found["is_open"]]
    assert len(told) == 5
    assert told["share"].tolist() == pytest.approx([31 / 200] * 5, abs=0.04)
    assert found["share"].iloc[-1:].isna().all()
