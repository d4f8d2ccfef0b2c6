"""Rules of the lifecycle that a company may set."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

from crm_data.errors import BadInputError

STAGES: Final = ("potential", "active", "loyal", "at_risk", "lost", "returned")
# One letter per stage in histories, in the order of STAGES; NO_LETTER was not known yet.
LETTERS: Final = "palrxb"
NO_LETTER: Final = "-"
LONGEST_MONTH_DAYS: Final = 31


@dataclass(frozen=True)
class LifecycleRules:
    """What decides a customer's stage; silence is days since the last order.

    Attributes
    ----------
    at_risk_factor, lost_factor : float
        Silent for more than so many times the own rhythm is at risk, is lost.
    at_risk_min_days, lost_min_days : int
        But never before so many days. Lost takes at least 31 days, so that nobody can be lost and
        back within one calendar month, which histories by month would not see.
    loyal_min_orders : int
        Days with orders from which on a customer who keeps the rhythm is loyal.
    returned_days : int
        So long after coming back from lost a customer counts as returned.
    prior_gaps : float
        How many gaps of its own a customer needs until they weigh as much as the company's
        typical gap.

    Raises
    ------
    BadInputError
        ``lifecycle_rules``: a number that cannot be.
    """

    at_risk_factor: float = 2.0
    lost_factor: float = 4.0
    at_risk_min_days: int = 14
    lost_min_days: int = 31
    loyal_min_orders: int = 3
    returned_days: int = 90
    prior_gaps: float = 2.0

    def __post_init__(self) -> None:
        """Check that each number can be, and that lost comes after at risk."""
        fits = {
            "at_risk_factor": 0 < self.at_risk_factor <= self.lost_factor,
            "lost_factor": self.lost_factor <= 1_000,
            "at_risk_min_days": 0 <= self.at_risk_min_days <= self.lost_min_days,
            "lost_min_days": LONGEST_MONTH_DAYS <= self.lost_min_days <= 10_000,
            "loyal_min_orders": 2 <= self.loyal_min_orders <= 1_000,
            "returned_days": 1 <= self.returned_days <= 730,
            "prior_gaps": 0 < self.prior_gaps <= 1_000,
        }
        for name, is_fit in fits.items():
            if not is_fit:  # NaN fits nothing
                raise BadInputError(
                    "lifecycle_rules",
                    f"'{name}' cannot be {getattr(self, name)}. At risk comes before lost, lost "
                    "takes at least 31 days, loyal at least 2 orders, returned 1 to 730 days.",
                    field=name,
                )

    def as_json(self) -> dict[str, Any]:
        """Return the rules as JSON values; ``rules_from`` reads them back."""
        return asdict(self)


def rules_from(stored: Mapping[str, Any] | None) -> LifecycleRules:
    """Return rules from JSON; what it does not name is at its default.

    Raises
    ------
    BadInputError
        It holds anything that is no rule, see ``LifecycleRules``.
    """
    given: dict[str, Any] = {}
    try:
        for field in fields(LifecycleRules):
            if stored is not None and stored.get(field.name) is not None:
                number = float(stored[field.name])
                given[field.name] = number if field.type is float else int(number)
    except (TypeError, ValueError, OverflowError, AttributeError) as error:
        raise BadInputError(
            "lifecycle_rules", f"The lifecycle rules cannot be read: {error}.", field="rules"
        ) from error
    return LifecycleRules(**given)
