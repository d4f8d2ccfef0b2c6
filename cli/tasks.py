"""Commands about tasks: ``tasks list``, ``add``, ``done``."""

import json
from datetime import UTC, date
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from cli.app import app, now, print_line, settings
from cli.asking import day, published
from cli.data import JsonOption
from cli.output import print_json, print_table
from crm_data.commands.task_create import create_task
from crm_data.commands.task_drafts import TaskDraft
from crm_data.commands.tasks import complete_task
from crm_data.errors import UsageError
from crm_data.queries.tasks import STATES, State, tasks
from crm_data.scope import EVERYTHING
from crm_data.task_list import listed
from ui.frames import records

tasks_app = typer.Typer(help="Tasks: what is to be done, by whom, by when.", no_args_is_help=True)
app.add_typer(tasks_app, name="tasks")

_ACTOR = "cli"
_NOT_DONE: tuple[State, ...] = ("open", "snoozed")
_COLUMNS = ("task_id", "due_on", "status", "owner_id", "about", "what")


@tasks_app.command("list")
def list_command(
    state: Annotated[str, typer.Option(help="open, snoozed or done.")] = "open",
    owner: Annotated[str | None, typer.Option(help="Only of this employee.")] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only past their day.")] = False,
    as_json: JsonOption = False,
) -> None:
    """List tasks, calls of retention lists among the open ones, what is due first first."""
    on = today()
    with published() as (connection, version):
        found = listed(settings(), connection, EVERYTHING, _ACTOR, state=_state(state), on=on)
    if owner is not None:
        found = found[found["owner_id"] == owner]
    if overdue:
        found = found[found["due_on"].dt.date < on]
    rows = [row | {"figures": json.loads(row["figures"])} for row in records(found)]
    if as_json:
        print_json({"version": version, "on": on, "tasks": rows})
        return
    shown = [
        row | {"about": row["subject"], "what": row["title"] or f"{row['code']} {row['figures']}"}
        for row in rows
    ]
    print_table(_COLUMNS, [[row[name] for name in _COLUMNS] for row in shown])


@tasks_app.command()
def add(
    title: Annotated[str, typer.Argument(help="What is to be done.")],
    due: Annotated[str, typer.Option(help="By which day, such as 2025-01-31.")],
    owner: Annotated[
        str | None, typer.Option(help="Employee who does it; else nobody yet.")
    ] = None,
    customer: Annotated[str | None, typer.Option(help="Customer that it is about.")] = None,
    deal: Annotated[str | None, typer.Option(help="Deal that it is about.")] = None,
    note: Annotated[str, typer.Option(help="What else to know.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Make a task."""
    due_on = day(due, "--due")
    assert due_on is not None  # noqa: S101 - the option is required
    draft = TaskDraft(
        due_on, owner, title=title, customer_id=customer, opportunity_id=deal, note=note
    )
    with published() as (connection, _version):
        created = create_task(settings(), connection, EVERYTHING, draft, now=now(), actor=_ACTOR)
    (made,) = created.made
    print_json(vars(made)) if as_json else print_line(f"Made task {made.task_id}.")


@tasks_app.command()
def done(
    task: Annotated[str, typer.Argument(help="A task id, see `tasks list`.")],
    as_json: JsonOption = False,
) -> None:
    """Mark a task as done."""
    config, present = settings(), now()
    every = [
        row
        for state in _NOT_DONE
        for row in records(tasks(config, EVERYTHING, _ACTOR, state=state, on=today()))
    ]
    row = next((row for row in every if row["task_id"] == task), None)
    if row is None:
        raise UsageError(
            "task_not_open",
            f"There is no open task '{task}'. `python -m cli tasks list` shows them; what came of "
            "a retention call is written down in its list.",
            task=task,
        )
    seen = row["changed_at"].to_pydatetime()
    after = complete_task(config, EVERYTHING, task, seen=seen, now=present, actor=_ACTOR).after
    print_json(vars(after)) if as_json else print_line(f"Done: {after.title or after.code}.")


def today() -> date:
    """Return the business day in the company's time zone."""
    return now().replace(tzinfo=UTC).astimezone(ZoneInfo(settings().timezone)).date()


def _state(text: str) -> State:
    for state in STATES:
        if text == state:
            return state
    raise UsageError(
        "task_state", f"There is no state '{text}'. Use one of: {', '.join(STATES)}.", state=text
    )
