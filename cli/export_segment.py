"""``export segment:NAME``: the members that a channel may reach, less a hold-out."""

from enum import StrEnum
from functools import partial
from pathlib import Path

from cli.app import now, print_error, print_line, settings
from cli.asking import published
from cli.export_file import encoder, put, refuse_target, too_long
from cli.output import print_json
from crm_data.commands.segment_export import (
    CHANNELS,
    Holdout,
    members_for,
    record_segment_export,
    with_arms,
)
from crm_data.commands.segments import segment_named
from crm_data.errors import UsageError
from crm_data.queries.segments import data_ends_on
from crm_data.scope import EVERYTHING
from ui.export import XLSX_MAX_ROWS, Stamp
from ui.translations import catalogue

SEGMENT = "segment:"
_ACTOR = "cli"


class Reach(StrEnum):
    """How the members will be written to."""

    email = "email"
    phone = "phone"
    none = "none"


def export_segment(
    what: str,
    to: Path,
    reach: Reach,
    holdout: Holdout,
    *,
    both_arms: bool,
    limit: int,
    force: bool,
    as_json: bool,
) -> None:
    """Write the members to a file, and to the audit log that they were.

    A list that is longer than ``limit`` is refused: half a segment is none. With ``both_arms`` the
    file holds who is kept back, too, without an address.
    """
    config, present = settings(), now()
    t = catalogue(config.language)
    encode = encoder(to, t)
    refuse_target(to, force=force)
    segment = segment_named(config, what.removeprefix(SEGMENT))
    channel = next(one for one in CHANNELS if one == reach.value)
    with published() as (connection, version):
        found = members_for(
            connection, EVERYTHING, segment.definition, channel=channel, holdout=holdout
        )
        as_of = data_ends_on(connection)
    frame = with_arms(found, both=both_arms)
    rows = len(frame)
    if to.suffix.lower() == ".xlsx" and rows > XLSX_MAX_ROWS:
        raise too_long(to, rows)
    if rows > limit:
        raise UsageError(
            "segment_limit",
            f"The segment has {rows} members to write and --limit is {limit}. Raise it.",
            rows=rows,
            limit=limit,
        )
    said = [f"channel {channel}", *(f"{name} {n}" for name, n in found.left_out.items())]
    if holdout.share:
        said.append(f"hold-out {holdout.share} seed {holdout.seed}")
    stamp = Stamp(
        subject=f"{SEGMENT}{segment.name}",
        period="–",
        filters="; ".join((*said, segment.definition)),
        version=version,
        watermark=as_of.isoformat() if as_of else "–",
        exported_at=present.isoformat(timespec="seconds"),
        exported_by=_ACTOR,
    )
    record = partial(
        record_segment_export,
        config,
        found,
        name=segment.name,
        definition=segment.definition,
        channel=channel,
        holdout=holdout,
        version=version,
        actor=_ACTOR,
        now=present,
        segment_id=segment.segment_id,
        both_arms=both_arms,
    )
    put(to, encode(frame, stamp), record)
    if as_json:
        document = {"what": stamp.subject, "file": str(to), "version": version, "rows": rows}
        print_json({**document, "members": found.members, "left_out": dict(found.left_out)})
        return
    print_line(f"Wrote {rows} of {found.members} member(s) of {version} to {to}.")
    reasons = dict(found.left_out)
    if both_arms and (held := reasons.pop("held_out", 0)):
        print_error(f"{held} of them are held back: arm says which.")
    if reasons:
        left_out = ", ".join(f"{name} {n}" for name, n in reasons.items())
        print_error(f"Left out: {left_out}.")
