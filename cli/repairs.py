"""Commands about repairs of values: ``repairs list``, ``try``, ``accept``, ``undo``."""

from dataclasses import asdict
from typing import Annotated

import typer

from cli.app import app, now, print_line, settings
from cli.asking import published
from cli.data import JsonOption, rebuilt
from cli.output import print_json, print_table
from crm_data.commands.repairs import Suggestion, accept_repairs, suggestions, undo_repairs
from crm_data.errors import UsageError
from crm_data.queries.repairs import repair_candidates
from crm_data.repairs import repairs
from crm_data.scope import EVERYTHING
from crm_data.trial import try_repairs

repairs_app = typer.Typer(
    help="Repairs: values that look like slips of the pen.", no_args_is_help=True
)
app.add_typer(repairs_app, name="repairs")

_ACTOR = "cli"
_SUGGESTED = ("id", "table", "field", "value", "target", "rows", "similarity", "kind", "worth")
_ACCEPTED = ("repair", "table", "field", "value", "target", "rows", "by", "at", "undone")
RefreshOption = Annotated[bool, typer.Option(help="Build and publish afterwards.")]


@repairs_app.command("list")
def list_command(as_json: JsonOption = False) -> None:
    """List what is suggested, and the repairs that were accepted, undone ones included."""
    found, stored = _suggested(), repairs(settings(), with_undone=True)
    if as_json:
        print_json(
            {"suggested": [asdict(o) for o in found], "accepted": [asdict(o) for o in stored]}
        )
        return
    print_table(
        _SUGGESTED,
        [(o.suggestion_id, o.table, o.field, o.value, o.target, o.rows, o.similarity, o.kind,
          o.worth) for o in found],
    )  # fmt: skip
    if stored:
        print_table(
            _ACCEPTED,
            [(r.repair_id, r.table, r.field, r.value, r.target, r.rows, r.accepted_by,
              r.accepted_at, r.undone_at) for r in stored],
        )  # fmt: skip


@repairs_app.command("try")
def try_command(
    ids: Annotated[list[str], typer.Argument(help="Suggestions, see `repairs list`.")],
    as_json: JsonOption = False,
) -> None:
    """Show the headline numbers as they are and with these repairs; nothing is stored."""
    chosen = [_named(one) for one in ids]
    tried = try_repairs(settings(), [one.correction for one in chosen])
    if as_json:
        print_json({"before": tried.before, "after": tried.after})
        return
    print_table(
        ("number", "before", "after"),
        [(name, tried.before[name], tried.after[name]) for name in tried.before],
    )


@repairs_app.command()
def accept(
    ids: Annotated[list[str], typer.Argument(help="Suggestions, see `repairs list`.")],
    refresh: RefreshOption = True,
    as_json: JsonOption = False,
) -> None:
    """Accept suggestions: at every build the target is put in place of the value."""
    config, present = settings(), now()
    made = accept_repairs(config, [_named(one) for one in ids], now=present, actor=_ACTOR)
    version = rebuilt(config, present) if refresh else None
    if as_json:
        print_json({"accepted": [asdict(one) for one in made], "version": version})
        return
    for one in made:
        print_line(f"Repair {one.repair_id}: {one.value} -> {one.target}, {one.rows} row(s).")
    print_line(f"Published: {version or 'nothing new'}.")


@repairs_app.command()
def undo(
    ids: Annotated[list[int], typer.Argument(help="Repairs, see `repairs list`.")],
    refresh: RefreshOption = True,
    as_json: JsonOption = False,
) -> None:
    """Take repairs back: the next build reads what the files say."""
    config, present = settings(), now()
    gone = undo_repairs(config, ids, now=present, actor=_ACTOR)
    version = rebuilt(config, present) if refresh else None
    if as_json:
        print_json({"undone": [asdict(one) for one in gone], "version": version})
        return
    for one in gone:
        print_line(f"Undone: {one.value} -> {one.target}.")
    print_line(f"Published: {version or 'nothing new'}.")


def _suggested() -> list[Suggestion]:
    with published() as (conn, _version):
        found = repair_candidates(conn, scope=EVERYTHING)
    return suggestions(found, repairs(settings()))


def _named(one: str) -> Suggestion:
    for suggestion in _suggested():
        if suggestion.suggestion_id == one:
            return suggestion
    raise UsageError(
        "no_suggestion",
        f"There is no suggestion '{one}'. `python -m cli repairs list` shows them.",
        suggestion=one,
    )
