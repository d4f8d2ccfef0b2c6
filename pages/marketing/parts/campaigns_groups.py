"""The view 'groups' of the Campaigns page: by channel, quarter of the start, segment meant."""

import streamlit as st

from ui import campaign_frames as frames
from ui import rows
from ui.campaign_view import GROUPS, CampaignView, behind, grouped
from ui.choices import selected
from ui.context import PageContext


def part(ctx: PageContext, view: CampaignView) -> None:
    """Draw the view."""
    t = ctx.t
    by = selected(ctx, "by", GROUPS, "campaigns.by")
    found = grouped(ctx, view.cut, by)
    if found.empty:
        st.info(t("campaigns.none"), icon=":material/inbox:")
        return
    shown = frames.groups_shown(ctx, found, by)
    rows.table(ctx, shown, key="campaigns_groups", money=frames.MONEY,
               widths={"campaign_group": 190})  # fmt: skip
    st.caption(t("campaigns.groups_note"))
    about = behind(ctx, view)
    stamp = rows.stamp_of(
        ctx, subject=t(f"campaigns.by_{by}"), period=about.period, filters=about.filters
    )
    rows.download(ctx, shown, name="campaign_groups", stamp=stamp)
