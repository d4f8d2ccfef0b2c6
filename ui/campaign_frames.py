"""Frames behind the charts and tables of campaigns, in the viewer's words and numbers."""

from collections.abc import Mapping
from html import escape
from typing import Any

import pandas as pd

from ui import campaign_words as words
from ui.campaigns import arm_name
from ui.context import PageContext
from ui.filter_bar import value_label
from ui.formats import is_missing
from ui.frames import records

MONEY = ("cost", "attributed_margin", "cac", "cost_per_lead", "net_amount")
_RATIOS = ("roas", "payback", "ltv_to_cac")
RATES = (
    "delivery_rate", "response_rate", "conversion_rate", "unsubscribe_rate", "complaint_rate",
    "open_rate",
)  # fmt: skip
_FILE = (
    "campaign_id", "name", "channel", "presence", "target_segment", "started_on", "ended_on",
    "budget", "cost", "sent", "reached", "responded", "converted", "unsubscribed", "complained",
    "opened", "leads", "orders", "gross_amount", "returned_amount", "net_amount", "uncosted_orders",
    "new_customers", "roi", "roas", "cac", "cost_per_lead", "payback", "ltv_to_cac", "grade",
    "reason", "sizes",
)  # fmt: skip
_CLAIMS = tuple(
    f"{outcome}_{part}"
    for outcome in ("conversion", "revenue", "margin")
    for part in (
        "effect",
        "low",
        "high",
        "total",
        "total_low",
        "total_high",
        "verdict",
        "p_adjusted",
    )
)


def label(row: Mapping[str, Any]) -> str:
    """Return what a campaign is called: by ``label`` where names were told apart."""
    if not is_missing(row.get("label")):
        return str(row["label"])
    return str(row["campaign_id"] if is_missing(row["name"]) else row["name"])


def money_shown(ctx: PageContext, found: pd.DataFrame) -> pd.DataFrame:
    """Return what campaigns cost and brought, with the grade of what is known of it."""
    f = ctx.formats
    rows = records(found)
    shown = pd.DataFrame(
        {
            "campaign": [label(row) for row in rows],
            "grade": [words.grade_short(ctx, row) for row in rows],
            "verdict_margin": [words.verdict(ctx, row, "margin") for row in rows],
            "caused_margin": [words.total(ctx, row, "margin") for row in rows],
            "roi_caused": [words.sides(ctx, row, "caused_roi", f.share) for row in rows],
            "verdict_conversion": [words.verdict(ctx, row) for row in rows],
            "cost": found["cost"],
            "attributed_margin": found["margin"],
            "roi_attributed": [_share(ctx, row["roi"]) for row in rows],
            "channel": found["channel"],
            "started_on": found["started_on"],
            "roas": found["roas"],
            "orders": found["orders"],
            "net_amount": found["net_amount"],
            "new_customers": found["new_customers"],
            "cac": found["cac"],
            "payback": found["payback"],
            "ltv_to_cac": found["ltv_to_cac"],
            "leads": found["leads"],
            "cost_per_lead": found["cost_per_lead"],
        }
    )
    return shown.astype(dict.fromkeys((*MONEY, *_RATIOS), "float64"))


def audience_shown(ctx: PageContext, found: pd.DataFrame) -> pd.DataFrame:
    """Return how campaigns were received, each rate in its interval; opens last, as inflated."""
    kept = found[found["members"] > 0]
    rows = records(kept)
    shown: dict[str, Any] = {
        "campaign": [label(row) for row in rows],
        "channel": kept["channel"].to_numpy(),
        "sent": kept["sent"].to_numpy(),
    }
    for name in RATES:
        shown[name] = pd.Series(
            [words.sides(ctx, row, name, ctx.formats.share) for row in rows], dtype="str"
        )
    return pd.DataFrame(shown)


