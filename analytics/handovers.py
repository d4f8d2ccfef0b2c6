"""What became of deals that changed hands: because somebody left, or for another reason.

Rules
-----
- Only deals that were open when they changed hands count: a closed deal that gets another owner is
  bookkeeping. How many those are is told.
- Somebody left: the deal changed hands within ``NOTICE_DAYS`` days before their last day, or on any
  day after it. Otherwise it was moved.
- A deal that changed hands several times counts once, at its first change because somebody left,
  and at its first change of all where nobody did.
- Open deals are unfinished, not failures: the win rate is of those that have closed since.
- A deal is untouched where no contact with its customer is known since the day it changed hands.
  Of a past day this is not told: only the last contact is kept, and that may have come later.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.stats import LEVEL, wilson_interval

NOTICE_DAYS = 30
REASONS = ("left", "moved")


@dataclass(frozen=True, eq=False)
class HandedOver:
    """Deals that changed hands.

    Attributes
    ----------
    deals : DataFrame
        One row per deal, the newest change first: the columns given, ``reason`` (``left``,
        ``moved``), ``fate`` (``won``, ``lost``, ``open``), ``is_untouched`` (never where it has
        closed since; None where it is not told), ``waited_days`` (from the change to the close, or
        to the last known day).
    summary : DataFrame
        One row per reason that there is: ``reason``, ``deals``, ``won``, ``lost``, ``open``,
        ``untouched`` (NaN where it is not told), ``closed``, ``rate`` with ``low`` and ``high``
        (Wilson; NaN without a closed deal), ``won_amount``, ``open_amount`` (NaN where none of them
        has an amount).
    closed_before : int
        Changes of owner of deals that had closed: left out.
    """

    deals: pd.DataFrame
    summary: pd.DataFrame
    closed_before: int


def handed_over(
    changes: pd.DataFrame,
    *,
    until: pd.Timestamp,
    with_contacts: bool = True,
    notice_days: int = NOTICE_DAYS,
    level: float = LEVEL,
) -> HandedOver:
    """Say why deals changed hands, and what became of them.

    Parameters
    ----------
    changes : DataFrame
        One row per deal and change of owner: ``opportunity_no``, ``handed_on``, ``before_left_on``
        (last day of who had it; missing: still there), ``outcome_then``, ``outcome`` (missing:
        open), ``closed_on``, ``amount``, ``last_contact_on``.
    until : Timestamp
        First day that is not yet known.
    with_contacts : bool
        Whether the last contact is known; else it is not told which deals are untouched.
    notice_days : int
        Days before the last day in which deals are given away because of it.
    level : float
        Coverage of the interval, 0 to 1.
    """
    was_open = changes["outcome_then"].isna()
    frame = changes[was_open]
    gone = frame["handed_on"] >= frame["before_left_on"] - pd.Timedelta(days=notice_days)
    frame = frame.assign(reason=np.where(gone, "left", "moved"))
    order = frame.sort_values(["reason", "handed_on"], kind="stable")
    once = order.drop_duplicates("opportunity_no")
    is_open = once["outcome"].isna()
    since = once["last_contact_on"] >= once["handed_on"]
    last = once["closed_on"].where(~is_open, until - pd.Timedelta(days=1))
    deals = once.assign(
        fate=once["outcome"].astype(object).where(~is_open, "open"),
        is_untouched=is_open & ~since if with_contacts else None,
        waited_days=(last - once["handed_on"]).dt.days.astype("float64"),
    ).sort_values(["handed_on", "opportunity_no"], ascending=[False, True], kind="stable")
    return HandedOver(deals.reset_index(drop=True), _summary(deals, level), int((~was_open).sum()))


def _summary(deals: pd.DataFrame, level: float) -> pd.DataFrame:
    rows = []
    for reason in REASONS:
        part = deals[deals["reason"] == reason]
        if part.empty:
            continue
        counts = {fate: int((part["fate"] == fate).sum()) for fate in ("won", "lost", "open")}
        amounts = {
            f"{fate}_amount": part.loc[part["fate"] == fate, "amount"].sum(min_count=1)
            for fate in ("won", "open")
        }
        told = part["is_untouched"].notna().all()
        untouched = int(part["is_untouched"].sum()) if told else np.nan
        rows.append(
            {"reason": reason, "deals": len(part), **counts, "untouched": untouched, **amounts}
        )
    columns = ["reason", "deals", "won", "lost", "open", "untouched", "won_amount", "open_amount"]
    frame = pd.DataFrame(rows, columns=columns)
    frame = frame.assign(closed=frame["won"] + frame["lost"])
    low, high = wilson_interval(frame["won"], frame["closed"], level=level)
    rate = frame["won"] / frame["closed"].where(frame["closed"] > 0)
    return frame.assign(rate=rate.astype("float64"), low=low, high=high)
