"""The job of this store on a page: a bar while it runs, whoever began it; then what came of it."""

import streamlit as st

from ui.context import PageContext
from ui.errors import guarded, told
from ui.formats import plain
from ui.jobs import Job, jobs_of

_EVERY_SECONDS = 1.0


def running_part(ctx: PageContext) -> bool:
    """Draw the bar of the running job; return whether one runs. The page runs again at its end."""
    job = jobs_of(ctx.settings).latest
    if job is None or job.state != "running":
        return False
    with st.container(border=True):
        st.caption(ctx.t("job.running", who=plain(job.started_by)), help=ctx.t("job.leave"))
        st.fragment(guarded(ctx.t, _bar), run_every=_EVERY_SECONDS)(ctx, job)
    return True


def ended_job(ctx: PageContext, *kinds: str) -> Job | None:
    """Return the job of these kinds that ended, drawing why if it failed; None without one."""
    job = jobs_of(ctx.settings).latest
    if job is None or job.state == "running" or job.kind not in kinds:
        return None
    if job.error is not None:
        st.error(told(ctx.t, job.error), icon=":material/error:")
    return job


def dismiss_button(ctx: PageContext, job: Job) -> None:
    """Draw the button that puts the outcome of a job away."""
    st.button(
        ctx.t("job.close"),
        icon=":material/close:",
        key="job_close",
        on_click=jobs_of(ctx.settings).dismiss,
        args=(job,),
    )


def _bar(ctx: PageContext, job: Job) -> None:
    if job.state != "running":
        st.rerun()
    word, _, subject = job.step.partition(" ")
    key = f"progress.{word}" if f"progress.{word}" in ctx.t else "progress.working"
    named = f"table.{subject}"
    name = ctx.t(named) if named in ctx.t else plain(subject)
    st.progress(job.share, text=ctx.t(key, name=name))
