"""Which campaign, which control and which planned split ``analyze experiment`` is asked about."""

from math import isfinite
from typing import Any

import pandas as pd

from analytics.experiment_arms import likely_control, outcome_problem
from crm_data.campaign_plans import campaign_named
from crm_data.errors import BadInputError, UsageError
from crm_data.queries.campaign_arms import campaigns_with_members
from crm_data.scope import EVERYTHING
from crm_data.sql import Connection


def campaign_asked(connection: Connection, asked: str | None) -> dict[str, Any]:
    """Return the campaign of an id or a name; without one, the only experiment."""
    known = campaigns_with_members(connection, scope=EVERYTHING)
    if known.empty:
        raise BadInputError(
            "no_campaign_members",
            "There are no campaign members. Import campaign_members with the arm of each.",
        )
    tried = known[known["arms"] > 1]
    found = tried
    if asked is not None:
        one = campaign_named(zip(known["campaign_id"], known["name"], strict=True), asked)
        found = known[known["campaign_id"] == one]
    if len(found) != 1:
        some = ", ".join(tried["campaign_id"].tolist()[:10]) or "none"
        what = "Name a campaign" if asked is None else f"'{asked}' is not one campaign"
        raise UsageError(
            "which_campaign", f"{what}: --campaign ID. Campaigns with two arms or more: {some}."
        )
    row = found.iloc[0]
    return {
        name: None if pd.isna(row[name]) else row[name]
        for name in ("campaign_id", "name", "channel", "assigned_at", "members")
    }


def usable(cells: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Return the arms, or say why their outcome cannot be compared."""
    arms = cells[cells["arm"].notna()].reset_index(drop=True)
    problem = outcome_problem(arms, outcome)
    if problem == "buyers_only":
        raise BadInputError(
            "outcome_of_buyers",
            "Amounts are known of who converted only, and buyers of two arms are not alike. "
            "Import 0 as outcome_value of those who did not buy.",
        )
    if problem and outcome == "outcome_value":
        raise BadInputError(
            "outcome_unknown",
            "No member has an amount (outcome_value). Import it, or wait until the window is over.",
        )
    if problem:
        raise BadInputError(
            "outcome_unknown",
            f"No member has a time of '{outcome}': either it was not imported, or nothing has "
            "happened yet, or no window is over. Import it, or choose another --outcome.",
        )
    return arms


def control_arm(arms: pd.DataFrame, asked: str | None) -> str:
    """Return the arm that the others are compared with."""
    names = arms["arm"].tolist()
    if len(names) < 2:
        raise BadInputError(
            "one_arm",
            f"The campaign has {len(names)} arm ({', '.join(names) or 'none'}): without a control "
            "nothing tells what it caused. Attribution is all there is: analyze attribution.",
        )
    if asked is not None:
        if asked not in names:
            raise UsageError(
                "which_control", f"There is no arm '{asked}'. Arms are: {', '.join(names)}."
            )
        return asked
    likely = likely_control(names)
    if not likely:
        raise UsageError("which_control", f"Name the control: --control, of {', '.join(names)}.")
    return likely


def planned_split(asked: list[str] | None, counts: dict[str, int]) -> dict[str, float] | None:
    """Read ``arm=share`` options of arms that are there; None without any."""
    if not asked:
        return None
    split = {}
    for text in asked:
        arm, equals, share = text.rpartition("=")
        try:
            split[arm] = float(share)
        except ValueError:
            equals = ""
        if not equals or arm not in counts or not isfinite(split[arm]):
            raise UsageError(
                "expected_split",
                f"--expected '{text}' is not ARM=SHARE of one of {', '.join(counts)}.",
            )
    return split


def split_of_any(asked: list[str] | None) -> dict[str, float] | None:
    """Read the ``--share`` options of a plan, whose arms may have any name; None without any."""
    for text in asked or ():
        arm, _, share = text.rpartition("=")
        if not arm or not _is_number(share):
            raise UsageError(
                "share_split", f"--share '{text}' is not ARM=SHARE, as control=0.2 is."
            )
    arms = dict.fromkeys((one.rpartition("=")[0] for one in asked or ()), 0)
    return planned_split(asked, arms)


def _is_number(text: str) -> bool:
    try:
        return isfinite(float(text))
    except ValueError:
        return False
