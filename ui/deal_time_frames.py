"""Frames behind the charts and tables of how long deals take, in the viewer's words."""

import pandas as pd

from analytics.deal_cohorts import DealCohorts
from analytics.deal_times import OUTCOMES, DealTimes
from ui.context import PageContext
from ui.formats import is_missing
from ui.frames import records

MOST_POINTS = 200
MOST_COHORTS = 8
_EVERY = (7, 14, 30, 60, 90, 180, 365, 730)


def curve_points(ctx: PageContext, found: DealTimes) -> pd.DataFrame:
    """Return the points of won, lost and open by age: ``series``, ``age``, ``value``, …"""
    t, f = ctx.t, ctx.formats
    curves = found.curves[found.curves["duration"] <= found.horizon_days]
    parts = {name: curves[curves["cause"] == name].reset_index(drop=True) for name in OUTCOMES}
    left = 1.0 - sum(part["incidence"] for part in parts.values())
    frames = []
    for name, part in (*parts.items(), ("open", parts["won"])):
        is_open = name == "open"
        points = pd.DataFrame(
            {
                "age": part["duration"].astype("float64"),
                "value": left if is_open else part["incidence"],
                "low": float("nan") if is_open else part["low"],
                "high": float("nan") if is_open else part["high"],
            }
        )
        first = pd.DataFrame([{"age": 0.0, "value": float(is_open)}])
        points = pd.concat([first, _thinned(points)], ignore_index=True)
        said = t(f"pipeline.outcome_{name}")
        hovers = [
            t("pipeline.curve_hover", name=said, days=f.count(row["age"]),
              share=f.share(row["value"]))
            for row in records(points)
        ]  # fmt: skip
        frames.append(points.assign(series=said, hover=hovers))
    return pd.concat(frames, ignore_index=True)


def ticks_of(longest: float) -> list[int]:
    """Return about six round ages in days from 0."""
    longest = 1.0 if is_missing(longest) else longest
    step = next((one for one in _EVERY if longest / one <= 7), _EVERY[-1])
    return list(range(0, int(longest) + 1, step))


def age_points(ctx: PageContext, found: DealTimes) -> pd.DataFrame:
    """Return the rows of ``rates_by_age``: share won later, of deals still open at an age."""
    table = found.by_age
    hovers = [
        ctx.t(
            "pipeline.age_hover", days=ctx.formats.count(row["age"]),
            share=ctx.formats.share(row["won_share"]), n=ctx.formats.count(row["at_risk"]),
        )
        for row in records(table)
    ]  # fmt: skip
    return pd.DataFrame(
        {
            "start": table["age"], "middle": table["age"], "value": table["won_share"],
            "low": table["low"], "high": table["high"], "hover": hovers,
        }
    )  # fmt: skip


def medians_table(ctx: PageContext, found: DealTimes) -> pd.DataFrame:
    """Return medians in days by how they are taken; text, since some cannot be told."""
    t, f = ctx.t, ctx.formats

    def days(value: float) -> str:
        return t("pipeline.not_told") if is_missing(value) else f.count(value)

    median = found.won_median
    sides = (
        t("pipeline.no_interval") if is_missing(median.low)
        else t("pipeline.sides", low=days(median.low), high=days(median.high))
    )  # fmt: skip
    rows = [
        ("won_median", days(median.days), sides, found.won + found.lost + found.open),
        ("latest_median", days(found.latest_won_median), "", found.won + found.lost + found.open),
        ("closed_won_median", days(found.closed_won_median), "", found.won),
        ("closed_lost_median", days(found.closed_lost_median), "", found.lost),
    ]
    return pd.DataFrame(
        {
            "median_of": [t(f"pipeline.{name}") for name, *_ in rows],
            "median_in_days": [value for _, value, _, _ in rows],
            "interval": [sides for *_, sides, _ in rows],
            "deals": [n for *_, n in rows],
        }
    )


def stages_shown(ctx: PageContext, table: pd.DataFrame) -> pd.DataFrame:
    """Return ``stage_times`` as narrow as a page is."""
    t, f = ctx.t, ctx.formats

    def median(row: dict[str, object]) -> str:
        if is_missing(row["median_days"]):
            return t("pipeline.not_told")
        high = "∞" if is_missing(row["high"]) else f.count(float(str(row["high"])))
        low = "–" if is_missing(row["low"]) else f.count(float(str(row["low"])))
        value = f.count(float(str(row["median_days"])))
        return t("pipeline.between", value=value, low=low, high=high)

    told = records(table)
    return pd.DataFrame(
        {
            "deal_stage": table["stage"],
            "stays": table["spells"],
            "stage_median": [median(row) for row in told],
            "finished_median": table["finished_median"],
            **{
                f"stays_{name}_share": [f.share(row[f"{name}_share"]) for row in told]
                for name in ("moved", "won", "lost")
            },
            "still_there": table["still_there"],
            "is_slowest": [t("pipeline.slowest") if row["is_slowest"] else "" for row in told],
        }
    )


def cohort_points(ctx: PageContext, found: DealCohorts, unit: str) -> pd.DataFrame:
    """Return the rows of ``cohort_lines``: the newest cohorts that can be seen at all."""
    f, tidy = ctx.formats, found.tidy()
    newest = sorted(tidy["cohort_on"].unique())[-MOST_COHORTS:]
    longest = tidy["age"].max() if len(tidy) else 0
    parts = []
    for cohort in newest:
        part = tidy[tidy["cohort_on"] == cohort]
        name = f.bucket(pd.Timestamp(cohort), unit)
        hovers = [
            ctx.t(
                "pipeline.cohort_hover", name=name, days=f.count(row["age"]),
                share=f.share(row["won_share"]), low=f.share(row["low"]), high=f.share(row["high"]),
                won=f.count(row["won"]), n=f.count(row["deals"]),
            )
            for row in records(part)
        ]  # fmt: skip
        parts.append(
            pd.DataFrame(
                {
                    "series": name, "age": part["age"], "value": part["won_share"],
                    "hover": hovers, "is_young": part["age"].max() < longest,
                }
            )
        )  # fmt: skip
    columns = ["series", "age", "value", "hover", "is_young"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def _thinned(points: pd.DataFrame) -> pd.DataFrame:
    if len(points) <= MOST_POINTS:
        return points
    kept = [round(place * (len(points) - 1) / (MOST_POINTS - 1)) for place in range(MOST_POINTS)]
    return points.iloc[kept]
