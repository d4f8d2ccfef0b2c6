"""A health score by hand: parts with stated borders, and weights that a company sets.

Each part is 0 at its worst border and beyond, 100 at its best and beyond, straight between. The
score is their weighted mean over the parts that are known: what is missing leaves its weight to the
others, and the score says from how many parts it is. Nothing in it is learnt; see
``analytics.health_audit`` for how it did.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

import numpy as np
import pandas as pd

from analytics.stats import Floats
from crm_data.errors import BadInputError

MOST_WEIGHT: Final = 100.0


@dataclass(frozen=True)
class Part:
    """A part of the score; ``worst`` is above ``best`` where less is better."""

    name: str
    worst: float
    best: float

    def score(self, values: Floats) -> Floats:
        """Return 0 to 100; NaN stays NaN."""
        return np.asarray(np.clip((values - self.worst) / (self.best - self.worst), 0, 1) * 100)


# recency: days since the last order ÷ the own mean gap. trend: of the days with orders of the last
# 180 days, the share in the last 90. nps: the last answer. service: complaints of the last 90 days
# and tickets without an answer. tenure: days under contract, else since the first order.
PARTS: Final = (
    Part("recency", 3.0, 1.0),
    Part("trend", 0.0, 0.5),
    Part("nps", 0.0, 10.0),
    Part("service", 3.0, 0.0),
    Part("tenure", 0.0, 730.0),
)
NAMES: Final = tuple(part.name for part in PARTS)


@dataclass(frozen=True)
class HealthRules:
    """The rule set ``health``: weights of the parts, 0 to 100; only their ratio counts.

    Raises
    ------
    BadInputError
        ``health_weights``: a weight out of its bounds, or none above zero.
    """

    recency: float = 1.0
    trend: float = 1.0
    nps: float = 1.0
    service: float = 1.0
    tenure: float = 1.0

    def __post_init__(self) -> None:
        """Check that weights can be, and that there is one."""
        fit = all(0 <= weight <= MOST_WEIGHT for weight in asdict(self).values())
        if not fit or not any(asdict(self).values()):  # NaN fits nothing
            raise BadInputError(
                "health_weights",
                f"Weights of the health score must be from 0 to {MOST_WEIGHT:.0f}, one of them "
                "above zero.",
                most=f"{MOST_WEIGHT:.0f}",
            )

    @classmethod
    def from_stored(cls, stored: Mapping[str, Any] | None) -> "HealthRules":
        """Return weights as they were stored; what is absent is at its default.

        Raises
        ------
        BadInputError
            ``health_weights``, also for what is no number.
        """
        known = {field.name for field in fields(cls)}
        given = {name: value for name, value in (stored or {}).items() if name in known}
        if any(isinstance(one, bool) or not isinstance(one, int | float) for one in given.values()):
            given = {name: float("nan") for name in known}  # refused below, in the same words
        return cls(**{name: float(value) for name, value in given.items()})

    def as_stored(self) -> dict[str, float]:
        """Return the weights as JSON can hold them."""
        return asdict(self)


def health_parts(inputs: pd.DataFrame) -> pd.DataFrame:
    """Return each part's score, 0 to 100, NaN where it is not known.

    Parameters
    ----------
    inputs : DataFrame
        ``overdue``, ``order_days_90d``, ``order_days_90d_before``, ``last_nps``,
        ``complaints_90d``, ``unanswered_tickets``, ``contract_age_days``,
        ``days_since_first_order``: see ``crm_data.marts.score_inputs_churn``.

    Returns
    -------
    DataFrame
        One column per part, row for row the inputs.
    """
    given = {name: inputs[name].astype("float64").to_numpy(na_value=np.nan) for name in _READ}
    recent, before = given["order_days_90d"], given["order_days_90d_before"]
    both = recent + before
    trend = np.divide(recent, both, out=np.full(len(both), np.nan), where=both > 0)
    age = given["contract_age_days"]
    values = {
        "recency": given["overdue"],
        "trend": trend,
        "nps": given["last_nps"],
        "service": given["complaints_90d"] + given["unanswered_tickets"],
        "tenure": np.where(np.isnan(age), given["days_since_first_order"], age),
    }
    return pd.DataFrame(
        {part.name: part.score(values[part.name]) for part in PARTS}, index=inputs.index
    )


def health_score(parts: pd.DataFrame, rules: HealthRules) -> pd.DataFrame:
    """Return ``health_score``, 0 to 100, and ``health_parts``, the number of parts it is from.

    NaN where no part with a weight is known. A part without weight is no part.

    Examples
    --------
    >>> parts = pd.DataFrame({"recency": [100.0], "trend": [np.nan], "nps": [40.0],
    ...                       "service": [100.0], "tenure": [0.0]})
    >>> health_score(parts, HealthRules(tenure=0, nps=2)).values.tolist()
    [[70.0, 3.0]]
    """
    weights = np.array([rules.as_stored()[name] for name in NAMES])
    scores = parts[list(NAMES)].to_numpy(dtype="float64")
    counts = np.where(np.isnan(scores), 0.0, weights)
    total = counts.sum(axis=1)
    weighted = (np.nan_to_num(scores) * counts).sum(axis=1)
    found = np.divide(weighted, total, out=np.full(len(total), np.nan), where=total > 0)
    return pd.DataFrame(
        {"health_score": np.clip(found, 0, 100), "health_parts": (counts > 0).sum(axis=1)},
        index=parts.index,
    )


_READ: Final = (
    "overdue", "order_days_90d", "order_days_90d_before", "last_nps", "complaints_90d",
    "unanswered_tickets", "contract_age_days", "days_since_first_order",
)  # fmt: skip
