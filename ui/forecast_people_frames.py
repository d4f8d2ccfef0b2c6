"""Tables of submissions and scores, in the viewer's words and numbers."""

from html import escape
from typing import Any

import pandas as pd

from forecasting.pipeline_record import WAYS
from ui import people
from ui.context import PageContext
from ui.formats import NOT_DEFINED, is_missing
from ui.frames import records


def subject(ctx: PageContext, level: str, name: str) -> str:
    """Return whose deals a submission is of."""
    if level == "all":
        return ctx.t("forecast_people.all")
    if level == "team":
        return ctx.t("forecast_people.team", name=name)
    return people.person(ctx, name)


def history(ctx: PageContext, results: pd.DataFrame) -> pd.DataFrame:
    """Return submissions, the newest first, with what came of them."""
    names = [
        subject(ctx, level, name)
        for level, name in zip(results["level"], results["subject"], strict=True)
    ]
    spans = [
        ctx.formats.period(start, end)
        for start, end in zip(results["period_start"], results["period_end"], strict=True)
    ]
    by = people.with_names(ctx, results["submitted_by"])
    frame = results.assign(
        forecast_subject=names, forecast_period=spans, submitted_by=by
    ).rename(
        columns={"won": "won_in_period", "off": "commit_off", "note": "forecast_note",
                 "weeks_before": "weeks_before_end"}
    )  # fmt: skip
    return frame[
        ["submitted_at", "forecast_subject", "forecast_period", "weeks_before_end",
         "commit_amount", "best_amount", "won_in_period", "commit_off", "submitted_by",
         "forecast_note"]
    ]  # fmt: skip


def history_shown(ctx: PageContext, table: pd.DataFrame) -> pd.DataFrame:
    """Return ``history`` with instants in words and without columns that say nothing here."""
    f = ctx.formats
    off = [f.money_change(one) for one in table["commit_off"]]
    at = [f.instant(one) for one in table["submitted_at"]]
    shown = table.assign(submitted_at=at, commit_off=off)
    blank = [
        name for name in ("best_amount", "won_in_period") if table[name].isna().all()
    ] + ["forecast_note"] * (not table["forecast_note"].fillna("").any())  # fmt: skip
    if len(set(table["forecast_period"])) == 1:  # chosen above
        blank.append("forecast_period")
    return shown.drop(columns=[*blank, *["commit_off"] * ("won_in_period" in blank)])


def who(ctx: PageContext, row: dict[str, Any]) -> str:
    """Return what a row of the board is called."""
    name = _name(ctx, row)
    is_own = row["level"] == "owner" and row["submitted_by"] in (row["subject"], name)
    if is_missing(row["level"]) or is_own:
        return name
    return ctx.t("forecast_people.by", name=name, by=people.person(ctx, row["submitted_by"]))


def _name(ctx: PageContext, row: dict[str, Any]) -> str:
    if is_missing(row["level"]):
        return ctx.t(f"pipe_forecast.way_{row['who']}")
    return subject(ctx, row["level"], row["subject"])


def board_rows(ctx: PageContext, found: pd.DataFrame) -> pd.DataFrame:
    """Return the board of one lead time as it is drawn: models first, then by size of the bias."""
    places = {way: place for place, way in enumerate(WAYS)}
    is_model = found["level"].isna()
    order = found.assign(
        place=found["who"].map(places).fillna(len(places)),
        size=(-found["shrunk"].abs()).mask(is_model, 0.0),
    ).sort_values(["place", "size"], kind="stable", na_position="last")
    names = [who(ctx, row) for row in records(order)]
    f, t = ctx.formats, ctx.t
    hovers = [
        t("forecast_people.hover", name=escape(name), n=f.count(row["periods"]),
          bias=f.change(row["bias"]), shrunk=interval(ctx, row), wape=f.share(row["wape"]))
        for name, row in zip(names, records(order), strict=True)
    ]  # fmt: skip
    return order.assign(
        name=names, label=[_label(ctx, row) for row in records(order)], hover=hovers,
        is_model=order["level"].isna(),
    ).reset_index(drop=True)  # fmt: skip


def _label(ctx: PageContext, row: dict[str, Any]) -> str:
    """Return the same for a chart, in two lines: phones are narrow."""
    if who(ctx, row) == (one := _name(ctx, row)):
        return escape(one)
    return f"{escape(one)}<br>{escape(people.person(ctx, row['submitted_by']))}"


def interval(ctx: PageContext, row: dict[str, Any]) -> str:
    """Return a bias with its interval."""
    f = ctx.formats
    if is_missing(row["shrunk"]):
        return NOT_DEFINED
    if is_missing(row["low"]) or is_missing(row["high"]):
        return f.change(row["shrunk"])
    low, high = (f"{f.change(row[one])}" for one in ("low", "high"))
    return ctx.t("forecast_people.between", value=f.change(row["shrunk"]), low=low, high=high)


def board_shown(ctx: PageContext, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a board as a page shows them: all cells are text."""
    f, t = ctx.formats, ctx.t
    found = [
        {
            "forecaster": row["name"],
            "forecast_verdict": t(f"forecast_people.verdict_{row['verdict']}"),
            "bias_shrunk": interval(ctx, row),
            "forecast_bias": f.change(row["bias"]),
            "forecast_wape": f.share(row["wape"]),
            "forecast_spread": f.share(row["spread"]),
            "past_periods": row["periods"],
        }
        for row in records(rows)
    ]
    return pd.DataFrame(found)


def board_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of boards for files: numbers."""
    renames = {
        "who": "forecaster", "lead_weeks": "weeks_before", "periods": "past_periods",
        "forecast": "forecast_sum", "actual": "won_sum", "bias": "forecast_bias",
        "wape": "forecast_wape", "shrunk": "bias_shrunk", "low": "bias_low", "high": "bias_high",
        "spread": "forecast_spread", "own_weight": "own_weight", "verdict": "forecast_verdict",
    }  # fmt: skip
    named = rows["who"].astype("str").str.replace("\0", " · ")
    return rows.assign(who=named).rename(columns=renames)[list(renames.values())]
