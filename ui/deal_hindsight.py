"""A warning where the value of a past day rests on what came after it."""

import streamlit as st

from crm_data.queries.deals import DealCut
from crm_data.queries.deals_without_history import ClosedSince, closed_since
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from ui.context import PageContext
from ui.loaders import TTL, reading


def hindsight_note(ctx: PageContext, cut: DealCut) -> None:
    """Say so where most deals that were open on the day of a cut have no history."""
    if cut.as_of is None:
        return
    since = _closed_since(ctx.settings, ctx.version, ctx.scope, cut)
    if since.is_hindsight:
        f = ctx.formats
        words = {
            "day": f.day(cut.as_of),
            "closed": f.count(since.closed),
            "n": f.count(since.untold),
        }
        st.warning(ctx.t("pipeline.hindsight", **words), icon=":material/warning:")


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def _closed_since(
    settings: Settings, version: str, scope: AccessScope, cut: DealCut
) -> ClosedSince:
    with reading(settings, version) as conn:
        return closed_since(conn, cut, scope=scope)
