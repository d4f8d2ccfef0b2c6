"""Buttons that hand out a file. It is made, and written into the audit log, when one is clicked.

Streamlit makes the file in a thread of its own while the page runs again, and shows a failure as
one English line for five seconds. So the thread leaves what happened in a queue of the session,
and the run that the click started waits for it and says it properly.
"""

import queue
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from ui import actions
from ui.context import PageContext
from ui.errors import guarded, told
from ui.export import Stamp

_WAIT_SECONDS = 180
_QUEUE = "_export_outcomes"


@dataclass(frozen=True)
class Choice:
    """One button: what it is called, and how it writes rows into a file."""

    key: str
    label: str
    icon: str
    file_name: str
    mime: str
    write: Callable[[pd.DataFrame], bytes]
    help: str | None = None


def offer(
    ctx: PageContext,
    choices: Sequence[Choice],
    *,
    what: str,
    load: Callable[[], pd.DataFrame],
    stamp: Stamp,
) -> None:
    """Draw a button for each file; ``what`` is how the audit log calls the rows of ``load``."""
    guarded(ctx.t, _buttons)(ctx, tuple(choices), what, load, stamp)


def maker(
    ctx: PageContext,
    choice: Choice,
    *,
    what: str,
    load: Callable[[], pd.DataFrame],
    stamp: Stamp,
    outcomes: "queue.SimpleQueue[str]",
) -> Callable[[], bytes]:
    """Return the function that makes the file; it hands out none that is not in the audit log."""

    def make() -> bytes:
        try:
            frame = load()
            content = choice.write(frame)
            actions.record_export(ctx, what=what, stamp=stamp, rows=len(frame))
        except Exception as error:
            outcomes.put(told(ctx.t, error))
            raise
        outcomes.put("")
        return content

    return make


@st.fragment
def _buttons(
    ctx: PageContext,
    choices: tuple[Choice, ...],
    what: str,
    load: Callable[[], pd.DataFrame],
    stamp: Stamp,
) -> None:
    outcomes = st.session_state.setdefault(f"{_QUEUE}_{what}", queue.SimpleQueue())
    clicked = False
    with st.container(horizontal=True, gap="small"):
        for choice in choices:
            make = maker(ctx, choice, what=what, load=load, stamp=stamp, outcomes=outcomes)
            clicked |= st.download_button(
                choice.label,
                make,
                choice.file_name,
                choice.mime,
                key=choice.key,
                icon=choice.icon,
                help=choice.help,
            )
    if not clicked:
        _forget(outcomes)
    elif reason := _outcome(outcomes):
        st.error(ctx.t("export.refused", reason=reason), icon=":material/error:")


def _outcome(outcomes: "queue.SimpleQueue[str]") -> str:
    """Return why there is no file; empty when there is one, or when nobody knows yet."""
    try:
        return outcomes.get(timeout=_WAIT_SECONDS)
    except queue.Empty:
        return ""


def _forget(outcomes: "queue.SimpleQueue[str]") -> None:
    """Empty the queue of what an interrupted run has not read."""
    while not outcomes.empty():
        outcomes.get_nowait()
