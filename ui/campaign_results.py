"""Results of campaigns put together from what queries read: rates, returns, claims."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analytics.campaign_claims import campaign_claims, campaign_roi
from analytics.campaign_figures import with_rates, with_returns
from analytics.channel_presence import presence
from analytics.matched_claims import with_matched
from analytics.multiplicity import holm
from crm_data.queries.campaign_matches import CampaignMatches

CLAIMED = ("effect", "low", "high", "total", "total_low", "total_high", "verdict")


def results_of(
    totals: pd.DataFrame,
    outcomes: pd.DataFrame,
    brought: pd.DataFrame,
    planned: Mapping[str, Mapping[str, float]] | None = None,
    matched: CampaignMatches | None = None,
) -> pd.DataFrame:
    """Return campaigns with rates, returns and claims: what the page and the command line show.

    Of each claim, ``<outcome>_effect``, ``_low``, ``_high``, ``_total`` and its interval, and
    ``_verdict`` of the claim alone, ``_p_adjusted`` by Holm over all campaigns with a claim of that
    outcome (of grade A or B); ``caused_roi`` with its interval is margin over
    ``caused_cost``, the cost of the members whom the total is of.
    ``grade``, ``reason`` and ``sizes`` (of the arms) are of conversion. Arguments are
    ``CAMPAIGN_TOTALS``, ``CAMPAIGN_OUTCOMES`` and ``CAMPAIGN_NEW``; ``planned`` as
    ``campaign_claims`` takes it; ``matched`` adds claims of grade B.
    """
    return results_with(totals, brought, claims_of(outcomes, planned, matched))


def results_with(totals: pd.DataFrame, brought: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Return ``results_of``, from claims that were made before: ``CAMPAIGN_CLAIMS``."""
    found = with_returns(with_rates(totals), aligned(totals, brought))
    found["presence"] = found["channel"].map(presence).astype("object")
    for outcome, part in claims.groupby("outcome"):
        by_id = part.set_index("campaign_id").reindex(found["campaign_id"])
        for name in CLAIMED:
            found[f"{outcome}_{name}"] = by_id[name].to_numpy()
        p_values = by_id["p_value"].where(by_id["grade"].isin(["A", "B"])).astype("float64")
        found[f"{outcome}_p_adjusted"] = holm(np.asarray(p_values, dtype=np.float64))
        if outcome == "conversion":
            found["grade"] = by_id["grade"].to_numpy()
            found["reason"] = by_id["reason"].to_numpy()
            found["sizes"] = by_id["sizes"].to_numpy()
    if claims.empty:
        names = [
            f"{o}_{n}"
            for o in ("conversion", "revenue", "margin")
            for n in (*CLAIMED, "p_adjusted")
        ]
        found = found.assign(
            **dict.fromkeys(names, float("nan")), grade=None, reason=None, sizes=None
        )
    margins = claims[claims["outcome"] == "margin"].set_index("campaign_id")
    share = margins["cost_share"].reindex(found["campaign_id"]).to_numpy(dtype="float64")
    cost = found["cost"].astype("float64") * share
    found["caused_cost"] = cost.where(found["margin_total"].notna())
    found["grade"] = found["grade"].astype("object").where(found["grade"].notna(), "C")
    found["reason"] = found["reason"].astype("object").where(found["reason"].notna(), "no_members")
    found["sizes"] = found["sizes"].astype("object").where(found["sizes"].notna(), "")
    sides = [
        campaign_roi(*row)
        for row in found[["margin_total", "margin_total_low", "margin_total_high", "caused_cost"]]
        .astype("float64").itertuples(index=False, name=None)
    ]  # fmt: skip
    names = ["caused_roi", "caused_roi_low", "caused_roi_high"]
    return found.join(pd.DataFrame(sides, columns=names, index=found.index))


def summed(totals: pd.DataFrame, brought: pd.DataFrame, by: str = "") -> pd.DataFrame:
    """Return campaigns added up by a field, with rates and returns; as one row without a field.

    ``by`` may be ``quarter`` (of the start) or ``presence`` (online or offline, by the name of the
    channel); ``campaigns`` counts them.
    """
    new = aligned(totals, brought).drop(columns="campaign_id")
    both = pd.concat([totals, new], axis=1).assign(campaigns=1)
    if by == "quarter":
        both["quarter"] = both["started_on"].dt.to_period("Q").dt.start_time
    if by == "presence":
        both["presence"] = both["channel"].map(presence).astype("object")
    keep = [n for n in both.columns if pd.api.types.is_numeric_dtype(both[n]) and n != by]
    if by:
        sums = both.groupby(by, dropna=False)[keep].sum(min_count=1).reset_index()
    else:
        sums = both[keep].sum(min_count=1).to_frame().T.assign(campaigns=len(both))
    return with_returns(with_rates(sums), sums)


def claims_of(
    outcomes: pd.DataFrame,
    planned: Mapping[str, Mapping[str, float]] | None = None,
    matched: CampaignMatches | None = None,
) -> pd.DataFrame:
    """Return what campaigns caused, drawn by lot or matched: ``CAMPAIGN_CLAIMS``."""
    claims = campaign_claims(outcomes, planned)
    return claims if matched is None else with_matched(claims, matched.matches, matched.effects)


def aligned(totals: pd.DataFrame, brought: pd.DataFrame) -> pd.DataFrame:
    """Return whom each campaign brought, a row per campaign of ``totals``."""
    new = brought.rename(columns={"new_customers": "brought", "margin": "new_margin"})
    return totals[["campaign_id"]].merge(new, on="campaign_id", how="left")
