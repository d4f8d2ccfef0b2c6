"""Start the app with everything imported, so that the first viewer does not wait for it."""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from streamlit.runtime.pages_manager import PagesManager
from streamlit.web import cli as streamlit_command

from ui import shell  # noqa: F401 - imported before anybody comes
from ui.navigation import PAGES

SCRIPT = Path(__file__).resolve().parent.parent / "app.py"


def serve(options: Sequence[str] = ()) -> None:
    """Run the app until it is stopped.

    Streamlit takes a folder ``pages`` beside the script for its older way of making pages, until
    the script has run once, and tells whoever opens a page's address first that there is no such
    page. The menu is ours alone, and this says so before anybody comes.

    Parameters
    ----------
    options : sequence of str
        Options of ``streamlit run``, such as ``--server.port=8502``.
    """
    PagesManager.uses_pages_directory = False
    for spec in PAGES:
        import_module(spec.module)
    streamlit_command.main(["run", str(SCRIPT), *options], prog_name="clientscope")
