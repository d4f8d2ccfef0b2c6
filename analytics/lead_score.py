"""How likely a lead is to convert, from what was known when it came in.

The model is that of ``analytics.churn``: logistic regression or boosted trees, whichever does
better, calibrated on leads it had not learnt from. It is judged on later leads, against the rate of
each lead's source; where it is no better, the rate by source is the score.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from analytics.churn import LEAST_CHURNED, LEAST_KEPT, ChurnModel
from analytics.churn_card import ChurnCard, judge
from analytics.churn_features import Flags
from analytics.lead_flow import is_converted_within, is_old_enough
from analytics.stats import Floats
from analytics.team_prior import fit_prior

HELD_OUT = 0.25  # of the leads, the latest
LEAST_TESTED = 20  # that converted, and that did not, among the later leads
LOAD_DAYS = 7
_FIRST_DAY_HOURS = 24.0

Status = Literal["model", "source_rates", "too_few"]


@dataclass(frozen=True, eq=False)
class LeadScore:
    """A way to score leads, and how it did on later ones.

    Attributes
    ----------
    status : str
        ``model``: it beats the rate by source on later leads; ``source_rates``: it does not, and
        scores are those rates; ``too_few``: too few leads converted, or did not, to tell.
    card : ChurnCard or None
        How the model did ("churned" there is converted here), with baselines ``rate`` and
        ``source``; None for ``too_few``.
    model : ChurnModel or None
        Fitted to all leads that had their days; None unless status is ``model``.
    rates : dict of str to float
        Conversion by source, drawn toward all sources.
    rate : float
        Of all; of a source not seen before. NaN without any lead that had its days.
    learnt, tested, converted : int
        Leads of the comparison: learnt from and judged on; all that had their days and converted.
    days : int
        Days that a lead has to convert in.
    uses_response : bool
        Whether the first day's contact is known: scores are then of leads a day old.
    """

    status: Status
    card: ChurnCard | None
    model: ChurnModel | None
    rates: dict[str, float]
    rate: float
    learnt: int
    tested: int
    converted: int
    days: int
    uses_response: bool

    def probabilities(self, leads: pd.DataFrame) -> Floats:
        """Return the chance to convert, by lead; see ``lead_features`` for what is needed.

        Loads are counted among the leads given: give the leads of the days before too.
        """
        if self.model is None:
            return _by_source(leads["source"], self.rates, self.rate)
        fields = lead_features(leads, with_response=self.uses_response)
        return np.asarray(self.model.predict_proba(fields)[:, 1], dtype="float64")


def lead_features(leads: pd.DataFrame, *, with_response: bool = False) -> pd.DataFrame:
    """Return what is known of each lead when it comes in.

    Parameters
    ----------
    leads : DataFrame
        ``source``, ``campaign_id``, ``owner_id``, ``created_on``; ``created_hour`` (0 to 23) where
        it is known; ``response_hours`` with ``with_response``.
    with_response : bool
        Whether the first day is over, so that it is known if the lead was contacted within it.

    Returns
    -------
    DataFrame
        ``source``, ``campaign_id``, ``weekday`` (text), ``owner_load`` (leads that the owner got in
        the seven days before; missing without an owner), and ``hour``, ``is_contacted``,
        ``response_hours`` (of the first day) where known. Rows as given.
    """
    fields = pd.DataFrame(
        {
            "source": leads["source"],
            "campaign_id": leads["campaign_id"],
            "weekday": leads["created_on"].dt.day_name(),
            "owner_load": _load(leads),
        },
        index=leads.index,
    )
    if "created_hour" in leads:
        fields["hour"] = leads["created_hour"].astype("float64")
    if with_response:
        hours = leads["response_hours"].astype("float64")
        first = hours.where(hours <= _FIRST_DAY_HOURS)
        fields = fields.assign(is_contacted=first.notna(), response_hours=first)
    return fields


def score_leads(
    leads: pd.DataFrame,
    *,
    days: int,
    until: pd.Timestamp,
    with_response: bool = False,
    seed: int = 0,
) -> LeadScore:
    """Learn to score leads, and judge that on the latest quarter of those that had their days.

    Parameters
    ----------
    leads : DataFrame
        ``lead_spells``: what ``lead_features`` needs, and ``converted_on``.
    days : int
        Days that a lead has to convert in. Younger leads are not learnt from.
    until : Timestamp
        First day that is not yet known.
    with_response : bool
        Declare that scores are of leads a day old: then leads that converted up to the day after
        their creation are left out, since of them the answer would tell what it is to predict.
    seed : int
        The same leads give the same score.
    """
    fields = lead_features(leads, with_response=with_response)
    is_in = is_old_enough(leads, days, until) & leads["created_on"].notna()
    if with_response:
        is_in &= ~is_converted_within(leads, 1)
    known, given = leads[is_in], fields[is_in]
    came = is_converted_within(known, days).to_numpy(dtype=bool)
    train, test = _split(known["created_on"], days)
    rates, rate = source_rates(known["source"], came)

    def result(status: Status, card: ChurnCard | None, model: ChurnModel | None) -> LeadScore:
        return LeadScore(
            status, card, model, rates, rate, int(train.sum()), int(test.sum()), int(came.sum()),
            days, with_response,
        )  # fmt: skip

    if not _is_enough(came[train], LEAST_CHURNED, LEAST_KEPT) or not _is_enough(
        came[test], LEAST_TESTED, LEAST_TESTED
    ):
        return result("too_few", None, None)
    model = ChurnModel(seed=seed).fit(given[train], came[train])
    before, of_all = source_rates(known["source"][train], came[train])
    baselines = {
        "rate": np.full(int(test.sum()), of_all),
        "source": _by_source(known["source"][test], before, of_all),
    }
    card = judge(came[test], model.predict_proba(given[test])[:, 1], baselines)
    if card.verdict != "useful":
        return result("source_rates", card, None)
    return result("model", card, ChurnModel(seed=seed).fit(given, came))


def source_rates(source: pd.Series, converted: Flags) -> tuple[dict[str, float], float]:
    """Return conversion by source, drawn toward all of them, and of all."""
    each = pd.DataFrame({"source": source.to_numpy(), "is_in": converted}).groupby("source")[
        "is_in"
    ]
    n = np.asarray(each.size(), dtype=np.float64)
    won = np.asarray(each.sum(), dtype=np.float64)
    rate = float(converted.mean()) if len(converted) else np.nan
    prior = fit_prior(won, n)
    if not prior.has_spread:
        return dict.fromkeys(map(str, each.groups), rate), rate
    drawn = (prior.mean * prior.size + won) / (prior.size + n)
    return dict(zip(map(str, each.size().index), map(float, drawn), strict=True)), rate


def _by_source(source: pd.Series, rates: dict[str, float], rate: float) -> Floats:
    return np.asarray(source.map(rates).astype("float64").fillna(rate), dtype=np.float64)


def _split(created: pd.Series, days: int) -> tuple[Flags, Flags]:
    """Leads whose outcome was known when the first of those judged on came, and the latter."""
    if created.empty:
        nobody = np.zeros(0, dtype=bool)
        return nobody, nobody
    first = created.sort_values().iloc[int(len(created) * (1 - HELD_OUT))]
    is_known = is_old_enough(created.to_frame("created_on"), days, first)
    return is_known.to_numpy(dtype=bool), (created >= first).to_numpy(dtype=bool)


def _is_enough(converted: Flags, least: int, least_not: int) -> bool:
    return bool(converted.sum() >= least and (~converted).sum() >= least_not)


def _load(leads: pd.DataFrame) -> pd.Series:
    """Leads of the same owner in the seven days before, of today's none."""
    found = pd.Series(np.nan, index=range(len(leads)))
    reset = leads[["owner_id", "created_on"]].reset_index(drop=True)
    for _, own in reset[reset["created_on"].notna()].groupby("owner_id"):
        days = own["created_on"].to_numpy().astype("datetime64[D]")
        order = np.sort(days)
        before = np.searchsorted(order, days) - np.searchsorted(order, days - LOAD_DAYS)
        found[own.index] = before.astype("float64")
    return found.set_axis(leads.index)
