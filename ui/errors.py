"""What a viewer reads when something fails: one sentence and what next, never a traceback."""

import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec

import streamlit as st

from crm_data.errors import CrmError, FrameContractError
from ui.formats import plain
from ui.translations import MissingLabelError, Translator

P = ParamSpec("P")
_log = logging.getLogger("clientscope")


@contextmanager
def boundary(t: Translator) -> Iterator[None]:
    """Show what went wrong inside; Streamlit's own control flow passes through."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - the last line: no viewer ever sees a traceback
        st.error(told(t, error), icon=":material/error:")


def guarded(t: Translator, draw: Callable[P, None]) -> Callable[P, None]:
    """Return ``draw`` with a boundary of its own; fragments and dialogs run outside the page's."""

    @wraps(draw)
    def inside(*args: P.args, **kwargs: P.kwargs) -> None:
        with boundary(t):
            draw(*args, **kwargs)

    return inside


def told(t: Translator, error: Exception) -> str:
    """Return what a viewer is told about any error; a defect goes to the log with a reference."""
    if isinstance(error, CrmError) and not isinstance(error, FrameContractError):
        return sentence(t, error)
    reference = secrets.token_hex(4)
    _log.error("Reference %s", reference, exc_info=error)
    return t("error.unexpected", reference=reference)


def sentence(t: Translator, error: CrmError) -> str:
    """Return the error in the viewer's language; the English sentence where it has no label."""
    details: dict[str, Any] = {name: plain(value) for name, value in error.details.items()}
    try:
        return t(f"error.{error.code}", **details)
    except MissingLabelError:
        _log.warning("No label for error code %s", error.code)
        return plain(str(error))
