"""Alarms that are due, each with its reason, a link, and what may be done about it."""

import streamlit as st

from ui import alert_actions as act
from ui import alert_words as words
from ui import navigation
from ui.context import PageContext
from ui.errors import guarded


def show_due(ctx: PageContext, found: act.Alerts, *, with_buttons: bool = False) -> None:
    """Draw the alarms; ``with_buttons`` also who says that one is known, or puts it aside."""
    t = ctx.t
    for rule, alert in found.due:
        with st.container(border=with_buttons, gap="xxsmall"):
            st.markdown(f":red[:material/priority_high:] {words.reason(ctx, rule, alert)}")
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                page = words.page_of(rule)
                if with_buttons or page != "overview":  # from where one is there is no way
                    label = t("alerts.open", page=t(f"page.{page}"))
                    navigation.link(page, label, icon=":material/arrow_forward:")
                if with_buttons:
                    for name, icon in (("acknowledge", "done"), ("snooze", "snooze")):
                        st.button(
                            t(f"alerts.{name}"), key=f"alert_{name}_{alert.alert_id}",
                            icon=f":material/{icon}:", type="tertiary",
                            on_click=guarded(t, getattr(act, name)), args=(ctx, alert.alert_id),
                        )  # fmt: skip
