"""Assigning units to the arms of an experiment: by lot within strata, the same for a seed."""

from collections.abc import Mapping
from math import isfinite

import numpy as np
import pandas as pd

from crm_data.errors import UsageError
from crm_data.hold_back import drawn

_ROUNDING = 1e-9


def assign_arms(
    customer_ids: pd.Series,
    shares: Mapping[str, float],
    *,
    seed: int,
    strata: pd.Series | None = None,
    values: pd.Series | None = None,
) -> pd.Series:
    """Return the arm of each customer, in the order given.

    In each stratum every arm gets its share to within one customer, evenly over tenths of the
    value. The order of the rows does not matter.

    Parameters
    ----------
    customer_ids : Series
        Customers, each once.
    shares : dict
        Share of each arm, hold-out included; they add up to 1.
    seed : int
        The same customers, strata, values and seed give the same arms.
    strata, values : Series, optional
        Group of each customer (region, say; missing is one), and a number to spread evenly.

    Raises
    ------
    UsageError
        Shares that do not add up to 1, or a customer twice.
    """
    whole = sum(shares.values())
    if len(shares) < 2 or not all(isfinite(s) and s > 0 for s in shares.values()) or (
        abs(whole - 1) > _ROUNDING
    ):  # fmt: skip
        raise UsageError(
            "experiment_shares",
            f"Shares of arms {dict(shares)} cannot be drawn. Give two arms or more, each above 0, "
            "that add up to 1.",
        )
    if customer_ids.duplicated().any():
        raise UsageError(
            "experiment_twice",
            "A customer is in the list twice and would be in two arms. Leave out the repetitions.",
        )
    count = len(customer_ids)
    groups = pd.Series(0, index=range(count)) if strata is None else _numbered(strata)
    amounts = pd.Series(0.0, index=range(count)) if values is None else values
    arms = np.empty(count, dtype=object)
    for stratum in np.unique(groups.to_numpy()):
        mine = np.flatnonzero(groups.to_numpy() == stratum)
        ids, at = customer_ids.iloc[mine], amounts.iloc[mine]
        arms[mine] = _drawn(ids, at, shares, [seed, int(stratum)])
    return pd.Series(arms, index=customer_ids.index, dtype="str")


def _numbered(strata: pd.Series) -> pd.Series:
    """Return the number of each stratum in the order of their names; missing is 0."""
    codes, _ = pd.factorize(strata.astype("str").where(strata.notna()), sort=True)
    return pd.Series(codes + 1)


def _drawn(
    ids: pd.Series, values: pd.Series, shares: Mapping[str, float], seed: list[int]
) -> "np.ndarray[tuple[int], np.dtype[np.object_]]":
    """Return arms of one stratum: the smallest is drawn first, so no draw takes more than half."""
    order = sorted(shares, key=lambda arm: (shares[arm], arm))
    arms = np.full(len(ids), order[-1], dtype=object)
    left = np.arange(len(ids))
    remaining = 1.0
    for place, arm in enumerate(order[:-1]):
        entropy = np.random.SeedSequence([*seed, place]).generate_state(1)[0]
        share = min(0.5, shares[arm] / remaining)
        is_drawn = drawn(ids.iloc[left], values.iloc[left], share=share, seed=int(entropy))
        arms[left[is_drawn]] = arm
        left = left[~is_drawn]
        remaining -= shares[arm]
    return arms
