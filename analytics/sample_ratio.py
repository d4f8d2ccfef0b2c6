"""Whether arms are of the sizes that were planned; where not, nothing else can be believed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isfinite
from typing import Literal

from analytics.experiment_arms import likely_control
from crm_data.errors import UsageError

BROKEN_BELOW = 0.001
ExpectedFrom = Literal["asked", "plan", "equal"]
_NAN = float("nan")


@dataclass(frozen=True)
class SampleRatio:
    """The sizes of arms against the plan.

    Attributes
    ----------
    counts : dict
        Units seen in each arm.
    expected : dict
        Units planned for each arm, of the same total.
    chi_squared, p_value : float
        NaN where there is nothing to test: one arm, or nobody.
    expected_from : str
        Who said what to expect: ``asked`` (whoever asks), ``plan`` (locked), ``equal`` (nobody).
    is_broken : bool
        Whether chance hardly makes such sizes of those in ``expected``.
    """

    counts: dict[str, int]
    expected: dict[str, float]
    chi_squared: float
    p_value: float
    expected_from: ExpectedFrom = "asked"

    @property
    def is_broken(self) -> bool:
        """Return whether the p-value is below ``BROKEN_BELOW``."""
        return self.p_value < BROKEN_BELOW

    @property
    def is_checked(self) -> bool:
        """Return whether anybody said what sizes were planned, so that they can be wrong."""
        return self.expected_from != "equal"

    @property
    def is_blocked(self) -> bool:
        """Return whether no effect may be claimed: sizes were planned, and these are not they."""
        return self.is_checked and self.is_broken

    @property
    def farthest(self) -> str:
        """Return the arm that is farthest from its planned size; empty where nothing is tested."""
        if not isfinite(self.chi_squared):
            return ""
        return max(
            self.counts, key=lambda arm: (self.counts[arm] - self.expected[arm]) ** 2
            / self.expected[arm],
        )  # fmt: skip


def sample_ratio_test(
    counts: Mapping[str, int], expected: Mapping[str, float] | None = None
) -> SampleRatio:
    """Test whether arms have the sizes that were planned, by chi-squared.

    Count everybody who was assigned, also whose outcome is missing.

    Parameters
    ----------
    counts : dict
        Units in each arm.
    expected : dict, optional
        Planned shares or weights of the same arms; equal ones without.

    Raises
    ------
    UsageError
        The plan names other arms, or a weight that is not above 0.

    Notes
    -----
    A. Fabijan et al. (2019), "Diagnosing sample ratio mismatch in online controlled experiments",
    KDD '19, 2156–2164: the customary border is far below 0.05, as a false alarm stops a good test.

    Examples
    --------
    >>> round(sample_ratio_test({"A": 21307, "B": 21387, "none": 21306}).p_value, 3)
    0.904
    """
    source: ExpectedFrom = "equal" if expected is None else "asked"
    sizes = {str(arm): int(n) for arm, n in counts.items()}
    weights = dict.fromkeys(sizes, 1.0) if expected is None else _weights(sizes, expected)
    sizes = {arm: sizes.get(arm, 0) for arm in weights}
    total, whole = sum(sizes.values()), sum(weights.values())
    planned = {arm: total * weight / whole for arm, weight in weights.items()}
    if len(sizes) < 2 or not total:
        return SampleRatio(sizes, planned, _NAN, _NAN, source)
    from scipy.special import chdtrc

    chi_squared = sum((sizes[arm] - planned[arm]) ** 2 / planned[arm] for arm in sizes)
    p_value = float(chdtrc(len(sizes) - 1, chi_squared))
    return SampleRatio(sizes, planned, chi_squared, p_value, source)


def planned_ratio(
    counts: Mapping[str, int], plan: Mapping[str, float] | None, control: str = ""
) -> SampleRatio | None:
    """Test arms against a plan that may not name them all; None where it does not tell of them.

    Parameters
    ----------
    counts : dict
        Units in each arm.
    plan : dict
        Planned shares by arm. One alone is a share of the whole; several are parts of their sum.
    control : str
        The arm left alone, whatever it is called here or in the plan.

    Returns
    -------
    SampleRatio or None
        Of every arm where the plan names them all (who it names and nobody came into counts 0).
        Else, where it gives the control a share, of the control against all others together;
        ``expected`` then parts the others as they came, which adds nothing to ``chi_squared``.
    """
    if not plan:
        return None
    if len(plan) > 1 and set(counts) <= set(plan):
        return replace(sample_ratio_test(counts, plan), expected_from="plan")
    share = plan.get(control, plan.get(likely_control(list(plan)), 0.0))
    share /= sum(plan.values()) if len(plan) > 1 else 1.0
    if control not in counts or not 0 < share < 1:
        return None
    rest = sum(counts.values()) - counts[control]
    two = sample_ratio_test({control: counts[control], "": rest}, {control: share, "": 1 - share})
    if not rest or not isfinite(two.chi_squared):
        return None
    expected = {
        arm: two.expected[control] if arm == control else two.expected[""] * n / rest
        for arm, n in counts.items()
    }
    return SampleRatio(dict(counts), expected, two.chi_squared, two.p_value, "plan")


def checked_ratio(
    counts: Mapping[str, int],
    *,
    asked: Mapping[str, float] | None = None,
    plan: Mapping[str, float] | None = None,
    control: str = "",
) -> SampleRatio:
    """Test arms against what is asked for, else against the plan, else against equal sizes.

    Equal sizes are told and block nothing: nobody said that they were planned.
    """
    if asked is not None:
        return sample_ratio_test(counts, asked)
    return planned_ratio(counts, plan, control) or sample_ratio_test(counts)


def _weights(sizes: Mapping[str, int], expected: Mapping[str, float]) -> dict[str, float]:
    weights = {str(arm): float(weight) for arm, weight in expected.items()}
    unplanned = sorted(set(sizes) - set(weights))
    if unplanned or not all(isfinite(w) and w > 0 for w in weights.values()):
        raise UsageError(
            "experiment_split",
            f"The planned split {dict(expected)} does not give each of the arms "
            f"{', '.join(sizes)} a share above 0. Name every arm with its share.",
            arms=", ".join(sizes),
        )
    return weights
