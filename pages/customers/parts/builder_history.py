"""How large a segment was, as far as the data of today can tell."""

import pandas as pd
import streamlit as st

from charts.segment_sizes import sizes
from ui import rows
from ui import segment_loaders as load
from ui.context import PageContext
from ui.figures import draw, spec_of
from ui.frames import records
from ui.segment_words import field_label

_MONTHS = 13


def part(ctx: PageContext, segment_id: str, definition: str) -> None:
    """Draw size, entries and exits by month end, and the table."""
    t, f = ctx.t, ctx.formats
    found = load.history(ctx.settings, ctx.version, ctx.scope, definition, _MONTHS)
    table = found.sizes
    if table.empty:
        st.info(t("builder.no_history"), icon=":material/timeline:")
        return
    shown = table.assign(
        label=[f.month(day) for day in table["on"]],
        hover=[
            t(
                "builder.history_hover",
                day=f.day(row["on"]),
                n=f.count(row["customers"]),
                entered=f.count(_none(row["entered"])),
                left=f.count(_none(row["left"])),
            )
            for row in records(table)
        ],
    )
    names = (t("builder.customers"), t("column.entered"), t("column.left"))
    figure = sizes(shown, names=names, mode=ctx.theme)
    draw(spec_of(figure), alt=t("builder.history_alt"), key="segment_history")
    if found.as_today:
        fields = t("builder.words_list").join(field_label(ctx, one) for one in found.as_today)
        st.caption(t("builder.as_today", fields=fields))
    st.caption(t("builder.history_note"))
    written = table.rename(columns={"on": "month_end_on"})
    rows.table(ctx, written, key="segment_history_table")
    stamp = rows.stamp_of(
        ctx, subject=t("builder.tab_history"), period=t("period.all_time"), filters=""
    )
    rows.download(ctx, written, name="segment_history", stamp=stamp)
    if segment_id:
        _recorded(ctx, segment_id, definition)


def _recorded(ctx: PageContext, segment_id: str, definition: str) -> None:
    """Draw what was recorded with versions, for who sees every customer."""
    t = ctx.t
    if not ctx.scope.is_everything:
        st.caption(t("builder.recorded_hidden"))
        return
    recorded = load.recorded(ctx.settings, ctx.scope, segment_id, definition)
    if len(recorded):
        st.markdown(f"**{t('builder.recorded')}**", help=t("builder.recorded_help"))
        rows.table(ctx, recorded, key="segment_recorded_table")


def _none(value: object) -> float | None:
    return None if pd.isna(value) else float(value)  # type: ignore[call-overload,arg-type]  # a number or NA
