"""``events``: an event log becomes a file of tickets that ``import`` reads."""

from pathlib import Path
from typing import Annotated

import typer

from cli.app import app, print_line
from cli.data import JsonOption
from cli.output import print_json
from crm_data.importers.event_log import EventLog, tickets_of_events


@app.command()
def events(
    source: Annotated[Path, typer.Argument(help="CSV file with a row per event.")],
    to: Annotated[Path, typer.Option("--to", help="CSV file of tickets to write.")],
    case: Annotated[str, typer.Option(help="Column of the case.")],
    activity: Annotated[str, typer.Option(help="Column of the activity.")],
    time: Annotated[str, typer.Option(help="Column of the time.")],
    answered: Annotated[
        list[str] | None, typer.Option(help="Activity that is a first response; repeatable.")
    ] = None,
    solved: Annotated[
        list[str] | None, typer.Option(help="Activity that solves; otherwise the last event.")
    ] = None,
    agent: Annotated[str, typer.Option(help="Column of the agent.")] = "",
    customer: Annotated[str, typer.Option(help="Column of the customer.")] = "",
    category: Annotated[str, typer.Option(help="Column of the category.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Turn an event log (case, activity, time) into tickets, to be imported."""
    log = EventLog(
        case, activity, time, tuple(answered or ()), tuple(solved or ()), agent, customer, category
    )
    found = tickets_of_events(source, log, to)
    if as_json:
        print_json(found | {"to": str(to)})
        return
    print_line(
        f"{found['tickets']} tickets of {found['events']} events ({found['skipped']} without case "
        f"or readable time) in {to}. Activities: {', '.join(found['activities'])}. "
        f"Next: python -m cli import {to} --as tickets"
    )
