"""A progress bar for long work."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from ui.context import PageContext
from ui.formats import plain


@contextmanager
def progress_bar(ctx: PageContext) -> Iterator[Callable[[str, float], None]]:
    """Yield ``report(step, share)``; the bar goes away when the work is done or fails."""
    place = st.empty()
    bar = place.progress(0.0, text=ctx.t("progress.working"))

    def report(step: str, share: float) -> None:
        word, _, subject = step.partition(" ")
        key = f"progress.{word}" if f"progress.{word}" in ctx.t else "progress.working"
        named = f"table.{subject}"
        text = ctx.t(key, name=ctx.t(named) if named in ctx.t else plain(subject))
        bar.progress(min(1.0, max(0.0, share)), text=text)

    try:
        yield report
    finally:
        place.empty()
