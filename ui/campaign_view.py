"""What the page Campaigns is asked to show, read from the address, and what was found."""

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd
import streamlit as st

from crm_data.commands.campaign_plans import planned_shares
from ui import campaign_loaders as load
from ui import campaigns, urls
from ui.attribute_filters import attribute_filters, described
from ui.campaign_drawer import CAMPAIGN_DRAWER
from ui.campaign_results import results_of, summed
from ui.context import PageContext
from ui.defined_tile import Behind
from ui.filters import MISSING
from ui.sales_periods import lead_period
from ui.segment_filter import segment_picker

PERIODS = ("year_running", "this_quarter", "this_year", "last_12_months", "all_time")
FILTERS = ("channel",)
GROUPS = ("channel", "presence", "quarter", "target_segment")


@dataclass(frozen=True)
class CampaignView:
    """The choices of the page: campaigns that began in [start, end), all that came of them."""

    start: date
    end: date
    cut: load.CampaignCut
    last: date
    filters: str


def campaign_view(ctx: PageContext) -> CampaignView | None:
    """Draw the choices and return the view; None where there is no campaign to see."""
    first, last = load.known_days(ctx.settings, ctx.version)
    if first is None or last is None or ctx.scope.is_nothing:
        return None
    key = (ctx.settings, ctx.version, ctx.scope)
    every = load.totals(*key, load.CampaignCut())
    channels = sorted(every["channel"].dropna().unique())
    channels += [MISSING] if every["channel"].isna().any() else []
    asked = set(urls.query().get("channel", ()))
    kept = tuple(None if one == MISSING else one for one in channels if one in asked)
    where = (("channel", kept),) if kept else ()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        period = urls.choice("period", PERIODS)
        st.selectbox(
            ctx.t("campaigns.begun"), PERIODS, format_func=lambda name: ctx.t(f"period.{name}"),
            key="period", on_change=urls.write_choice, args=("period",), width=270,
            filter_mode=None,
        )  # fmt: skip
        among = segment_picker(ctx)
        if len(channels) > 1:
            attribute_filters(ctx, where, {"channel": channels}, names=FILTERS)
    begun = every["started_on"].dropna()
    since = min(first, begun.min().date()) if len(begun) else first
    start, end = lead_period(period, since, last + timedelta(days=1))
    cut = load.CampaignCut(start, end, where, among)
    return CampaignView(start, end, cut, last, described(ctx, where, among))


def behind(ctx: PageContext, view: CampaignView) -> Behind:
    """Return what every figure rests on."""
    period = ctx.t("campaigns.begun_in", period=ctx.formats.period(view.start, view.end))
    return Behind(period, view.filters, view.last, view.last, CAMPAIGN_DRAWER, "campaigns.show")


def results(ctx: PageContext, cut: load.CampaignCut) -> pd.DataFrame:
    """Return ``ui.campaign_results.results_of``, with ``label``: no two are called the same."""
    key = (ctx.settings, ctx.version, ctx.scope, cut)
    found = results_of(load.totals(*key), load.outcomes(*key), load.brought(*key),
                       planned_shares(ctx.settings), load.matches(*key))  # fmt: skip
    found["label"] = [campaigns.campaign(ctx, one) for one in found["campaign_id"]]
    if cut.among:
        found["reason"] = found["reason"].replace("no_members", "none_of_segment")
    return found


def grouped(ctx: PageContext, cut: load.CampaignCut, by: str) -> pd.DataFrame:
    """Return sums of campaigns by channel, quarter of their start or segment, with rates."""
    key = (ctx.settings, ctx.version, ctx.scope, cut)
    return summed(load.totals(*key), load.brought(*key), by)


def everything(ctx: PageContext, cut: load.CampaignCut) -> pd.Series:
    """Return all campaigns of a cut as one row, with rates and returns."""
    key = (ctx.settings, ctx.version, ctx.scope, cut)
    return summed(load.totals(*key), load.brought(*key)).iloc[0]
