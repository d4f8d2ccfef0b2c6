"""How likely open deals are to be won: by a model where that beats the average of their stage.

The model is that of ``analytics.churn`` (there ``churned`` means won): regularised logistic
regression or boosted trees, calibrated, learnt from deals as they were known on past days. It is
judged on later days and used where its Brier score is clearly smaller than that of stage averages.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from analytics.churn import ChurnModel
from analytics.churn_features import Flags
from analytics.churn_refit import refitted
from analytics.deal_proof import compared, reliability_by_deal
from analytics.deal_stage_average import by_stage, stage_averages
from analytics.stats import Floats

MODEL, STAGE, HAND, RATE = "model", "stage", "hand", "rate"
MARGIN = 0.01  # of the stage averages' Brier score that a model must take away
LEAST_JUDGED = 20  # deals won, and not won, on the judged days

Verdict = Literal["useful", "no_better"]


@dataclass(frozen=True, eq=False)
class DealProof:
    """How a model did on days it had not learnt from, and stage averages on the same deals.

    Attributes
    ----------
    verdict : str
        ``useful``: the Brier score of the model is smaller by at least ``MARGIN`` of that of stage
        averages, and the interval of the difference, by deal, is above 0; else ``no_better``.
    fitted : ChurnModel
        Of the rows ``train``.
    train, test : ndarray of bool, shape (n,)
    ways : DataFrame
        See ``deal_proof.compared``: ``model``, ``stage``, ``hand`` (set by hand) and ``rate`` (of
        all that was learnt from).
    reliability : dict of str to DataFrame
        Of ``model`` and ``stage``; see ``deal_proof.reliability_by_deal``.
    """

    verdict: Verdict
    fitted: ChurnModel
    train: Flags
    test: Flags
    ways: pd.DataFrame
    reliability: dict[str, pd.DataFrame]


def time_split(on: Any, first_judged: Any, horizon_days: int) -> tuple[Flags, Flags]:
    """Return rows whose outcome was known on the first judged day, and rows from then on."""
    days = np.asarray(on, dtype="datetime64[D]")
    first = np.datetime64(first_judged, "D")
    is_known = np.asarray(days + np.timedelta64(horizon_days, "D") <= first)
    return is_known, np.asarray(days >= first)


def is_judgeable(won: Flags, deal: Any, test: Flags) -> bool:
    """Whether the judged days hold enough deals of both kinds."""
    who = np.asarray(deal)
    fewest = min(len(np.unique(who[test & won])), len(np.unique(who[test & ~won])))
    return fewest >= LEAST_JUDGED


def prove(
    rows: pd.DataFrame,
    won: Flags,
    deal: Any,
    on: Any,
    *,
    fields: list[str],
    first_judged: Any,
    horizon_days: int,
    seed: int = 0,
) -> DealProof:
    """Learn from early days and judge on late ones.

    Parameters
    ----------
    rows : DataFrame
        Deals as of days: ``fields``, ``pipeline``, ``stage``, ``probability`` (set by hand).
    won : ndarray of bool, shape (n,)
        Whether it was won in time.
    deal, on : array-like of shape (n,)
        The deal and the day.
    fields : list of str
        What the model may look at.
    first_judged : date
    horizon_days : int
        Days until the outcome of a row is known.
    seed : int

    Raises
    ------
    BadInputError
        Those of ``ChurnModel.fit``: too few deals of a kind, or no field that varies.
    """
    who, days = np.asarray(deal), np.asarray(on, dtype="datetime64[us]")
    train, test = time_split(days, first_judged, horizon_days)
    fitted = ChurnModel(horizon_days=horizon_days, seed=seed).fit(
        rows.loc[train, fields], won[train], groups=who[train], as_of=days[train]
    )
    rate = float(won[train].mean())
    averages = stage_averages(rows[train], won[train], who[train])
    staged = by_stage(rows[test], averages)["probability"].fillna(rate).to_numpy()
    said = {
        MODEL: fitted.predict_proba(rows.loc[test, fields])[:, 1],
        STAGE: staged,
        HAND: _by_hand(rows["probability"][test]),
        RATE: np.full(int(test.sum()), rate),
    }
    ways = compared(won[test], said, who[test], ours=MODEL, seed=seed)
    bins = {way: reliability_by_deal(won[test], said[way], who[test]) for way in (MODEL, STAGE)}
    return DealProof(_verdict(ways), fitted, train, test, ways, bins)


def learnt_from_all(
    proof: DealProof, rows: pd.DataFrame, won: Flags, fields: list[str]
) -> ChurnModel:
    """Return the proved model, fitted to the judged days as well."""
    return refitted(proof.fitted, rows[fields], won)


def like_it(probability: Floats, bins: pd.DataFrame) -> pd.DataFrame:
    """Return what became of deals with such a prediction on the judged days.

    Returns
    -------
    DataFrame
        Per probability ``low``, ``high`` (of the bin, wider where the probability is outside) and
        ``deals`` of the bin.
    """
    place = np.searchsorted(bins["upper"].to_numpy()[:-1], probability, side="left")
    own = bins[["low", "high", "deals"]].iloc[place].reset_index(drop=True)
    return own.assign(
        low=np.minimum(own["low"], probability), high=np.maximum(own["high"], probability)
    )


def _by_hand(given: pd.Series) -> Floats:
    found = given.astype("float64").to_numpy(na_value=np.nan)
    return np.where((found >= 0) & (found <= 1), found, np.nan)


def _verdict(ways: pd.DataFrame) -> Verdict:
    stage = ways.set_index("way").loc[STAGE]
    clear = stage["gain_low"] > 0 and stage["gain"] >= MARGIN * stage["brier"]
    return "useful" if clear else "no_better"
