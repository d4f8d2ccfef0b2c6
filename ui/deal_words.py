"""Why a deal needs a look, in words, and the task that says so."""

import math
from datetime import timedelta
from typing import Any

import pandas as pd

from analytics.deal_attention import AttentionRules
from ui import task_actions as act
from ui.context import PageContext
from ui.deal_frames import stage_name
from ui.formats import is_missing, plain

DUE_DAYS = 3  # a task of the list is due so many days from today
CODES = {
    "stuck": "deal_stuck", "no_next_step": "deal_no_next_step",
    "close_date_past": "deal_close_past", "amount_unusual": "deal_amount_unlike",
    "amount_changed": "deal_amount_changed", "single_contact": "deal_single_contact",
    "probability_off": "deal_probability_odd", "many_pushes": "deal_many_pushes",
}  # fmt: skip


def reason_text(ctx: PageContext, deal: dict[str, Any], reason: dict[str, Any]) -> str:
    """Return a reason as a sentence with its figures, as Markdown."""
    f, name = ctx.formats, str(reason["reason"])
    number, limit = reason["number"], reason["limit"]
    n = "" if is_missing(reason["n"]) else f.count(int(reason["n"]))
    days, stage = f.count(number), stage_name(ctx, deal["stage"])
    words: dict[str, str] = {
        "stuck": lambda: {"stage": stage, "days": days, "limit": f.count(limit), "n": n},
        "no_next_step": lambda: {"days": days},
        "close_date_past": lambda: {"days": days, "day": f.day(deal["expected_close_on"])},
        "amount_unusual": lambda: {"amount": f.money_compact(deal["amount"]),
                                   "usual": f.money_compact(limit), "n": n},
        "amount_changed": lambda: {"amount": f.money_compact(deal["amount"]),
                                   "first": f.money_compact(deal["first_amount"])},
        "single_contact": lambda: {"n": f.count(number)},
        "probability_off": lambda: {"share": f.share(number, 0), "low": f.share(limit, 0),
                                    "high": f.share(reason["upper"], 0), "n": n},
        "many_pushes": lambda: {"n": f.count(number)},
    }[name]()  # fmt: skip
    if name == "single_contact" and not number:
        name = "no_contact"
    return ctx.t(f"pipeline.reason_{name}", **{key: plain(one) for key, one in words.items()})


def task_of(ctx: PageContext, deal: dict[str, Any], reason: dict[str, Any]) -> act.TaskDraft:
    """Return the task that a reason asks for."""
    owner = None if is_missing(deal["owner_id"]) else str(deal["owner_id"])
    customer = None if is_missing(deal["customer_id"]) else str(deal["customer_id"])
    return act.TaskDraft(
        ctx.today + timedelta(days=DUE_DAYS), owner, code=CODES[str(reason["reason"])],
        figures=_figures(deal, reason), opportunity_id=str(deal["opportunity_id"]),
        customer_id=customer, origin="pipeline", origin_query=act.view_query(),
    )  # fmt: skip


def _figures(deal: dict[str, Any], reason: dict[str, Any]) -> dict[str, Any]:
    name, number, limit = str(reason["reason"]), reason["number"], reason["limit"]
    if name == "stuck":
        return {"stage": deal["stage"], "days": number, "usual_days": limit}
    if name == "no_next_step":
        return {"days": number}
    if name == "close_date_past":
        return {"expected_on": pd.Timestamp(deal["expected_close_on"]).date(), "days": number}
    if name == "amount_unusual":
        spread = math.log(deal["amount"] / limit) / number
        factor = math.exp(AttentionRules().unusual * spread)
        return {"amount": deal["amount"], "low": limit / factor, "high": limit * factor}
    if name == "amount_changed":
        return {"amount": deal["amount"], "first_amount": deal["first_amount"]}
    if name == "single_contact":
        return {"contacts": number}
    if name == "probability_off":
        return {"probability": number, "learned": (limit + reason["upper"]) / 2}
    return {"pushes": number}
