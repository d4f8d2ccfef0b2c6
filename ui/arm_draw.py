"""A list of customers drawn by lot into arms: the page and the command line share it."""

from collections.abc import Mapping

import pandas as pd

from analytics.arm_balance import arm_balance
from crm_data.arm_assignment import assign_arms
from crm_data.commands.segment_export import ADDRESSES

STRATA = ("region", "source", "kind", "none")
HOLD_OUT = "control"
_FIELDS = ("net_amount", "region", "source", "kind", "industry")


def into_arms(
    members: pd.DataFrame, shares: Mapping[str, float], *, seed: int, stratum: str
) -> pd.DataFrame:
    """Return members with ``arm`` first, even over amounts; who is held out has no address.

    ``stratum``: a field within which every arm gets its share; ``none`` for all together.
    """
    frame = members.reset_index(drop=True)
    strata = frame[stratum] if stratum in frame.columns else None
    arms = assign_arms(
        frame["customer_id"], shares, seed=seed, strata=strata,
        values=frame["net_amount"].astype("float64").fillna(0.0),
    )  # fmt: skip
    frame = frame.assign(arm=arms)
    for name in ADDRESSES:
        frame[name] = frame[name].where(frame["arm"] != HOLD_OUT)
    return frame[["arm", *[name for name in frame.columns if name != "arm"]]]


def balance_of(frame: pd.DataFrame) -> pd.DataFrame:
    """Return ``ARM_BALANCE`` of what the arms were drawn by, and of more that is known."""
    numbers = frame.assign(net_before=frame["net_amount"].astype("float64"))
    fields = [
        "net_before" if name == "net_amount" else name
        for name in _FIELDS
        if name in frame.columns and len(frame[name].unique()) > 1
    ]
    return arm_balance(numbers, "arm", fields)


def for_file(frame: pd.DataFrame, channel: str) -> pd.DataFrame:
    """Return the members for a file, with the address of the channel only."""
    return frame.drop(columns=[name for name in ADDRESSES if name != channel])
