"""A saved segment drawn by lot into arms: who is in which, whether that is balanced, the file."""

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from analytics.arm_balance import arm_balance
from crm_data.arm_assignment import assign_arms
from crm_data.commands.segment_export import ADDRESSES
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from ui import segment_reach as reach
from ui.loaders import TTL

STRATA = ("region", "source", "kind", "none")
HOLD_OUT = "control"
FIELDS = ("net_amount", "region", "source", "kind", "industry")


@dataclass(frozen=True)
class Draw:
    """What is drawn: shares by arm, hold-out included, the seed, and the field of the strata."""

    definition: str
    channel: str
    shares: tuple[tuple[str, float], ...]
    seed: int
    stratum: str

    @property
    def asked(self) -> reach.Asked:
        """Return the question for whom the channel may reach; the hold-out is drawn here."""
        return reach.Asked("", self.definition, self.channel, 0.0, 0)


@st.cache_data(ttl=TTL, max_entries=20, show_spinner=False)
def drawn(settings: Settings, version: str, scope: AccessScope, draw: Draw) -> pd.DataFrame:
    """Return who may be reached, with ``arm``; who is held out has no address.

    Consent is asked before the draw, of every arm: else the arms would differ by it.
    """
    frame = reach.found(settings, version, scope, draw.asked).frame.reset_index(drop=True)
    strata = frame[draw.stratum] if draw.stratum in frame.columns else None
    arms = assign_arms(
        frame["customer_id"], dict(draw.shares), seed=draw.seed, strata=strata,
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
        for name in FIELDS
        if name in frame.columns and len(frame[name].unique()) > 1
    ]
    return arm_balance(numbers, "arm", fields)


def for_file(frame: pd.DataFrame, channel: str) -> pd.DataFrame:
    """Return the members for a file, with the address of the channel only."""
    return frame.drop(columns=[name for name in ADDRESSES if name != channel])
