"""Rates of people whose deals and territories differ, made comparable.

Indirect standardisation: a person's wins are held against those that the whole team's rates, by
stratum (product category, size of deal, office), would have given on the same deals.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from analytics.risk_sets import Ints
from analytics.stats import LEVEL, Floats, normal_quantile

_STEPS = 60
_FAR = 40.0  # log-odds


def mix_adjusted(
    people: pd.DataFrame, strata: Sequence[str], *, level: float = LEVEL
) -> pd.DataFrame:
    """Hold each person's wins against those expected of the same deals.

    Parameters
    ----------
    people : DataFrame
        One row per person and stratum: ``owner_id``, ``won``, ``closed`` and the columns named in
        ``strata``; a missing value is a stratum of its own.
    strata : sequence of str
        Columns that together make a stratum.
    level : float
        Coverage of the interval, 0 to 1.

    Returns
    -------
    DataFrame
        One row per person who closed a deal, the highest ``ratio`` first: ``owner_id``, ``won``,
        ``closed``, ``expected`` (wins at the team's rates), ``ratio`` (won / expected) with
        ``low`` and ``high``, ``adjusted`` (team's rate times ratio, at most 1) with
        ``adjusted_low`` and ``adjusted_high``, ``alone`` (closed deals in strata where nobody else
        has any: held against themselves, they say nothing). NaN where nothing was expected.

    Notes
    -----
    The interval holds every shift of log-odds, the same in all strata, under which the wins lie
    within so many standard errors of what is then expected: Wilson's interval where there is one
    stratum. The team's own rates are taken as known.
    """
    known = people[people["owner_id"].notna() & (people["closed"] > 0)]
    code = _strata(known, strata)
    owner, names = pd.factorize(known["owner_id"], sort=True)
    shape = (len(names), int(code.max()) + 1 if len(code) else 0)
    won, closed = (_table(owner, code, known[name], shape) for name in ("won", "closed"))
    all_closed = closed.sum(axis=0)
    rate = won.sum(axis=0) / np.where(all_closed > 0, all_closed, np.nan)
    expected, total = closed @ rate, won.sum(axis=1)
    z = normal_quantile(level)
    low, high = (_expected_at_edge(total, closed, rate, edge) for edge in (z, -z))
    # Who won nothing may be expected to win next to nothing, who lost nothing everything.
    low = np.where(total == 0, 0.0, low)
    of = np.where(expected > 0, expected, np.nan)
    team = float(won.sum()) / float(closed.sum()) if len(names) else np.nan
    found = pd.DataFrame(
        {
            "owner_id": names,
            "won": total.astype("int64"),
            "closed": closed.sum(axis=1).astype("int64"),
            "expected": expected,
            "ratio": total / of,
            "low": low / of,
            "high": high / of,
            "alone": np.where(closed == all_closed, closed, 0.0).sum(axis=1).astype("int64"),
        }
    )
    for name, of_ratio in (
        ("adjusted", "ratio"), ("adjusted_low", "low"), ("adjusted_high", "high"),
    ):  # fmt: skip
        found[name] = (team * found[of_ratio]).clip(upper=1.0)
    return found.sort_values(
        ["ratio", "owner_id"], ascending=[False, True], kind="stable", ignore_index=True
    )


def _strata(known: pd.DataFrame, strata: Sequence[str]) -> Ints:
    if not strata or known.empty:
        return np.zeros(len(known), dtype="int64")
    keys = known.groupby(list(strata), dropna=False, sort=True).ngroup()
    return np.asarray(keys, dtype=np.int64)


def _table(owner: Ints, code: Ints, counts: pd.Series, shape: tuple[int, int]) -> Floats:
    found = np.zeros(shape)
    np.add.at(found, (owner, code), counts.to_numpy(dtype="float64"))
    return found


def _expected_at_edge(won: Floats, closed: Floats, rate: Floats, z: float) -> Floats:
    """Expected wins at the shift of log-odds where the wins are ``z`` standard errors above it.

    By halving: the more shifted, the fewer standard errors above.
    """
    is_sure = (rate <= 0) | (rate >= 1)
    odds = logit(np.where(is_sure, 0.5, rate))
    low, high = np.full(len(won), -_FAR), np.full(len(won), _FAR)
    for _ in range(_STEPS):
        middle = (low + high) / 2
        chance = np.where(is_sure, rate, expit(odds + middle[:, None]))
        mean = (closed * chance).sum(axis=1)
        error = np.sqrt((closed * chance * (1 - chance)).sum(axis=1))
        is_above = won - mean > z * error
        low, high = np.where(is_above, middle, low), np.where(is_above, high, middle)
    return np.asarray((closed * np.where(is_sure, rate, expit(odds + low[:, None]))).sum(axis=1))
