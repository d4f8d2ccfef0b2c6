"""Frames of a back-test: candidates beside each other, and what was said at each origin."""

import pandas as pd

from forecasting import Forecast
from forecasting.measures import wape
from forecasting.sales import PROPHET
from ui.context import PageContext
from ui.forecast_answers import Answer
from ui.forecast_frames import SHOWN, signed
from ui.forecast_view import ForecastView
from ui.forecast_words import axis_label, bucket, candidate, value
from ui.formats import NOT_DEFINED
from ui.frames import records

_SCORES = ["candidate", "wape", "bias", "mase", "smape", "pinball", "coverage_80", "coverage_95",
           "origins", "n"]  # fmt: skip
_ROWS = ["candidate", "origin", "step", "ds", "actual", "yhat", "low_80", "high_80", "low_95",
         "high_95"]  # fmt: skip


def candidate_table(made: Forecast) -> pd.DataFrame:
    """Return the scores of all candidates, best first; Prophet is there where it was not tested."""
    table = made.scores.reindex(columns=_SCORES)
    left = [name for name in PROPHET if name not in set(table["candidate"])]
    rest = pd.DataFrame({"candidate": left}).reindex(columns=_SCORES)
    return pd.concat([table, rest.astype(table.dtypes.to_dict(), errors="ignore")]) if left else (
        table
    )  # fmt: skip


def candidate_bars(ctx: PageContext, made: Forecast, table: pd.DataFrame) -> pd.DataFrame:
    """Return the bars of ``charts.forecast_parts.error_bars``."""
    f = ctx.formats
    rows = [
        {
            "label": candidate(ctx, row["candidate"]),
            "error": row["mase"],
            "is_used": row["candidate"] == made.chosen,
            "hover": ctx.t("forecast.candidate_hover", name=candidate(ctx, row["candidate"]),
                           mase=f.number(row["mase"], 2), wape=f.share(row["wape"], 1)),
        }
        for row in records(table)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def candidates_shown(
    ctx: PageContext, view: ForecastView, made: Forecast, table: pd.DataFrame
) -> pd.DataFrame:
    """Return ``candidate_table`` as a page shows it: all cells are text."""
    f = ctx.formats
    rows = []
    for row in records(table):
        is_used = row["candidate"] == made.chosen
        name = candidate(ctx, row["candidate"])
        rows.append(
            {
                "forecast_candidate": ctx.t("forecast.used", name=name) if is_used else name,
                "wape": f.share(row["wape"], 1),
                "bias": f.change(row["bias"]),
                "mase": f.number(row["mase"], 2),
                "smape": f.share(row["smape"], 1),
                "pinball": value(ctx, view, row["pinball"]),
                "coverage_80": f.share(row["coverage_80"], 0),
                "coverage_95": f.share(row["coverage_95"], 0),
                "tested": _tested(ctx, row),
            }
        )
    return pd.DataFrame(rows)


def origin_points(
    ctx: PageContext, view: ForecastView, answer: Answer, name: str
) -> tuple[pd.DataFrame, list[tuple[str, str]]]:
    """Return the points of ``charts.forecast_parts.lines``: what came, and each origin's line."""
    own = answer.made.backtest
    own = own[own["candidate"] == name]
    past = answer.known.over.iloc[-SHOWN[view.frequency] :]
    table = pd.DataFrame({"actual": past})
    columns = [("actual", ctx.t("forecast.actual"))]
    for place, (_, part) in enumerate(own.groupby("origin")):
        column = f"origin_{place}"
        table[column] = part.set_index("ds")["yhat"].reindex(past.index)
        columns.append((column, ctx.t("forecast.said_then", candidate=candidate(ctx, name))))
    hovers = [
        f"<b>{bucket(ctx, day, view.frequency)}</b><br>"
        + ctx.t("forecast.hover_actual", value=value(ctx, view, one))
        for day, one in zip(past.index, past, strict=True)
    ]
    labels = [axis_label(ctx, day, view.frequency) for day in past.index]
    return table.assign(label=labels, hover=hovers).reset_index(drop=True), columns


def origins_shown(ctx: PageContext, view: ForecastView, made: Forecast, name: str) -> pd.DataFrame:
    """Return one row per origin of a candidate: sums, error, how many values the band held."""
    own = made.backtest[(made.backtest["candidate"] == name) & made.backtest["actual"].notna()]
    rows = []
    for origin, part in own.groupby("origin"):
        actual, yhat = part["actual"].to_numpy(), part["yhat"].to_numpy()
        held = part["actual"].between(part["low_80"], part["high_80"]).sum()
        rows.append(
            {
                "known_until": bucket(ctx, pd.Timestamp(str(origin)), view.frequency),
                "yhat": value(ctx, view, yhat.sum()),
                "actual": value(ctx, view, actual.sum()),
                "moved": signed(ctx, view, float(yhat.sum() - actual.sum())),
                "wape": ctx.formats.share(wape(actual, yhat), 1),
                "held_80": ctx.t("forecast.of", part=ctx.formats.count(int(held)),
                                 whole=ctx.formats.count(len(part))),
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def backtest_table(made: Forecast) -> pd.DataFrame:
    """Return every forecast of the back-test, for files."""
    table = made.backtest.reindex(columns=_ROWS)
    return table.rename(columns={"ds": "period_on", "origin": "origin_on"})


def _tested(ctx: PageContext, row: dict[str, object]) -> str:
    if row["origins"] != row["origins"]:
        return NOT_DEFINED
    count = ctx.formats.count
    return ctx.t("forecast.tested_of", n=count(row["n"]), origins=count(row["origins"]))  # type: ignore[arg-type]  # numbers of a frame
