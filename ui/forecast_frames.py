"""Frames behind the charts and tables of a forecast, in the viewer's words and numbers."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ui.context import PageContext
from ui.forecast_answers import Answer
from ui.forecast_view import ForecastView
from ui.forecast_words import axis_label, between, bucket, value
from ui.frames import records

SHOWN = {"day": 120, "week": 78, "month": 36, "quarter": 20}  # periods of the past in a chart
_AHEAD = ["period_on", "yhat", "low_80", "high_80", "low_95", "high_95"]


def points(
    ctx: PageContext, view: ForecastView, answer: Answer, earlier: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return the points of ``charts.forecast.forecast_lines``."""
    ahead = answer.made.forecast.set_index("ds")
    past = answer.known.over.iloc[-SHOWN[view.frequency] :]
    days = past.index.union(ahead.index)
    table = pd.DataFrame(index=days)
    table["actual"] = past.reindex(days)
    table["running"] = answer.known.running.reindex(days)
    names = {"yhat": "yhat", "low": "low_80", "high": "high_80", "low_outer": "low_95",
             "high_outer": "high_95"}  # fmt: skip
    for name, of in names.items():
        table[name] = ahead[of].reindex(days) if of in ahead else np.nan
    if earlier is not None:
        table["earlier"] = earlier.set_index("ds")["yhat"].reindex(days)
    hovers = [_hover(ctx, view, day, table.loc[day]) for day in days]
    labels = [axis_label(ctx, day, view.frequency) for day in days]
    return table.assign(label=labels, hover=hovers).reset_index(drop=True)


def ahead_table(answer: Answer) -> pd.DataFrame:
    """Return the forecast, one row per period: for files, and with bands in words for pages."""
    made = answer.made.forecast.rename(columns={"ds": "period_on"})
    return made.reindex(columns=_AHEAD).assign(
        sold_so_far=answer.known.running.reindex(pd.DatetimeIndex(made["period_on"])).to_numpy()
    )


def ahead_shown(ctx: PageContext, view: ForecastView, table: pd.DataFrame) -> pd.DataFrame:
    """Return ``ahead_table`` as a page shows it: all cells are text."""
    rows = [
        {
            "period": bucket(ctx, row["period_on"], view.frequency),
            "yhat": value(ctx, view, row["yhat"]),
            "band_80": between(ctx, view, row["low_80"], row["high_80"]),
            "band_95": between(ctx, view, row["low_95"], row["high_95"]),
            "sold_so_far": value(ctx, view, row["sold_so_far"]),
        }
        for row in records(table)
    ]
    shown = pd.DataFrame(rows, columns=["period", "yhat", "band_80", "band_95", "sold_so_far"])
    return shown.drop(columns="sold_so_far") if table["sold_so_far"].isna().all() else shown


def change_table(answer: Answer, earlier: pd.DataFrame) -> pd.DataFrame:
    """Return what was forecast earlier beside what came, or what is forecast now.

    Columns: ``period_on``, ``earlier``, ``low_80``, ``high_80`` (earlier), ``actual``, ``yhat``,
    ``moved`` (the newer number less the earlier one).
    """
    table = earlier.rename(columns={"ds": "period_on", "yhat": "earlier"})
    days = pd.DatetimeIndex(table["period_on"])
    actual = answer.known.over.reindex(days).to_numpy()
    now = answer.made.forecast.set_index("ds")["yhat"].reindex(days).to_numpy()
    newer = np.where(np.isfinite(actual), actual, now)
    table = table.assign(actual=actual, yhat=now, moved=newer - table["earlier"].to_numpy())
    columns = ["period_on", "earlier", "low_80", "high_80", "actual", "yhat", "moved"]
    return table.reindex(columns=columns)[np.isfinite(newer)].reset_index(drop=True)


def _hover(ctx: PageContext, view: ForecastView, day: pd.Timestamp, row: "pd.Series[float]") -> str:
    lines = [f"<b>{bucket(ctx, day, view.frequency)}</b>"]
    lines += [
        ctx.t(f"forecast.hover_{name}", value=value(ctx, view, row[name]))
        for name in ("actual", "running", "yhat")
        if pd.notna(row[name])
    ]
    if pd.notna(row["low"]):
        lines.append(ctx.t("forecast.hover_band", level=ctx.formats.share(0.8, 0),
                           band=between(ctx, view, row["low"], row["high"])))  # fmt: skip
    return "<br>".join(lines)


@dataclass(frozen=True)
class Verdict:
    """Whether what came since lies in the band that was given for it, in words."""

    words: str
    is_outside: bool


def verdict(ctx: PageContext, view: ForecastView, changes: pd.DataFrame) -> Verdict:
    """Return where the newest period that came since lies; no words where none did."""
    came = changes[changes["actual"].notna()]
    if came.empty or pd.isna(came["low_80"].iloc[-1]):
        return Verdict("", is_outside=False)
    row = came.iloc[-1]
    side = "above" if row["actual"] > row["high_80"] else "below"
    is_outside = not row["low_80"] <= row["actual"] <= row["high_80"]
    words = ctx.t(
        f"forecast.came_{side if is_outside else 'inside'}",
        period=bucket(ctx, row["period_on"], view.frequency),
        value=value(ctx, view, row["actual"]),
        band=between(ctx, view, row["low_80"], row["high_80"]),
        level=ctx.formats.share(0.8, 0),
    )
    return Verdict(words, is_outside=bool(is_outside))


def change_shown(ctx: PageContext, view: ForecastView, table: pd.DataFrame) -> pd.DataFrame:
    """Return ``change_table`` as a page shows it: all cells are text."""
    rows = [
        {
            "period": bucket(ctx, row["period_on"], view.frequency),
            "earlier": value(ctx, view, row["earlier"]),
            "band_80": between(ctx, view, row["low_80"], row["high_80"]),
            "actual": value(ctx, view, row["actual"]),
            "yhat": value(ctx, view, row["yhat"]),
            "moved": signed(ctx, view, row["moved"]),
        }
        for row in records(table)
    ]
    names = ["period", "earlier", "band_80", "actual", "yhat", "moved"]
    return pd.DataFrame(rows, columns=names)


def signed(ctx: PageContext, view: ForecastView, number: float) -> str:
    """Return a difference with its sign."""
    written = value(ctx, view, abs(number))
    sign = "+" if number > 0 else "\N{MINUS SIGN}"
    return written if not number else sign + written
