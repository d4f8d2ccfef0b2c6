"""The health score of who can still be lost, and how it did on past days: the card ``health``.

Part of the step ``churn``, as both need who is a member today, who left on the judged dates, and
what the model had said of them. The card holds ``weights``, ``parts`` (``name``, ``worst``,
``best``), ``scored`` (members with a score today), ``by_parts`` (of how many parts scores are
from) and ``audits`` by kind: ``analytics.health_audit.audit`` and the judged ``dates``.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from analytics.health_audit import audit
from analytics.health_score import PARTS, HealthRules, health_parts, health_score
from analytics.stats import Floats
from crm_data.errors import BadInputError
from scoring.churn_data import Past

RULES = "health"
COLUMNS = ("health_score", "health_parts")


def health_rules(stored: Mapping[str, Any]) -> HealthRules:
    """Return the rule set ``health``; its defaults where it is out of its bounds."""
    try:
        return HealthRules.from_stored(stored.get(RULES))
    except (BadInputError, AttributeError):
        return HealthRules()


def scored(members: pd.DataFrame, rules: HealthRules) -> pd.DataFrame:
    """Return ``COLUMNS`` of members (``churn_inputs``), row for row."""
    return health_score(health_parts(members), rules)


def audited(past: Past, rules: HealthRules, probability: Floats) -> dict[str, Any] | None:
    """Return how the score did on the judged dates; None without any.

    Parameters
    ----------
    past : Past
    rules : HealthRules
    probability : ndarray of shape (n_rows,)
        What the model said of rows that it had not learnt from; NaN elsewhere.
    """
    judged = past.rows[past.is_judged]
    if judged.empty:
        return None
    health = scored(judged, rules)["health_score"].to_numpy()
    others = {
        "recency": _numbers(judged["days_since_last_order"]),
        "nps": -_numbers(judged["last_nps"]),
        "model": probability[past.is_judged],
    }
    left = judged["has_left"].to_numpy(dtype=bool)
    return {"dates": list(past.judged), **audit(left, health, others)}


def health_card(
    columns: pd.DataFrame, rules: HealthRules, audits: Mapping[str, dict[str, Any] | None]
) -> dict[str, Any]:
    """Return the card; ``columns`` are ``COLUMNS`` of every customer."""
    known = columns.loc[columns["health_score"].notna(), "health_parts"]
    return {
        "weights": rules.as_stored(),
        "parts": [asdict(part) for part in PARTS],
        "scored": len(known),
        "by_parts": {str(number): int((known == number).sum()) for number in sorted(set(known))},
        "audits": dict(audits),
    }


def _numbers(values: pd.Series) -> Floats:
    return np.asarray(values.astype("float64").to_numpy(na_value=np.nan))
