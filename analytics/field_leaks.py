"""Which fields may be learnt from: none that came after the outcome, or looks like it."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analytics.churn_drift import drift, learn_bins
from analytics.churn_features import FieldEncoder, Flags
from analytics.churn_leaks import NEARLY_ALL, suspect_leaks

TELLS = 0.6  # AUC of an undated field on its own, before it is compared with today


def usable_fields(
    then: pd.DataFrame,
    outcome: Flags,
    now: pd.DataFrame,
    undated: Sequence[str],
    declared: Sequence[str] = (),
) -> pd.DataFrame:
    """Return ``suspect_leaks`` of the rows learnt from, with ``is_dated`` and ``is_used``.

    Left out is what is declared, what alone tells nearly all, and what is suspected and has no
    date. An undated field is suspected, too, where it alone tells something and rows of today have
    other values than those of the past: what the outcome wrote into it is not there where there is
    no outcome yet. A dated field that is merely very good is named, and used: it was known by the
    day.

    Parameters
    ----------
    then, now : DataFrame
        Rows learnt from and rows of today; the same fields.
    outcome : ndarray of bool
        Of ``then``.
    undated : sequence of str
        Fields that are as they are today.
    declared : sequence of str
        See ``suspect_leaks``; those that are no fields are passed over.
    """
    found = suspect_leaks(then, outcome, [name for name in declared if name in then.columns])
    dated = ~found["field"].isin(list(undated))
    changed = found["field"].isin(changed_fields(then, now, undated))
    is_late = ~dated & changed & (found["alone"] >= TELLS) & found["reason"].isna()
    reason = found["reason"].mask(is_late, "suspected")
    is_bad = (reason == "declared") | (found["alone"] >= NEARLY_ALL) | (reason.notna() & ~dated)
    return found.assign(reason=reason, is_dated=dated, is_used=~is_bad)


def changed_fields(then: pd.DataFrame, now: pd.DataFrame, undated: Sequence[str]) -> list[str]:
    """Return the undated fields whose values are distributed otherwise in ``now``."""
    encoder = FieldEncoder.learn(then[[name for name in then.columns if name in set(undated)]])
    if not encoder.fields or now.empty:
        return []
    bins = learn_bins(encoder, encoder.matrix(then), np.zeros(len(then)))
    shifts = drift(bins, encoder.matrix(now), np.zeros(len(now)))
    return shifts.loc[shifts["verdict"] == "shifted", "field"].tolist()
