"""What contacting customers achieved, net of those who were left alone by lot.

Everybody counts in the arm that was drawn for them, contacted or not (intention to treat): who
could be reached differs from who could not, and leaving the latter out would compare unlike people.
Nothing is adjusted for who was reached, so the effect is that of having the list, not of a call.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from analytics.share_gap import (
    customers_needed,
    newcombe_interval,
    ratio_of_shares_interval,
    split_p_value,
)
from analytics.stats import Floats
from crm_data.frames import Column, FrameSpec

Verdict = Literal["not_due", "no_hold_back", "mismatch", "saved", "harmed", "cannot_tell"]
MISMATCH_BELOW = 0.001
LEAST_FOR_MONEY = 20
_DRAWS, _CELLS = 2_000, 500_000
_NAN = float("nan")
ASSIGNED = FrameSpec(
    "retention_assigned",
    "one row per customer of a list",
    ("customer_id",),
    (
        Column("customer_id", "text"),
        Column("arm", "text", "contact or hold_back, as drawn."),
        Column("is_kept", "flag", "Missing for who is not in the data (any more)."),
        Column("net_amount", "money", "In the outcome window; missing where no amount is known."),
    ),
)


@dataclass(frozen=True)
class Arm:
    """One arm: those assigned, those of them in the data, and those kept."""

    assigned: int
    observed: int
    kept: int

    @property
    def share(self) -> float:
        """Return the share kept of those observed; NaN without any."""
        return self.kept / self.observed if self.observed else _NAN


@dataclass(frozen=True)
class Effect:
    """The measured effect of a list. Intervals hold 95 %; NaN where there is nothing to measure.

    Attributes
    ----------
    verdict : str
        ``not_due``: the window has not passed, so nothing is observed. ``no_hold_back``: an arm is
        empty. ``mismatch``: the arms compared are not split as drawn, so no verdict. ``saved`` and
        ``harmed``: the interval of the difference leaves out zero. ``cannot_tell``: it does not.
    difference, low, high : float
        Kept share of the contact arm less that of the hold-back (Newcombe's interval).
    saved : float
        ``difference`` times the customers observed in the contact arm.
    amount, amount_low, amount_high : float
        Difference of mean net amount times the same customers (percentile bootstrap); NaN below
        twenty customers with a known amount in an arm.
    save_rate, save_rate_low, save_rate_high : float
        Share of those who would have left that the list kept: ``1 − (1 − kept) / (1 − kept of the
        hold-back)``, interval by the logarithm of that ratio.
    split_p : float
        P-value of the split of those observed against the planned one.
    more_if_seen, more_if_guessed : int or None
        How many more customers, split alike, would show with 80 % power a difference as large as
        the one seen, or as large as the guessed save rate makes it. None where that is zero or
        below. The difference seen is itself uncertain, and so is what is built on it.
    """

    verdict: Verdict
    contact: Arm
    hold_back: Arm
    difference: float = _NAN
    low: float = _NAN
    high: float = _NAN
    amount: float = _NAN
    amount_low: float = _NAN
    amount_high: float = _NAN
    save_rate: float = _NAN
    save_rate_low: float = _NAN
    save_rate_high: float = _NAN
    split_p: float = _NAN
    more_if_seen: int | None = None
    more_if_guessed: int | None = None

    @property
    def saved(self) -> float:
        """Return the customers kept who would have left."""
        return self.difference * self.contact.observed

    @property
    def saved_interval(self) -> tuple[float, float]:
        """Return the interval of ``saved``."""
        return self.low * self.contact.observed, self.high * self.contact.observed


def hold_back_cost(
    values: pd.Series, *, share: float, save_rate: float, offer_cost: float = 0.0
) -> float:
    """Return what holding back is expected to cost: what contacting them would have brought.

    Value at stake of the share held back, times the save rate guessed, less the contacts that are
    not paid for; below zero where contacting costs more than it brings. Missing values count as 0.
    """
    return float(share * (values.fillna(0).sum() * save_rate - len(values) * offer_cost))


def customers_to_tell(leaving: float, save_rate: float, *, hold_back_share: float) -> int | None:
    """Return how many customers a list needs to show what it does, four times out of five.

    Parameters
    ----------
    leaving : float
        Share of them that would leave if left alone.
    save_rate : float
        Share of these that a contact keeps.
    hold_back_share : float

    Returns
    -------
    int or None
        None where there is nothing to show, or nobody is held back.

    Examples
    --------
    >>> customers_to_tell(0.5, 0.2, hold_back_share=0.5)
    775
    """
    alone = 1 - leaving
    return customers_needed(alone + leaving * save_rate, alone, second_share=hold_back_share)


def measured_effect(
    assigned: pd.DataFrame,
    *,
    is_due: bool,
    hold_back_share: float,
    save_rate_guess: float,
    seed: int = 0,
) -> Effect:
    """Measure what a list achieved.

    Parameters
    ----------
    assigned : DataFrame
        ``ASSIGNED``: everybody who was drawn, contacted or not.
    is_due : bool
        Whether the outcome of the whole window is known. Before that nothing is observed: a look
        at every day would find an effect sooner or later where there is none.
    hold_back_share : float
        As planned.
    save_rate_guess : float
        As guessed beforehand.
    """
    ASSIGNED.check(assigned)
    called, held = (assigned[assigned["arm"] == arm] for arm in ("contact", "hold_back"))
    if not is_due:
        return Effect("not_due", Arm(len(called), 0, 0), Arm(len(held), 0, 0))
    contact, hold_back = _arm(called), _arm(held)
    if not (contact.observed and hold_back.observed):
        return Effect("no_hold_back", contact, hold_back)
    split_p = split_p_value(contact.observed, hold_back.observed, second_share=hold_back_share)
    if split_p < MISMATCH_BELOW:
        return Effect("mismatch", contact, hold_back, split_p=split_p)
    counts = (contact.kept, contact.observed, hold_back.kept, hold_back.observed)
    low, high = newcombe_interval(*counts)
    amounts = _amounts(called, held, contact.observed, seed)
    verdict: Verdict = "saved" if low > 0 else "harmed" if high < 0 else "cannot_tell"
    base = hold_back.share
    return Effect(
        verdict,
        contact,
        hold_back,
        contact.share - base,
        low,
        high,
        *amounts,
        *_save_rate(contact, hold_back),
        split_p=split_p,
        more_if_seen=_more(contact, hold_back, contact.share, hold_back_share),
        more_if_guessed=_more(
            contact, hold_back, base + save_rate_guess * (1 - base), hold_back_share
        ),
    )


def _arm(rows: pd.DataFrame) -> Arm:
    known = rows["is_kept"].dropna()
    return Arm(len(rows), len(known), int(known.sum()))


def _save_rate(contact: Arm, hold_back: Arm) -> tuple[float, float, float]:
    lost = [(arm.observed - arm.kept, arm.observed) for arm in (contact, hold_back)]
    (left, n), (left_alone, m) = lost
    if not left_alone:
        return _NAN, _NAN, _NAN
    low, high = ratio_of_shares_interval(left, n, left_alone, m)
    return 1 - (left / n) / (left_alone / m), 1 - high, 1 - low


def _more(contact: Arm, hold_back: Arm, kept_share: float, hold_back_share: float) -> int | None:
    if kept_share <= hold_back.share:
        return None
    needed = customers_needed(kept_share, hold_back.share, second_share=hold_back_share)
    return None if needed is None else max(0, needed - contact.observed - hold_back.observed)


def _amounts(
    called: pd.DataFrame, held: pd.DataFrame, customers: int, seed: int
) -> tuple[float, float, float]:
    """Return the difference of means times ``customers``, with its bootstrap interval."""
    one, other = (
        rows.loc[rows["is_kept"].notna(), "net_amount"].dropna().to_numpy(dtype="float64")
        for rows in (called, held)
    )
    if min(len(one), len(other)) < LEAST_FOR_MONEY:
        return _NAN, _NAN, _NAN
    rng = np.random.default_rng(seed)
    drawn = _means(rng, one) - _means(rng, other)
    low, high = np.quantile(drawn, [0.025, 0.975]) * customers
    return float(one.mean() - other.mean()) * customers, float(low), float(high)


def _means(rng: np.random.Generator, values: Floats) -> Floats:
    """Return means of resamples, some at a time so that they fit into memory."""
    count, found, left = len(values), [], _DRAWS
    while left:
        at_once = min(left, max(1, _CELLS // count))
        found.append(values[rng.integers(0, count, (at_once, count))].mean(axis=1))
        left -= at_once
    return np.concatenate(found)
