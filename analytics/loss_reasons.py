"""Why deals were lost, with those that say nothing in the picture."""

import numpy as np
import pandas as pd

from analytics.stats import wilson_interval


def loss_reasons(losses: pd.DataFrame) -> pd.DataFrame:
    """Return the share of each reason in all lost deals, those without a reason among them.

    Parameters
    ----------
    losses : DataFrame
        Lost deals by reason: ``loss_reason`` (missing or blank: none was given), ``deals``,
        ``valued`` (with an amount), ``amount`` (sum). Rows may repeat a reason.

    Returns
    -------
    DataFrame
        Most deals first, those without a reason last: ``loss_reason`` (missing: none given),
        ``deals``, ``unvalued``, ``amount``, ``share`` (of all lost deals), ``low``, ``high``
        (Wilson, 95 %), ``highest`` (share if all without a reason had this one: what blanks leave
        open; missing in their own row) and ``amount_share`` (NaN where nothing has an amount).
        No rows where nothing was lost.
    """
    text = losses["loss_reason"].astype("object")
    text = text.where(text.notna(), "").astype("str").str.strip()
    sums = losses.groupby(text)[["deals", "valued", "amount"]].sum()
    frame = sums[sums["deals"] > 0].reset_index()
    is_blank = frame["loss_reason"] == ""
    total, blank = frame["deals"].sum(), frame.loc[is_blank, "deals"].sum()
    money = frame["amount"].sum()
    low, high = wilson_interval(frame["deals"], np.full(len(frame), total))
    found = pd.DataFrame(
        {
            "loss_reason": frame["loss_reason"].mask(is_blank),
            "deals": frame["deals"].astype("int64"),
            "unvalued": (frame["deals"] - frame["valued"]).astype("int64"),
            "amount": frame["amount"].astype("float64"),
            "share": frame["deals"] / total,
            "low": low,
            "high": high,
            "highest": ((frame["deals"] + blank) / total).mask(is_blank),
            "amount_share": frame["amount"] / (money if money > 0 else np.nan),
        }
    )
    order = np.lexsort((frame["loss_reason"], -frame["deals"], is_blank))
    return found.iloc[order].reset_index(drop=True)
