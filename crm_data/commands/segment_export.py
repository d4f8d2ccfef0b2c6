"""Members of a segment for a channel: those who agreed to it, less a hold-out drawn by lot."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import Connection, select

from crm_data.app_db import AuditRow, session
from crm_data.commands.exports import ACTION
from crm_data.commands.segment_arms import ARMS, Arm, SegmentExport, add_export, new_export_id
from crm_data.errors import UsageError
from crm_data.frames import Column, FrameSpec
from crm_data.queries.segments import SEGMENT_MEMBERS, data_ends_on
from crm_data.scope import AccessScope, visible_to
from crm_data.segments import in_segment
from crm_data.settings import Settings
from crm_data.sql import read_frame
from crm_data.tables import mart, table

Channel = Literal["email", "phone", "none"]
CHANNELS: tuple[Channel, ...] = get_args(Channel)
ADDRESSES = ("email", "phone")
REASONS = ("refused", "no_consent", "no_address", "held_out")
_ASKED = FrameSpec(
    "segment_members_with_consent",
    SEGMENT_MEMBERS.grain,
    SEGMENT_MEMBERS.key,
    (*SEGMENT_MEMBERS.columns, Column("consent", "flag")),
)


def own_seed(name: str) -> int:
    """Return the seed of a segment's hold-out: the same every day, another for another name."""
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % 1_000_000


@dataclass(frozen=True)
class ChannelMembers:
    """Who may be written to: ``frame`` is ``SEGMENT_MEMBERS``, with the channel's addresses only.

    ``held_back`` are those held out by lot, without any address: nobody is to write to them.

    ``left_out`` counts the other members by the first reason that holds: ``refused`` (consent is
    no), ``no_consent`` (not known), ``no_address`` (no e-mail or phone), ``held_out``.
    """

    frame: pd.DataFrame
    held_back: pd.DataFrame
    members: int
    left_out: Mapping[str, int]


@dataclass(frozen=True)
class Holdout:
    """A share of customers to keep back, drawn by lot; the same seed draws the same customers."""

    share: float = 0.0
    seed: int = 0

    def has(self, customer_id: str) -> bool:
        """Whether a customer is kept back; depends on nothing but the customer and the seed."""
        digest = hashlib.sha256(f"{self.seed}:{customer_id}".encode()).digest()
        return int.from_bytes(digest[:8], "big") < self.share * 2**64


NO_HOLDOUT = Holdout()


def members_for(
    conn: Connection,
    scope: AccessScope,
    tree_json: str,
    *,
    channel: Channel,
    holdout: Holdout = NO_HOLDOUT,
) -> ChannelMembers:
    """Return the members that a channel may reach; with the channel ``none``, all but held-out.

    Raises
    ------
    UsageError
        A tree that cannot be read, another channel, or a hold-out share outside [0, 1).
    """
    if channel not in CHANNELS:
        raise UsageError(
            "segment_channel",
            f"There is no channel '{channel}'. Channels are: {', '.join(CHANNELS)}.",
            channel=channel,
            channels=", ".join(CHANNELS),
        )
    if not 0 <= holdout.share < 1:
        raise UsageError(
            "segment_holdout",
            f"A hold-out of {holdout.share} cannot be drawn. Give a share from 0 to less than 1.",
            share=holdout.share,
        )
    frame = _asked(conn, scope, tree_json, channel)
    reason = pd.Series("", index=frame.index, dtype="str")
    if channel != "none":
        reason[frame["consent"].eq(False).fillna(False)] = "refused"
        reason[frame["consent"].isna()] = "no_consent"
        has_no_address = frame[channel].isna() | frame[channel].str.strip().eq("")
        reason[has_no_address & reason.eq("")] = "no_address"
    if holdout.share > 0:
        drawn = frame["customer_id"].map(holdout.has).astype(bool)
        reason[drawn & reason.eq("")] = "held_out"
    counts = reason.value_counts()
    # An address leaves the house for its own channel only, where consent was asked for.
    others = tuple(name for name in ADDRESSES if name != channel)
    return ChannelMembers(
        _without(frame[reason.eq("").to_numpy()], others),
        _without(frame[reason.eq("held_out").to_numpy()], ADDRESSES),
        len(frame),
        {name: int(counts[name]) for name in REASONS if name in counts},
    )


def with_arms(found: ChannelMembers, *, both: bool) -> pd.DataFrame:
    """Return the rows of a file with ``arm`` first: those to contact, or both arms.

    Both together are in the order of ``SEGMENT_MEMBERS``; who is held back has no address.
    """
    arms = [found.frame.assign(arm="contact")]
    if both:
        arms.append(found.held_back.assign(arm="held_back"))
    frame = pd.concat(arms, ignore_index=True)
    if both:
        frame = frame.sort_values(
            ["net_amount", "customer_id"], ascending=[False, True], ignore_index=True
        )
    return frame[["arm", *SEGMENT_MEMBERS.column_names]]


def record_segment_export(
    settings: Settings,
    found: ChannelMembers,
    *,
    name: str,
    definition: str,
    channel: Channel,
    holdout: Holdout,
    version: str,
    actor: str,
    now: datetime,
    segment_id: str = "",
    both_arms: bool = False,
) -> None:
    """Write one audit row that says all of it, and with a hold-out the arm of each customer.

    Call it before the file is handed over.

    Raises
    ------
    StorageError
        The app database cannot be written; then the file must not be handed over either.
    """
    details = {
        "filters": definition,
        "channel": channel,
        "rows": len(found.frame) + (len(found.held_back) if both_arms else 0),
        "arms": list(ARMS) if both_arms else ["contact"],
        "members": found.members,
        "left_out": dict(found.left_out),
        "holdout_share": holdout.share,
        "seed": holdout.seed,
        "version": version,
    }
    with session(settings) as db:
        db.add(
            AuditRow(
                happened_at=now,
                actor=actor,
                action=ACTION,
                subject=f"segment:{name}",
                details=json.dumps(details, ensure_ascii=False),
            )
        )
        if holdout.share > 0:
            export = SegmentExport(
                new_export_id(), name, definition, channel, holdout.share, holdout.seed, version,
                actor, now,
            )  # fmt: skip
            arms: dict[Arm, Iterable[str]] = {
                "contact": found.frame["customer_id"], "held_back": found.held_back["customer_id"]
            }  # fmt: skip
            add_export(db, export, segment_id or None, arms)


def _without(frame: pd.DataFrame, addresses: tuple[str, ...]) -> pd.DataFrame:
    kept = frame[SEGMENT_MEMBERS.column_names].reset_index(drop=True)
    return kept.assign(
        **{name: pd.Series(None, index=kept.index, dtype="str") for name in addresses}
    )


def _asked(conn: Connection, scope: AccessScope, tree_json: str, channel: Channel) -> pd.DataFrame:
    facts, own = mart("customer_facts"), table("customers")
    consent = sa.cast(sa.null(), sa.Boolean()) if channel == "none" else own.c[f"consent_{channel}"]
    statement = (
        select(
            *(facts.c[column.name] for column in SEGMENT_MEMBERS.columns), consent.label("consent")
        )
        .select_from(facts.outerjoin(own, own.c.customer_id == facts.c.customer_id))
        .where(
            visible_to(scope, facts.c.owner_id),
            in_segment(facts.c.customer_no, tree_json, data_ends_on(conn)),
        )
        .order_by(facts.c.net_amount.desc().nulls_last(), facts.c.customer_id)
    )
    return read_frame(conn, statement, _ASKED)
