"""What a company may set for churn: when a customer counts as lost."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args

from crm_data.silence import SILENCE_DAYS

__all__ = ["DEFINITIONS", "KINDS", "SILENCE_DAYS", "ChurnRules", "Definition", "Kind"]

Kind = Literal["as_found", "contract", "silence"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Definition = Literal["contract", "silence"]
DEFINITIONS: tuple[Definition, ...] = get_args(Definition)


@dataclass(frozen=True)
class ChurnRules:
    """The rule set ``churn``.

    Attributes
    ----------
    kind : str
        ``contract``: lost is who has no running contract left; ``silence``: who had no order for
        too long; ``as_found``: contract where at least half of the customers ever had one.
    silence_days : int or None
        Days without an order, one of ``SILENCE_DAYS``; None takes the proposal of the data.
    gap_quantile : float
        The proposal: so many of the gaps between order days are no longer. 0.5 to 0.99.
    """

    kind: Kind = "as_found"
    silence_days: int | None = None
    gap_quantile: float = 0.9

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind should be one of {KINDS}, but is {self.kind!r}.")
        if self.silence_days is not None and self.silence_days not in SILENCE_DAYS:
            raise ValueError(
                f"silence_days should be one of {SILENCE_DAYS}, but is {self.silence_days!r}."
            )
        share = self.gap_quantile
        is_number = isinstance(share, int | float) and not isinstance(share, bool)
        if not is_number or not 0.5 <= share <= 0.99:
            raise ValueError(f"gap_quantile should be from 0.5 to 0.99, but is {share!r}.")

    @classmethod
    def from_stored(cls, stored: Mapping[str, Any] | None) -> "ChurnRules":
        """Return rules as they were stored; what is absent or unknown is at its default.

        Raises
        ------
        ValueError
            A value is out of its bounds.
        """
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in (stored or {}).items() if name in known})

    def as_stored(self) -> dict[str, Any]:
        """Return the rules as JSON can hold them."""
        return asdict(self)

    def definition(self, holders: int, buyers: int) -> Definition:
        """Return what counts as lost, given how many ever had a contract and an order."""
        if self.kind != "as_found":
            return self.kind
        return "contract" if holders and 2 * holders >= buyers else "silence"

    def days(self, proposed: int) -> int:
        """Return the days of silence in force."""
        return proposed if self.silence_days is None else self.silence_days
