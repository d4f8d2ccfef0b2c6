"""Commands about saved segments: ``segments list``, ``show``, ``size``, ``save``."""

import json
from pathlib import Path
from typing import Annotated

import typer

from cli.app import app, now, print_line, settings
from cli.asking import published
from cli.data import JsonOption
from cli.output import print_json, print_table
from crm_data.commands.segment_sizes import size_history
from crm_data.commands.segments import (
    SavedSegment,
    change_segment,
    create_segment,
    saved_segments,
    segment_named,
)
from crm_data.errors import UsageError
from crm_data.queries.segments import segment_size
from crm_data.scope import EVERYTHING

segments_app = typer.Typer(help="Saved segments of customers.", no_args_is_help=True)
app.add_typer(segments_app, name="segments")

_ACTOR = "cli"
Name = Annotated[str, typer.Argument(help="A segment, see `segments list`.")]


@segments_app.command("list")
def list_command(as_json: JsonOption = False) -> None:
    """List the saved segments."""
    found = saved_segments(settings())
    if as_json:
        print_json([_described(segment) for segment in found])
        return
    rows = [(s.name, s.owner, s.changed_at, s.note) for s in found]
    print_table(("segment", "owner", "changed", "note"), rows)


@segments_app.command()
def show(name: Name, as_json: JsonOption = False) -> None:
    """Print the conditions of a segment and its size in each version."""
    config = settings()
    segment = segment_named(config, name)
    sizes = size_history(config, EVERYTHING, segment.segment_id).drop(columns="definition")
    if as_json:
        print_json({**_described(segment), "sizes": sizes.to_dict("records")})
        return
    print_line(json.dumps(json.loads(segment.definition), ensure_ascii=False, indent=2))
    if segment.note:
        print_line(segment.note)
    print_table(list(sizes.columns), list(sizes.itertuples(index=False, name=None)))


@segments_app.command()
def size(name: Name, as_json: JsonOption = False) -> None:
    """Print how large a segment is in the published version."""
    segment = segment_named(settings(), name)
    with published() as (connection, version):
        found = segment_size(connection, EVERYTHING, segment.definition)
    if as_json:
        print_json({"segment": segment.name, "version": version, **vars(found)})
        return
    print_table(("what", "value"), [("version", version), *vars(found).items()])


@segments_app.command()
def save(
    name: Annotated[str, typer.Argument(help="A new name, or that of the segment to change.")],
    conditions: Annotated[str, typer.Option("--conditions", help="JSON, or @FILE that holds it.")],
    note: Annotated[str | None, typer.Option(help="What it is for.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Save conditions under a name; a segment of that name gets them instead of its own."""
    config, present, definition = settings(), now(), _read(conditions)
    known = {segment.name.casefold(): segment for segment in saved_segments(config)}
    old = known.get(" ".join(name.split()).casefold())
    if old is None:
        saved = create_segment(
            config, name=name, definition=definition, note=note or "", now=present, actor=_ACTOR
        )
    else:
        saved = change_segment(
            config,
            EVERYTHING,
            old.segment_id,
            definition=definition,
            note=note,
            now=present,
            actor=_ACTOR,
        )
    print_json(_described(saved)) if as_json else print_line(f"Saved {saved.name}.")


def _read(conditions: str) -> str:
    if not conditions.startswith("@"):
        return conditions
    path = Path(conditions[1:])
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            "segment_file", f"{path} cannot be read as text. Check the name.", path=str(path)
        ) from error


def _described(segment: SavedSegment) -> dict[str, object]:
    return {**vars(segment), "definition": json.loads(segment.definition)}
