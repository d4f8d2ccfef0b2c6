"""``duplicates list|merge|split|accept|undo`` and ``analyze duplicates``."""

from typing import Annotated

import typer

from cli.analyze import analyze_app
from cli.app import app, now, print_line, settings
from cli.asking import published
from cli.data import JsonOption
from cli.output import print_json, print_table
from crm_data.commands.identity import keep_apart, merge_records, undo_decisions
from crm_data.errors import UsageError
from crm_data.queries.duplicates import duplicate_sums
from crm_data.queries.model_cards import model_card
from crm_data.scope import EVERYTHING
from ui.duplicate_answers import KINDS, above, decided, open_pairs, reasons_of
from ui.frames import records

duplicates_app = typer.Typer(
    help="Records that may be the same: list, merge, split, undo.", no_args_is_help=True
)
app.add_typer(duplicates_app, name="duplicates")

_ACTOR = "cli"
_COLUMNS = ("id_l", "id_r", "probability", "why")
_DECISION = ("decision_id", "kind", "action", "record_id", "other_id", "decided_by", "decided_at")
Kind = Annotated[str, typer.Option(help="customers, contacts or leads.")]
Least = Annotated[float, typer.Option(min=0.0, max=1.0, help="Least probability.")]


@analyze_app.command("duplicates")
def analyze_command(as_json: JsonOption = False) -> None:
    """Print how many records of each kind are probably there twice, and how that was told."""
    with published() as (connection, version):
        card = model_card(connection, "identity") or {}
        known = decided(settings())
        sums = records(duplicate_sums(connection, scope=EVERYTHING))[0]
        rows = []
        for kind in KINDS:
            pairs = open_pairs(connection, EVERYTHING, kind, known)
            told = card.get(kind, {})
            rows.append(
                {
                    "kind": kind,
                    "records": told.get("records"),
                    "looked_at": told.get("looked_at"),
                    "compared": told.get("compared"),
                    "is_trained": told.get("is_trained"),
                    "undecided": len(above(pairs, 0.5)),
                    "decided": int((known["kind"] == kind).sum()),
                }
            )
    if as_json:
        print_json({"version": version, "kinds": rows, "customers": sums})
        return
    print_table(tuple(rows[0]), [list(row.values()) for row in rows])


@duplicates_app.command("list")
def list_command(
    kind: Kind = "customers",
    least: Least = 0.5,
    is_decided: Annotated[
        bool, typer.Option("--decided", help="Decisions that stand instead.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, help="Rows at the most.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """List pairs that nobody has decided on, the most probable first, with reasons."""
    known = decided(settings())
    if is_decided:
        rows = records(known[known["kind"] == _kind(kind)].head(limit))
        if as_json:
            print_json({"decisions": rows})
            return
        print_table(_DECISION, [[row[name] for name in _DECISION] for row in rows])
        return
    with published() as (connection, version):
        pairs = above(open_pairs(connection, EVERYTHING, _kind(kind), known), least)
    rows = [row | {"reasons": reasons_of(row["reasons"])} for row in records(pairs.head(limit))]
    if as_json:
        print_json({"version": version, "kind": kind, "undecided": len(pairs), "pairs": rows})
        return
    shown = [
        row | {"why": ", ".join(f"{field} {level} {weight:+.1f}"
                                for field, level, weight in row["reasons"])}
        for row in rows
    ]  # fmt: skip
    print_table(_COLUMNS, [[row[name] for name in _COLUMNS] for row in shown])
    print_line(f"{len(pairs)} pairs of {kind} of at least {least:.0%} wait for a decision.")


@duplicates_app.command("merge")
def merge_command(
    record: Annotated[str, typer.Argument(help="Record that goes on as the other.")],
    survivor: Annotated[str, typer.Argument(help="Record that stays.")],
    kind: Kind = "customers",
    as_json: JsonOption = False,
) -> None:
    """Make a record go on as another; the next refresh applies it."""
    with published() as (connection, _):
        made = merge_records(
            settings(), connection, EVERYTHING, _kind(kind), [(record, survivor)], now=now(),
            actor=_ACTOR,
        )  # fmt: skip
    _made(made, as_json=as_json)


@duplicates_app.command("split")
def split_command(
    record: Annotated[str, typer.Argument(help="One record.")],
    other: Annotated[str, typer.Argument(help="Another one that is not the same.")],
    kind: Kind = "customers",
    as_json: JsonOption = False,
) -> None:
    """Say that two records are not the same; they are not asked about again."""
    with published() as (connection, _):
        made = keep_apart(
            settings(), connection, EVERYTHING, _kind(kind), [(record, other)], now=now(),
            actor=_ACTOR,
        )  # fmt: skip
    _made(made, as_json=as_json)


@duplicates_app.command("accept")
def accept_command(
    least: Annotated[float, typer.Argument(min=0.5, max=1.0, help="Least probability.")],
    kind: Kind = "customers",
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without, only the count.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Merge all pairs of at least a probability that nobody has decided on."""
    known = decided(settings())
    with published() as (connection, _):
        pairs = above(open_pairs(connection, EVERYTHING, _kind(kind), known), least)
        if not yes:
            print_line(f"{len(pairs)} pairs of {kind} would be merged. Repeat with --yes.")
            return
        both = list(zip(pairs["id_r"], pairs["id_l"], strict=True))
        made = merge_records(
            settings(), connection, EVERYTHING, kind, both, now=now(), actor=_ACTOR
        )
    _made(made, as_json=as_json)


@duplicates_app.command("undo")
def undo_command(
    decision: Annotated[list[str], typer.Argument(help="Decision ids, see `list --decided`.")],
    as_json: JsonOption = False,
) -> None:
    """Take decisions back; the next refresh applies it."""
    with published() as (connection, _):
        undo_decisions(settings(), connection, EVERYTHING, decision, now=now(), actor=_ACTOR)
    _made(decision, as_json=as_json)


def _made(decision_ids: list[str], *, as_json: bool) -> None:
    if as_json:
        print_json({"decisions": decision_ids})
        return
    print_line(f"{len(decision_ids)} decided. `python -m cli refresh` applies it.")


def _kind(text: str) -> str:
    if text not in KINDS:
        raise UsageError(
            "identity_kind",
            f"Records of '{text}' cannot be merged. Use one of: {', '.join(KINDS)}.",
            kind=text,
        )
    return text
