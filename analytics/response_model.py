"""Who would respond to a campaign: what is learnt from, what is refused, how well it was foretold.

The model is ``analytics.churn.ChurnModel``, which knows nothing of churn but its name: calibrated
probabilities of a yes or no, proved on what it had not learnt from. Here the yes is a response, and
the proof is later campaigns.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np
import pandas as pd

from analytics.churn import ChurnModel, hold_out_card
from analytics.churn_card import ChurnCard
from analytics.churn_features import Flags
from analytics.churn_refit import refitted
from analytics.churn_split import Split
from analytics.contact_words import names_the_contact
from analytics.field_leaks import changed_fields, usable_fields
from analytics.stats import Floats
from analytics.value_rules import Requirement

RULES = "response_model"
LEAST_LEARNT = 100  # who responded, and who did not; below that, fields are learnt by heart
LEAST_JUDGED = 30
ENOUGH_JUDGED = 300
RESPONSE_DAYS = 14  # after a contact, until its responses count as known
_MOST_JUDGED = 1 / 3  # of the campaigns
_RECENCY = "days_since_last_order"
_SEED = 20_240_507


@dataclass(frozen=True)
class ResponseRules:
    """The rule set ``response_model``.

    Attributes
    ----------
    known_after : tuple of str
        Fields that are known only once somebody has been contacted: never learnt from.
    known_before : tuple of str
        Fields that look like such, and are known before: used.
    """

    known_after: tuple[str, ...] = ()
    known_before: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for rule in ("known_after", "known_before"):
            names = getattr(self, rule)
            if not isinstance(names, tuple) or not all(isinstance(name, str) for name in names):
                raise ValueError(f"{rule} should be names of fields, but is {names!r}.")

    @classmethod
    def from_stored(cls, stored: Mapping[str, Any] | None) -> "ResponseRules":
        """Return rules as they were stored; what is absent or unknown is at its default.

        Raises
        ------
        ValueError
            A value is out of its bounds.
        """
        known = {field.name for field in fields(cls)}
        given = {name: value for name, value in (stored or {}).items() if name in known}
        return cls(**{k: tuple(v) if isinstance(v, list) else v for k, v in given.items()})

    def as_stored(self) -> dict[str, Any]:
        """Return the rules as JSON can hold them."""
        return {name: list(value) for name, value in asdict(self).items()}


@dataclass(frozen=True, eq=False)
class Contacts:
    """Members of past campaigns, as known before each contact.

    Attributes
    ----------
    rows : DataFrame
        Features, one row per contact.
    customer : ndarray of object, shape (n,)
        Their ids.
    contacted_on : ndarray of datetime64, shape (n,)
        The earliest first.
    responded : ndarray of bool, shape (n,)
    """

    rows: pd.DataFrame
    customer: Any
    contacted_on: Any
    responded: Flags

    @property
    def is_judged(self) -> Flags:
        """Which contacts the model is judged on: the last campaigns, none where there is one day.

        The last day, and those before it while fewer than ``ENOUGH_JUDGED`` responded, at most a
        third of the days.
        """
        days = np.unique(self.contacted_on)
        if len(days) < 2:
            return np.zeros(len(self.responded), dtype=bool)
        chosen = 1
        while (
            chosen < max(1, int(len(days) * _MOST_JUDGED))
            and self.responded[self.contacted_on >= days[-chosen]].sum() < ENOUGH_JUDGED
        ):
            chosen += 1
        return np.asarray(self.contacted_on >= days[-chosen], dtype=bool)

    def of_fields(self, names: Sequence[str]) -> "Contacts":
        """Return the same contacts with these fields only."""
        return Contacts(self.rows[list(names)], self.customer, self.contacted_on, self.responded)


@dataclass(frozen=True, eq=False)
class Judged:
    """How well responses were foretold.

    Attributes
    ----------
    card : ChurnCard
        Its "churned" responded.
    by : str
        ``campaigns``: later ones from earlier ones; ``customers``: a quarter of the only one.
    split : Split
    probability : ndarray
        Of the contacts judged.
    model : ChurnModel
        Learnt from all contacts.
    fitted : ChurnModel
        What was judged.
    """

    card: ChurnCard
    by: str
    split: Split
    probability: Floats
    model: ChurnModel
    fitted: ChurnModel


def requirements(contacts: Contacts) -> tuple[Requirement, ...]:
    """Return what a prediction needs before it speaks, met or not."""
    judged, yes = contacts.is_judged, contacts.responded
    if not judged.any():  # a quarter of the only campaign will be
        return (
            Requirement("responded", int(yes.sum()), LEAST_LEARNT + LEAST_JUDGED),
            Requirement("silent", int((~yes).sum()), LEAST_LEARNT + LEAST_JUDGED),
        )
    return (
        Requirement("learnt_responded", int((yes & ~judged).sum()), LEAST_LEARNT),
        Requirement("learnt_silent", int((~yes & ~judged).sum()), LEAST_LEARNT),
        Requirement("judged_responded", int((yes & judged).sum()), LEAST_JUDGED),
        Requirement("judged_silent", int((~yes & judged).sum()), LEAST_JUDGED),
    )


def refused_fields(
    contacts: Contacts, now: pd.DataFrame, undated: Sequence[str], rules: ResponseRules
) -> pd.DataFrame:
    """Return ``usable_fields`` with a reason for each field that may know the response.

    ``reason`` is ``declared`` (the company says that it is known only afterwards), ``named`` (an
    undated field that is called like what the contact itself tells), ``suspected``, or None.
    Fields declared as known before are used, whatever they look like.
    """
    before, named = set(rules.known_before), named_fields(undated, rules)
    learnt = ~contacts.is_judged
    found = usable_fields(
        contacts.rows[learnt], contacts.responded[learnt], now, undated,
        [*rules.known_after, *named],
    )  # fmt: skip
    reason = found["reason"].mask(found["field"].isin(named), "named")
    is_trusted = found["field"].isin(before)
    return found.assign(reason=reason, is_used=found["is_used"] | is_trusted)


def named_fields(undated: Sequence[str], rules: ResponseRules) -> list[str]:
    """Return the undated fields that are refused for their name."""
    told = {*rules.known_before, *rules.known_after}
    return [name for name in undated if names_the_contact(name) and name not in told]


def refused_for_uplift(
    rows: pd.DataFrame, treated: Flags, undated: Sequence[str], rules: ResponseRules
) -> pd.DataFrame:
    """Return the fields of an experiment that contact itself may have written.

    The lot was drawn before: an undated field that is distributed otherwise among the treated than
    in the control was written afterwards (or the lot was none).

    Returns
    -------
    DataFrame
        ``field``, ``reason`` (``declared``, ``named``, ``unbalanced``).
    """
    reasons = dict.fromkeys(changed_fields(rows[treated], rows[~treated], undated), "unbalanced")
    reasons |= dict.fromkeys(named_fields(undated, rules), "named")
    reasons |= {name: "declared" for name in rules.known_after if name in rows}
    kept = {name: why for name, why in reasons.items() if name not in rules.known_before}
    return pd.DataFrame({"field": list(kept), "reason": list(kept.values())}, dtype=object)


def judged(contacts: Contacts) -> Judged:
    """Foretell the last campaigns from those before them, then learn from all.

    Baselines are everybody alike, and how recently the customer bought.

    Raises
    ------
    BadInputError
        Those of ``ChurnModel.fit``, and ``churn_one_class``: in what is judged all are of a kind.
    """
    last = contacts.is_judged
    has_later = bool(last.any())
    days = contacts.contacted_on
    split_on = np.minimum(days, days[last].min()) if has_later else None
    has_recency = _RECENCY in contacts.rows and contacts.rows[_RECENCY].notna().any()
    model = ChurnModel(
        recency=_RECENCY if has_recency else None, horizon_days=RESPONSE_DAYS, seed=_SEED
    )
    card, split, fitted = hold_out_card(
        model, contacts.rows, contacts.responded, groups=contacts.customer, as_of=split_on
    )
    return Judged(
        card=card,
        by="campaigns" if split.by == "date" else "customers",
        split=split,
        probability=fitted.predict_proba(contacts.rows.iloc[split.test])[:, 1],
        model=refitted(fitted, contacts.rows, contacts.responded),
        fitted=fitted,
    )
