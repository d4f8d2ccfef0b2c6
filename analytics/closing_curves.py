"""When open deals are won: by the stage that they are in and how long they have been there.

For each stage and each of a few ages, the share of deals still there at that age that were won
within so many days after, with lost deals out of the running and open ones unfinished (Aalen and
Johansen, see ``competing_risks``; starting anew at an age: J. R. Anderson, K. C. Cain and R. D.
Gelber 1983, Journal of Clinical Oncology 1, 710–719). A deal between two ages is between their
curves. Where a stage tells too little, the age of the deal does, whatever the stage.
"""

from typing import Any

import numpy as np
import pandas as pd

from analytics.deal_times import outcome_codes
from analytics.risk_sets import Ints
from analytics.stats import Floats

AGES = (0, 7, 14, 30, 60, 90, 180)  # days at which curves start anew
LEAST = 20  # deals that a curve starts with; of fewer it says nothing
STAGE, AGE, NONE = "stage", "age", "none"
CURVES = ("pipeline", "stage_no", "age_days", "at_risk", "days", "won_share")
_GROUP = ["pipeline", "stage_no"]


def closing_curves(visits: pd.DataFrame, *, least: int = LEAST) -> pd.DataFrame:
    """Estimate the share won by days after each age.

    Parameters
    ----------
    visits : DataFrame
        Visits of stages, and (with ``stage_no`` missing) lives of whole deals: ``pipeline``,
        ``stage_no``, ``stay`` (days in the stage, so far), ``days`` (from entry to the close of the
        deal, or to the last known day), ``outcome`` (of the deal; missing: open), ``deals`` (so
        many alike). Rows may repeat.
    least : int
        Deals still there below which an age has no curve.

    Returns
    -------
    DataFrame
        ``CURVES``: one row per pipeline, stage (missing: any), age and day after it on which the
        share grew; the first of each is of day 0. ``at_risk`` is the number at the start.
    """
    keys, words = visits[_GROUP], _words(visits[_GROUP])
    stay, days, deals = (
        visits[name].to_numpy(dtype="float64", na_value=np.nan)
        for name in ("stay", "days", "deals")
    )
    codes = outcome_codes(visits["outcome"])
    _, firsts, group = np.unique(words.astype(str), return_index=True, return_inverse=True)
    parts, origin = [], []
    for number, first in enumerate(firsts):
        own = np.flatnonzero(group == number)
        for age in AGES:
            still = own[stay[own] > age]
            at_risk = int(deals[still].sum())
            if at_risk < least:
                break  # at later ages there are fewer still
            day, share = _won_share(days[still] - age, codes[still], deals[still])
            start = np.full((len(day), 2), (age, at_risk))
            parts.append(np.column_stack([start, day, share]))
            origin.append(np.full(len(day), first))
    numbers = np.concatenate(parts) if parts else np.empty((0, 4))
    at = np.concatenate(origin) if origin else np.empty(0, dtype="int64")
    found = keys.iloc[at].reset_index(drop=True)
    return found.assign(**dict(zip(CURVES[2:], numbers.T, strict=True)))


def chances_between(
    deals: pd.DataFrame, curves: pd.DataFrame, after: int, until: int
) -> pd.DataFrame:
    """Return how likely open deals are to be won from one day to another.

    Parameters
    ----------
    deals : DataFrame
        Open deals: ``pipeline``, ``stage_no``, ``stage_days`` (in the stage), ``age_days`` (since
        creation); missing where not known.
    curves : DataFrame
        Of ``closing_curves``.
    after, until : int
        Days from now: won later than ``after`` and not later than ``until``.

    Returns
    -------
    DataFrame
        Per deal ``chance`` (NaN: cannot tell), ``known_deals`` (that the curve started with) and
        ``basis``: ``stage``, ``age`` (of the deal, whatever its stage) or ``none``.
    """
    points = _points(curves, after, until)
    by_stage = _read(deals, deals["stage_days"], points[points["stage_no"].notna()], _GROUP)
    of_all = points[points["stage_no"].isna()]
    by_age = _read(deals, deals["age_days"], of_all, ["pipeline"])
    in_stage = ~np.isnan(by_stage[0])
    chance = np.where(in_stage, by_stage[0], by_age[0])
    basis = np.where(in_stage, STAGE, np.where(np.isnan(chance), NONE, AGE))
    known = np.where(in_stage, by_stage[1], np.where(np.isnan(chance), 0, by_age[1]))
    return pd.DataFrame(
        {"chance": chance, "known_deals": known.astype("int64"), "basis": basis.astype(object)},
        index=deals.index,
    )


def _won_share(days: Floats, codes: Ints, deals: Floats) -> tuple[Floats, Floats]:
    """Return the days on which the share won grew, from day 0, and the share on each."""
    ages, place = np.unique(days, return_inverse=True)
    seen, won, ended = (
        np.bincount(place, deals * chosen, len(ages))
        for chosen in (np.ones(len(codes)), codes == 1, codes > 0)
    )
    at_risk = seen[::-1].cumsum()[::-1]
    left = np.cumprod(1 - ended / at_risk)
    share = np.cumsum(np.concatenate([[1.0], left[:-1]]) * won / at_risk)
    grows = won > 0
    return np.append(0.0, ages[grows]), np.append(0.0, share[grows])


def _points(curves: pd.DataFrame, after: int, until: int) -> pd.DataFrame:
    """Return the share won between two days of each curve."""
    keys = [*_GROUP, "age_days", "at_risk"]
    ordered = curves.sort_values("days", kind="stable")

    def up_to(days: int) -> Any:
        known = ordered[ordered["days"] <= max(days, 0)]
        return known.groupby(keys, dropna=False)["won_share"].last()

    share: pd.Series = up_to(until) - up_to(after)
    return share.rename("share").reset_index()


def _read(
    deals: pd.DataFrame, age: pd.Series, points: pd.DataFrame, keys: list[str]
) -> tuple[Floats, Floats]:
    """Return the share at the age of each deal, between those of two ages, and who it is of."""
    of_deal, of_point = _words(deals[keys]), _words(points[keys])
    days = age.to_numpy(dtype="float64", na_value=np.nan)
    share, known = np.full(len(deals), np.nan), np.zeros(len(deals))
    for word, curve in points.assign(word=of_point).sort_values("age_days").groupby("word"):
        here = (of_deal == word) & ~np.isnan(days)
        ages = curve["age_days"].to_numpy(dtype="float64")
        share[here] = np.interp(days[here], ages, curve["share"].to_numpy(dtype="float64"))
        last = np.searchsorted(ages, np.maximum(days[here], 0.0), side="right") - 1
        known[here] = curve["at_risk"].to_numpy(dtype="float64")[last]
    return share, known


def _words(keys: pd.DataFrame) -> Any:
    """Return the keys of each row as one text, missing ones like each other."""
    codes = keys.groupby(list(keys.columns), dropna=False, sort=False).ngroup().to_numpy()
    _, firsts = np.unique(codes, return_index=True)  # a text for each key, not for each row
    different = keys.iloc[firsts]
    found = np.full(len(different), "", dtype=object)
    for name in different:
        own = different[name]
        if pd.api.types.is_numeric_dtype(own):  # 1 and 1.0 are the same stage
            own = own.astype("float64")
        found = found + own.astype(object).where(own.notna(), "").astype(str).to_numpy() + "\0"
    return found[codes]
