"""Random arms of an experiment, drawn again while chance would mislead the reader.

A company of this size is shown once; in one draw of six an effect of nothing would look like one.
So arms are drawn until what members would have done anyway differs by less than a standard error
(rerandomisation: Morgan and Rubin 2012, doi:10.1214/12-AOS1008). Intervals that do not know of it
are a little too wide, never too narrow.
"""

import numpy as np

from sample_data.columns import Floats, Ints

CONTROL = 0
_MOST_STANDARD_ERRORS = 0.8
_MOST_DRAWS = 200


def draw_arms(rng: np.random.Generator, shares: Floats, outcomes: Floats) -> Ints:
    """Return the arm of each member.

    Parameters
    ----------
    rng : Generator
        Source of chance.
    shares : array
        Chance of each arm, control first.
    outcomes : array, one row per member
        What each member would do in control, a column per measure.

    Returns
    -------
    array
        The first draw whose arms are alike, or the most alike of 200.
    """
    best, least = np.zeros(len(outcomes), dtype=np.int64), np.inf
    for _ in range(_MOST_DRAWS):
        arms = rng.choice(len(shares), len(outcomes), p=shares)
        apart = standard_errors_apart(arms, outcomes)
        if apart < least:
            best, least = arms, apart
        if least < _MOST_STANDARD_ERRORS:
            break
    return best


def standard_errors_apart(arms: Ints, outcomes: Floats) -> float:
    """Return the largest difference between control and another arm, in standard errors.

    It is infinite when an arm has fewer than two members.
    """
    members = np.bincount(arms, minlength=2)
    if members.min() < 2:
        return np.inf
    apart = 0.0
    for column in outcomes.T:
        mean = np.bincount(arms, column) / members
        variance = np.bincount(arms, (column - mean[arms]) ** 2) / (members - 1)
        error = np.sqrt(variance / members + variance[CONTROL] / members[CONTROL])
        difference = np.abs(mean - mean[CONTROL])
        apart = max(apart, float((difference[error > 0] / error[error > 0]).max(initial=0.0)))
    return apart
