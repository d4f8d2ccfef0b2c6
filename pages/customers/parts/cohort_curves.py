"""Curves by age: the average, cohorts chosen, or the groups of a split side by side."""

import pandas as pd
import streamlit as st

from charts.retention import CurveLabels, curves
from ui import rows, urls
from ui.attribute_filters import described
from ui.context import PageContext
from ui.figures import draw, spec_of
from ui.retention_frames import MOST_SERIES, age_word, curve_points, value_text
from ui.retention_view import COHORTS, MOST_COHORTS_CHOSEN, Seen, View

_PICKED = "cohort_curves_chosen"
_TWIN = ("series", "age", "value", "low", "high", "n", "cohorts")


def part(ctx: PageContext, found: Seen, view: View) -> None:
    """Draw the curves, and the twin table with its export."""
    t = ctx.t
    title = t(f"retention.curves_{view.measure}")
    st.subheader(title, anchor=False, help=t("retention.curves_help"))
    if view.split == "none":
        _choose(ctx, found, view)
    points = curve_points(ctx, found, view)
    if points["age"].nunique() < 2:
        st.info(t("retention.no_curve"), icon=":material/hourglass_empty:")
        return
    drawn = points[points["age"] > 0] if view.measure == "customers" else points
    figure = curves(
        drawn.assign(series=_with_n(ctx, points, drawn)),
        labels=CurveLabels(age_word(ctx, view), t(f"retention.axis_{view.measure}")),
        write=lambda value: _axis_text(ctx, view, value),
        mode=ctx.theme,
    )
    draw(spec_of(figure), alt=t("retention.curves_alt"), key="cohort_curves")
    notes = [t(f"retention.curves_note_{'customers' if view.measure == 'customers' else 'money'}")]
    if view.split != "none":
        notes.append(t("retention.split_note", n=ctx.formats.count(MOST_SERIES)))
    st.caption(" ".join(notes))
    with st.expander(t("retention.as_table"), icon=":material/table:"):
        twin = points[list(_TWIN)].reset_index(drop=True)
        rows.table(ctx, twin, key="cohort_curves_table", digits=3)
        stamp = rows.stamp_of(
            ctx,
            subject=title,
            period=ctx.formats.bucket(pd.Timestamp(found.last_month), "month"),
            filters=described(ctx, view.where, view.among),
        )
        rows.download(ctx, twin, name="cohort_curves", stamp=stamp)


def _axis_text(ctx: PageContext, view: View, value: float) -> str:
    is_share = view.measure == "customers"
    return ctx.formats.share_short(value) if is_share else value_text(ctx, view, value)


def _with_n(ctx: PageContext, points: pd.DataFrame, drawn: pd.DataFrame) -> pd.Series:
    """Return the series' names with the customers they begin with."""
    began = points.groupby("series", sort=False)["n"].max()
    names = {name: f"{name} ({ctx.formats.count(int(n))})" for name, n in began.items()}
    return drawn["series"].map(names)


def _choose(ctx: PageContext, found: Seen, view: View) -> None:
    known = set(found.retention.sizes.index)
    st.session_state[_PICKED] = [day for day in view.cohorts if pd.Timestamp(day) in known]
    st.multiselect(
        ctx.t("retention.choose_cohorts"),
        [day.date() for day in pd.DatetimeIndex(found.retention.sizes.index)[::-1]],
        format_func=lambda day: ctx.formats.bucket(day, view.unit),
        key=_PICKED,
        max_selections=MOST_COHORTS_CHOSEN,
        placeholder=ctx.t("retention.choose_cohorts_none"),
        on_change=_apply,
        select_all=False,
        width=640,
    )


def _apply() -> None:
    days = [day.isoformat() for day in st.session_state[_PICKED]]
    urls.write({COHORTS: days} if days else {}, clears=(COHORTS,))
