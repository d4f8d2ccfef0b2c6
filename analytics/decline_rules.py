"""What a company may set for a decline of use: which dated value, how it adds up, how far down."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args

Measure = Literal["sum", "mean"]
MEASURES: tuple[Measure, ...] = get_args(Measure)


@dataclass(frozen=True)
class DeclineRules:
    """The rule set ``decline``.

    Attributes
    ----------
    field : str or None
        ``orders.amount``, ``orders.attributes.<key>`` or ``interactions.attributes.<key>``: a
        number with a day. None: nothing is followed.
    measure : str
        ``sum`` for use (values of a month add up, a month without any is 0), ``mean`` for a
        balance (a month without a value is not known).
    fall : float
        Declined is who fell at least by this share below their own average of the three months
        before, 0.1 to 0.9.
    """

    field: str | None = None
    measure: Measure = "sum"
    fall: float = 0.5

    def __post_init__(self) -> None:
        if self.field is not None and not isinstance(self.field, str):
            raise ValueError(f"field should be the name of a field, but is {self.field!r}.")
        if self.measure not in MEASURES:
            raise ValueError(f"measure should be one of {MEASURES}, but is {self.measure!r}.")
        is_number = isinstance(self.fall, int | float) and not isinstance(self.fall, bool)
        if not is_number or not 0.1 <= self.fall <= 0.9:
            raise ValueError(f"fall should be from 0.1 to 0.9, but is {self.fall!r}.")

    @classmethod
    def from_stored(cls, stored: Mapping[str, Any] | None) -> "DeclineRules":
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
