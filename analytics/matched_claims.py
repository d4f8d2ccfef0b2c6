"""Claims of grade B: what comparing with customers like those contacted adds to grade C."""

import pandas as pd

from analytics.arm_compare import verdict
from analytics.campaign_claims import CAMPAIGN_CLAIMS

MAY_BE_MATCHED = ("one_arm", "which_control")
METHOD = "overlap"
_PREFIX = "matched_"


def with_matched(
    claims: pd.DataFrame, matches: pd.DataFrame, effects: pd.DataFrame
) -> pd.DataFrame:
    """Return claims with those of grade B in the place of those without a control.

    Parameters
    ----------
    claims : DataFrame
        ``CAMPAIGN_CLAIMS``; those drawn by lot, or blocked, stay what they are.
    matches, effects : DataFrame
        ``CAMPAIGN_MATCHES`` and ``CAMPAIGN_MATCH_EFFECTS``.

    Returns
    -------
    DataFrame
        ``CAMPAIGN_CLAIMS``. Where a comparison was refused, the grade stays C and the reason is
        ``matched_`` and the word of the refusal: see ``analytics.matched_effect``. ``total`` is of
        the contacted customers whom the effect may be said of (``reach``), and no others; so is the
        cost that a return is on (``cost_share`` of all, every member having cost the same).
    """
    if claims.empty or matches.empty:
        return claims
    found = matches.set_index("campaign_id")
    keyed = effects.set_index(["campaign_id", "outcome"])
    rows = []
    for record in claims.to_dict("records"):
        row = {str(name): value for name, value in record.items()}
        campaign = row["campaign_id"]
        if row["reason"] in MAY_BE_MATCHED and campaign in found.index:
            match, key = found.loc[campaign], (campaign, row["outcome"])
            effect = keyed.loc[key] if key in keyed.index else None
            row |= _claim(match, effect)
        rows.append(row)
    return CAMPAIGN_CLAIMS.conform(pd.DataFrame(rows, columns=CAMPAIGN_CLAIMS.column_names))


def _claim(match: pd.Series, effect: pd.Series | None) -> dict[str, object]:
    reason = str(match["reason"] or "") if effect is None else str(effect["reason"] or "")
    if reason or effect is None or pd.isna(effect["low"]):
        return {"reason": f"{_PREFIX}{reason or 'unknown'}"}
    value, low, high = (float(effect[n]) for n in ("effect", "low", "high"))
    base, reach = float(effect["comparison_mean"]), float(match["reach"])
    return {
        "grade": "B",
        "treated": effect["contacted"],
        "control": effect["comparison"],
        "treated_mean": effect["contacted_mean"],
        "control_mean": base,
        "effect": value,
        "low": low,
        "high": high,
        "relative": value / base if base > 0 else float("nan"),
        "p_value": effect["p_value"],
        "total": value * reach,
        "total_low": low * reach,
        "total_high": high * reach,
        "cost_share": reach / float(match["members"]),
        "method": METHOD,
        "verdict": verdict(low, high, float(effect["p_value"])),
        "reason": "",
    }
