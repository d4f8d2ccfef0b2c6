"""Frames behind the charts and tables of leads, in the viewer's words and numbers."""

from html import escape

import pandas as pd

from analytics.lead_flow import FirstResponse, conversion_cohorts, volume
from analytics.lead_sources import LeadSources
from crm_data.calendar import step
from ui.context import PageContext
from ui.filter_bar import value_label
from ui.formats import NOT_DEFINED, is_missing
from ui.frames import records
from ui.lead_view import LeadView
from ui.team_frames import between

LONGEST_HOURS = 24.0 * 90  # drawn
_SHORTEST = 1 / 12
_TICKS = (0.5, 4.0, 24.0, 240.0)  # far enough apart on a narrow screen
_MOST_POINTS = 400


def hours_text(ctx: PageContext, hours: float | None) -> str:
    """Return hours as a person says them: minutes below one, days from two on."""
    f = ctx.formats
    if hours is None or is_missing(hours):
        return NOT_DEFINED
    if hours < 1:
        return ctx.t("leads.minutes", n=f.number(hours * 60, 0))
    if hours < 48:
        return ctx.t("leads.hours", n=f.number(hours, 1))
    return ctx.t("leads.some_days", n=f.number(hours / 24, 1))


def volume_rows(ctx: PageContext, view: LeadView, found: pd.DataFrame) -> pd.DataFrame:
    """Return the bars: ``lead_period_on``, ``label``, ``leads``, ``is_complete``, ``hover``."""
    rows = volume(found, view.unit, pd.Timestamp(view.until))
    # Cut by the choice of days, it is as little whole as one that still runs.
    ends = pd.to_datetime([step(day.date(), view.unit) for day in rows["period"]])
    is_cut = (rows["period"] < pd.Timestamp(view.start)) | (ends > pd.Timestamp(view.end))
    rows = rows.assign(is_complete=rows["is_complete"] & ~is_cut)
    words = [ctx.formats.bucket(day.date(), view.unit) for day in rows["period"]]
    hovers = [
        f"<b>{escape(word)}</b><br>" + ctx.t("leads.n_leads", n=ctx.formats.count(row["leads"]))
        + ("" if row["is_complete"] else f"<br>{ctx.t('leads.unfinished')}")
        for word, row in zip(words, records(rows), strict=True)
    ]  # fmt: skip
    return rows.assign(label=_labels(ctx, view, rows["period"]), hover=hovers)


