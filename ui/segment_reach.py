"""Whom a channel may reach of a segment."""

from dataclasses import dataclass
from typing import cast

import pandas as pd
import streamlit as st

from crm_data.commands.segment_export import (
    ADDRESSES,
    CHANNELS,
    Channel,
    ChannelMembers,
    Holdout,
    members_for,
    own_seed,
)
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from ui.context import PageContext
from ui.loaders import TTL, reading

__all__ = ["CHANNELS", "Asked", "found", "listed", "own_seed"]


@dataclass(frozen=True)
class Asked:
    """A segment's name and conditions, the channel, and the hold-out with its seed."""

    name: str
    definition: str
    channel: str
    holdout_share: float
    seed: int

    @property
    def holdout(self) -> Holdout:
        """Return the hold-out as the command takes it."""
        return Holdout(self.holdout_share, self.seed)


@st.cache_data(ttl=TTL, max_entries=50, show_spinner=False)
def found(settings: Settings, version: str, scope: AccessScope, asked: Asked) -> ChannelMembers:
    """Return who may be reached, and how many are left out for which reason."""
    channel = cast("Channel", asked.channel)
    with reading(settings, version) as conn:
        return members_for(conn, scope, asked.definition, channel=channel, holdout=asked.holdout)


def listed(ctx: PageContext, asked: Asked) -> pd.DataFrame:
    """Return the members for a file: addresses of the channel only, nobody who is held out."""
    members = found(ctx.settings, ctx.version, ctx.scope, asked)
    others = [one for one in ADDRESSES if one != asked.channel]
    return members.frame.drop(columns=others).assign(arm="contact")
