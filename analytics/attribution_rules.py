"""Rules that share a conversion among the touches before it. They credit; they do not prove."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from analytics.attribution_paths import Ints, Paths
from analytics.stats import Floats

HALF_LIFE = 7.0


def first(paths: Paths) -> Floats:
    """All to the first touch."""
    return np.asarray(_place(paths) == 0, dtype="float64")


def last(paths: Paths) -> Floats:
    """All to the last touch."""
    return np.asarray(_place(paths) == _last(paths), dtype="float64")


def linear(paths: Paths) -> Floats:
    """The same to each touch."""
    return np.ones(len(paths.touches))


def position(paths: Paths) -> Floats:
    """40 % to the first touch, 40 % to the last, 20 % to all between; of two, half each."""
    return _milestones(paths, (_place(paths) == 0) | (_place(paths) == _last(paths)), 0.4, 0.2)


def w_shaped(paths: Paths) -> Floats:
    """30 % to the first touch, the middle one and the last, 10 % to all others.

    The middle touch (the earlier of two) stands in for the one that made a lead, which paths do not
    say. Up to three touches share equally.
    """
    place, end = _place(paths), _last(paths)
    return _milestones(paths, (place == 0) | (place == end) | (place == end // 2), 0.3, 0.1)


def time_decay(paths: Paths, *, half_life: float = HALF_LIFE) -> Floats:
    """Half as much for each ``half_life`` before the conversion: days, or touches without days."""
    age = paths.age_days if paths.age_days is not None else _last(paths) - _place(paths)
    nearest = np.minimum.reduceat(age, paths.starts[:-1]) if len(age) else age
    return np.asarray(0.5 ** ((age - nearest[paths.path_of]) / half_life), dtype="float64")


RULES: dict[str, Callable[[Paths], Floats]] = {
    "first": first,
    "last": last,
    "linear": linear,
    "position": position,
    "w": w_shaped,
    "time_decay": time_decay,
}


def credits_by_rule(paths: Paths, weights: Floats, amounts: Floats) -> Floats:
    """Return what each channel gets of the amounts of paths, by weights of touches."""
    path = paths.path_of
    whole = np.bincount(path, weights=weights, minlength=len(amounts))
    share = weights / whole[path]
    found = np.bincount(paths.touches, weights=share * amounts[path], minlength=len(paths.channels))
    return np.asarray(found, dtype="float64")


def _place(paths: Paths) -> Ints:
    return np.arange(len(paths.touches)) - paths.starts[:-1][paths.path_of]


def _last(paths: Paths) -> Ints:
    """Return the place of the last touch of each touch's path."""
    return (paths.lengths - 1)[paths.path_of]


def _milestones(
    paths: Paths, is_milestone: npt.NDArray[np.bool_], each: float, rest: float
) -> Floats:
    """Return ``each`` for milestones and ``rest`` shared by the others of the path."""
    count = len(paths.starts) - 1
    others = np.bincount(paths.path_of, weights=~is_milestone, minlength=count)[paths.path_of]
    return np.where(is_milestone, each, rest / np.maximum(others, 1))
