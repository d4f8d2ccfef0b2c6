"""Start the app with everything imported, so that the first viewer does not wait for it."""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from streamlit.web import cli as streamlit_command

from ui import shell  # noqa: F401 - imported before anybody comes
from ui.navigation import PAGES

SCRIPT = Path(__file__).resolve().parent.parent / "app.py"


def serve(options: Sequence[str] = ()) -> None:
    """Run the app until it is stopped.

    Parameters
    ----------
    options : sequence of str
        Options of ``streamlit run``, such as ``--server.port=8502``.
    """
    for spec in PAGES:
        import_module(spec.module)
    streamlit_command.main(["run", str(SCRIPT), *options], prog_name="clientscope")
