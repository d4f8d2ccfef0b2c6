"""What a score of a survey may be, and what it counts for: the rules of NPS, CSAT and CES.

Answers arrive one by one or counted (so many gave each score); both end as a ``Tally``. Scales are
never mixed: a 4 of 5 is not a 4 of 10, and no arithmetic makes it one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from analytics.stats import Floats
from crm_data.errors import BadInputError, UsageError

Kind = Literal["nps", "csat", "ces"]
KINDS: tuple[Kind, ...] = get_args(Kind)
DEFAULT_SCALE: dict[str, int] = {"nps": 10, "csat": 5, "ces": 7}
SCALES: dict[str, tuple[int, ...]] = {
    "nps": (10,), "csat": (3, 4, 5, 6, 7, 10), "ces": (5, 6, 7, 10),
}  # fmt: skip
_FEW = 0.02  # of the answers: so many scores above the scale are slips, more are another scale
_PART_NAMES: dict[str, tuple[str, str, str]] = {
    "nps": ("promoters", "passives", "detractors"),
    "csat": ("satisfied", "neutral", "dissatisfied"),
    "ces": ("easy", "neutral", "hard"),
}


@dataclass(frozen=True, eq=False)
class Tally:
    """Answers on one scale.

    Attributes
    ----------
    kind : str
        ``nps``, ``csat`` or ``ces``.
    scale : int
        Highest score.
    scores, counts : ndarray
        Distinct scores that the scale has, ascending, and how many gave each.
    impossible : int
        Answers with a score that the scale does not have (0 of 5, 3.5, 47); in no figure.
    missing : int
        Answers without a score.
    """

    kind: Kind
    scale: int
    scores: Floats
    counts: Floats
    impossible: int
    missing: int

    @property
    def n(self) -> int:
        """Return how many answers count."""
        return int(self.counts.sum())

    @property
    def parts(self) -> dict[str, int]:
        """Return answers by class, the best first: promoters, passives and detractors, say."""
        place = class_of(self.kind, self.scale, self.scores)
        sums = [int(self.counts[place == k].sum()) for k in range(3)]
        return dict(zip(_PART_NAMES[self.kind], sums, strict=True))

    @property
    def sums(self) -> tuple[float, float, float]:
        """Return count, sum and sum of squares of what the answers count for (``points``)."""
        value = points(self.kind, self.scale, self.scores)
        return (
            float(self.counts.sum()),
            float((self.counts * value).sum()),
            float((self.counts * value**2).sum()),
        )


def tally(
    kind: Kind, scores: Any, scale: Any = None, *, counts: Any = None, lowest: int | None = None
) -> Tally:
    """Count answers of one kind.

    Parameters
    ----------
    kind : str
        ``nps``: 0 to 10. ``csat``: 1 to ``scale``. ``ces``: 1 to ``scale``, high is easy.
    scores : array of numbers, shape (n,)
        As given; missing ones are answers without a score.
    scale : int or array of int, shape (n,), optional
        Highest score, of all or of each answer (``scale_max``; missing: the usual one). By default
        10, 5 and 7.
    counts : array of int, shape (n,), optional
        How many answers each entry of ``scores`` stands for; 1 by default.
    lowest : int, optional
        Lowest score; 0 for NPS, 1 otherwise.

    Raises
    ------
    BadInputError
        The answers are on more than one scale: ``scale`` differs between them, or more than 2 % lie
        above it and within 10.
    UsageError
        Unknown kind, or a scale that the kind does not have.
    """
    if kind not in KINDS:
        raise UsageError(
            "unknown_survey_kind",
            f"There is no score '{kind}'. Scores are: {', '.join(KINDS)}.",
            kind=kind,
            kinds=", ".join(KINDS),
        )
    given = np.asarray(pd.to_numeric(pd.Series(scores), errors="coerce"), dtype="float64")
    weight = np.ones(len(given)) if counts is None else np.asarray(counts, dtype="float64")
    top = _scale_of(kind, scale, len(given))
    is_there = ~np.isnan(given)
    least = (0 if kind == "nps" else 1) if lowest is None else lowest
    fits = is_there & (given >= least) & (given <= top) & (given == np.rint(given))
    above = is_there & (given > top) & (given <= max(SCALES["csat"]))
    total = float(weight[is_there].sum())
    if above.any() and weight[above].sum() > _FEW * total:
        raise _mixed(kind, [top, int(given[above].max())], int(weight[above].sum()), int(total))
    distinct, place = np.unique(given[fits], return_inverse=True)
    held = np.bincount(place, weights=weight[fits], minlength=len(distinct)).astype("float64")
    return Tally(kind, top, distinct, held, int(total - held.sum()), int(weight[~is_there].sum()))


def points(kind: Kind, scale: int, scores: Any) -> Floats:
    """Return what each score counts for: 100, 0 or -100; 1 or 0 (one of the top two); itself."""
    given = np.asarray(scores, dtype="float64")
    if kind == "nps":
        return np.where(given >= 9, 100.0, np.where(given <= 6, -100.0, 0.0))
    if kind == "csat":
        return np.where(given >= scale - 1, 1.0, 0.0)
    return given


def class_of(kind: Kind, scale: int, scores: Any) -> Any:
    """Return 0 for the best class, 1 for the middle, 2 for the worst, of each score."""
    given = np.asarray(scores, dtype="float64")
    if kind == "nps":
        return np.where(given >= 9, 0, np.where(given <= 6, 2, 1))
    if kind == "csat":
        middle = (scale + 1) / 2
        return np.where(given >= scale - 1, 0, np.where(given < middle, 2, 1))
    middle = (scale + 1) / 2
    return np.where(given > middle, 0, np.where(given < middle, 2, 1))


def scales_in(scale: Sequence[Any] | pd.Series) -> list[int]:
    """Return the distinct scales of a column, ascending; missing ones are none."""
    return sorted({int(one) for one in pd.Series(scale).dropna()})


def _scale_of(kind: Kind, scale: Any, size: int) -> int:
    if scale is None or isinstance(scale, int | float | np.number):
        top = DEFAULT_SCALE[kind] if scale is None else int(scale)
    else:
        column = pd.Series(scale)
        if len(column) != size:
            raise ValueError(f"scale has {len(column)} entries for {size} scores.")
        named = scales_in(column.fillna(DEFAULT_SCALE[kind]))
        if len(named) > 1:
            raise _mixed(kind, named, None, size)
        top = named[0] if named else DEFAULT_SCALE[kind]
    if top not in SCALES[kind]:
        allowed = ", ".join(str(one) for one in SCALES[kind])
        raise UsageError(
            "no_such_scale",
            f"{kind} has no scale up to {top}; scales end at {allowed}. Check scale_max.",
            kind=kind,
            scale=top,
            scales=allowed,
        )
    return top


def _mixed(kind: str, scales: list[int], above: int | None, total: int) -> BadInputError:
    named = " and ".join(str(one) for one in scales)
    seen = "" if above is None else f" ({above} of {total} scores lie above {scales[0]})"
    return BadInputError(
        "mixed_scales",
        f"These {kind} answers are on more than one scale, up to {named}{seen}: a 4 of 5 is not a "
        "4 of 10, so there is no common score. Give each survey its scale_max and look at one "
        "scale at a time.",
        kind=kind,
        scales=named,
    )
