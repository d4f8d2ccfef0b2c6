"""Which sources bring leads that become customers, and what one costs where that is known."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import betaincinv

from analytics.lead_flow import is_converted_within, is_old_enough
from analytics.stats import LEVEL, wilson_interval
from analytics.team_prior import Prior, fit_prior


@dataclass(frozen=True, eq=False)
class LeadSources:
    """Conversion by source.

    Attributes
    ----------
    frame : DataFrame
        One row per source (a missing one is a row of its own), the most leads first: the column
        asked for, ``leads``, ``old_enough`` (of them, those that had their days), ``converted`` (of
        those), ``share`` with Wilson's ``low`` and ``high``, ``shrunk`` with ``shrunk_low`` and
        ``shrunk_high`` (drawn toward all sources, see ``analytics.team_rates``), ``cost`` (money;
        NaN: not known, which is not 0), ``cost_per_lead``, ``cost_per_converted`` (of the leads
        that had their days, at the cost per lead; NaN where none converted).
    prior : Prior
        How far sources lie apart.
    """

    frame: pd.DataFrame
    prior: Prior


def lead_sources(
    leads: pd.DataFrame,
    *,
    days: int,
    until: pd.Timestamp,
    by: str = "source",
    costs: pd.DataFrame | None = None,
    level: float = LEVEL,
) -> LeadSources:
    """Return conversion within ``days`` and costs by source.

    Parameters
    ----------
    leads : DataFrame
        ``by``, ``created_on``, ``converted_on``.
    days : int
        Days that a lead has to convert in; younger ones are counted as leads only.
    until : Timestamp
        First day that is not yet known.
    by : str
        ``source``, ``campaign_id`` or any other column.
    costs : DataFrame, optional
        ``by`` and ``cost``: money spent in the period that the leads were created in. Several rows
        are added up; one of them missing makes the sum missing.
    level : float
        Coverage of the intervals, 0 to 1.
    """
    is_old = is_old_enough(leads, days, until)
    told = pd.DataFrame(
        {
            by: leads[by],
            "leads": 1,
            "old_enough": is_old.astype("int64"),
            "converted": (is_old & is_converted_within(leads, days)).astype("int64"),
        }
    )
    frame = told.groupby(by, dropna=False, sort=True).sum().reset_index()
    won, n = (frame[name].to_numpy(dtype="float64") for name in ("converted", "old_enough"))
    prior = fit_prior(won, n)
    low, high = wilson_interval(won, n, level=level)
    with np.errstate(invalid="ignore"):
        frame = frame.assign(share=won / n, low=low, high=high)
    frame = _drawn(frame, prior, level)
    frame["cost"] = _cost(frame[by], by, costs)
    frame["cost_per_lead"] = frame["cost"] / frame["leads"]
    per_lead = frame["cost_per_lead"] / frame["share"].where(frame["share"] > 0)
    frame["cost_per_converted"] = per_lead
    order = frame.sort_values(["leads", by], ascending=[False, True], kind="stable")
    return LeadSources(order.reset_index(drop=True), prior)


def _drawn(frame: pd.DataFrame, prior: Prior, level: float) -> pd.DataFrame:
    won, n = (frame[name].to_numpy(dtype="float64") for name in ("converted", "old_enough"))
    if not prior.has_spread:
        low, high = wilson_interval(won.sum(), n.sum(), level=level)
        return frame.assign(shrunk=prior.mean, shrunk_low=float(low), shrunk_high=float(high))
    a, b = prior.mean * prior.size + won, (1 - prior.mean) * prior.size + n - won
    edge = (1 - level) / 2
    ends = betaincinv(a, b, edge), betaincinv(a, b, 1 - edge)
    return frame.assign(shrunk=a / (a + b), shrunk_low=ends[0], shrunk_high=ends[1])


def _cost(names: pd.Series, by: str, costs: pd.DataFrame | None) -> pd.Series:
    if costs is None or costs.empty:
        return pd.Series(np.nan, index=names.index)
    each = costs.groupby(by)["cost"]
    known: pd.Series = each.sum().astype("float64").where(each.count() == each.size())
    return names.map(known).astype("float64")
