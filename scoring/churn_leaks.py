"""Which features know the outcome: declared, telling too much, or changed since by leaving."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analytics.churn_drift import drift, learn_bins
from analytics.churn_features import FieldEncoder
from analytics.churn_leaks import NEARLY_ALL, suspect_leaks
from crm_data.marts.score_inputs_churn import is_dated
from scoring.churn_data import Past, Question, features

TELLS = 0.6  # AUC of an undated field on its own, before it is compared with today


def found_leaks(
    past: Past,
    today: pd.DataFrame,
    question: Question,
    numeric: Sequence[str],
    declared: Sequence[str],
) -> pd.DataFrame:
    """Return ``suspect_leaks`` of the rows learnt from, with ``is_dated`` and ``is_used``.

    Left out is what is declared, what alone tells nearly all, and what is suspected and has no
    date. An undated field is suspected, too, where it alone tells something and members of today
    have other values than those of the past: what was written into it when customers left is not
    there for those who have not left yet. A dated field that is merely very good is named, and
    used: it was known by the day.
    """
    learnt = past.rows[~past.is_judged]
    rows = features(learnt, question.fields, numeric)
    there = [name for name in declared if name in rows.columns]
    found = suspect_leaks(rows, past.left[~past.is_judged], there)
    dated = found["field"].map(is_dated).astype(bool)
    changed = found["field"].isin(_changed(rows, features(today, question.fields, numeric)))
    is_late = ~dated & changed & (found["alone"] >= TELLS) & found["reason"].isna()
    reason = found["reason"].mask(is_late, "suspected")
    is_bad = (reason == "declared") | (found["alone"] >= NEARLY_ALL) | (reason.notna() & ~dated)
    return found.assign(reason=reason, is_dated=dated, is_used=~is_bad)


def _changed(then: pd.DataFrame, now: pd.DataFrame) -> list[str]:
    """Return the undated fields whose values are distributed otherwise today."""
    undated = [name for name in then.columns if not is_dated(name)]
    encoder = FieldEncoder.learn(then[undated])
    if not encoder.fields or now.empty:
        return []

    bins = learn_bins(encoder, encoder.matrix(then), np.zeros(len(then)))
    shifts = drift(bins, encoder.matrix(now), np.zeros(len(now)))
    return shifts.loc[shifts["verdict"] == "shifted", "field"].tolist()
