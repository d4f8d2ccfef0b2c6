"""``analyze SUBJECT``: an analysis of the published version, printed. Each subject has a module."""

import typer

from cli.app import app

analyze_app = typer.Typer(help="Run an analysis of the published version.", no_args_is_help=True)
app.add_typer(analyze_app, name="analyze")
