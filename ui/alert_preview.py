"""What a rule that is being made would have said in the past."""

from typing import Any

import pandas as pd
import streamlit as st

from analytics.alert_rules import counted, replayed
from crm_data.alert_store import RuleDraft
from crm_data.commands.segments import saved_segments
from crm_data.rules import stored_rules
from crm_data.settings import Settings
from ui.alert_checks import condition_of, draft_of, history_of
from ui.context import PageContext
from ui.loaders import TTL, reading


@st.cache_data(ttl=TTL, max_entries=50, show_spinner=False)
def history(
    settings: Settings, version: str, name: str, unit: str, filters: tuple[str, ...]
) -> pd.DataFrame:
    """Return the periods of a metric, of the whole company: for who sees it all."""
    with reading(settings, version) as conn:
        segments = {one.segment_id: one.definition for one in saved_segments(settings)}
        return history_of(conn, name, unit, filters, stored_rules(settings), segments)


def preview(
    ctx: PageContext, name: str, kind: str, limit: float | None, unit: str,
    filters: tuple[str, ...], **more: Any,
) -> tuple[RuleDraft, str]:  # fmt: skip
    """Return the rule, and in words how often it would have raised an alarm.

    Raises
    ------
    UsageError
        That of ``draft_of``.
    """
    draft = draft_of(name, kind, limit, unit, filters, **more)
    past = history(ctx.settings, ctx.version, name, unit, filters)
    found = counted(replayed(past, condition_of(kind, limit, unit)))
    if not found.periods:
        return draft, ctx.t("alerts.preview_none")
    f = ctx.formats
    told = {"alarms": f.count(found.alarms), "periods": f.count(found.periods)}
    return draft, ctx.t("alerts.preview", **told)
