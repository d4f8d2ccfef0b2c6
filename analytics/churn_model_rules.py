"""What a company may set for the prediction of churn, and what its data must hold for one."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from analytics.value_rules import Requirement

LEAST_DATES = 2  # one to learn from, one to be judged on
# Of fewer, twenty-odd fields are learnt by heart; and an AUC is not known to a tenth.
LEAST_LEARNT = 100
LEAST_JUDGED = 30
ENOUGH_JUDGED = 500  # who left; an AUC is then known to about 0.025


@dataclass(frozen=True)
class ChurnModelRules:
    """The rule set ``churn_model``.

    Attributes
    ----------
    contract_horizon_days : int
        Whether a contract ends within so many days is predicted, 30 to 365. Silence is predicted
        over the days of silence themselves.
    known_after : tuple of str
        Features, or ``attributes.<key>``, that are known only after the outcome: left out.
    outcome : str or None
        Field and value of who left, ``attributes.Churn=Yes``, where customers carry their outcome
        themselves; see ``scoring.churn_outcome``.
    known_before : tuple of str
        Fields of such customers that are known before the outcome: used, even if suspected.
    """

    contract_horizon_days: int = 90
    known_after: tuple[str, ...] = ()
    outcome: str | None = None
    known_before: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        days = self.contract_horizon_days
        if isinstance(days, bool) or not isinstance(days, int) or not 30 <= days <= 365:
            raise ValueError(f"contract_horizon_days should be whole, 30 to 365, but is {days!r}.")
        for rule in ("known_after", "known_before"):
            names = getattr(self, rule)
            if not isinstance(names, tuple) or not all(isinstance(name, str) for name in names):
                raise ValueError(f"{rule} should be names of fields, but is {names!r}.")
        if self.outcome is not None and not _is_field_and_value(self.outcome):
            raise ValueError(f"outcome should be a field and a value, but is {self.outcome!r}.")

    @classmethod
    def from_stored(cls, stored: Mapping[str, Any] | None) -> "ChurnModelRules":
        """Return rules as they were stored; what is absent or unknown is at its default.

        Raises
        ------
        ValueError
            A value is out of its bounds.
        """
        known = {field.name for field in fields(cls)}
        given = {name: value for name, value in (stored or {}).items() if name in known}
        given |= {name: tuple(value) for name, value in given.items() if isinstance(value, list)}
        return cls(**given)

    def as_stored(self) -> dict[str, Any]:
        """Return the rules as JSON can hold them."""
        lists = {name: list(getattr(self, name)) for name in ("known_after", "known_before")}
        return asdict(self) | lists


def requirements(
    *, dates: int, learnt_left: int, learnt_kept: int, judged_left: int, judged_kept: int
) -> tuple[Requirement, ...]:
    """Return what a prediction needs before it speaks, met or not; counts are of customers."""
    return (
        Requirement("dates", dates, LEAST_DATES),
        Requirement("learnt_left", learnt_left, LEAST_LEARNT),
        Requirement("learnt_kept", learnt_kept, LEAST_LEARNT),
        Requirement("judged_left", judged_left, LEAST_JUDGED),
        Requirement("judged_kept", judged_kept, LEAST_JUDGED),
    )


def _is_field_and_value(text: object) -> bool:
    return isinstance(text, str) and all(part.strip() for part in text.partition("="))
