"""What a campaign without a hold-out caused, by customers like those it wrote to: grade B.

Customers who were not contacted are weighted until they are like those who were in all that was
known before. Where that cannot be done, or both went apart already before, nothing is claimed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analytics.diff_in_diff import difference_in_differences, estimate, event_study, pre_trend
from analytics.e_value import e_values_of_mean, e_values_of_share
from analytics.matched_design import Design, design_of, has_counterpart_level
from analytics.overlap_weights import (
    Flags,
    OverlapFit,
    effective_size,
    fit_overlap,
    is_without_counterpart,
    lacking_variance,
    standardised_differences,
    weighted_gaps,
)
from analytics.stats import Floats

LEAST_CUSTOMERS = 100  # on either side
LEAST_EFFECTIVE = 50
MOST_WITHOUT_COUNTERPART = 0.2
MOST_DIFFERENCE = 0.1  # standard deviations
CHANCE = 3.0  # standard errors: more is no chance, of what is not in the model
LEAST_BEFORE = 3  # periods
TREND_BORDER = 0.05
LEAST_KNOWN = 0.95
CONVERSION = "conversion"
_NAN = float("nan")
_EFFECT = (
    "outcome", "reason", "contacted", "comparison", "contacted_mean", "comparison_mean", "naive",
    "naive_low", "naive_high", "effect", "low", "high", "p_value", "did", "did_low", "did_high",
    "pre_trend_p", "e_value", "e_value_limit",
)  # fmt: skip
_PERIOD = ("outcome", "period", "contacted_mean", "comparison_mean", "gap", "low", "high")
_BALANCE = ("term", "place", "is_modelled", "before", "after")


@dataclass(frozen=True)
class Match:
    """What was found of one campaign.

    Attributes
    ----------
    reason : str
        Why nothing is claimed of any outcome: ``few``, ``overlap``, ``balance``, ``history``,
        ``trend`` (of the share that bought); empty where something may be.
    contacted, comparison : int
        Customers on either side, after those of a kind that the other side lacks.
    without_counterpart : float
        Share of all contacted who have nobody like them.
    effective_contacted, effective_comparison : float
        Customers of equal weight who would tell as much.
    balance : DataFrame
        ``term``, ``place`` (1 is the worst before), ``is_modelled``, ``before``, ``after``: in
        standard deviations.
    effects : DataFrame
        One row an outcome: ``naive`` (plain difference), ``effect`` with its 95 % interval, ``did``
        (difference in differences), ``pre_trend_p``, ``e_value``, ``reason`` (of the match,
        ``trend`` of its own, or ``unknown``).
    periods : DataFrame
        One row an outcome and period (0 is that of the contact): means and the gap less that of
        the period before, with its interval.
    """

    reason: str
    contacted: int
    comparison: int
    without_counterpart: float = _NAN
    effective_contacted: float = _NAN
    effective_comparison: float = _NAN
    balance: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(_BALANCE)))
    effects: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(_EFFECT)))
    periods: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(_PERIOD)))


def matched_effect(
    people: pd.DataFrame, outcomes: Mapping[str, Floats], *, before: int, numbers: Sequence[str],
    levels: Sequence[str], checks: Sequence[str] = (),
) -> Match:  # fmt: skip
    """Return what the contact caused: ``Match``.

    Parameters
    ----------
    people : DataFrame
        One row a customer: ``contacted`` and what was known before, as ``numbers``, ``levels``
        (text, flags) and ``checks`` (numbers that are looked at and not put into the model).
    outcomes : mapping of str to ndarray of shape (n_people, n_periods)
        Periods of equal length in the order of time; NaN is not known.
    before : int
        How many periods lie before the contact. The next one is what the effect is of.
    """
    contacted = people["contacted"].to_numpy(dtype=bool)
    kept = has_counterpart_level(people, levels, contacted)
    ours = people[kept].reset_index(drop=True)
    z = ours["contacted"].to_numpy(dtype=bool)
    n, m = int(z.sum()), int((~z).sum())
    if min(n, m) < LEAST_CUSTOMERS:
        return Match("few", n, m)
    design = design_of(ours, numbers, levels)
    fit = fit_overlap(design.columns, z)
    if fit is None:
        return Match("overlap", n, m, 1.0)
    lost = int(contacted.sum()) - n + int(is_without_counterpart(fit).sum())
    share = lost / int(contacted.sum())
    sizes = effective_size(fit.weight[z]), effective_size(fit.weight[~z])
    balance = _balance(ours, design, fit, checks, sizes)
    reason = _reason(share, sizes, bool(balance["is_off"].any()), before)
    sides = {name: values[kept] for name, values in outcomes.items()}
    found = [_outcome(name, y, design.columns, fit, before, reason) for name, y in sides.items()]
    effects = pd.DataFrame([one for one, _ in found], columns=list(_EFFECT))
    if (effects.loc[effects["outcome"] == CONVERSION, "reason"] == "trend").any():
        reason, effects["reason"] = "trend", "trend"  # who buys decides what is spent
    return Match(
        reason, n, m, share, *sizes, balance[list(_BALANCE)], effects,
        pd.DataFrame([row for _, rows in found for row in rows], columns=list(_PERIOD)),
    )  # fmt: skip


def _reason(share: float, sizes: tuple[float, float], is_off: bool, before: int) -> str:
    if share > MOST_WITHOUT_COUNTERPART:
        return "overlap"
    if min(sizes) < LEAST_EFFECTIVE:
        return "few"
    if is_off:
        return "balance"
    return "history" if before < LEAST_BEFORE else ""


def _balance(
    people: pd.DataFrame, design: Design, fit: OverlapFit, checks: Sequence[str],
    sizes: tuple[float, float],
) -> pd.DataFrame:  # fmt: skip
    """Return differences before and after; of what is not in the model chance is allowed for."""
    looked = people[list(checks)].to_numpy(dtype="float64").reshape(len(people), len(checks))
    values = np.column_stack((design.columns, looked))
    frame = pd.DataFrame(
        {
            "term": [*design.names, *checks],
            "is_modelled": [True] * len(design.names) + [False] * len(checks),
            "before": standardised_differences(values, fit.contacted),
            "after": standardised_differences(values, fit.contacted, fit.weight),
        }
    )
    border = max(MOST_DIFFERENCE, CHANCE * float(np.sqrt(1 / sizes[0] + 1 / sizes[1])))
    limit = np.where(frame["is_modelled"], MOST_DIFFERENCE, border)
    frame["is_off"] = frame["after"].abs() >= limit
    frame["place"] = frame["before"].abs().rank(ascending=False, method="first").astype("int64")
    return frame.sort_values("place", ignore_index=True)


def _outcome(
    name: str, y: Floats, terms: Floats, fit: OverlapFit, before: int, reason: str
) -> tuple[dict[str, object], list[dict[str, object]]]:
    """Return the row of one outcome, and its periods."""
    known: Flags = np.asarray(~np.isnan(y).any(axis=1), dtype=bool)
    row: dict[str, object] = {"outcome": name, "reason": reason}
    ours: OverlapFit | None = fit
    if not known.all():
        is_enough = min(known[fit.contacted].mean(), known[~fit.contacted].mean()) >= LEAST_KNOWN
        ours = fit_overlap(terms[known], fit.contacted[known]) if is_enough else None
    if ours is None:
        return row | {"reason": reason or "unknown"}, []
    y, z = y[known], ours.contacted
    gaps = weighted_gaps(ours, y)
    more, more_did = 0.0, 0.0
    if name != CONVERSION:  # money: shares have no rare large ones
        more = lacking_variance(ours, y[:, before])
        more_did = lacking_variance(ours, y[:, before] - y[:, :before].mean(axis=1))
    now = estimate(float(gaps.gap[before]), gaps.influence[:, before], more=more)
    plain = _plain(y[:, before], z)
    did = difference_in_differences(gaps, before, more=more_did)
    trend = pre_trend(gaps, before)
    if name == CONVERSION:
        hidden = e_values_of_share(gaps, before)
    else:
        hidden = e_values_of_mean(gaps, before, float(y[:, before].std()), more=more)
    row |= {
        "reason": reason or ("trend" if trend < TREND_BORDER else ""),
        "contacted": int(z.sum()), "comparison": int((~z).sum()),
        "contacted_mean": gaps.contacted[before], "comparison_mean": gaps.others[before],
        "naive": plain[0], "naive_low": plain[1], "naive_high": plain[2],
        "effect": now.value, "low": now.low, "high": now.high, "p_value": now.p_value,
        "did": did.value, "did_low": did.low, "did_high": did.high, "pre_trend_p": trend,
        "e_value": hidden[0], "e_value_limit": hidden[1],
    }  # fmt: skip
    points = event_study(gaps, before)
    periods: list[dict[str, object]] = [
        {"outcome": name, "period": k - before, "contacted_mean": gaps.contacted[k],
         "comparison_mean": gaps.others[k], "gap": one.value, "low": one.low, "high": one.high}
        for k, one in enumerate(points)
    ]  # fmt: skip
    return row, periods


def _plain(y: Floats, contacted: Flags) -> tuple[float, float, float]:
    """Return the difference without any weights, which is what it is not: the effect."""
    one, other = y[contacted], y[~contacted]
    gap = float(one.mean() - other.mean())
    wide = 1.959964 * float(np.sqrt(one.var(ddof=1) / len(one) + other.var(ddof=1) / len(other)))
    return gap, gap - wide, gap + wide
