"""What moves a series, in the viewer's words: growth, best months, holidays and campaigns."""

import pandas as pd
from babel.dates import get_day_names, get_month_names

from forecasting import Forecast
from forecasting.drivers import KINDS, Drivers
from ui.context import PageContext
from ui.forecast_view import ForecastView
from ui.forecast_words import axis_label, bucket, candidate, value
from ui.frames import records

_SHOWN_MONTHS = 42
_CLEAR = 0.03  # share below which a month is not called high or low
_MANY, _STRONG = 8, 0.1  # periods and effect of holidays worth a sentence
# Holidays that have a name of ours; others are called as their library calls them.
_NAMED = (
    "before Chinese New Year", "Chinese New Year", "Chinese New Year's Eve", "Double Eleven",
    "Day off", "Labor Day", "National Day", "Tomb-Sweeping Day", "New Year's Day",
    "Dragon Boat Festival", "Mid-Autumn Festival", "campaigns",
)  # fmt: skip


def sentences(ctx: PageContext, found: Drivers) -> list[str]:
    """Return what to take home: growth, highest and lowest months, strongest events."""
    f, told = ctx.formats, []
    if found.growth == found.growth:
        side = "up" if found.growth >= 0 else "down"
        told.append(ctx.t(f"forecast.growth_{side}", share=f.share(abs(found.growth), 1)))
    ranked = found.months.sort_values("total", ascending=False)
    for key, part in (("high", ranked[ranked["total"] > _CLEAR].head(3)),
                      ("low", ranked[ranked["total"] < -_CLEAR].tail(3).iloc[::-1])):  # fmt: skip
        if len(part):
            named = [f"{_month(ctx, r['month'])} ({f.change(r['total'])})" for r in records(part)]
            told.append(
                ctx.t(f"forecast.months_{key}", months=ctx.t("filter.separator").join(named))
            )
    events = found.events
    strong = events[(events["periods"] >= _MANY) & (events["effect"].abs() > _STRONG)].head(4)
    if len(strong):
        named = [f"{event(ctx, r['name'])} ({f.change(r['effect'])})" for r in records(strong)]
        told.append(ctx.t("forecast.events_strong", events=ctx.t("filter.separator").join(named)))
    return told


def at_odds(ctx: PageContext, view: ForecastView, found: Drivers, made: Forecast) -> str | None:
    """Say where Prophet leaves the 95 % band of the number; None where it does not.

    Months ahead of which both are whole; told is the one that lies furthest outside.
    """
    if view.frequency != "month" or made.forecast.empty:
        return None
    both = made.forecast.iloc[1:].merge(found.trend, left_on="ds", right_on="month_on")
    sides = pd.DataFrame(
        {"below": both["low_95"] - both["fitted"], "above": both["fitted"] - both["high_95"]}
    )
    past = sides.max(axis=1)
    if both.empty or not past.max() > 0:
        return None
    row = records(both.loc[[past.idxmax()]])[0]
    return ctx.t(
        "forecast.at_odds",
        month=bucket(ctx, row["ds"], "month"),
        fitted=value(ctx, view, row["fitted"]),
        number=value(ctx, view, row["yhat"]),
        low=value(ctx, view, row["low_95"]),
        high=value(ctx, view, row["high_95"]),
        months=ctx.formats.count(int((past > 0).sum())),
        candidate=candidate(ctx, made.chosen),
    )


def month_bars(ctx: PageContext, found: Drivers) -> pd.DataFrame:
    """Return the bars of ``charts.forecast_parts.share_bars``, by calendar month."""
    f = ctx.formats
    rows = []
    for row in records(found.months):
        parts = [
            ctx.t("forecast.part_line", name=ctx.t(f"forecast.kind_{kind}"),
                  share=f.change(row[kind]))
            for kind in KINDS
        ]  # fmt: skip
        head = f"<b>{_month(ctx, row['month'])}</b>: {f.change(row['total'])}"
        rows.append({**row, "label": _month(ctx, row["month"], width="abbreviated"),
                     "hover": "<br>".join([head, *parts])})  # fmt: skip
    return pd.DataFrame(rows)


def weekday_bars(ctx: PageContext, found: Drivers) -> pd.DataFrame:
    """Return the bars of ``charts.forecast_parts.share_bars``, by day of the week."""
    names = get_day_names("wide", locale=ctx.language)
    short = get_day_names("abbreviated", locale=ctx.language)
    rows = [
        {"label": short[day], "season": share,
         "hover": f"<b>{names[day]}</b>: {ctx.formats.change(share)}"}
        for day, share in enumerate(found.weekdays)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def trend_points(ctx: PageContext, view: ForecastView, found: Drivers) -> pd.DataFrame:
    """Return the points of ``charts.forecast_parts.lines``: actual, fitted, trend by month."""
    table = found.trend.iloc[-_SHOWN_MONTHS:]
    rows = []
    for row in records(table):
        lines = [f"<b>{bucket(ctx, row['month_on'], 'month')}</b>"]
        lines += [
            ctx.t(f"forecast.hover_{name}", value=value(ctx, view, row[name]))
            for name in ("actual", "fitted", "trend")
            if row[name] == row[name]
        ]
        label = axis_label(ctx, row["month_on"], "month")
        rows.append({**row, "label": label, "hover": "<br>".join(lines)})
    return pd.DataFrame(rows)


def events_shown(ctx: PageContext, found: Drivers) -> pd.DataFrame:
    """Return the holidays and campaigns as a page shows them: all cells are text."""
    unit = f"forecast.ahead_{found.frequency}"
    rows = [
        {
            "event": event(ctx, row["name"]),
            "event_kind": ctx.t(f"forecast.kind_{row['kind']}"),
            "effect": ctx.formats.change(row["effect"]),
            "seen_in": ctx.t(unit, n=ctx.formats.count(row["periods"])),
        }
        for row in records(found.events)
    ]
    return pd.DataFrame(rows, columns=["event", "event_kind", "effect", "seen_in"])


def event(ctx: PageContext, name: str) -> str:
    """Return what a holiday or campaign is called."""
    if name not in _NAMED:
        return name
    slug = "".join(c if c.isalnum() else "_" for c in name.lower().replace("'s", ""))
    return ctx.t(f"forecast.event_{slug}")


def _month(ctx: PageContext, month: int, *, width: str = "wide") -> str:
    return str(get_month_names(width, context="stand-alone", locale=ctx.language)[month])  # type: ignore[arg-type]  # a width that Babel knows
