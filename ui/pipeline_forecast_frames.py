"""Frames of the forecast of the pipeline, in the viewer's words and numbers."""

import numpy as np
import pandas as pd

from forecasting.pipeline import NEW, WON, PipelineForecast
from forecasting.pipeline_record import record
from ui.context import PageContext
from ui.formats import NOT_DEFINED, is_missing
from ui.frames import records
from ui.translations import value_name

_BINS = 40
_TAIL = 0.002  # of the draws on either side that are not drawn


def bins(ctx: PageContext, found: PipelineForecast) -> pd.DataFrame:
    """Return how the total is spread: ``start``, ``end``, ``share``, ``in_band``, ``hover``."""
    low, high = np.quantile(found.totals, [_TAIL, 1 - _TAIL])
    if low == high:
        low, high = low - 0.5, high + 0.5
    counts, edges = np.histogram(found.totals, bins=_BINS, range=(low, high))
    frame = pd.DataFrame(
        {"start": edges[:-1], "end": edges[1:], "share": counts / len(found.totals)}
    )
    middle = (frame["start"] + frame["end"]) / 2
    f = ctx.formats
    hovers = [
        ctx.t("pipe_forecast.bin_hover", low=f.money_compact(row["start"]),
              high=f.money_compact(row["end"]), share=f.share(row["share"]))
        for row in records(frame)
    ]  # fmt: skip
    return frame.assign(in_band=(middle >= found.p10) & (middle <= found.p90), hover=hovers)


def categories(ctx: PageContext, found: PipelineForecast) -> pd.DataFrame:
    """Return one row per part of the forecast: won, each category, new business."""
    names = [
        ctx.t(f"pipe_forecast.part_{one}") if one in (WON, NEW)
        else ctx.t("pipe_forecast.part_none") if is_missing(one)
        else value_name(ctx.t, "forecast_category", one)
        for one in found.by_category["category"]
    ]  # fmt: skip
    renames = {"untold": "chance_untold", "unvalued": "deals_unvalued", "expected": "contribution"}
    frame = found.by_category.rename(columns=renames).assign(forecast_part=names)
    names = ["forecast_part", "contribution", "amount", "deals", "deals_unvalued", "chance_untold"]
    blank = [name for name in names[4:] if not frame[name].any()]
    return frame[names].drop(columns=blank)


def deals(found: PipelineForecast) -> pd.DataFrame:
    """Return open deals with what each adds, the largest first."""
    frame = found.per_deal.rename(
        columns={"probability": "period_chance", "basis": "chance_basis", "stage": "in_stage"}
    )
    named = frame["name"].where(frame["name"].notna(), frame["opportunity_id"])
    columns = ["open_deal", "contribution", "period_chance", "amount", "expected_close_on",
               "in_stage", "forecast_category", "owner_id", "chance_basis"]  # fmt: skip
    return frame.assign(open_deal=named)[columns]


def quarters(ctx: PageContext, rows: pd.DataFrame, weeks: int) -> pd.DataFrame:
    """Return past quarters at one lead time, as they are drawn: ``name``, numbers, ``hover``."""
    f = ctx.formats
    own = rows[rows["lead_weeks"] == weeks].sort_values("period_start")
    words = [f.bucket(day, "quarter") for day in own["period_start"]]
    hovers = [
        ctx.t(
            "pipe_forecast.past_hover", name=name, won=f.money_compact(row["won"]),
            expected=f.money_compact(row["expected"]), low=f.money_compact(row["p10"]),
            high=f.money_compact(row["p90"]), weighted=f.money_compact(row["weighted"]),
        )
        for name, row in zip(words, records(own), strict=True)
    ]  # fmt: skip
    names = [f.quarter_short(day) for day in own["period_start"]]
    return own.assign(name=names, hover=hovers).reset_index(drop=True)


def ways(ctx: PageContext, rows: pd.DataFrame) -> pd.DataFrame:
    """Return how each way to forecast did by lead time, in words."""
    f, t = ctx.formats, ctx.t
    found = record(rows)
    shown = []
    for row in records(found):
        if not row["quarters"]:
            continue
        held = NOT_DEFINED
        if not is_missing(row["banded"]) and row["banded"]:
            held = t("pipe_forecast.held", held=f.count(row["held"]), n=f.count(row["banded"]))
        shown.append(
            {
                "lead_time": t("pipe_forecast.weeks_before", n=f.count(row["lead_weeks"])),
                "forecast_way": t(f"pipe_forecast.way_{row['way']}"),
                "forecast_wape": f.share(row["wape"]), "forecast_bias": f.change(row["bias"]),
                "band_held": held, "past_quarters": row["quarters"],
            }
        )  # fmt: skip
    return pd.DataFrame(shown)


def past_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Return past quarters for files."""
    renames = {
        "period_start": "starts_on", "lead_weeks": "weeks_before", "won": "won_in_period",
        "won_so_far": "won_by_then", "expected": "forecast_expected", "p10": "forecast_p10",
        "p50": "forecast_p50", "p90": "forecast_p90", "weighted": "forecast_weighted",
        "committed": "forecast_committed", "series": "forecast_series",
    }  # fmt: skip
    return rows.rename(columns=renames)[["starts_on", "as_of_on", *list(renames.values())[1:]]]


def stage_names(ctx: PageContext, stages: pd.Series) -> pd.Series:
    """Return the names of stages of deals."""
    return stages.map(lambda one: value_name(ctx.t, "stage", one), na_action="ignore")
