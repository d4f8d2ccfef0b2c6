"""A new rule for alerts: what it watches, and how often it would have cried in the past."""

import streamlit as st

from analytics.alert_rules import KINDS, UNITS
from analytics.metric_registry import METRICS
from ui import alert_actions as act
from ui.alert_checks import SEGMENT
from ui.alert_preview import preview
from ui.context import PageContext
from ui.errors import guarded
from ui.segment_filter import segments_by_id

_HOURS = ["", *(f"{hour:02d}:00" for hour in range(24))]


def part(ctx: PageContext) -> None:
    """Draw the form in an expander."""
    t = ctx.t
    with st.expander(t("alerts.add_title"), icon=":material/add_alert:"):
        guarded(t, _form)(ctx)


def _form(ctx: PageContext) -> None:
    t = ctx.t
    names = [name for name, one in METRICS.items() if not one.is_of_now]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        name = st.selectbox(
            t("alerts.metric"), names, format_func=lambda one: t(f"metric.{one}.name"),
            key="alert_metric", width=300,
        )  # fmt: skip
        kind = st.selectbox(
            t("alerts.kind"), KINDS[2:3] + KINDS[:2] + KINDS[3:],
            format_func=lambda one: t(f"alerts.kind_{one}"), key="alert_kind", width=260,
            filter_mode=None,
        )  # fmt: skip
        unit = st.selectbox(
            t("alerts.unit"), UNITS, format_func=lambda one: t(f"alerts.unit_{one}"),
            key="alert_unit", width=150, filter_mode=None,
        )  # fmt: skip
        limit = None
        if kind != "band":
            is_share = kind in ("rises", "falls") or METRICS[name].unit == "share"
            typed = st.number_input(
                t("alerts.threshold_share" if is_share else "alerts.threshold"),
                key="alert_threshold", value=None, width=200,
            )  # fmt: skip
            limit = None if typed is None else typed / 100 if is_share else typed
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        text = st.text_input(t("alerts.filters"), key="alert_filters", width=300,
                             placeholder="region=", help=t("alerts.filters_help"))  # fmt: skip
        segment = _segment(ctx)
        begins = st.selectbox(t("alerts.quiet_from"), _HOURS, key="alert_from", width=150)
        ends = st.selectbox(t("alerts.quiet_to"), _HOURS, key="alert_to", width=150)
        owner = st.text_input(t("alerts.owner"), key="alert_owner", width=200)
    note = st.text_input(t("alerts.note"), key="alert_note")
    if kind != "band" and limit is None:
        st.caption(t("alerts.threshold_first"))
        return
    filters = tuple(one.strip() for one in text.split(",") if one.strip())
    filters += (f"{SEGMENT}{segment}",) if segment else ()
    quiet = (60 * int(begins[:2]), 60 * int(ends[:2])) if begins and ends else None
    draft, told = preview(ctx, name, kind, limit, unit, filters, quiet=quiet, owner=owner,
                          note=note)  # fmt: skip
    st.caption(told)
    st.button(
        t("alerts.add"), key="alert_add", icon=":material/add:", type="primary",
        on_click=guarded(t, act.add), args=(ctx, draft),
    )  # fmt: skip


def _segment(ctx: PageContext) -> str:
    """Draw a select of the saved segments, where there are any; return the id of the chosen one."""
    known = segments_by_id(ctx)
    if not known:
        return ""
    return st.selectbox(
        ctx.t("segments.filter"), ["", *known], key="alert_segment", width=220,
        format_func=lambda one: known[one].name if one else ctx.t("segments.everybody"),
    )  # fmt: skip
