"""The view 'fatigue' of the Campaigns page: messages a customer and month, and what came of it."""

import streamlit as st

from analytics.campaign_figures import with_rates
from ui import campaign_frames as frames
from ui import campaign_loaders as load
from ui import rows
from ui.campaign_view import CampaignView
from ui.context import PageContext
from ui.segment_filter import not_filtered


def part(ctx: PageContext, view: CampaignView) -> None:
    """Draw the view."""
    t = ctx.t
    not_filtered(ctx)
    if view.cut.where:
        st.caption(t("campaigns.fatigue_all_channels"))
    found = load.contacts(ctx.settings, ctx.version, ctx.scope, view.start, view.end)
    st.subheader(t("campaigns.fatigue_title"), anchor=False, help=t("campaigns.fatigue_help"))
    if found.empty:
        st.info(t("campaigns.no_contacts"), icon=":material/inbox:")
        return
    found = with_rates(found)
    rows.table(ctx, frames.contacts_shown(ctx, found), key="campaign_contacts")
    st.caption(t("campaigns.fatigue_note"))
    stamp = rows.stamp_of(
        ctx, subject=t("campaigns.fatigue_title"),
        period=ctx.formats.period(view.start, view.end), filters="",
    )  # fmt: skip
    rows.download(ctx, found, name="campaign_contacts", stamp=stamp)
