"""The address bar: reading it, writing it, and carrying filters from page to page.

Streamlit's menu clears the address when a page changes. What belongs to the view rather than to
the page (language, filters) is kept for the session and written back after a page change. A link
that names any of it wins over what was kept.
"""

from collections.abc import Mapping, Sequence

import streamlit as st

from ui.filters import QUERY_NAMES

LANGUAGE = "lang"
CARRIED: tuple[str, ...] = (LANGUAGE, *QUERY_NAMES)
_KEPT, _PAGE = "_kept_query", "_last_page"


def query() -> dict[str, list[str]]:
    """Return the parameters of the address, each with all its values."""
    return {name: st.query_params.get_all(name) for name in st.query_params}


def carried() -> dict[str, list[str]]:
    """Return the parameters that go along to other pages."""
    return {name: values for name, values in query().items() if name in CARRIED}


def write(changes: Mapping[str, Sequence[str]], *, clears: Sequence[str] = ()) -> None:
    """Write parameters into the address in one step, first dropping those in ``clears``."""
    now = query()
    kept = {name: values for name, values in now.items() if name not in clears}
    wanted = kept | {name: list(values) for name, values in changes.items()}
    if wanted != now:
        st.query_params.from_dict(wanted)


def follow(page: str) -> None:
    """After a page change, put back the parameters that go along."""
    before = st.session_state.get(_PAGE)
    now = carried()
    kept: dict[str, list[str]] = st.session_state.get(_KEPT, {})
    if before is not None and before != page and not now and kept:
        write(kept)
        now = kept
    st.session_state[_PAGE] = page
    st.session_state[_KEPT] = now


def choice(name: str, options: Sequence[str], *, default: str = "") -> str:
    """Return the value of a page's own parameter; the default, or the first, where it is none.

    Streamlit's ``bind`` would write the label into the address, which changes with the language.
    """
    asked = st.query_params.get(name)
    chosen = asked if asked is not None and asked in options else default or options[0]
    st.session_state[name] = chosen
    return chosen


def write_choice(name: str) -> None:
    """Write the value of the widget ``name`` into the address; for callbacks."""
    write({name: [str(st.session_state[name])]})
