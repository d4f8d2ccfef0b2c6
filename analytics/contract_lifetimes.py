"""How long customers stay under contract: everything the view and the command line say of it.

Lifetimes are unbroken times under contract, in days. A time that began before ends were recorded
enters at the age it had then (left truncation): counted from its start, it would only be here
because it lasted.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analytics.competing_risks import cumulative_incidence
from analytics.hazard import hazard_by_age
from analytics.lifetime_summaries import lifetimes_by_group
from analytics.log_rank import LogRank, log_rank
from analytics.risk_sets import Observed, observed, risk_sets
from analytics.survival_groups import GroupCurves, kaplan_meier_by_group
from crm_data.calendar import MONTH_DAYS

BAND_MONTHS = 3
MOST_CURVES = 6
MOST_REASONS = 5
LEAST_ENDED = 5  # ends, all together; under it a curve is not drawn at all
_AGE_STEPS, _MOST_AGES = (1, 2, 3, 6, 12, 24, 36, 60, 120), 7
NO_REASON, OTHER_REASONS = "no_reason", "other_reasons"


@dataclass(frozen=True, eq=False)
class Lifetimes:
    """What is known of how long contracts last.

    Attributes
    ----------
    spells, ended, late : int
        Times under contract, those of them that ended, and those that began before ends were
        recorded.
    curves : GroupCurves
        Of the groups, or of one group without a split.
    summaries : DataFrame
        ``lifetimes_by_group``, in days.
    test : LogRank or None
        Of the groups drawn; None without two of them, or where groups share customers.
    hazard : DataFrame
        ``hazard_by_age`` of all together in bands of three months, in ends per month.
    incidence : DataFrame
        ``cumulative_incidence`` of all together by reason; the rarest together as
        ``other_reasons``, ends without one as ``no_reason``.
    at_risk : DataFrame
        A row per group drawn and round age: ``group``, ``age_months``, ``at_risk`` (under
        observation just before it, and still running).
    """

    spells: int
    ended: int
    late: int
    curves: GroupCurves
    summaries: pd.DataFrame
    test: LogRank | None
    hazard: pd.DataFrame
    incidence: pd.DataFrame
    at_risk: pd.DataFrame

    @property
    def is_enough(self) -> bool:
        """Whether enough ended for a curve."""
        return self.ended >= LEAST_ENDED and bool((self.curves.groups["status"] == "shown").any())


def contract_lifetimes(
    counts: pd.DataFrame, groups: pd.Series | None = None, *, may_overlap: bool = False
) -> Lifetimes:
    """Estimate how long times under contract last.

    Parameters
    ----------
    counts : DataFrame
        ``SPELL_COUNTS``: ``age_days``, ``entered_days``, ``is_ended``, ``end_reason``, ``spells``.
    groups : Series, optional
        The group of each row; missing: in no curve. By default all are one group.
    may_overlap : bool
        One time may be in several groups: no test, which takes them for different customers.
    """
    ages = counts["age_days"].to_numpy(dtype=np.float64)
    entered = counts["entered_days"].to_numpy(dtype=np.float64)
    ended = counts["is_ended"].to_numpy(dtype=np.bool_)
    spells = counts["spells"].to_numpy(dtype=np.int64)
    names = pd.Series("", index=counts.index) if groups is None else groups
    group = names.astype(object)
    of: dict[str, Any] = {"entered": entered, "weights": spells}
    seen = observed(ages, ended, **of)
    curves = kaplan_meier_by_group(ages, ended, group, most=MOST_CURVES, **of)
    test = None
    shown = curves.groups.loc[curves.groups["status"] == "shown", "group"]
    if len(shown) > 1 and not may_overlap:
        test = log_rank(ages, ended, group.where(group.isin(shown)), **of)
    monthly = hazard_by_age(
        ages / MONTH_DAYS, ended, BAND_MONTHS, entered=entered / MONTH_DAYS, weights=spells
    )
    return Lifetimes(
        int(spells.sum()),
        int(spells[ended].sum()),
        int(spells[entered > 0].sum()),
        curves,
        lifetimes_by_group(curves),
        test,
        monthly[monthly["time_at_risk"] > 0].reset_index(drop=True),
        cumulative_incidence(ages, _reasons(counts), **of),
        _at_risk(seen, group, shown.tolist()),
    )


def round_ages(longest: float) -> list[int]:
    """Return at most seven round ages from 0 up to ``longest``, in months.

    Examples
    --------
    >>> round_ages(35.2)
    [0, 6, 12, 18, 24, 30]
    """
    step = next((one for one in _AGE_STEPS if longest / one < _MOST_AGES), _AGE_STEPS[-1])
    return list(range(0, int(longest) + 1, step))[:_MOST_AGES]


def _at_risk(seen: Observed, group: pd.Series, shown: list[str]) -> pd.DataFrame:
    months = round_ages(float(seen.durations.max(initial=0.0)) / MONTH_DAYS)
    days = np.asarray(months, dtype=np.float64) * MONTH_DAYS
    own = group.to_numpy(dtype=object)[seen.kept]
    parts = [
        pd.DataFrame(
            {
                "group": name,
                "age_months": months,
                "at_risk": risk_sets(seen.among(own == name), days).at_risk,
            }
        )
        for name in shown
    ]
    nothing = pd.DataFrame(columns=["group", "age_months", "at_risk"])
    return pd.concat(parts, ignore_index=True) if parts else nothing


def _reasons(counts: pd.DataFrame) -> pd.Series:
    """Return why each ended: the commonest reasons, and others together; missing: still runs."""
    told = counts["end_reason"].astype(object).where(counts["end_reason"].notna(), NO_REASON)
    reason = told.where(counts["is_ended"].astype(bool))
    common = counts["spells"].groupby(reason).sum().sort_values(ascending=False, kind="stable")
    kept = common.index[: MOST_REASONS - 1 if len(common) > MOST_REASONS else MOST_REASONS]
    return reason.where(reason.isna() | reason.isin(kept), OTHER_REASONS)
