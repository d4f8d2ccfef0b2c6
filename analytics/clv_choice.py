"""Which candidate is the default, by what the test showed. The rules are written on the page.

- Totals and customers' values: the smallest absolute error of the total value; among candidates
  within two points of the smallest, the smallest mean error of a customer; then the first in order.
- Ranking: expected value of the chosen candidate, unless past value caught more in its top tenth.
- Where fewer than ``MIN_LATER_BUYERS`` customers bought in the test, nothing is judged.

A model that collapsed (nobody ever leaves, or all buy alike) cannot be chosen, nor can boosting: it
is there to be compared with, has no horizon but the test's and no interval. "Same as last period"
can be chosen: where it does better than every model, the page says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from analytics.clv_measures import Measures

Kind = Literal["model", "baseline", "comparison", "ranking"]
CLOSE = 0.02
TOO_FEW_LATER_BUYERS = "too_few_later_buyers"


@dataclass(frozen=True)
class Judged:
    """A candidate and how it did.

    Attributes
    ----------
    name, kind : str
        ``kind``: ``model`` and ``baseline`` can be chosen, ``comparison`` cannot, ``ranking`` only
        orders customers.
    purchases, value : Measures or None
        None where it predicts none, or could not be fitted.
    reason : str or None
        Why it cannot be chosen: ``no_dropout``, ``no_heterogeneity``, ``comparison``, ``ranking``,
        ``too_few_later_buyers``, or the code of the error that the fit ended with.
    params, standard_errors, log_likelihood
        Of the fit to the calibration; None for what has none.
    """

    name: str
    kind: Kind
    purchases: Measures | None
    value: Measures | None
    reason: str | None = None
    params: dict[str, float] | None = None
    standard_errors: dict[str, float | None] | None = None
    log_likelihood: float | None = None

    def as_card(self) -> dict[str, Any]:
        """Return it as a card holds it."""
        return {
            "name": self.name,
            "kind": self.kind,
            "purchases": vars(self.purchases) if self.purchases else None,
            "value": vars(self.value) if self.value else None,
            "reason": self.reason,
            "params": self.params,
            "standard_errors": self.standard_errors,
            "log_likelihood": self.log_likelihood,
        }


def choose_for_totals(tested: Sequence[Judged]) -> Judged | None:
    """Return the candidate that values come from; None where none can be judged."""
    judged = [
        (abs(one.value.error), one.value.mae, position)
        for position, one in enumerate(tested)
        if one.reason is None and one.value is not None and one.value.error is not None
    ]
    if not judged:
        return None
    best = min(judged)[0]
    return tested[min(found[1:] for found in judged if found[0] <= best + CLOSE)[1]]


def unjudged(tested: Sequence[Judged]) -> tuple[Judged, ...]:
    """Return candidates without measures, for a test in which too few customers bought."""
    return tuple(
        replace(one, purchases=None, value=None, reason=one.reason or TOO_FEW_LATER_BUYERS)
        for one in tested
    )


def ranks_by_past(chosen: Judged, past: Judged) -> bool:
    """Whether past value is the better order of customers than the chosen candidate."""
    if chosen.value is None or past.value is None:
        return False
    ours, theirs = chosen.value.top_share, past.value.top_share
    return ours is not None and theirs is not None and theirs > ours
