"""How long deals stay in each stage, and how they leave it."""

import numpy as np
import pandas as pd

from analytics.deal_times import median_of_counts
from analytics.lifetime_summaries import median_lifetime
from analytics.product_limit import log_log_interval, survival_of
from analytics.risk_sets import Ints, RiskSets, counted_sets
from analytics.stats import normal_quantile

EXITS = ("moved", "won", "lost")
LEAST_SPELLS = 5  # a stage with fewer is compared with none
_COLUMNS = (
    "stage_no", "stage", "spells", "left_out", *EXITS, "still_there", "median_days", "low", "high",
    "finished_median", *(f"{name}_share" for name in EXITS), "undecided", "is_slowest",
)  # fmt: skip


def stage_times(spells: pd.DataFrame, stages: pd.DataFrame) -> pd.DataFrame:
    """Estimate the time in each open stage of one pipeline.

    Parameters
    ----------
    spells : DataFrame
        Counted spells: ``stage_no``, ``days`` (to leaving, or to the data's last day), ``exit``
        (``moved``, ``won``, ``lost``, missing: still there), ``is_entry_known``, ``spells``.
    stages : DataFrame
        ``stage_no``, ``stage``, ``position``, ``outcome`` (missing: an open stage).

    Returns
    -------
    DataFrame
        One row per open stage in order: ``stage_no``, ``stage``; ``spells`` that it rests on and
        ``left_out`` (nobody saw when they began, so their length is unknown); how many ``moved``,
        ``won``, ``lost``, ``still_there``; ``median_days`` until half have left, in any way, with
        ``low`` and ``high`` (95 %; NaN: not reached), beside ``finished_median`` of those that have
        left only; ``moved_share``, ``won_share``, ``lost_share`` by Aalen-Johansen at the longest
        time seen, and ``undecided``, the share still there then. ``is_slowest`` where the median's
        interval lies above those of all other stages with ``LEAST_SPELLS``: where they overlap, or
        another stage's is not bounded, none is.
    """
    order = stages[stages["outcome"].isna()].sort_values(["position", "stage_no"])
    known = spells["is_entry_known"].to_numpy(dtype=bool)
    codes = _exit_codes(spells["exit"])
    numbers = spells["stage_no"].to_numpy()
    rows = []
    for stage_no, stage in zip(order["stage_no"], order["stage"], strict=True):
        here = numbers == stage_no
        part = spells[here & known]
        sets = counted_sets(part["days"], codes[here & known], part["spells"], len(EXITS))
        left_out = int(spells["spells"].to_numpy()[here & ~known].sum())
        rows.append((stage_no, stage, int(sets.seen.sum()), left_out, *_measures(sets), False))
    found = pd.DataFrame(rows, columns=list(_COLUMNS))
    return found.assign(is_slowest=_is_slowest(found))


def _exit_codes(exits: pd.Series) -> Ints:
    codes = np.zeros(len(exits), dtype=np.int64)
    for number, name in enumerate(EXITS, start=1):
        codes[exits.eq(name).to_numpy(dtype=bool, na_value=False)] = number
    return codes


def _measures(sets: RiskSets) -> tuple[float, ...]:
    left = [int(ended.sum()) for ended in sets.ended]
    still = int(sets.seen.sum()) - sum(left)
    if not len(sets.ages):
        return (*left, still, *[np.nan] * 8)
    survival = survival_of(sets.all_ended, sets.at_risk)
    low, high = log_log_interval(survival, sets.all_ended, sets.at_risk, normal_quantile(0.95))
    half = median_lifetime(
        pd.DataFrame({"duration": sets.ages, "survival": survival, "low": low, "high": high})
    )
    before = np.concatenate([[1.0], survival[:-1]])
    shares = (sets.ended * (before / sets.at_risk)).sum(axis=1)  # the last of Aalen-Johansen
    finished = median_of_counts(sets.ages, sets.all_ended)
    return (
        *left, still, half.median, half.low, half.high, finished,
        *shares.tolist(), float(survival[-1]),
    )  # fmt: skip


def _is_slowest(found: pd.DataFrame) -> list[bool]:
    compared = found["spells"] >= LEAST_SPELLS
    flags = []
    for row in found.index:
        others = found.loc[compared & (found.index != row), "high"]
        apart = bool(found.loc[row, "low"] > others.max()) and not others.isna().any()
        flags.append(bool(compared[row]) and apart)
    return flags
