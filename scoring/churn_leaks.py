"""Which features know the outcome: declared, telling too much, or changed since by leaving."""

from collections.abc import Sequence

import pandas as pd

from analytics.field_leaks import usable_fields
from crm_data.marts.score_inputs_churn import is_dated
from scoring.churn_data import Past, Question, features


def found_leaks(
    past: Past,
    today: pd.DataFrame,
    question: Question,
    numeric: Sequence[str],
    declared: Sequence[str],
) -> pd.DataFrame:
    """Return ``usable_fields`` of the rows learnt from against the members of today."""
    rows = features(past.rows[~past.is_judged], question.fields, numeric)
    undated = [name for name in rows.columns if not is_dated(name)]
    now = features(today, question.fields, numeric)
    return usable_fields(rows, past.left[~past.is_judged], now, undated, declared)
