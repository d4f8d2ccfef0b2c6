"""The cohort table: colours, numbers, and the customers behind a cell."""

import pandas as pd
import streamlit as st

from charts.retention import cohort_table
from ui import rows
from ui.attribute_filters import described
from ui.cohort_drawer import MEMBERS
from ui.context import PageContext
from ui.figures import clicked_row, draw, spec_of
from ui.filters import Horizon
from ui.retention_frames import (
    MOST_ROWS,
    age_word,
    export_table,
    members_request,
    money_unit,
    table_cells,
)
from ui.retention_view import Seen, View

_CHART, _COHORT, _AGE, _WHO = "cohort_table", "cohort_pick", "cohort_pick_age", "cohort_pick_who"
WHO = ("active", "not_active", "all")


def table(ctx: PageContext, found: Seen, view: View, horizon: Horizon) -> None:
    """Draw the table, its notes, its twin with export, and the choice of a cell."""
    t, f = ctx.t, ctx.formats
    st.subheader(
        t(f"retention.table_{view.measure}"),
        anchor=False,
        help=t(f"retention.table_{view.measure}_help", currency=ctx.settings.currency),
    )
    cells, names = table_cells(ctx, found, view)
    figure = cohort_table(cells, rows=names, age=age_word(ctx, view), mode=ctx.theme)

    filters = described(ctx, view.where, view.among)

    def on_click() -> None:
        row = clicked_row(_CHART)
        if row is not None and not pd.isna(cells["cohort_on"].iloc[row]):
            cohort, age = cells["cohort_on"].iloc[row], int(cells["age"].iloc[row])
            MEMBERS.ask(members_request(ctx, view, cohort.date(), age, filters))

    draw(spec_of(figure), alt=t("retention.table_alt"), key=_CHART, on_click=on_click)
    st.caption(" ".join(_notes(ctx, found, view, horizon)))
    _pick(ctx, found, view)
    with st.expander(t("retention.as_table"), icon=":material/table:"):
        exported = export_table(found)
        rows.table(ctx, exported, key="cohort_export_table", digits=3)
        stamp = rows.stamp_of(
            ctx,
            subject=t(f"retention.table_{view.measure}"),
            period=f.period(horizon.first, pd.Timestamp(horizon.watermark) + pd.Timedelta(days=1)),
            filters=filters,
        )
        rows.download(ctx, exported, name="cohorts", stamp=stamp)


def _notes(ctx: PageContext, found: Seen, view: View, horizon: Horizon) -> list[str]:
    t, f = ctx.t, ctx.formats
    notes = [t("retention.note_blank")]
    if view.measure == "customers":
        notes.append(t("retention.note_running", watermark=f.day(horizon.watermark)))
        if view.is_rolling:
            notes.append(t("retention.note_rolling"))
    else:
        unit = money_unit(found, view)
        notes.append(t("retention.note_money", unit=f.count(unit), currency=ctx.settings.currency))
    if view.measure == "margin":
        seen = found.cells[["customers", "costed_customers"]].sum()
        known = int(seen["costed_customers"]) / max(1, int(seen["customers"]))
        notes.append(t("retention.note_margin", share=f.share(known)))
    if len(found.retention.sizes) > MOST_ROWS:
        notes.append(t("retention.note_older", n=f.count(MOST_ROWS)))
    first = f.bucket(found.retention.sizes.index[0], view.unit)
    notes.append(t("retention.note_first", cohort=first))
    return notes


def _pick(ctx: PageContext, found: Seen, view: View) -> None:
    """Choose a cell without pointing at it: on a telephone, or by keyboard."""
    t, f = ctx.t, ctx.formats
    cohorts = list(pd.DatetimeIndex(found.retention.sizes.index)[::-1])
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        cohort = st.selectbox(
            t("retention.pick_cohort"),
            cohorts,
            format_func=lambda day: f.bucket(day, view.unit),
            key=_COHORT,
            width=170,
            filter_mode=None,
        )
        oldest = int(found.retention.rates.notna().sum(axis=1)[cohort])  # the running unit included
        age = st.selectbox(
            age_word(ctx, view), range(oldest + 1), key=_AGE, width=150, filter_mode=None
        )
        who = st.selectbox(
            t("retention.pick_who"),
            WHO,
            format_func=lambda name: t(f"retention.who_{name}"),
            key=_WHO,
            width=190,
            filter_mode=None,
        )
        request = members_request(
            ctx, view, cohort.date(), int(age), described(ctx, view.where, view.among), who
        )
        st.button(
            t("retention.show_members"),
            key="cohort_show",
            icon=":material/table_rows:",
            on_click=MEMBERS.ask,
            args=(request,),
        )
