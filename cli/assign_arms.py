"""``campaigns assign``: a saved segment drawn by lot into arms, checked, and written to a file."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from analytics.sample_ratio import sample_ratio_test
from cli.app import now, print_line, settings
from cli.asking import published
from cli.campaigns import campaigns_app
from cli.data import JsonOption
from cli.experiment_choice import split_of_any
from cli.export_file import encoder, put, refuse_target
from cli.export_segment import Reach
from cli.output import print_json, print_table
from crm_data.commands.exports import record_export
from crm_data.commands.segment_export import CHANNELS, Holdout, members_for, own_seed
from crm_data.commands.segments import segment_named
from crm_data.queries.segments import data_ends_on
from crm_data.scope import EVERYTHING
from ui.arm_draw import HOLD_OUT, balance_of, for_file, into_arms
from ui.export import Stamp
from ui.frames import records
from ui.translations import catalogue


class Strata(StrEnum):
    """Within what arms are drawn."""

    region = "region"
    source = "source"
    kind = "kind"
    none = "none"


_BALANCE = ("arm", "field", "value", "here", "rest", "apart", "is_balanced")


@campaigns_app.command("assign")
def assign(
    segment: Annotated[str, typer.Argument(help="Name of a saved segment.")],
    to: Annotated[Path, typer.Option("--to", help="FILE.csv, .xlsx or .parquet.")],
    share: Annotated[
        list[str] | None,
        typer.Option("--share", help="Share of an arm: A=0.8. Default: control=0.2, A=0.8."),
    ] = None,
    reach: Annotated[Reach, typer.Option(help="How members will be written to.")] = Reach.email,
    strata: Annotated[
        Strata, typer.Option(help="Every arm gets its share in each value of this field.")
    ] = Strata.region,
    seed: Annotated[int | None, typer.Option(min=0, help="Default: the segment's own.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing FILE.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Draw a segment into arms by lot, as the page Experiments does; control has no address.

    The same segment, seed and version give the same arms. Consent is asked before the draw.
    """
    config, present = settings(), now()
    encode = encoder(to, catalogue(config.language))
    refuse_target(to, force=force)
    shares = split_of_any(share) or {HOLD_OUT: 0.2, "A": 0.8}
    found = segment_named(config, segment)
    chosen = own_seed(found.name) if seed is None else seed
    channel = next(one for one in CHANNELS if one == reach.value)
    with published() as (connection, version):
        members = members_for(
            connection, EVERYTHING, found.definition, channel=channel, holdout=Holdout(0.0, 0)
        )
        as_of = data_ends_on(connection)
    drawn = into_arms(members.frame, shares, seed=chosen, stratum=strata.value)
    counts = {arm: int((drawn["arm"] == arm).sum()) for arm in shares}
    ratio, balance = sample_ratio_test(counts, shares), balance_of(drawn)
    told = ", ".join(f"{arm} {one:g}" for arm, one in shares.items())
    stamp = Stamp(
        subject=f"assignment:{found.name}", period="–",
        filters=f"{told}; seed {chosen}; strata {strata.value}; channel {channel}",
        version=version, watermark=as_of.isoformat() if as_of else "–",
        exported_at=present.isoformat(timespec="seconds"), exported_by="cli",
    )  # fmt: skip
    put(
        to, encode(for_file(drawn, channel), stamp),
        lambda: record_export(
            config, now=present, actor="cli", what=stamp.subject, version=version, rows=len(drawn),
            filters=stamp.filters,
        ),
    )  # fmt: skip
    if as_json:
        print_json({"segment": found.name, "version": version, "file": str(to), "seed": chosen,
                    "arms": counts, "left_out": dict(members.left_out), "p_value": ratio.p_value,
                    "balance": records(balance)})  # fmt: skip
        return
    print_table(("arm", "assigned", "planned"),
                [(arm, n, ratio.expected[arm]) for arm, n in counts.items()])  # fmt: skip
    print_table(_BALANCE, [[row[name] for name in _BALANCE] for row in records(balance)])
    apart = int((~balance["is_balanced"]).sum())
    print_line(f"Wrote {len(drawn)} members to {to}; seed {chosen}; {apart} of {len(balance)} "
               "comparisons are farther apart than chance takes them.")  # fmt: skip