def curve_points(ctx: PageContext, response: FirstResponse) -> pd.DataFrame:
    """Return the share contacted by hours: ``hours``, ``value``, ``low``, ``high``, ``hover``."""
    curve = response.curve
    shown = curve[(curve["duration"] >= _SHORTEST) & (curve["duration"] <= LONGEST_HOURS)]
    every = max(1, -(-len(shown) // _MOST_POINTS))
    shown = shown.iloc[::every]
    value = 1 - shown["survival"]
    hovers = [
        ctx.t("leads.curve_hover", time=hours_text(ctx, hours), share=ctx.formats.share(share))
        for hours, share in zip(shown["duration"], value, strict=True)
    ]
    return pd.DataFrame(
        {
            "hours": shown["duration"],
            "value": value,
            "low": 1 - shown["high"],
            "high": 1 - shown["low"],
            "hover": hovers,
        }
    )


def curve_file(response: FirstResponse) -> pd.DataFrame:
    """Return the curve for a file: who waited, who was contacted, what share still waits."""
    names = ["duration", "at_risk", "ended", "censored", "survival", "low", "high"]
    renames = {"at_risk": "waiting_leads", "survival": "waiting_share"}
    return response.curve[names].rename(columns=renames)


def curve_ticks(ctx: PageContext) -> dict[float, str]:
    """Return hours and how they are written along the axis."""
    return {hours: hours_text(ctx, hours) for hours in _TICKS}


def cohort_table(view: LeadView, found: pd.DataFrame) -> pd.DataFrame:
    """Return conversion by cohort, for tables and files."""
    rows = conversion_cohorts(found, view.unit, days=view.days, until=pd.Timestamp(view.until))
    so_far = rows["converted"] / rows["leads"].where(rows["leads"] > 0)
    return rows.rename(columns={"period": "lead_period_on"}).assign(so_far=so_far.astype("float64"))


def cohort_rows(ctx: PageContext, view: LeadView, table: pd.DataFrame) -> pd.DataFrame:
    """Return the points of the chart: the table with ``label`` and ``hover``."""
    f = ctx.formats
    hovers = []
    for row in records(table):
        word = escape(f.bucket(row["lead_period_on"].date(), view.unit))
        parts = ctx.t("leads.parts", won=f.count(row["converted"]), n=f.count(row["leads"]))
        told = (
            ctx.t("leads.so_far", share=f.share(row["so_far"])) if row["is_open"]
            else between(ctx, row["share"], row["low"], row["high"])
        )  # fmt: skip
        hovers.append(f"<b>{word}</b><br>{told}<br>{parts}")
    return table.assign(label=_labels(ctx, view, table["lead_period_on"]), hover=hovers)


def cohorts_shown(ctx: PageContext, view: LeadView, table: pd.DataFrame) -> pd.DataFrame:
    """Return the cohorts in words, the newest first."""
    f = ctx.formats
    shares = [
        ctx.t("leads.so_far", share=f.share(row["so_far"])) if row["is_open"]
        else between(ctx, row["share"], row["low"], row["high"])
        for row in records(table)
    ]  # fmt: skip
    words = [f.bucket(day.date(), view.unit) for day in table["lead_period_on"]]
    shown = pd.DataFrame(
        {
            "lead_cohort": pd.Series(words, dtype="str"),
            "leads": table["leads"],
            "converted": table["converted"],
            "conversion": pd.Series(shares, dtype="str"),
        }
    )
    return shown.iloc[::-1].reset_index(drop=True)


def source_table(found: LeadSources, *, with_costs: bool) -> pd.DataFrame:
    """Return conversion by group, for files."""
    costs = ["cost", "cost_per_lead", "cost_per_converted"]
    renames = {"low": "share_low", "high": "share_high"}
    return found.frame.drop(columns=[] if with_costs else costs).rename(columns=renames)


def source_rows(ctx: PageContext, view: LeadView, found: LeadSources) -> pd.DataFrame:
    """Return ``name``, ``value``, ``low``, ``high``, ``hover`` by group, the most leads first."""
    frame = found.frame
    names = [value_label(ctx, view.by, one) for one in frame[view.by]]
    hovers = [
        ctx.t(
            "leads.source_hover", name=escape(name), n=ctx.formats.count(row["old_enough"]),
            won=ctx.formats.count(row["converted"]),
            counted=between(ctx, row["share"], row["low"], row["high"]),
            drawn=between(ctx, row["shrunk"], row["shrunk_low"], row["shrunk_high"]),
        )
        for name, row in zip(names, records(frame), strict=True)
    ]  # fmt: skip
    return pd.DataFrame(
        {
            "name": [escape(name) for name in names],
            "value": frame["shrunk"],
            "low": frame["shrunk_low"],
            "high": frame["shrunk_high"],
            "hover": hovers,
        }
    )


def source_shown(
    ctx: PageContext, view: LeadView, found: LeadSources, *, with_costs: bool
) -> pd.DataFrame:
    """Return conversion by group as narrow as a page is."""
    frame = found.frame
    counted = [between(ctx, r["share"], r["low"], r["high"]) for r in records(frame)]
    drawn = [
        between(ctx, r["shrunk"], r["shrunk_low"], r["shrunk_high"]) for r in records(frame)
    ]  # fmt: skip
    shown = pd.DataFrame(
        {
            "lead_group": pd.Series([value_label(ctx, view.by, o) for o in frame[view.by]]),
            "leads": frame["leads"],
            "old_enough": frame["old_enough"],
            "converted": frame["converted"],
            "conversion": pd.Series(counted, dtype="str"),
            "conversion_drawn": pd.Series(drawn, dtype="str"),
        }
    )
    if with_costs:
        return shown.join(frame[["cost_per_lead", "cost_per_converted"]])
    return shown


def _labels(ctx: PageContext, view: LeadView, days: pd.Series) -> list[str]:
    if view.unit == "month":
        return [ctx.formats.month_short(day) for day in days]
    if view.unit in ("day", "week"):
        return [ctx.formats.day_short(day) for day in days]
    return [ctx.formats.quarter_short(day.date()) for day in days]
