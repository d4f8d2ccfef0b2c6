"""Long work of a server: it goes on when the page that began it is left. One at a time a store."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import streamlit as st

from crm_data.errors import BuildBusyError
from crm_data.settings import Settings

Report = Callable[[str, float], None]
State = Literal["running", "done", "failed"]


@dataclass
class Job:
    """Work that runs or ended: who began it, how far it is, what came of it.

    Attributes
    ----------
    kind : str
        What it is, for whoever draws its result.
    share : float
        How much is done, 0 to 1; ``step`` names what is being done.
    result : object
        What the work returned; None until it is done.
    error : Exception or None
        Why it failed.
    """

    kind: str
    started_by: str
    started_at: datetime
    state: State = "running"
    step: str = ""
    share: float = 0.0
    result: Any = None
    error: Exception | None = None
    _ended: threading.Event = field(default_factory=threading.Event)

    def report(self, step: str, share: float) -> None:
        """Say how far the work is."""
        self.step, self.share = step, min(1.0, max(0.0, share))

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until the work has ended; return whether it has."""
        return self._ended.wait(seconds)

    def run(self, work: Callable[[Report], Any]) -> None:
        """Do the work, and keep what came of it."""
        try:
            self.result = work(self.report)
            self.state = "done"
        except Exception as error:  # noqa: BLE001 - said where the job is drawn
            self.error = error
            self.state = "failed"
        finally:
            self._ended.set()


class Jobs:
    """The job of a store that runs, or ran last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.latest: Job | None = None

    def start(self, kind: str, work: Callable[[Report], Any], *, by: str, at: datetime) -> Job:
        """Begin work in a thread of its own; it is not Streamlit's and may draw nothing.

        Raises
        ------
        BuildBusyError
            Another job is running.
        """
        with self._lock:
            running = self.latest
            if running is not None and running.state == "running":
                raise BuildBusyError(
                    "job_busy",
                    f"{running.started_by} has begun an import or a build that is still running. "
                    "Wait until it is done, and try again.",
                    who=running.started_by,
                )
            job = self.latest = Job(kind, by, at)
        threading.Thread(target=job.run, args=(work,), name=f"job-{kind}", daemon=True).start()
        return job

    def dismiss(self, job: Job) -> None:
        """Forget a job that has ended."""
        with self._lock:
            if self.latest is job and job.state != "running":
                self.latest = None


@st.cache_resource(show_spinner=False)
def jobs_of(settings: Settings) -> Jobs:
    """Return the jobs of a store, which all sessions of this server share."""
    _ = settings
    return Jobs()
