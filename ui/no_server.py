"""Cached reads outside of a server: they work, and would say on each that there is none."""

from streamlit.logger import set_log_level


def be_quiet() -> None:
    """Keep what caches say of a missing server from standard error; before they are imported."""
    set_log_level("error")
