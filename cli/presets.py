"""Commands about presets: ``presets list`` and ``presets save``."""

from pathlib import Path
from typing import Annotated

import typer

from cli.app import app, now, print_line, settings
from cli.data import JsonOption
from cli.output import print_json, print_table
from crm_data.commands.presets import save_mapping
from crm_data.importers import read_mapping
from crm_data.importers.preset_files import presets
from crm_data.importers.preview import preview_file

presets_app = typer.Typer(help="Presets: how known exports are read.", no_args_is_help=True)
app.add_typer(presets_app, name="presets")

_ACTOR = "cli"


@presets_app.command("list")
def list_command(as_json: JsonOption = False) -> None:
    """List the presets, those of the company first."""
    found = presets(settings().presets_dir)
    if as_json:
        print_json([{"name": p.name, "title": p.title, "needs": p.needs} for p in found])
    else:
        print_table(("name", "title", "columns"), [(p.name, p.title, len(p.needs)) for p in found])


@presets_app.command()
def save(
    name: Annotated[str, typer.Argument(help="Letters, digits, - and _.")],
    path: Annotated[Path, typer.Argument(help="A file with the headers that the preset is for.")],
    mapping: Annotated[
        Path | None, typer.Option(help="Mapping file (TOML); without it, as it is recognised.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Save how a file is read: files with the same headers are read so from then on."""
    config = settings()
    seen = preview_file(config, path)
    chosen = read_mapping(mapping) if mapping is not None else seen.mapping
    if chosen is None:
        raise seen.why_not or AssertionError("what is not recognised says why")
    made = save_mapping(config, name, chosen, seen.headers, now=now(), actor=_ACTOR)
    print_json({"preset": made.stem}) if as_json else print_line(f"Saved preset {made.stem}.")
