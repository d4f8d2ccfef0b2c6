"""The view 'table' of the Campaigns page: money and its evidence, then how messages were taken."""

import streamlit as st

from ui import campaign_frames as frames
from ui import campaign_words as words
from ui import rows
from ui.campaign_view import CampaignView, behind, results
from ui.context import PageContext
from ui.frames import records

# So that what a campaign caused is seen beside its name, year included, on a usual screen.
_WIDTHS = {
    "campaign": 250, "verdict_margin": 215, "caused_margin": 235, "roi_caused": 205,
    "verdict_conversion": 215,
}  # fmt: skip


def part(ctx: PageContext, view: CampaignView) -> None:
    """Draw the view."""
    t = ctx.t
    found = results(ctx, view.cut)
    if found.empty:
        st.info(t("campaigns.none"), icon=":material/inbox:")
        return
    st.subheader(t("campaigns.money_title"), anchor=False, help=t("campaigns.money_help"))
    rows.table(
        ctx, frames.money_shown(ctx, found), key="campaigns_money", money=frames.MONEY,
        widths=_WIDTHS,
    )  # fmt: skip
    claims = int(found["conversion_p_adjusted"].notna().sum())
    st.caption(t("campaigns.money_note"))
    if claims:
        st.caption(t("campaigns.looked_at", n=ctx.formats.count(claims)))
    if any(words.is_unchecked(row) for row in records(found)):
        st.caption(t("campaigns.unchecked_note"))
    audience = frames.audience_shown(ctx, found)
    if len(audience):
        st.subheader(t("campaigns.audience_title"), anchor=False, help=t("campaigns.audience_help"))
        rows.table(
            ctx, audience, key="campaigns_audience", widths={"campaign": _WIDTHS["campaign"]}
        )
        st.caption(t("campaigns.opens_note"), help=t("campaigns.opens_help"))
    about = behind(ctx, view)
    stamp = rows.stamp_of(
        ctx, subject=t("page.campaigns"), period=about.period, filters=about.filters
    )
    rows.download(ctx, frames.campaign_file(found), name="campaigns", stamp=stamp)
