"""A table of a view as a file, behind a small button."""

from typing import Any

import streamlit as st

from ui import rows
from ui.context import PageContext
from ui.formats import plain


def table_export(
    ctx: PageContext, frame: Any, *, name: str, subject: str, filters: str = ""
) -> None:
    """Offer a table of the view as a file, behind a small button."""
    opened = st.popover(
        ctx.t("customer.export"),
        icon=":material/download:",
        type="tertiary",
        key=f"export_{name}",
        on_change="rerun",
    )
    if opened.open:
        with opened:
            stamp = rows.stamp_of(
                ctx,
                subject=plain(subject),
                period=ctx.t("period.all_time"),
                filters=filters,
            )
            rows.download(ctx, frame, name=name, stamp=stamp)
