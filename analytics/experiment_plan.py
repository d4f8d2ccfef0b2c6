"""Planning an experiment: how many units, how many days, and whether it can be learnt at all."""

from dataclasses import dataclass
from math import ceil, isfinite, sqrt
from statistics import NormalDist
from typing import Literal

from analytics.share_gap import customers_needed
from analytics.stats import LEVEL
from crm_data.errors import UsageError

POWER = 0.8
Answer = Literal["enough", "too_few", "open"]
_NORMAL = NormalDist()


@dataclass(frozen=True)
class Plan:
    """What an experiment takes.

    Attributes
    ----------
    total : int
        Units in all arms together: the sum of those below, each rounded up to whole units.
    control, each_arm : int
        Units in the control, and in each other arm.
    days : int or None
        Days until as many have been assigned; the days until outcomes are final come on top. None
        without units by day.
    answer : str
        ``too_few``: you cannot learn this with your numbers. ``enough``: you can. ``open``: it was
        not said how many there are.
    available : int or None
        The units there are: a fixed number, or those of the most days.
    detectable : float or None
        The smallest difference that the available units show with the power asked for; None without
        them, or where none is.
    """

    total: int
    control: int
    each_arm: int
    days: int | None
    answer: Answer
    available: int | None
    detectable: float | None


@dataclass(frozen=True)
class Design:
    """How an experiment is set up: arms with the control, its share, error and power.

    ``control_share`` None makes all arms equal. Several arms share the error (Bonferroni).
    """

    arms: int = 2
    control_share: float | None = None
    level: float = LEVEL
    power: float = POWER

    def __post_init__(self) -> None:
        share = self.share
        if self.arms < 2 or not (0 < share < 1 and 0 < self.level < 1 and 0 < self.power < 1):
            raise UsageError(
                "experiment_design",
                f"{self.arms} arms, a control of {share}, a level of {self.level} and a power of "
                f"{self.power} make no experiment. Give two arms or more, and shares from 0 to 1.",
            )

    @property
    def share(self) -> float:
        """Return the control's share of all units."""
        return 1 / self.arms if self.control_share is None else self.control_share

    @property
    def arm_share(self) -> float:
        """Return the share of each other arm."""
        return (1 - self.share) / (self.arms - 1)

    @property
    def each_level(self) -> float:
        """Return the level of one comparison."""
        return 1 - (1 - self.level) / (self.arms - 1)


def sample_size(
    baseline: float,
    effect: float,
    *,
    sd: float | None = None,
    arms: int = 2,
    control_share: float | None = None,
    level: float = LEVEL,
    power: float = POWER,
) -> int:
    """Return how many units, all arms together, show a difference with the power asked for.

    Parameters
    ----------
    baseline : float
        Mean of the control; a share of 0 to 1 for a rate.
    effect : float
        Smallest difference worth finding, in the unit of the outcome (0.01: one point), not 0.
    sd : float, optional
        Standard deviation of a count or an amount; without it the outcome is a rate.
    arms : int
        With the control.
    control_share : float, optional
        Of all units; equal arms without.

    Raises
    ------
    UsageError
        No effect, a rate outside 0 to 1, or an impossible design.

    Notes
    -----
    Rates as ``share_gap.customers_needed`` (Fleiss, without correction for continuity); means by
    the normal approximation with one standard deviation.

    Examples
    --------
    >>> sample_size(0.5, 0.1)
    775
    """
    design = Design(arms, control_share, level, power)
    _check(baseline, effect, sd)
    if sd is None:
        pair = design.share + design.arm_share
        needed = customers_needed(
            baseline + effect, baseline, second_share=design.share / pair,
            level=design.each_level, power=power,
        )  # fmt: skip
        return ceil((needed or 0) / pair - 1e-9)
    spread = (_z((1 + design.each_level) / 2) + _z(power)) * sd / effect
    return ceil(spread**2 * (1 / design.share + 1 / design.arm_share) - 1e-9)


def detectable_effect(
    units: int,
    baseline: float,
    *,
    sd: float | None = None,
    arms: int = 2,
    control_share: float | None = None,
    level: float = LEVEL,
    power: float = POWER,
) -> float | None:
    """Return the smallest rise that ``units`` in all arms show with the power asked for.

    None where no rise of a rate would do: ``sample_size`` of the whole way up to 1 is more.
    """
    design = Design(arms, control_share, level, power)
    if units <= 0:
        return None
    if sd is not None:
        errors = sqrt((1 / design.share + 1 / design.arm_share) / units)
        return (_z((1 + design.each_level) / 2) + _z(power)) * sd * errors

    def needed(effect: float) -> int:
        return sample_size(
            baseline, effect, arms=arms, control_share=control_share, level=level, power=power
        )

    low, high = 0.0, 1 - baseline
    if high <= 0 or needed(high) > units:
        return None
    while high - low > 1e-9:
        middle = (low + high) / 2
        low, high = (low, middle) if needed(middle) <= units else (middle, high)
    return high


def plan_experiment(
    baseline: float,
    effect: float,
    *,
    sd: float | None = None,
    design: Design | None = None,
    units: int | None = None,
    units_per_day: float | None = None,
    most_days: int | None = None,
) -> Plan:
    """Return what an experiment takes, and whether the units that there are will do.

    Parameters
    ----------
    baseline, effect, sd
        As in ``sample_size``.
    units : int, optional
        How many there are at most (a segment).
    units_per_day, most_days : float, int, optional
        How many come in a day, and how long one is ready to wait.
    """
    chosen = design or Design()
    named = {
        "sd": sd, "arms": chosen.arms, "control_share": chosen.control_share,
        "level": chosen.level, "power": chosen.power,
    }  # fmt: skip
    least = sample_size(baseline, effect, **named)  # type: ignore[arg-type]  # a dict of mixed values
    control, each_arm = ceil(least * chosen.share - 1e-9), ceil(least * chosen.arm_share - 1e-9)
    total = control + (chosen.arms - 1) * each_arm
    available = units
    if units_per_day and most_days:
        coming = int(units_per_day * most_days)
        available = coming if units is None else min(units, coming)
    answer: Answer = "open"
    if available is not None:
        answer = "enough" if available >= total else "too_few"
    return Plan(
        total,
        control,
        each_arm,
        ceil(total / units_per_day) if units_per_day else None,
        answer,
        available,
        None if available is None else detectable_effect(available, baseline, **named),  # type: ignore[arg-type]  # as above
    )


def _check(baseline: float, effect: float, sd: float | None) -> None:
    is_rate = sd is None
    is_possible = isfinite(baseline) and isfinite(effect) and effect != 0
    if is_rate:
        is_possible = is_possible and 0 <= baseline <= 1 and 0 <= baseline + effect <= 1
    elif sd is not None:
        is_possible = is_possible and isfinite(sd) and sd > 0
    if not is_possible:
        raise UsageError(
            "experiment_effect",
            f"A difference of {effect} from {baseline} cannot be planned for. Give a difference "
            "other than 0; rates stay between 0 and 1, amounts need a standard deviation above 0.",
            effect=effect,
            baseline=baseline,
        )


def _z(probability: float) -> float:
    return _NORMAL.inv_cdf(probability)
