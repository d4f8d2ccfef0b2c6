"""What a company may set for customer value, and what its data must hold before a model speaks."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
from typing import Any, Literal, get_args

Contracts = Literal["as_found", "instead", "added"]
CONTRACTS: tuple[Contracts, ...] = get_args(Contracts)
RECENT_DAYS = 30
# Of 30 who bought in the test, a share of them is known to 18 points (two standard errors of one
# half); of fewer, chance alone decides which model is the nearest and who made the value.
MIN_LATER_BUYERS = 30
MIN_CUSTOMERS, MIN_HISTORY_DAYS, MIN_RECENT_ORDERS, MIN_THREE_DAYS = 500, 180, 1, 10


@dataclass(frozen=True)
class ValueRules:
    """The rule set ``value``.

    Attributes
    ----------
    horizon_days : int
        How far value looks ahead, 30 to 1825 days.
    yearly_discount_rate : float
        0.10: money in a year is worth 1 / 1.10 of money today. 0 to 1.
    holdout_share : float
        The test is as long as the horizon, but at most this share of the history. 0.1 to 0.6.
    min_cost_share : float
        Value is margin where at least this share of the revenue has a known cost, else revenue.
    contracts : str
        ``instead``: a running contract stands instead of the orders of its customer, which are its
        bills; ``added``: orders are something else, and both add up; ``as_found``: bills are
        orders of the monthly amount, so instead where half of the orders are, else added.
    """

    horizon_days: int = 365
    yearly_discount_rate: float = 0.10
    holdout_share: float = 0.5
    min_cost_share: float = 0.8
    contracts: Contracts = "as_found"

    def __post_init__(self) -> None:
        bounds = {
            "horizon_days": (30, 1825),
            "yearly_discount_rate": (0.0, 1.0),
            "holdout_share": (0.1, 0.6),
            "min_cost_share": (0.0, 1.0),
        }
        for name, (low, high) in bounds.items():
            value = getattr(self, name)
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            if not is_number or not low <= value <= high:
                raise ValueError(f"{name} should be from {low} to {high}, but is {value!r}.")
        if self.horizon_days != int(self.horizon_days):
            raise ValueError(f"horizon_days should be whole, but is {self.horizon_days!r}.")
        if self.contracts not in CONTRACTS:
            raise ValueError(f"contracts should be one of {CONTRACTS}, but is {self.contracts!r}.")

    @classmethod
    def from_stored(cls, stored: Mapping[str, Any] | None) -> "ValueRules":
        """Return rules as they were stored; what is absent or unknown is at its default.

        Raises
        ------
        ValueError
            A value is out of its bounds.
        """
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in (stored or {}).items() if name in known})

    def contracts_are(self, orders: int, bills: int) -> Contracts:
        """Return ``instead`` or ``added``, given how many orders look like bills of a contract."""
        if self.contracts != "as_found":
            return self.contracts
        return "instead" if orders and 2 * bills >= orders else "added"

    def as_stored(self) -> dict[str, Any]:
        """Return the rules as JSON can hold them."""
        return asdict(self)

    def holdout_days(self, first_on: date, as_of: date) -> int:
        """Return the length of the test in days, at least one."""
        history = (as_of - first_on).days + 1
        return max(1, min(self.horizon_days, int(history * self.holdout_share)))

    def discount(self, days: float) -> float:
        """Return what money in ``days`` days is worth today, per unit."""
        return float((1.0 + self.yearly_discount_rate) ** (-days / 365.0))


@dataclass(frozen=True)
class Requirement:
    """One thing that the data must hold: what, how much there is, how much there should be."""

    name: str
    found: int
    needed: int

    @property
    def is_met(self) -> bool:
        """Whether there is enough."""
        return self.found >= self.needed


def requirements(
    *, first_on: date | None, as_of: date, customers: int, recent_orders: int, three_days: int
) -> tuple[Requirement, ...]:
    """Return what a model needs before it speaks, met or not."""
    history = (as_of - first_on + timedelta(days=1)).days if first_on else 0
    return (
        Requirement("customers", customers, MIN_CUSTOMERS),
        Requirement("history_days", history, MIN_HISTORY_DAYS),
        Requirement("recent_orders", recent_orders, MIN_RECENT_ORDERS),
        Requirement("three_purchase_days", three_days, MIN_THREE_DAYS),
    )
