"""The post-mortem of a campaign as a document, made from what was frozen and nothing else."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pandas as pd

from analytics.matched_claims import METHOD
from crm_data.campaign_plans import CampaignReview
from ui.campaigns import arm_name
from ui.context import PageContext
from ui.formats import NOT_DEFINED
from ui.post_mortem_matched import matched_sections
from ui.report import Fact, Report, Section
from ui.report_parts import headed


def report_of(ctx: PageContext, review: CampaignReview) -> Report:
    """Return the report; the same review gives the same document, whatever is imported later."""
    t, data = ctx.t, review.data
    ctx = as_frozen(ctx, data)
    f = ctx.formats
    sections = (
        Section(t("post.plan"), plan_facts(ctx, data["plan"]), (locked_words(ctx, data),)),
        Section(t("post.result"), result_facts(ctx, data),
                (t(f"post.answer_{data['answer']}"),), headed(ctx, claims_shown(ctx, data))),
        Section(t("post.arms"), table=headed(ctx, arms_shown(ctx, data))),
        *matched_sections(ctx, data),
        Section(t("post.deviations"), sentences=tuple(deviation_words(ctx, data))),
        Section(t("post.lessons"), sentences=(review.lessons,)),
    )  # fmt: skip
    stamp = (
        (t("post.campaign"), str(data["plan"]["campaign"])),
        (t("definition.version"), review.version),
        (t("post.frozen_at"), f.instant(review.frozen_at)),
        (t("post.data_hash"), review.data_hash),
    )
    title = t("post.report_title", name=data["plan"]["campaign"])
    rest = t("forecast.report_rest", n="{n}")
    return Report(title, ctx.language, sections, stamp, rest, review.frozen_at, review.frozen_by)


def as_frozen(ctx: PageContext, data: Mapping[str, Any]) -> PageContext:
    """Return the context that writes amounts and times as they were when it was frozen."""
    known = {name: data[name] for name in ("currency", "timezone") if name in data}
    return replace(ctx, formats=replace(ctx.formats, **known))


def locked_words(ctx: PageContext, data: Mapping[str, Any]) -> str:
    """Return when the plan was locked, and its hash."""
    at = datetime.fromisoformat(data["locked_at"]) if data["locked_at"] else None
    return ctx.t("post.locked", day=ctx.formats.instant(at), hash=data["plan_hash"])


def plan_facts(ctx: PageContext, plan: Mapping[str, Any]) -> tuple[Fact, ...]:
    """Return the plan, one fact a field."""
    t, f = ctx.t, ctx.formats
    shares = _by_arm(ctx, plan["shares"], f.share)
    values = {
        "hypothesis": plan["hypothesis"],
        "measure": t(f"campaigns.outcome_{plan['measure']}"),
        "minimum_effect": value(ctx, plan["measure"], plan["minimum_effect"]),
        "audience": plan["audience"],
        "members": NOT_DEFINED if plan["members"] is None else f.count(plan["members"]),
        "shares": shares or NOT_DEFINED,
        "budget": NOT_DEFINED if plan["budget"] is None else f.money(plan["budget"]),
        "ends_on": _day(ctx, plan["ends_on"]),
        "stop_rule": plan["stop_rule"],
    }
    return tuple(Fact(t(f"post.{name}"), str(one)) for name, one in values.items())


def result_facts(ctx: PageContext, data: Mapping[str, Any]) -> tuple[Fact, ...]:
    """Return what came: cost, attribution, and what was caused."""
    t, f, found = ctx.t, ctx.formats, data["result"]
    roi = NOT_DEFINED
    if found["caused_roi"] is not None:
        low, high = found["caused_roi_low"], found["caused_roi_high"]
        roi = t("campaigns.sides", value=f.share(found["caused_roi"]), low=f.share(low),
                high=f.share(high))  # fmt: skip
    return (
        Fact(t("campaigns.spend"), _told(found["cost"], f.money)),
        Fact(t("campaigns.revenue"), _told(found["net_amount"], f.money),
             t("campaigns.returned", money=f.money(found["returned_amount"] or 0))),
        Fact(t("campaigns.roi"), _told(found["roi"], f.share), t("campaigns.grade_C")),
        Fact(t("column.roi_caused"), roi, t(f"campaigns.grade_{found['grade']}")),
    )  # fmt: skip


def claims_shown(ctx: PageContext, data: Mapping[str, Any]) -> pd.DataFrame:
    """Return each outcome with its effect, interval and verdict, as text."""
    t = ctx.t
    rows = []
    for one in data["claims"]:
        told = NOT_DEFINED
        if one["low"] is not None:
            sides = {n: value(ctx, one["outcome"], one[n]) for n in ("low", "high")}
            told = t("campaigns.sides", value=value(ctx, one["outcome"], one["effect"]), **sides)
        verdict = (
            t(f"campaigns.reason_{one['reason']}") if one["reason"]
            else t(f"campaigns.verdict_{one['verdict']}")
        )  # fmt: skip
        method = one["method"].capitalize() or NOT_DEFINED
        method = t("matched.method") if one["method"] == METHOD else method
        rows.append((t(f"campaigns.outcome_{one['outcome']}"), told, method, verdict))
    return pd.DataFrame(rows, columns=["post_outcome", "post_effect", "post_method", "verdict"])


def arms_shown(ctx: PageContext, data: Mapping[str, Any]) -> pd.DataFrame:
    """Return the arms as text."""
    f = ctx.formats
    rows = [
        (arm_name(ctx, one["arm"]) if one["arm"] else NOT_DEFINED,
         *(f.count(one[n]) for n in ("members", "reached", "converted")),
         f.money(one["net_amount"]), f.money(one["margin"]))
        for one in data["arms"]
    ]  # fmt: skip
    names = ["arm", "members", "reached", "converted", "net_amount", "margin"]
    return pd.DataFrame(rows, columns=names)


def deviation_words(ctx: PageContext, data: Mapping[str, Any]) -> list[str]:
    """Return every deviation as a sentence; that there is none is one, too."""
    t, f = ctx.t, ctx.formats
    said = []
    for one in data["deviations"]:
        was, now = one["planned"], one["came"]
        if one["code"] in ("over_budget", "under_budget"):
            was, now = f.money(was), f.money(now)
        elif one["code"] in ("locked_late", "ended"):
            was, now = _day(ctx, was), _day(ctx, now)
        elif one["code"] == "members":
            was, now = f.count(was), f.count(now)
        elif one["code"] == "sample_ratio":
            was, now = _by_arm(ctx, was, f.share), _by_arm(ctx, now, f.count)
        elif one["code"] == "arms":
            was, now = (_arm_names(ctx, names) for names in (was, now))
        elif one["code"] == "no_claim":
            now = t(f"campaigns.reason_{now}")
        said.append(t(f"post.deviation_{one['code']}", planned=was, came=now))
    return said or [t("post.no_deviation")]


def _day(ctx: PageContext, written: str | None) -> str:
    return ctx.formats.day(date.fromisoformat(written)) if written else NOT_DEFINED


def _by_arm(ctx: PageContext, values: Mapping[str, float], write: Callable[[float], str]) -> str:
    return ", ".join(f"{arm_name(ctx, arm)} {write(one)}" for arm, one in sorted(values.items()))


def _arm_names(ctx: PageContext, names: str) -> str:
    return ", ".join(arm_name(ctx, one) for one in names.split(", "))


def value(ctx: PageContext, measure: str, amount: float) -> str:
    """Return an effect in the unit of its measure."""
    f = ctx.formats
    return f.points(amount) if measure == "conversion" else f.money_change(amount)


def _told(amount: float | None, write: Any) -> str:
    return NOT_DEFINED if amount is None else str(write(amount))