def campaign_file(found: pd.DataFrame) -> pd.DataFrame:
    """Return everything of campaigns, for files; rates with their intervals."""
    rates = [f"{name}{side}" for name in RATES for side in ("", "_low", "_high")]
    named = {"margin": "attributed_margin", "grade": "evidence_grade", "reason": "no_effect_reason",
             "sizes": "sizes_of_arms"}  # fmt: skip
    names = [*_FILE, "margin", *rates, *_CLAIMS, "caused_roi", "caused_roi_low", "caused_roi_high"]
    return found[names].rename(columns=named)


def effect_rows(ctx: PageContext, found: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Return the effects that have an interval: ``name``, ``difference``, ``low``, ``high``, …"""
    kept = found[found[f"{outcome}_low"].notna()]
    rows = records(kept)
    hovers = [
        f"<b>{escape(label(row))}</b><br>{words.effect(ctx, row, outcome)}<br>"
        f"{words.verdict(ctx, row, outcome)}"
        for row in rows
    ]
    return pd.DataFrame(
        {
            "name": [f"{escape(label(row))} · {row['grade']}" for row in rows],
            "difference": kept[f"{outcome}_effect"].to_numpy(),
            "low": kept[f"{outcome}_low"].to_numpy(),
            "high": kept[f"{outcome}_high"].to_numpy(),
            "is_told": [words.told(row, outcome) in ("higher", "lower") for row in rows],
            "hover": hovers,
        }
    )


def arms_shown(ctx: PageContext, arms: pd.DataFrame) -> pd.DataFrame:
    """Return the arms of a campaign: who, how many bought, revenue and margin a member."""
    members = arms["members"].astype("float64")
    valued, costed = (arms[n].astype("float64") for n in ("valued", "costed"))
    return pd.DataFrame(
        {
            "arm": [None if is_missing(one) else arm_name(ctx, one) for one in arms["arm"]],
            "members": arms["members"],
            "reached": arms["reached"],
            "converted": arms["converted"],
            "conversion_rate": [
                _share(ctx, one) for one in arms["converted"].astype("float64") / members
            ],
            "revenue_a_member": arms["net_amount"] / valued.where(valued > 0),
            "margin_a_member": arms["margin"] / costed.where(costed > 0),
            "complained": arms["complained"],
        }
    )


def groups_shown(ctx: PageContext, found: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return sums by group as narrow as a page is."""
    f = ctx.formats
    names = [
        f.bucket(one.date(), "quarter") if by == "quarter" and not is_missing(one)
        else value_label(ctx, by, one)
        for one in found[by]
    ]  # fmt: skip
    rows = records(found)
    shown = pd.DataFrame(
        {
            "campaign_group": names,
            "campaigns": found["campaigns"],
            "cost": found["cost"],
            "net_amount": found["net_amount"],
            "attributed_margin": found["margin"],
            "roi_attributed": [_share(ctx, row["roi"]) for row in rows],
            "roas": found["roas"],
            "new_customers": found["new_customers"],
            "cac": found["cac"],
            "payback": found["payback"],
            "ltv_to_cac": found["ltv_to_cac"],
            "leads": found["leads"],
            "cost_per_lead": found["cost_per_lead"],
        }
    )
    for name in ("response_rate", "conversion_rate", "unsubscribe_rate", "complaint_rate"):
        shown[name] = [words.sides(ctx, row, name, f.share) for row in rows]
    return shown.astype(dict.fromkeys((*MONEY, *_RATIOS), "float64"))


def contacts_shown(ctx: PageContext, found: pd.DataFrame) -> pd.DataFrame:
    """Return customers by messages a month, with rates a message."""
    rows = records(found)
    shown = {
        "contacts": [
            ctx.t("campaigns.or_more", n=10) if row["contacts"] >= 10 else str(row["contacts"])
            for row in rows
        ],
        "customers": found["customers"],
        "reached": found["reached"],
    }  # fmt: skip
    for name in ("response_rate", "unsubscribe_rate", "complaint_rate"):
        shown[name] = [words.sides(ctx, row, name, ctx.formats.share) for row in rows]
    return pd.DataFrame(shown)


def _share(ctx: PageContext, value: object) -> str:
    return ctx.formats.share(value)  # type: ignore[arg-type]  # a float of a frame
