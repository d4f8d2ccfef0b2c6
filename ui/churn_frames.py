"""Frames behind the charts and tables of churn, in the viewer's words and numbers."""

from html import escape

import pandas as pd

from analytics.churn_rates import RATES, Rate, rate_of
from analytics.silence import Proposal
from charts.churn import ExpectedBand
from crm_data.calendar import step
from ui.churn_loaders import LostCut
from ui.churn_view import Seen, View
from ui.context import PageContext
from ui.customer_drawer import CustomersRequest
from ui.filter_bar import value_label
from ui.formats import is_missing
from ui.frames import records

_LEVELS = ("start_customers", "new_customers", "returned_customers", "lost_customers")
_AMOUNTS = (
    "start_unvalued", "start_amount", "new_amount", "returned_amount", "expansion_amount",
    "contraction_amount", "lost_amount",
)  # fmt: skip
UNKNOWN_MONTHS = 6  # drawn before the first month with a rate
BAR_DAYS = 10
MOST_BARS = 73


def trend_points(ctx: PageContext, found: Seen, view: View) -> pd.DataFrame:
    """Return the points of the chart: ``label``, ``value``, ``low``, ``high``, ``hover``, …"""
    f, name = ctx.formats, view.measure
    table = found.rates
    points = pd.DataFrame(
        {
            "month_on": table["month_on"],
            "label": [f.month_short(day) for day in table["month_on"]],
            "value": table[name],
            "low": table[f"{name}_low"],
            "high": table[f"{name}_high"],
            "is_complete": table["is_complete"],
        }
    )
    known = points["value"].notna().cummax()
    unseen = ~found.levels["is_observable"].astype(bool) & (found.levels["start_customers"] > 0)
    before = (unseen & ~known).to_numpy().copy()
    before[: max(int((~known).sum()) - UNKNOWN_MONTHS, 0)] = False
    points = points[known.to_numpy() | before].reset_index(drop=True)
    hovers = [_hover(ctx, found, name, row) for row in records(points)]
    return points.assign(hover=hovers)


def expected_band(found: Seen, view: View, points: pd.DataFrame) -> ExpectedBand | None:
    """Return the band of the newest month among ``trend_points``; None where it is not known."""
    band = found.band
    if view.measure != "churn_rate" or band is None or band.low is None or band.high is None:
        return None
    last = int(points.index[points["month_on"] == pd.Timestamp(band.month)][0])
    return ExpectedBand(band.low, band.high, max(last - band.months, 0), last)


def months_table(found: Seen) -> pd.DataFrame:
    """Return one row per month, newest first: levels, flows, rates with intervals."""
    names = [*_LEVELS, *(name for name in _AMOUNTS if name in found.levels)]
    table = found.levels[["month_on", "is_complete", *names]].copy()
    for name in RATES:
        if name in found.rates:
            for part in ("", "_low", "_high"):
                table[f"{name}{part}"] = found.rates[f"{name}{part}"]
    return table.iloc[::-1].reset_index(drop=True)


def interval_text(ctx: PageContext, rate: Rate) -> str:
    """Return the interval and n of a rate; what it rests on where the interval is not known."""
    f = ctx.formats
    if rate.low is None or rate.high is None:
        return ctx.t("churn.no_interval", n=f.count(rate.n))
    sides = {"low": f.share(rate.low), "high": f.share(rate.high)}
    return ctx.t("tile.interval", n=f.count(rate.n), **sides)


def parts_text(ctx: PageContext, rate: Rate, measure: str) -> str:
    """Return numerator and denominator as they are divided."""
    write = ctx.formats.count if measure == "churn_rate" else ctx.formats.money_compact
    return f"{write(rate.numerator)} ÷ {write(rate.denominator)}"


def gap_frame(ctx: PageContext, gaps: pd.DataFrame) -> pd.DataFrame:
    """Return bars of ten days: ``middle``, ``width``, ``gaps``, ``hover``."""
    f = ctx.formats
    place = ((gaps["gap_days"].astype("int64") - 1) // BAR_DAYS).clip(upper=MOST_BARS - 1)
    counted = gaps["gaps"].groupby(place).sum()
    places = range(int(place.max()) + 1)
    counts = [int(n) for n in counted.reindex(places, fill_value=0)]
    last = MOST_BARS - 1
    return pd.DataFrame(
        {
            "middle": [one * BAR_DAYS + (BAR_DAYS + 1) / 2 for one in places],
            "width": BAR_DAYS,
            "gaps": counts,
            "hover": [
                ctx.t(
                    "churn.gap_hover_last" if one == last else "churn.gap_hover",
                    first=f.count(one * BAR_DAYS + 1),
                    last=f.count((one + 1) * BAR_DAYS),
                    n=f.count(n),
                )
                for one, n in zip(places, counts, strict=True)
            ],
        }
    )


def proposals_table(ctx: PageContext, split: str, found: list[Proposal]) -> pd.DataFrame:
    """Return one row per group: days proposed, what they rest on, who came back."""
    return pd.DataFrame(
        {
            "member": [
                ctx.t("churn.all_customers") if split == "none"
                else value_label(ctx, split, one.member) for one in found
            ],
            "gaps": [one.gaps for one in found],
            "quantile_days": pd.array([one.quantile_days for one in found], dtype="Int64"),
            "proposed_days": [one.days for one in found],
            "is_own": [one.is_own for one in found],
            "silences": [one.silences for one in found],
            "followed": [one.followed for one in found],
            "came_back": [one.came_back for one in found],
            "back_share": pd.Series([one.back_share for one in found], dtype="float64"),
            "low": pd.Series([one.low for one in found], dtype="float64"),
            "high": pd.Series([one.high for one in found], dtype="float64"),
        }
    )  # fmt: skip


def proposals_shown(ctx: PageContext, table: pd.DataFrame) -> pd.DataFrame:
    """Return ``proposals_table`` as narrow as a page is: the share with its interval in one cell.

    Files have every column.
    """
    f = ctx.formats
    shares = [
        ctx.t(
            "churn.share_between",
            value=f.share(row["back_share"]),
            low=f.share(row["low"]),
            high=f.share(row["high"]),
        )
        if not is_missing(row["back_share"])
        else None
        for row in records(table)
    ]
    shown = table.drop(columns=["silences", "low", "high"])
    return shown.assign(back_share=pd.Series(shares, index=table.index, dtype="str"))


def lost_request(
    ctx: PageContext, found: Seen, view: View, month: pd.Timestamp, filters: str
) -> CustomersRequest:
    """Return the request for the customers who were lost in a month."""
    start = month.date()
    days = found.days if view.definition == "silence" else None
    cut = LostCut(start, days, view.where, view.among)
    period = ctx.formats.period(start, step(start, "month"))
    subject = ctx.t(f"churn.lost_by_{view.definition}", days=ctx.formats.count(found.days))
    return CustomersRequest(subject, period, filters, cut)


def _hover(ctx: PageContext, found: Seen, name: str, row: dict[str, object]) -> str:
    month = pd.Timestamp(str(row["month_on"]))
    rate = rate_of(found.rates, name, month.date())
    lines = [f"<b>{escape(ctx.formats.bucket(month, 'month'))}</b>"]
    if is_missing(row["value"]):
        return lines[0]
    lines.append(f"{ctx.formats.share(rate.value)} = {parts_text(ctx, rate, name)}")
    lines.append(interval_text(ctx, rate))
    if not row["is_complete"]:
        lines.append(ctx.t("churn.unfinished"))
    return "<br>".join(lines)
