"""The view 'later' of the Satisfaction page: what promoters and detractors did next."""

import pandas as pd
import streamlit as st

from ui import rows, rule_actions
from ui import survey_frames as frames
from ui import survey_loaders as load
from ui.choices import selected
from ui.context import PageContext
from ui.survey_view import SurveyView, behind

_DAYS = ("90", "30", "60", "180")


def part(ctx: PageContext, view: SurveyView, scale: int) -> None:
    """Draw the view: all answers whose days are over, whatever the period."""
    days = int(selected(ctx, "days", _DAYS, "survey.days"))
    with st.container(border=True):
        _bought(ctx, view, scale, days)
    with st.container(border=True):
        _left(ctx, view, scale, days)


def _bought(ctx: PageContext, view: SurveyView, scale: int, days: int) -> None:
    t, f = ctx.t, ctx.formats
    last = load.orders_until(ctx.settings, ctx.version)
    title = t("survey.later_title", days=f.count(days))
    st.subheader(title, anchor=False, help=t("survey.later_help"))
    if last is None:
        st.info(t("survey.no_orders"), icon=":material/inbox:")
        return
    found = load.later(
        ctx.settings, ctx.version, ctx.scope, view.of_all_times, view.kind, scale, days, last
    )
    if found.classes.empty:
        st.info(t("survey.later_none"), icon=":material/hourglass_empty:")
        return
    _table(ctx, frames.later_table(view, found), "bought_again", key="later")
    st.markdown(frames.later_words(ctx, found))
    st.caption(t("survey.later_note", young=f.count(found.too_young), day=f.day(last)))
    _download(ctx, view, frames.later_table(view, found), title, name="later")


def _left(ctx: PageContext, view: SurveyView, scale: int, days: int) -> None:
    t, f = ctx.t, ctx.formats
    title = t("survey.left_title", days=f.count(days))
    st.subheader(title, anchor=False, help=t("survey.left_help"))
    left = load.left_later(
        ctx.settings, ctx.version, ctx.scope, view.of_all_times, view.kind, scale, days,
        rule_actions.stored(ctx, "churn"),
    )  # fmt: skip
    if left is None:
        st.info(t("survey.left_unknown"), icon=":material/inbox:")
        return
    if left.found.classes.empty:
        st.info(t("survey.left_none"), icon=":material/hourglass_empty:")
        return
    table = frames.left_table(view, left.found)
    _table(ctx, table, "left_share", key="left")
    st.markdown(frames.later_words(ctx, left.found, "left"))
    rule = t(f"survey.left_{left.definition}", days=f.count(left.silence_days))
    note = t("survey.later_note", young=f.count(left.found.too_young), day=f.day(left.last_on))
    st.caption(f"{rule} {note}")
    _download(ctx, view, table, title, name="left")


def _table(ctx: PageContext, table: pd.DataFrame, share: str, *, key: str) -> None:
    shown = rows.with_shares(ctx, table, share, "answer_share_low", "answer_share_high")
    rows.table(ctx, shown, key=f"survey_{key}", named=("answer_class",))


def _download(
    ctx: PageContext, view: SurveyView, table: pd.DataFrame, title: str, *, name: str
) -> None:
    stamp = rows.stamp_of(ctx, subject=title, period="", filters=behind(ctx, view).filters)
    rows.download(ctx, table, name=f"{view.kind}_{name}", stamp=stamp)
