"""Frames behind the charts and tables of matched campaigns, in the viewer's words."""

from html import escape

import pandas as pd

from analytics.campaign_claims import OUTCOMES
from ui import matched_words as words
from ui.context import PageContext
from ui.frames import records

LOVE_ROWS = 16


def balance_rows(ctx: PageContext, balance: pd.DataFrame) -> pd.DataFrame:
    """Return the terms that were most unlike before: ``name``, ``before``, ``after``, ``hover``."""
    f = ctx.formats
    shown = balance.head(LOVE_ROWS)
    names = [words.term(ctx, name) for name in shown["term"]]
    hovers = [
        f"<b>{escape(name)}</b><br>"
        + escape(ctx.t("matched.hover", **{n: f.number(row[n]) for n in ("before", "after")}))
        for name, row in zip(names, records(shown), strict=True)
    ]  # fmt: skip
    return pd.DataFrame(
        {
            "name": [escape(name) for name in names],
            "before": shown["before"].abs().to_numpy(),
            "after": shown["after"].abs().to_numpy(),
            "hover": hovers,
        }
    )


def balance_shown(ctx: PageContext, balance: pd.DataFrame) -> pd.DataFrame:
    """Return every term with its differences before and after weighting."""
    t = ctx.t
    kinds = {True: t("matched.modelled"), False: t("matched.looked_at")}
    return pd.DataFrame(
        {
            "matched_term": [words.term(ctx, name) for name in balance["term"]],
            "matched_use": [kinds[bool(one)] for one in balance["is_modelled"]],
            "smd_before": balance["before"].to_numpy(dtype="float64"),
            "smd_after": balance["after"].to_numpy(dtype="float64").round(9),
        }
    )


def period_rows(ctx: PageContext, periods: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Return the points of the event study of one outcome, in the order of time.

    ``label`` (when the period begins), ``gap``, ``low``, ``high``, ``period`` and ``hover``.
    """
    f = ctx.formats
    shown = periods[periods["outcome"] == outcome].sort_values("period")
    rows = records(shown)
    labels = [f.day_short(row["period_on"].date()) for row in rows]
    hovers = [
        f"<b>{escape(f.day(row['period_on'].date()))}</b><br>"
        + escape(
            ctx.t("campaigns.sides", **{
                name: words.amount(ctx, outcome, row[of])
                for name, of in (("value", "gap"), ("low", "low"), ("high", "high"))
            })
        )
        for row in rows
    ]  # fmt: skip
    return shown[["period", "gap", "low", "high"]].assign(label=labels, hover=hovers)


def effects_shown(ctx: PageContext, effects: pd.DataFrame) -> pd.DataFrame:
    """Return outcomes side by side: plain, weighted, before and after; sensitivity."""
    effects = effects.sort_values("outcome", key=lambda one: one.map(OUTCOMES.index))
    rows = records(effects)
    shown: dict[str, list[str]] = {
        "post_outcome": [ctx.t(f"campaigns.outcome_{row['outcome']}") for row in rows]
    }
    for name in words.SIDES:
        shown[f"matched_{name}"] = [words.sides(ctx, row, name) for row in rows]
    return pd.DataFrame(shown).assign(
        pre_trend_p=effects["pre_trend_p"].to_numpy(dtype="float64"),
        e_value=effects["e_value"].to_numpy(dtype="float64"),
        e_value_limit=effects["e_value_limit"].to_numpy(dtype="float64"),
    )
