"""Rates by calendar month: the chart, its twin table with export, and who was lost in a month."""

import pandas as pd
import streamlit as st

from charts.churn import RateLabels, rate_trend
from ui import rows, urls
from ui.attribute_filters import described
from ui.churn_drawer import LOST
from ui.churn_frames import expected_band, lost_request, months_table, trend_points
from ui.churn_view import Seen, View
from ui.context import PageContext
from ui.figures import clicked_row, draw, spec_of

_CHART, _MEASURE, _MONTH = "churn_trend", "measure", "churn_month"


def part(ctx: PageContext, found: Seen, view: View) -> None:
    """Draw the part."""
    t = ctx.t
    title = t(f"churn.{view.measure}")
    st.subheader(t("churn.by_month", rate=title), anchor=False, help=t("churn.by_month_help"))
    if len(found.measures) > 1:
        st.segmented_control(
            t("churn.measure"),
            found.measures,
            format_func=lambda name: t(f"churn.{name}"),
            key=_MEASURE,
            required=True,
            label_visibility="collapsed",
            on_change=urls.write_choice,
            args=(_MEASURE,),
        )
    points = trend_points(ctx, found, view)
    month = ctx.formats.bucket(found.month, "month") if found.month else ""
    expected = t("churn.expected", month=month)
    figure = rate_trend(
        points,
        labels=RateLabels(
            title, t("churn.interval"), t("churn.unfinished"), t("churn.unknown"), expected
        ),
        expected=expected_band(found, view, points),
        write=ctx.formats.share_short,
        mode=ctx.theme,
    )

    def on_click() -> None:
        row = clicked_row(_CHART)
        if row is not None:
            _ask(ctx, found, view, pd.Timestamp(points["month_on"].iloc[row]))

    draw(spec_of(figure), alt=t("churn.trend_alt"), key=_CHART, on_click=on_click)
    st.caption(t("churn.trend_note"))
    _pick(ctx, found, view)
    with st.expander(t("churn.as_table"), icon=":material/table:"):
        table = months_table(found)
        rows.table(ctx, table, key="churn_months", digits=3)
        months = pd.DatetimeIndex(found.levels["month_on"])
        end = pd.Timestamp(found.last_day) + pd.Timedelta(days=1)
        stamp = rows.stamp_of(
            ctx,
            subject=t("churn.by_month", rate=t(f"churn.by_{view.definition}")),
            period=ctx.formats.period(months[0].date(), end.date()),
            filters=described(ctx, view.where, view.among),
        )
        rows.download(ctx, table, name="churn_months", stamp=stamp)


def _pick(ctx: PageContext, found: Seen, view: View) -> None:
    """Choose a month without pointing at it: on a telephone, or by keyboard."""
    levels = found.levels
    is_told = (levels["start_customers"] > 0) & levels["is_observable"].astype(bool)
    months = list(pd.DatetimeIndex(levels.loc[is_told, "month_on"])[::-1])
    if not months:
        return
    counts = levels.set_index("month_on")["lost_customers"]
    place = months.index(pd.Timestamp(found.month)) if found.month else 0
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        month = st.selectbox(
            ctx.t("churn.month"),
            months,
            index=place,
            format_func=lambda day: ctx.t(
                "churn.month_n",
                month=ctx.formats.bucket(day, "month"),
                n=ctx.formats.count(int(counts[day])),
            ),
            key=_MONTH,
            width=260,
            filter_mode=None,
        )
        st.button(
            ctx.t("churn.show_lost"),
            key="churn_show",
            icon=":material/table_rows:",
            on_click=_ask,
            args=(ctx, found, view, month),
        )


def _ask(ctx: PageContext, found: Seen, view: View, month: pd.Timestamp) -> None:
    LOST.ask(lost_request(ctx, found, view, month, described(ctx, view.where, view.among)))
