"""Opening a page of the app in-process, as some viewer, at some address."""

from collections.abc import Mapping, Sequence

from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from crm_data.settings import Settings


def _app(home: str, owners: tuple[str, ...] | None) -> None:
    from datetime import UTC, datetime

    from crm_data.scope import AccessScope
    from crm_data.settings import Settings
    from ui import shell

    scope = AccessScope(None if owners is None else frozenset(owners))
    shell.run(
        Settings.from_environment({"CRM_HOME": home}),
        viewer=shell.Viewer("test", scope, is_local=False),
        now=datetime(2026, 3, 20, 8, tzinfo=UTC),
    )


def open_page(
    settings: Settings,
    url_path: str,
    query: Mapping[str, str | Sequence[str]] | None = None,
    *,
    owners: tuple[str, ...] | None = None,
) -> AppTest:
    """Run the app with ``url_path`` open; ``owners`` None sees everything."""
    app = AppTest.from_function(_app, args=(str(settings.home), owners), default_timeout=30)
    app._page_hash = calc_hash(url_path)  # a page of st.navigation has no file to switch to
    for name, value in (query or {}).items():
        app.query_params[name] = value
    return app.run()


def written(app: AppTest) -> str:
    """Everything that is text on the page, menu left out."""
    kinds = ("title", "subheader", "markdown", "caption", "text", "info", "warning", "error")
    return "\n".join(str(element.value) for kind in kinds for element in getattr(app.main, kind))
