"""Probabilities of leaving with their reasons as codes."""

import pandas as pd

from analytics.churn import ChurnModel
from analytics.churn_codes import reason_codes


def with_reasons(model: ChurnModel, rows: pd.DataFrame, middle: dict[str, float]) -> pd.DataFrame:
    """Return ``probability`` and ``reasons`` of each row; ``middle`` as ``churn_codes.middles``."""
    parts: list[pd.DataFrame] = []
    first = 0
    for probability, reasons in model.scored_with_reasons(rows):
        own = reasons.assign(row=reasons["row"] - first)
        codes = reason_codes(own, len(probability), middle)
        parts.append(pd.DataFrame({"probability": probability, "reasons": codes.array}))
        first += len(probability)
    return pd.concat(parts, ignore_index=True)
