"""Commands about data quality: ``quality list``, ``add``, ``remove``, ``rows``."""

from dataclasses import asdict
from typing import Annotated

import typer

from cli.app import app, now, print_line, settings
from cli.asking import published
from cli.data import JsonOption
from cli.output import print_json, print_table
from crm_data.commands.quality_rules import (
    add_quality_rule,
    quality_rules,
    remove_quality_rule,
)
from crm_data.commands.segments import segment_named
from crm_data.queries.quality import check_of, faulty_rows, faulty_rows_count
from crm_data.scope import EVERYTHING
from ui.frames import records

quality_app = typer.Typer(
    help="Data quality: rules of your own, and the rows behind a fault.", no_args_is_help=True
)
app.add_typer(quality_app, name="quality")

_ACTOR = "cli"
Name = Annotated[str, typer.Argument(help="Name of the rule.")]


@quality_app.command("list")
def list_command(as_json: JsonOption = False) -> None:
    """List the rules that the company has added."""
    rules = [asdict(rule) for rule in quality_rules(settings())]
    if as_json:
        print_json({"rules": rules})
        return
    columns = ("name", "created_by", "created_at", "definition")
    print_table(columns, [[rule[name] for name in columns] for rule in rules])


@quality_app.command()
def add(
    name: Name,
    segment: Annotated[str, typer.Option(help="Saved segment whose members are at fault.")],
    as_json: JsonOption = False,
) -> None:
    """Add a rule: who meets the conditions of the segment, as they are now, is at fault."""
    config = settings()
    definition = segment_named(config, segment).definition
    rule = add_quality_rule(config, name=name, definition=definition, now=now(), actor=_ACTOR)
    if as_json:
        print_json(asdict(rule))
        return
    print_line(f"Added the rule '{rule.name}'. `analyze quality` counts who breaks it.")


@quality_app.command()
def remove(name: Name) -> None:
    """Remove a rule."""
    rule = remove_quality_rule(settings(), name, now=now(), actor=_ACTOR)
    print_line(f"Removed the rule '{rule.name}'.")


@quality_app.command()
def rows(
    rule: Annotated[str, typer.Argument(help="A rule that `analyze quality` lists.")],
    field: Annotated[str, typer.Argument(help="table.column, such as orders.customer_id.")],
    limit: Annotated[int, typer.Option(min=1, help="How many rows at most.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """Print the rows behind a fault."""
    table_name, _, column = field.partition(".")
    check = check_of(rule, table_name, column)
    with published() as (connection, version):
        total = faulty_rows_count(connection, check, scope=EVERYTHING)
        found = faulty_rows(connection, check, scope=EVERYTHING, limit=limit)
    if as_json:
        print_json({"version": version, "total": total, "rows": records(found)})
        return
    shown = [str(name) for name in found if found[name].notna().any()]
    print_table(shown, [[row[name] for name in shown] for row in records(found)])
    print_line(f"{len(found)} of {total} rows; version {version}")
