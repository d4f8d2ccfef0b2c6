"""What the view of chances says: which is used and why, what is asked, what it comes to."""

from datetime import date
from typing import Any

import pandas as pd

from ui.context import PageContext
from ui.formats import NOT_DEFINED, is_missing, plain
from ui.translations import value_name

Terms = dict[str, Any]
_JUDGED = ("useful", "no_better")


def verdict(ctx: PageContext, terms: Terms) -> str:
    """Return which chance is used, and why."""
    said = ctx.t(f"deal_model.verdict_{terms['verdict']}")
    if terms["verdict"] not in _JUDGED:
        return said
    f = ctx.formats
    ways = {row["way"]: row for row in terms["ways"]}
    model, stage = ways["model"], ways["stage"]
    beside = ctx.t(
        "deal_model.beside",
        deals=f.count(terms["judged"]["deals"]),
        model=f.number(model["brier"], 4),
        stage=f.number(stage["brier"], 4),
        gain=f.number(stage["gain"], 4),
        low=f.number(stage["gain_low"], 4),
        high=f.number(stage["gain_high"], 4),
        auc=f.share(model["auc"], 0),
        stage_auc=f.share(stage["auc"], 0),
    )
    return f"{said} {beside}"


def missing(ctx: PageContext, terms: Terms) -> list[str]:
    """Return what a model would need, and how much of it there is."""
    count = ctx.formats.count
    return [
        ctx.t(
            f"deal_model.need_{one['name']}", found=count(one["found"]), needed=count(one["needed"])
        )
        for one in terms["requirements"]
        if not one["is_met"]
    ]


def question(ctx: PageContext, terms: Terms) -> str:
    """Return what a chance is the chance of, and of which day."""
    day = ctx.formats.day(date.fromisoformat(terms["as_of"]))
    return ctx.t("deal_model.asks", days=ctx.formats.count(terms["horizon_days"]), day=day)


def worth(ctx: PageContext, found: pd.DataFrame) -> list[str]:
    """Return what the open deals of ``WEIGHTED_PIPELINE`` come to, and what is not in it."""
    f, total = ctx.formats, found.drop(columns="pipeline").sum()
    lines = [
        ctx.t(
            "deal_model.worth",
            deals=f.count(total["deals"]),
            amount=f.money_compact(float(total["amount"])),
            weighted=f.money_compact(float(total["weighted_amount"])),
            won=f.number(float(total["expected_won"]), 1),
        )
    ]
    if total["unvalued"]:
        lines.append(ctx.t("deal_model.unvalued", n=f.count(total["unvalued"])))
    if total["untold"]:
        left_out = f.money_compact(float(total["untold_amount"]))
        lines.append(ctx.t("deal_model.untold", n=f.count(total["untold"]), amount=left_out))
    return lines


def chance(ctx: PageContext, deal: dict[str, Any], terms: Terms) -> str:
    """Return a deal's chance in words: where it is from and how sure it is."""
    f = ctx.formats
    is_told = not is_missing(deal["stage"])
    stage = plain(value_name(ctx.t, "stage", deal["stage"])) if is_told else NOT_DEFINED
    method = "none" if is_missing(deal["method"]) else deal["method"]
    return ctx.t(
        f"deal_model.chance_{method}",
        chance=f.share(deal["win_probability"], 0),
        low=f.share(deal["low"], 0),
        high=f.share(deal["high"], 0),
        deals=f.count(deal["known_deals"]),
        stage=stage,
        days=f.count(terms["horizon_days"]),
    )
