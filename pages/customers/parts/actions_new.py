"""A new retention list: from where, by when, by whom, and what the hold-back costs."""

from datetime import timedelta

import pandas as pd
import streamlit as st

from pages.customers.parts import actions_hold_back, actions_source
from pages.customers.parts.actions_suggested import suggested
from ui import action_lists as lists
from ui import action_loaders as load
from ui import urls
from ui.context import PageContext
from ui.errors import guarded
from ui.formats import plain

_OWN, _DUE_DAYS = "", 14


def part(ctx: PageContext) -> None:
    """Draw the form; it is not sent before the cost of the hold-back was stated."""
    t = ctx.t
    with st.container(border=True):
        st.subheader(t("actions.whom"), anchor=False)
        frame, definition, name = actions_source.part(ctx)
        _found(ctx, frame)
    if frame.empty:
        return
    with st.container(border=True):
        st.subheader(t("actions.how"), anchor=False)
        guarded(t, _form)(ctx, frame, definition, name)


def _found(ctx: PageContext, frame: pd.DataFrame) -> None:
    f = ctx.formats
    if frame.empty:
        st.info(ctx.t("actions.nobody"), icon=":material/inbox:")
        return
    known = frame["value_at_stake"].dropna()
    st.markdown(
        ctx.t(
            "actions.found_gain" if "expected_loss" in frame else "actions.found",
            n=f.count(len(frame)),
            value=plain(f.money_compact(float(known.sum()))),
            known=f.count(len(known)),
        )
    )


def _form(ctx: PageContext, frame: pd.DataFrame, definition: dict[str, object], name: str) -> None:
    t, people = ctx.t, load.people(ctx.settings, ctx.version, ctx.scope)
    found = suggested(definition)
    given = {_OWN: t("actions.own_owner"), ctx.viewer: t("actions.me"), **people}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        name = st.text_input(t("actions.name"), name, max_chars=80, key="actions_name", width=280)
        due = st.date_input(
            t("actions.due"), ctx.today + timedelta(days=_DUE_DAYS), key="actions_due", width=150,
            min_value=ctx.today, format="YYYY-MM-DD",
        )  # fmt: skip
        owner = st.selectbox(
            t("actions.owner"), list(given), format_func=given.__getitem__, key="actions_owner",
            help=t("actions.owner_help"), width=240,
        )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        kept = st.selectbox(
            t("actions.kept"), lists.KEPT, format_func=lambda one: t(f"actions.kept_{one}"),
            index=lists.KEPT.index(found.kept), key="actions_kept" + found.key,
            help=t("actions.kept_help"), filter_mode=None, width=430,
        )  # fmt: skip
        days = st.number_input(
            t("actions.days"), 7, 730, found.days, step=7, key="actions_days" + found.key,
            help=t("actions.days_help"), width=150,
        )  # fmt: skip
        cost = st.number_input(
            t("actions.cost", currency=ctx.formats.currency), 0.0, None, found.cost, step=1.0,
            key="actions_cost" + found.key, help=t("actions.cost_help"), width=240,
        )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        held = st.number_input(
            t("actions.hold_back"), 0, 50, round(lists.DEFAULT_SHARE * 100), step=5,
            key="actions_held", help=t("actions.hold_back_help"), width=220,
        )  # fmt: skip
        guess = st.number_input(
            t("actions.guess"), 1, 100, found.guess, step=5, key="actions_guess" + found.key,
            help=t("actions.guess_help"), width=220,
        )  # fmt: skip
        seed = st.number_input(
            t("builder.seed"), 0, 999_999, int(ctx.now.timestamp() * 1_000) % 1_000_000,
            key="actions_seed",
            help=t("builder.seed_help"), width=150,
        )  # fmt: skip
    if not owner and "owner_id" in frame and (unowned := int(frame["owner_id"].isna().sum())):
        st.caption(t("actions.unowned", n=ctx.formats.count(unowned)))
    actions_hold_back.cost_stated(ctx, frame, held / 100, guess / 100, cost)
    if st.button(
        t("actions.create"), key="actions_create", type="primary", icon=":material/playlist_add:",
        disabled=not name.strip(),
    ):  # fmt: skip
        gain = definition.get("expected_gain")
        if isinstance(gain, float):  # of those who are contacted
            definition = {**definition, "expected_gain": gain * (1 - held / 100)}
        draft = lists.ListDraft(
            name, ctx.today, due, definition, ctx.version, held / 100, int(seed), float(cost),
            guess / 100, kept, int(days), owner or None,
        )  # fmt: skip
        made = lists.create(ctx, frame, draft)
        urls.write({"list": [made.list_id]}, clears=("view", "member", "show"))
        st.toast(t("actions.made", n=ctx.formats.count(made.left_out)), icon=":material/check:")
        st.rerun()
