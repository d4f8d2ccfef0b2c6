"""Frames behind the charts and tables of the page Pipeline, in the viewer's words."""

from html import escape

import pandas as pd

from analytics.funnel import Funnel
from analytics.win_rates import WinRate, WinRates
from charts.pipeline import FATES
from ui.context import PageContext
from ui.deal_columns import named
from ui.deal_figures import share_between
from ui.deal_view import DealView
from ui.formats import NOT_DEFINED, is_missing
from ui.frames import records
from ui.translations import value_name

MEASURES = ("count", "value")
STEPS = ("previous", "first")


def stages_of(view: DealView, stages: pd.DataFrame) -> pd.DataFrame:
    """Return the stages of the pipeline of a view."""
    ((_, (name,)),) = view.of_pipeline
    names = stages["pipeline"]
    return stages[names.isna() if name is None else names == name].reset_index(drop=True)


def stage_name(ctx: PageContext, stage: object) -> str:
    """Return what a stage is called."""
    return value_name(ctx.t, "stage", stage)


def funnel_points(ctx: PageContext, found: Funnel, measure: str, step: str) -> pd.DataFrame:
    """Return the rows of ``funnel_bars``."""
    write = ctx.formats.count if measure == "count" else ctx.formats.money_compact
    lines = []
    for row in records(found.stages):
        name = stage_name(ctx, row["stage"])
        share = _step_share(ctx, row, measure, step)
        line: dict[str, object] = {
            "label": f"{escape(name)}<br><b>{write(_of(row, 'entered', measure))}</b>"
        }
        for fate in FATES:
            number = _of(row, fate, measure)
            said = ctx.t(f"pipeline.fate_{fate}")
            line[fate] = number
            line[f"{fate}_hover"] = f"<b>{escape(name)}</b><br>{said}: {write(number)}<br>{share}"
        lines.append(line)
    return pd.DataFrame(lines)


def funnel_table(found: Funnel) -> pd.DataFrame:
    """Return the funnel for files: counts, values, shares with both ends."""
    return named(found.stages.drop(columns=["stage_no"]))


def funnel_shown(ctx: PageContext, found: Funnel, measure: str) -> pd.DataFrame:
    """Return the funnel as narrow as a page is: a share with its interval in one cell."""
    end = "" if measure == "count" else "_value"
    frame = pd.DataFrame({"deal_stage": found.stages["stage"]})
    for name in ("entered", "advanced", "open", "lost"):
        frame[f"deals_{name}{end}"] = found.stages[f"{name}{end}"]
    for name in ("of_previous", "of_first", "decided"):
        frame[f"{name}_between"] = [
            NOT_DEFINED
            if place == 0 and name in ("of_previous", "of_first")
            else share_between(ctx, *(row[f"{name}{end}{side}"] for side in ("", "_low", "_high")))
            for place, row in enumerate(records(found.stages))
        ]
    if measure == "count":
        frame["deals_skipped"] = found.stages["skipped"]
        frame["deals_moved_back"] = found.stages["moved_back"]
    return frame


def rate_points(ctx: PageContext, found: WinRates) -> pd.DataFrame:
    """Return the rows of ``rates_beside``."""
    return pd.DataFrame(
        [
            {
                "label": ctx.t(f"pipeline.rate_{rate.code}"),
                "value": rate.share,
                "low": rate.low,
                "high": rate.high,
                "hover": f"<b>{ctx.t(f'pipeline.rate_{rate.code}')}</b><br>"
                + "<br>".join((rate_text(ctx, rate), parts_text(ctx, rate))),
            }
            for rate in found.all()
        ]
    )


def rates_table(found: WinRates) -> pd.DataFrame:
    """Return one row per definition, for files."""
    return pd.DataFrame(
        {
            "definition": [rate.code for rate in found.all()],
            "win_rate": [rate.share for rate in found.all()],
            "low": [rate.low for rate in found.all()],
            "high": [rate.high for rate in found.all()],
            "numerator": [rate.numerator for rate in found.all()],
            "denominator": [rate.denominator for rate in found.all()],
            "deals": [rate.n for rate in found.all()],
        }
    )


def rate_text(ctx: PageContext, rate: WinRate) -> str:
    """Return a rate with its interval, or why there is none."""
    if rate.missing:
        return ctx.t(f"pipeline.{rate.missing}")
    return share_between(ctx, rate.share, rate.low, rate.high)


def parts_text(ctx: PageContext, rate: WinRate) -> str:
    """Return what a rate is divided of, with its n."""
    write = ctx.formats.money_compact if rate.code == "value" else ctx.formats.count
    return ctx.t(
        "pipeline.parts", part=write(rate.numerator), whole=write(rate.denominator),
        n=ctx.formats.count(rate.n),
    )  # fmt: skip


def caveats_text(ctx: PageContext, rate: WinRate) -> list[str]:
    """Return the sentences that say when a rate misleads: always, then what holds here."""
    f = ctx.formats
    money = {"amount"}
    counts = {"deals", "closed"}
    said = []
    for caveat in rate.caveats:
        words = {
            name: f.money_compact(value) if name in money
            else f.count(value) if name in counts else f.share(value)
            for name, value in caveat.figures.items()
        }  # fmt: skip
        said.append(ctx.t(f"pipeline.caveat_{caveat.code}", **words))
    return said


def _of(row: dict[str, object], name: str, measure: str) -> float:
    value = row[name if measure == "count" else f"{name}_value"]
    return float(str(value))


def _step_share(ctx: PageContext, row: dict[str, object], measure: str, step: str) -> str:
    name = f"of_{step}{'' if measure == 'count' else '_value'}"
    share, low, high = (row[f"{name}{side}"] for side in ("", "_low", "_high"))
    if is_missing(share):
        return ""
    said = share_between(ctx, *(float(str(one)) for one in (share, low, high)))
    return ctx.t(f"pipeline.share_of_{step}", share=said)
