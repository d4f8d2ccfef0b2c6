"""The tasks of a view as a file."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from pages.home.parts.tasks_filters import described
from ui import rows, task_words
from ui.context import PageContext
from ui.task_view import TaskView


def part(ctx: PageContext, view: TaskView, every: Callable[[], pd.DataFrame]) -> None:
    """Offer all tasks of the view, not only those of the page; made when it is asked for."""
    opened = st.popover(
        ctx.t("customer.export"), icon=":material/download:", key="tasks_export",
        on_change="rerun",
    )  # fmt: skip
    if opened.open:
        with opened:
            stamp = rows.stamp_of(
                ctx,
                subject=ctx.t("page.tasks"),
                period=ctx.t("period.all_time"),
                filters=described(ctx, view),
            )
            rows.download(ctx, lambda: task_words.worded(ctx, every()), name="tasks", stamp=stamp)
