"""The Typer application and the one place where errors become exit statuses."""

import sys
from datetime import UTC, datetime
from os import environ
from typing import Any

import typer
from typer.core import TyperGroup

from crm_data.errors import CrmError
from crm_data.settings import Settings


class ExitStatusGroup(TyperGroup):
    """Print one sentence for a user's mistake, never a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; turn ``CrmError`` into a sentence and its exit status."""
        try:
            return super().invoke(ctx)
        except CrmError as error:
            print_error(str(error))
            raise typer.Exit(error.exit_status) from error


app = typer.Typer(
    cls=ExitStatusGroup,
    name="python -m cli",
    help="Clientscope: import files, build versions, ask for numbers.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def settings() -> Settings:
    """Read the settings from the environment."""
    return Settings.from_environment(environ)


def now() -> datetime:
    """Return the present as naive UTC, as the stores keep it."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


def print_error(sentence: str) -> None:
    """Write one sentence to standard error."""
    sys.stderr.write(sentence.rstrip() + "\n")


def print_line(text: str = "") -> None:
    """Write one line to standard output."""
    sys.stdout.write(text + "\n")
