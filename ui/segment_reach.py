"""Whom a channel may reach of a segment."""

from dataclasses import dataclass
from typing import cast

import pandas as pd
import streamlit as st

from crm_data.commands.segment_arms import ARMS, SegmentExport, exports_of, held_back_at
from crm_data.commands.segment_export import (
    ADDRESSES,
    CHANNELS,
    Channel,
    ChannelMembers,
    Holdout,
    members_for,
    own_seed,
    record_segment_export,
    with_arms,
)
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from ui.context import PageContext
from ui.loaders import TTL, reading
from ui.people import with_names

__all__ = ["CHANNELS", "Asked", "found", "held_before", "listed", "own_seed", "record"]


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


def listed(ctx: PageContext, asked: Asked, *, both: bool) -> pd.DataFrame:
    """Return the members for a file, their arm in words; the channel's addresses only.

    Who is held back is in it where ``both`` arms are asked for, and has no address.
    """
    members = found(ctx.settings, ctx.version, ctx.scope, asked)
    frame = with_arms(members, both=both)
    others = [one for one in ADDRESSES if one != asked.channel]
    owners = with_names(ctx, frame["owner_id"])
    frame.insert(list(frame.columns).index("owner_id") + 1, "owner_name", owners)
    arms = {arm: ctx.t(f"builder.arm_{arm}") for arm in ARMS}
    return frame.drop(columns=others).assign(arm=frame["arm"].map(arms))


def record(ctx: PageContext, asked: Asked, *, segment_id: str, both: bool) -> None:
    """Write the export into the audit log, and with a hold-out the arm of each customer."""
    record_segment_export(
        ctx.settings,
        found(ctx.settings, ctx.version, ctx.scope, asked),
        name=asked.name,
        definition=asked.definition,
        channel=cast("Channel", asked.channel),
        holdout=asked.holdout,
        version=ctx.version,
        actor=ctx.viewer,
        now=ctx.now,
        segment_id=segment_id,
        both_arms=both,
    )


def held_before(
    ctx: PageContext, segment_id: str, definition: str
) -> tuple[list[SegmentExport], pd.DataFrame]:
    """Return earlier exports with a hold-out, and who was held back: ``HELD_BACK``.

    Only customers whom the viewer may see, and exports that held back one of them.
    """
    exports = exports_of(ctx.settings, segment_id, definition)
    ids = tuple(one.export_id for one in exports)
    held = _held(ctx.settings, ctx.version, ctx.scope, ids)
    seen = set(held["export_id"])
    return [one for one in exports if one.export_id in seen], held


@st.cache_data(ttl=TTL, max_entries=50, show_spinner=False)
def _held(
    settings: Settings, version: str, scope: AccessScope, export_ids: tuple[str, ...]
) -> pd.DataFrame:
    with reading(settings, version) as conn:
        return held_back_at(settings, conn, scope, export_ids)
