"""The lead score and its proof, in the viewer's words and numbers."""

import pandas as pd

from analytics.churn_card import ChurnCard
from analytics.lead_score import LeadScore
from ui import campaigns
from ui.context import PageContext
from ui.formats import is_missing
from ui.frames import records

_OPEN = ["lead_id", "chance", "source", "campaign_id", "owner_id", "created_on", "status"]


def card_text(ctx: PageContext, found: LeadScore, card: ChurnCard) -> str:
    """Say on what the proof rests."""
    f = ctx.formats
    return ctx.t(
        "leads.score_card", learnt=f.count(found.learnt), tested=f.count(card.n),
        converted=f.count(card.churned), auc=f.number(card.auc, 2),
        low=f.number(card.auc_low, 2), high=f.number(card.auc_high, 2),
        skill=f.share(card.brier_skill),
    )  # fmt: skip


def bins(ctx: PageContext, card: ChurnCard) -> pd.DataFrame:
    """Return the points of the calibration plot."""
    frame = card.reliability.rename(
        columns={"predicted": "predicted_rate", "observed": "observed_rate"}
    )
    f = ctx.formats
    hovers = [
        ctx.t("leads.bin_hover", n=f.count(row["n"]), predicted=f.share(row["predicted_rate"]),
              observed=f.share(row["observed_rate"]))
        for row in records(frame)
    ]  # fmt: skip
    return frame.assign(hover=hovers)


def against(ctx: PageContext, card: ChurnCard) -> pd.DataFrame:
    """Return how much better the score is than each simple way, in words."""
    f = ctx.formats
    table = card.baselines
    gains = [
        None if is_missing(row["gain"]) else ctx.t(
            "leads.gain", value=f.number(row["gain"], 4), low=f.number(row["low"], 4),
            high=f.number(row["high"], 4),
        )
        for row in records(table)
    ]  # fmt: skip
    return pd.DataFrame(
        {
            "lead_baseline": [ctx.t(f"leads.baseline_{one}") for one in table["baseline"]],
            "brier": table["brier"].map(lambda one: f.number(one, 4)),
            "brier_gain": pd.Series(gains, dtype="str"),
            "is_beaten": table["is_beaten"].astype(bool),
        }
    )


def open_table(ctx: PageContext, chances: pd.DataFrame) -> pd.DataFrame:
    """Return open leads with their chance, best first."""
    table = chances[_OPEN]
    return table.assign(campaign_id=campaigns.with_names(ctx, table["campaign_id"]))
