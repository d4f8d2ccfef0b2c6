"""Records that are probably the same person or company."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from analytics.identity_blocks import blocks_of
from analytics.identity_fields import comparable
from analytics.identity_levels import Comparison, comparisons_of
from analytics.identity_model import IdentityModel

SAME = 0.5  # probability from which two records are taken for one
_SEED = 20_260_101
_MOST_PRIOR = 0.05  # share of random pairs that may be of one person
_ROUNDS = 100
_SURE = 0.95
_LARGEST = 30  # records of a cluster whose pairs are all looked at


@dataclass(frozen=True)
class Duplicates:
    """What was found.

    Attributes
    ----------
    pairs : DataFrame
        ``customer_id_l``, ``customer_id_r`` (in the order of the frame), ``match_probability``,
        ``match_weight`` (log2 of the odds); most probable first.
    clusters : DataFrame
        ``customer_id``, ``cluster_id`` (the id of its first record) of every record; pairs of at
        least ``SAME`` belong together.
    reasons : DataFrame
        One row per pair and field that both have: ``customer_id_l``, ``customer_id_r``, ``field``
        (``given`` and ``family`` of the name), ``level`` (``exact``, ``close``, ``near``,
        ``part``, ``swapped``, ``other``), ``weight`` (log2 of the factor that it brings to the
        odds; below zero it speaks against).
    is_trained : bool
        Whether agreement was learnt from this data; else it is as commonly assumed.
    compared : int
        Pairs looked at.
    """

    pairs: pd.DataFrame
    clusters: pd.DataFrame
    reasons: pd.DataFrame
    is_trained: bool
    compared: int


def find_duplicates(
    frame: pd.DataFrame, *, threshold: float = SAME, seed: int = _SEED
) -> Duplicates:
    """Find records that are probably the same, without knowing any that are.

    The model is that of Fellegi and Sunter (1969), learnt by expectation maximisation with splink;
    how many pairs are the same is what the probabilities add up to.

    Parameters
    ----------
    frame : DataFrame
        ``customer_id`` (unique) and any of ``identity_fields.FIELDS``, in whatever form. Birth
        days are days or text (year first).
    threshold : float
        Least probability of a pair that is returned.
    seed : int
        Of the draw of random pairs: the same seed gives the same pairs.

    Raises
    ------
    ValueError
        There is no ``customer_id``, or one is missing or there twice.
    """
    ids = _ids(frame)
    records = comparable(frame)
    comparisons = comparisons_of(records.columns)
    none = pd.DataFrame({"l": [], "r": [], "weight": []}, dtype=np.float64)
    nothing = _found(ids, none, [], np.array([]), threshold)
    if len(records) < 2 or not comparisons:
        return nothing
    blocks = blocks_of(records)
    if not blocks.any_shared:
        return nothing
    model = IdentityModel(records, blocks, comparisons, seed)
    pairs = model.pairs()
    odds = _prior(pairs["weight"].to_numpy(), len(records))
    chance = _probability(pairs["weight"].to_numpy() + odds)
    missed = _missed(pairs, chance, len(records))
    if missed.size:
        pairs = pd.concat([pairs, model.between(missed[:, 0], missed[:, 1])], ignore_index=True)
        chance = _probability(pairs["weight"].to_numpy() + odds)
    pairs["weight"] += odds
    return _found(ids, pairs, comparisons, chance, threshold, is_trained=model.is_trained)


def _ids(frame: pd.DataFrame) -> np.ndarray:
    if "customer_id" not in frame:
        raise ValueError("find_duplicates needs the column customer_id")
    if frame["customer_id"].isna().any() or frame["customer_id"].duplicated().any():
        raise ValueError("customer_id must be there, once, for each record")
    return frame["customer_id"].to_numpy()


def _probability(weight: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp2(-np.clip(weight, -1000, 1000))))


def _prior(weight: np.ndarray, size: int) -> float:
    """Return log2 of the odds that two random records are the same: a fixed point."""
    every = size * (size - 1) / 2
    share = min(1 / size, _MOST_PRIOR)
    for _ in range(_ROUNDS):
        odds = float(np.log2(share / (1 - share)))
        chance = _probability(weight + odds)
        # What is in doubt does not make itself more probable.
        found = max(float(chance[chance >= _SURE].sum()), 0.5)
        new = min(found / every, _MOST_PRIOR)
        if abs(new - share) <= 1e-6 * share:
            break
        share = new
    return odds


def _groups(left: np.ndarray, right: np.ndarray, size: int) -> np.ndarray:
    """Return for each record the first one that it belongs together with."""
    graph = coo_array((np.ones(len(left)), (left, right)), shape=(size, size))
    _, label = connected_components(graph, directed=False)
    _, first = np.unique(label, return_index=True)
    return np.asarray(first[label])


def _missed(pairs: pd.DataFrame, chance: np.ndarray, size: int) -> np.ndarray:
    """Return pairs within clusters that share no key, as rows of two row numbers."""
    same = pairs[chance >= SAME]
    group = _groups(same["l"].to_numpy(), same["r"].to_numpy(), size)
    size_of = np.bincount(group, minlength=size)[group]
    inside = np.flatnonzero((size_of > 2) & (size_of <= _LARGEST))
    members = pd.Series(inside).groupby(group[inside]).agg(list)
    within = [
        (one, other)
        for rows in members
        for place, one in enumerate(rows)
        for other in rows[place + 1 :]
    ]
    if not within:
        return np.empty((0, 2), np.int64)
    near = pairs[group[pairs["l"].to_numpy()] == group[pairs["r"].to_numpy()]]
    known = set(zip(near["l"].tolist(), near["r"].tolist(), strict=True))
    return np.array([pair for pair in within if pair not in known], np.int64).reshape(-1, 2)


def _found(
    ids: np.ndarray,
    pairs: pd.DataFrame,
    comparisons: list[Comparison],
    chance: np.ndarray,
    threshold: float,
    *,
    is_trained: bool = False,
) -> Duplicates:
    left, right = pairs["l"].to_numpy(np.int64), pairs["r"].to_numpy(np.int64)
    same = chance >= SAME
    group = _groups(left[same], right[same], len(ids))
    order = np.lexsort((right, left, -chance))
    order = order[chance[order] >= threshold]
    kept = pairs.iloc[order].reset_index(drop=True)
    named = pd.DataFrame({"customer_id_l": ids[left[order]], "customer_id_r": ids[right[order]]})
    return Duplicates(
        named.assign(
            match_probability=chance[order], match_weight=kept["weight"].to_numpy(np.float64)
        ),
        pd.DataFrame({"customer_id": ids, "cluster_id": ids[group]}),
        _reasons_of(named, kept, comparisons),
        is_trained,
        len(pairs),
    )


def _reasons_of(
    named: pd.DataFrame, kept: pd.DataFrame, comparisons: list[Comparison]
) -> pd.DataFrame:
    told = [_reasons(named, kept, one) for one in comparisons]
    if told:
        return pd.concat(told, ignore_index=True)
    return named.assign(field="", level="", weight=0.0)


def _reasons(named: pd.DataFrame, kept: pd.DataFrame, one: Comparison) -> pd.DataFrame:
    level = kept[f"level_{one.field}"].to_numpy(np.int64)
    codes = np.array([level.code for level in one.levels], object)
    has = level >= 0
    return named[has].assign(
        field=one.field,
        level=codes[level[has]],
        weight=kept[f"weight_{one.field}"].to_numpy(np.float64)[has],
    )
