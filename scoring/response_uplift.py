"""What contact changed, experiment by experiment: uplift out of fold, and whether it differs."""

from collections.abc import Sequence
from typing import Any, Literal

import pandas as pd

from analytics.churn_features import Flags
from analytics.experiment_arms import likely_control
from analytics.qini import Qini, qini
from analytics.response_model import Contacts, ResponseRules, refused_for_uplift
from analytics.uplift import LEAST_OF_AN_ARM, LEAST_RESPONSES, UpliftModel, out_of_fold_uplift
from analytics.value_rules import Requirement
from crm_data.errors import BadInputError
from scoring import response_data as data
from scoring.churn_cards import rows_of
from scoring.value_data import Reader

MOST_EXPERIMENTS = 6  # arms against a control, the latest
_MOST_MEMBERS = 100_000
_SEED = 20_240_507
_COUNTED: tuple[tuple[str, str], ...] = (
    ("buyers", "bought"), ("converted", "converted"), ("responded", "responded"),
)  # fmt: skip


def experiments(told: pd.DataFrame) -> list[dict[str, Any]]:
    """Return arms against their control, the latest first, with the outcome that tells most.

    An outcome counts where it happens to the control, too: a click on a message that was not sent
    is no effect; a purchase, where the days of everybody are over. Of several, the one with most
    events in the control.
    """
    found = []
    for campaign, arms in told[told["arm"].notna()].groupby("campaign_id", sort=False):
        names = arms["arm"].astype(str).tolist()
        control = likely_control(names)
        if not control or len(names) < 2:
            continue
        base = arms[arms["arm"] == control].iloc[0]
        is_over = arms["over"].eq(arms["members"]).all()
        seen = [
            (int(base[column]), outcome) for column, outcome in _COUNTED
            if is_over or outcome != "bought"
        ]  # fmt: skip
        most = max(count for count, _ in seen)
        outcome = next(name for count, name in seen if count == most)
        if not (most or is_over):
            continue
        found += [
            {"campaign_id": str(campaign), "name": str(arms["name"].iloc[0]),
             "channel": None if pd.isna(base["channel"]) else str(base["channel"]),
             "arm": arm, "control": control, "outcome": outcome if most else None,
             "assigned_on": arms["assigned_on"].min()}
            for arm in names if arm != control
        ]  # fmt: skip
    latest = sorted(found, key=lambda one: one["assigned_on"], reverse=True)
    return latest[:MOST_EXPERIMENTS]


def judged(
    reader: Reader, asked: dict[str, Any], keys: Sequence[str], rules: ResponseRules
) -> tuple[dict[str, Any], UpliftModel | None, pd.DataFrame]:
    """Return the card of one arm; where effects differ, a model and what it was learnt from.

    The card's ``verdict``: ``too_few``, ``not_recorded`` (the outcome of the control), ``differs``,
    ``no_differences``, ``cannot_predict`` (no field varies), ``sample_ratio`` (``sizes`` of arms
    are not as planned: see ``scoring.arm_sizes``).
    """
    card = {**asked, "verdict": "not_recorded", "requirements": [], "leave_out": []}
    if asked["outcome"] is None:
        return card, None, pd.DataFrame()
    if asked.get("sizes") == "broken":
        return card | {"verdict": "sample_ratio"}, None, pd.DataFrame()
    rows = data.members(
        reader, asked["campaign_id"], asked["assigned_on"], asked["channel"], keys, _MOST_MEMBERS
    )
    rows = rows[rows["arm"].isin([asked["arm"], asked["control"]])].reset_index(drop=True)
    treated = (rows["arm"] == asked["arm"]).to_numpy(dtype=bool)
    contacts = data.contacts_of(
        rows.assign(contacted_on=pd.Timestamp(asked["assigned_on"])), asked["outcome"], keys
    )
    needed = _requirements(contacts.responded, treated)
    card |= {
        "members": {"treated": int(treated.sum()), "control": int((~treated).sum())},
        "requirements": [{**vars(one), "is_met": one.is_met} for one in needed],
    }
    if not all(one.is_met for one in needed):
        return card | {"verdict": "too_few"}, None, pd.DataFrame()
    try:
        fields = _usable(contacts, treated, keys, rules, card)
        score = out_of_fold_uplift(contacts.rows[fields], contacts.responded, treated, seed=_SEED)
    except BadInputError as error:
        return card | {"verdict": "cannot_predict", "reason": error.code}, None, pd.DataFrame()
    found = qini(contacts.responded, treated, score, seed=_SEED)
    card |= told(found)
    if not found.differs:
        return card, None, pd.DataFrame()
    learnt = contacts.rows[fields]
    return card, UpliftModel(_SEED).fit(learnt, contacts.responded, treated), learnt


def told(found: Qini) -> dict[str, Any]:
    """Return an order's worth as JSON values."""
    verdict: Literal["differs", "no_differences"] = "differs" if found.differs else "no_differences"
    names = (
        "effect", "area", "low", "high", "coefficient", "coefficient_low", "coefficient_high",
    )  # fmt: skip
    harmed = found.parts.loc[found.parts["high"] < 0, "part"].tolist()
    return {name: getattr(found, name) for name in names} | {
        "verdict": verdict,
        "curve": rows_of(found.curve),
        "parts": rows_of(found.parts),
        "leave_out": [int(one) for one in harmed] if found.differs else [],
    }


def _requirements(responded: Flags, treated: Flags) -> tuple[Requirement, ...]:
    return (
        Requirement("treated", int(treated.sum()), LEAST_OF_AN_ARM),
        Requirement("control", int((~treated).sum()), LEAST_OF_AN_ARM),
        Requirement("responses", int(responded.sum()), LEAST_RESPONSES),
    )


def _usable(
    contacts: Contacts,
    treated: Flags,
    keys: Sequence[str],
    rules: ResponseRules,
    card: dict[str, Any],
) -> list[str]:
    refused = refused_for_uplift(contacts.rows, treated, data.undated(keys), rules)
    card["refused"] = rows_of(refused.assign(alone=None, is_used=False))
    out = set(refused["field"])
    return [str(name) for name in contacts.rows if name not in out]
