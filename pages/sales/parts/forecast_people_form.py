"""The form in which a forecast is submitted."""

import pandas as pd
import streamlit as st

from ui import forecast_people_actions as act
from ui import forecast_people_frames as frames
from ui import forecast_people_loaders as load
from ui import people
from ui.context import PageContext
from ui.forecast_view import ForecastView
from ui.formats import plain
from ui.frames import records

_SAVED = "_forecast_submitted"


def part(ctx: PageContext, view: ForecastView, results: pd.DataFrame) -> None:
    """Draw the form for the period under review, with what was said last."""
    t, f = ctx.t, ctx.formats
    st.subheader(t("forecast_people.form"), anchor=False, help=t("forecast_people.form_help"))
    if view.end <= ctx.today:
        st.info(t("forecast_people.over", period=f.period(view.start, view.end)))
        return
    offered = _offered(ctx)
    if not offered:
        st.info(t("forecast_people.nobody"), icon=":material/lock:")
        return
    st.caption(t("forecast_people.for_period", period=f.period(view.start, view.end)))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        whose = st.selectbox(
            t("forecast_people.whose"), list(offered), format_func=offered.__getitem__,
            key="forecast_whose", width=240,
        )  # fmt: skip
        commit = st.number_input(
            t("column.commit_amount"), min_value=0.0, value=None, step=1000.0, format="%.0f",
            key="forecast_commit", help=t("forecast_people.commit_help"), width=190,
        )  # fmt: skip
        best = st.number_input(
            t("column.best_amount"), min_value=0.0, value=None, step=1000.0, format="%.0f",
            key="forecast_best", help=t("forecast_people.best_help"), width=190,
        )  # fmt: skip
    note = st.text_area(
        t("column.forecast_note"), key="forecast_note", max_chars=act.MAX_NOTE, height=80,
        placeholder=t("forecast_people.note_placeholder"),
    )  # fmt: skip
    level, _, subject = str(whose).partition(":")
    _last(ctx, view, results, level, subject)
    if st.button(
        t("forecast_people.submit"), key="forecast_submit", type="primary", icon=":material/send:"
    ):
        if commit is None:
            st.warning(t("forecast_people.commit_missing"))
            return
        draft = act.ForecastDraft(level, subject, view.start, view.end, commit, best, note)
        act.submit(ctx, draft)
        st.session_state[_SAVED] = offered[str(whose)]
        st.rerun()
    saved = st.session_state.pop(_SAVED, None)
    if saved is not None:
        st.success(t("forecast_people.saved", name=plain(saved)), icon=":material/check:")


def _offered(ctx: PageContext) -> dict[str, str]:
    """Return whose deals the viewer may speak for, the widest first: names by level and subject."""
    key = (ctx.settings, ctx.version, ctx.scope)
    found = {"all:": ctx.t("forecast_people.all")} if ctx.scope.is_everything else {}
    found |= {f"team:{one}": frames.subject(ctx, "team", one) for one in sorted(load.teams(*key))}
    sellers = load.sellers(*key)["owner_id"]
    found |= {f"owner:{one}": frames.subject(ctx, "owner", one) for one in sellers}
    return found


def _last(
    ctx: PageContext, view: ForecastView, results: pd.DataFrame, level: str, subject: str
) -> None:
    """Say what was submitted last of the same deals."""
    same = results[
        (results["level"] == level) & (results["subject"] == subject)
        & (results["period_start"] == pd.Timestamp(view.start))
        & (results["period_end"] == pd.Timestamp(view.end))
    ]  # fmt: skip
    for row in records(same.iloc[:1]):
        f = ctx.formats
        st.caption(
            ctx.t("forecast_people.last", commit=f.money_compact(row["commit_amount"]),
                  best=f.money_compact(row["best_amount"]),
                  by=plain(people.person(ctx, row["submitted_by"])),
                  at=f.instant(row["submitted_at"]))
        )  # fmt: skip
