"""Buttons that hand out a file. It is made, and written into the audit log, when one is clicked.

Streamlit makes the file in a thread of its own while the page runs again, and shows a failure as
one English line for five seconds. So the thread writes down what happened in the session, and the
run that the click started waits for it and says it properly. A click on a button that a newer run
has replaced makes no file at all: nothing begins, and the run says so after a moment.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from ui import actions
from ui.context import PageContext
from ui.errors import guarded, told
from ui.export import Stamp

_BEGIN_SECONDS = 5.0
_WAIT_SECONDS = 180.0
_OUTCOMES = "_export_outcomes"


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


class Outcomes:
    """What became of the files of one place of a page: each click is asked for and ends once."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._asked = 0
        self._begun = 0
        self._reasons: list[str] = []

    def asked(self) -> None:
        """A button was clicked; called once a click, before the page runs."""
        with self._changed:
            self._asked += 1

    def begun(self) -> None:
        """A file is being made."""
        with self._changed:
            self._begun += 1
            self._changed.notify_all()

    def ended(self, reason: str) -> None:
        """A file was made, or was not for a reason; an empty reason is success."""
        with self._changed:
            self._reasons.append(reason)
            self._changed.notify_all()

    def last(self, begin: float = _BEGIN_SECONDS, end: float = _WAIT_SECONDS) -> str | None:
        """Return the reason of the last click once it is known; None when no file was begun."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._begun >= self._asked, begin):
                self._asked = self._begun
                return None
            known = self._changed.wait_for(lambda: len(self._reasons) >= self._asked, end)
            return self._reasons[-1] if known else ""


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
    outcomes: Outcomes,
) -> Callable[[], bytes]:
    """Return the function that makes the file; it hands out none that is not in the audit log."""

    def make() -> bytes:
        outcomes.begun()
        try:
            frame = load()
            content = choice.write(frame)
            actions.record_export(ctx, what=what, stamp=stamp, rows=len(frame))
        except Exception as error:
            outcomes.ended(told(ctx.t, error))
            raise
        outcomes.ended("")
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
    outcomes = st.session_state.setdefault(f"{_OUTCOMES}_{what}", Outcomes())
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
                on_click=outcomes.asked,
            )
    if clicked and (reason := outcomes.last()) != "":
        told_why = ctx.t("export.not_begun") if reason is None else reason
        st.error(ctx.t("export.refused", reason=told_why), icon=":material/error:")
