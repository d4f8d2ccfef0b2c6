"""``dictionary``: print the data dictionary."""

from cli.app import app, print_line
from crm_data.tables.dictionary import dictionary


@app.command("dictionary")
def dictionary_command() -> None:
    """Print the data dictionary as Markdown."""
    print_line(dictionary().rstrip("\n"))
