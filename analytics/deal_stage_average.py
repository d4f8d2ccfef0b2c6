"""The chance that deals of a stage had: what every model of deals must beat."""

from typing import Any

import numpy as np
import pandas as pd

from analytics.churn_features import Flags
from analytics.deal_proof import share_interval

LEAST = 20  # deals of a stage whose outcome is known; of fewer, it cannot be told
_STAGE = ["pipeline", "stage"]


def stage_averages(
    rows: pd.DataFrame, won: Flags, deal: Any, *, least: int = LEAST
) -> pd.DataFrame:
    """Return how many of the deals open in a stage at the end of a day were won in time.

    Parameters
    ----------
    rows : DataFrame
        Open deals as of several days: ``pipeline``, ``stage`` (a missing one is one of its own).
    won : ndarray of bool, shape (n,)
    deal : array-like of shape (n,)
    least : int

    Returns
    -------
    DataFrame
        One row per stage: ``pipeline``, ``stage``, ``learned`` (share of the rows),
        ``learned_low``, ``learned_high`` (95 %, by deal), ``closed`` (deals). NaN with fewer than
        ``least``. A deal that stays is asked about on more days, as it is among the open deals of
        any day.
    """
    frame = rows[_STAGE].assign(won=np.asarray(won), deal=np.asarray(deal))
    found = []
    for (pipeline, stage), own in frame.groupby(_STAGE, dropna=False, sort=True):
        deals = own["deal"].nunique()
        hits = own["won"].to_numpy(dtype=bool)
        low, high = share_interval(hits, own["deal"].to_numpy())
        told = (float(hits.mean()), low, high) if deals >= least else (np.nan, np.nan, np.nan)
        found.append((pipeline, stage, *told, deals))
    names = [*_STAGE, "learned", "learned_low", "learned_high", "closed"]
    result = pd.DataFrame(found, columns=names)
    return result.astype({name: rows[name].dtype for name in _STAGE})


def by_stage(rows: pd.DataFrame, averages: pd.DataFrame) -> pd.DataFrame:
    """Return ``probability``, ``low``, ``high`` and ``deals`` of each row.

    NaN where it cannot be told; ``deals`` are those of the stage, 0 where none was known.
    """
    found = rows[_STAGE].merge(averages, on=_STAGE, how="left", validate="many_to_one")
    told = found[["learned", "learned_low", "learned_high"]].set_axis(rows.index)
    told = told.set_axis(["probability", "low", "high"], axis=1).astype("float64")
    return told.assign(deals=found["closed"].fillna(0).astype("int64").to_numpy())
