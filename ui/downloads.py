"""Buttons that hand out a file. It is made, and written into the audit log, when one is clicked.

Streamlit makes the file in a thread of its own while the page runs again, and shows a failure as
one English line for five seconds. So the thread writes down what happened, and the run that the
click started waits for it and says it properly. A click on a button that a newer run has replaced
makes no file at all: nothing begins, and the run says so after a moment.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd
import streamlit as st

from ui import actions
from ui.context import PageContext
from ui.errors import guarded, told
from ui.export import Stamp

_BEGIN_SECONDS = 5.0
_WAIT_SECONDS = 180.0
_CLICKED = "_export_clicked"


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


@dataclass(frozen=True)
class Ending:
    """What became of a click: ``made``, ``refused`` (why), ``not_begun`` or ``not_ended``."""

    state: Literal["made", "refused", "not_begun", "not_ended"]
    reason: str = ""


class Drawn:
    """The files of the buttons that one run has drawn in one place of a page.

    The next run draws new ones, so an outcome that comes late stays with the clicks that it is of.
    Only clicks whose run was interrupted before it drew anything share one of these.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._asked = 0
        self._begun = 0
        self._reasons: dict[int, str] = {}

    def asked(self) -> None:
        """A button was clicked; called once a click, before the page runs."""
        with self._changed:
            self._asked += 1

    def begun(self) -> int:
        """A file is being made; return its number."""
        with self._changed:
            self._begun += 1
            self._changed.notify_all()
            return self._begun

    def ended(self, number: int, reason: str) -> None:
        """A file was made, or was not for a reason; an empty reason is success."""
        with self._changed:
            self._reasons[number] = reason
            self._changed.notify_all()

    def ending(self, begin: float, end: float) -> Ending:
        """Return what became of the last click; waits these seconds for its begin and its end."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._begun >= self._asked, begin):
                return Ending("not_begun")
            number = self._asked
            if not self._changed.wait_for(lambda: number in self._reasons, end):
                return Ending("not_ended")
            reason = self._reasons[number]
            return Ending("refused", reason) if reason else Ending("made")


def offer(
    ctx: PageContext,
    choices: Sequence[Choice],
    *,
    what: str,
    load: Callable[[], pd.DataFrame],
    stamp: Stamp,
    record: Callable[[], None] | None = None,
) -> None:
    """Draw a button for each file; ``what`` is how the audit log calls the rows of ``load``.

    ``record`` writes the export into the audit log where there is more to be said of it.
    """
    guarded(ctx.t, _buttons)(ctx, tuple(choices), what, load, stamp, record)


def maker(
    ctx: PageContext,
    choice: Choice,
    *,
    what: str,
    load: Callable[[], pd.DataFrame],
    stamp: Stamp,
    drawn: Drawn,
    record: Callable[[], None] | None = None,
) -> Callable[[], bytes]:
    """Return the function that makes the file; it hands out none that is not in the audit log."""

    def make() -> bytes:
        number = drawn.begun()
        try:
            frame = load()
            content = choice.write(frame)
            if record is None:
                actions.record_export(ctx, what=what, stamp=stamp, rows=len(frame))
            else:
                record()
        except Exception as error:
            drawn.ended(number, told(ctx.t, error))
            raise
        drawn.ended(number, "")
        return content

    return make


@st.fragment
def _buttons(
    ctx: PageContext,
    choices: tuple[Choice, ...],
    what: str,
    load: Callable[[], pd.DataFrame],
    stamp: Stamp,
    record: Callable[[], None] | None = None,
) -> None:
    drawn, key = Drawn(), f"{_CLICKED}_{what}"
    clicked = False
    with st.container(horizontal=True, gap="small"):
        for choice in choices:
            make = maker(ctx, choice, what=what, load=load, stamp=stamp, drawn=drawn, record=record)
            clicked |= st.download_button(
                choice.label,
                make,
                choice.file_name,
                choice.mime,
                key=choice.key,
                icon=choice.icon,
                help=choice.help,
                on_click=_clicked,
                args=(key, drawn),
            )
    before: Drawn | None = st.session_state.pop(key, None)
    if clicked and before is not None:
        _tell(ctx, before.ending(_BEGIN_SECONDS, _WAIT_SECONDS))


def _clicked(key: str, drawn: Drawn) -> None:
    """Keep what was clicked for the run that the click starts."""
    drawn.asked()
    st.session_state[key] = drawn


def _tell(ctx: PageContext, ending: Ending) -> None:
    """Say what became of a click; a file that was made says it itself."""
    if ending.state == "not_ended":
        st.info(ctx.t("export.not_ended"), icon=":material/hourglass_top:")
    elif ending.state != "made":
        reason = ending.reason or ctx.t("export.not_begun")
        st.error(ctx.t("export.refused", reason=reason), icon=":material/error:")
