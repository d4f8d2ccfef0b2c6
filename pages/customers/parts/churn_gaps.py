"""How long customers pause between orders, the days proposed from that, and who came back."""

from functools import partial

import streamlit as st

from analytics.silence import proposals
from charts.churn import GapLabels, gap_bars
from ui import churn_loaders as load
from ui import rows, urls
from ui.attribute_filters import described
from ui.churn_frames import gap_frame, proposals_shown, proposals_table
from ui.churn_view import SPLITS, Seen, View
from ui.context import PageContext
from ui.figures import draw, spec_of

_SPLIT = "split"


def part(ctx: PageContext, found: Seen, view: View) -> None:
    """Draw the distribution and the table of proposals."""
    t, f = ctx.t, ctx.formats
    st.subheader(t("churn.gaps"), anchor=False, help=t("churn.gaps_help"))
    key = (ctx.settings, ctx.version, ctx.scope)
    by = "" if view.split == "none" else view.split
    gaps = load.gap_counts(*key, by, view.where, view.among)
    if gaps.empty or found.proposed is None:
        st.info(t("churn.no_gaps"), icon=":material/inbox:")
        return
    days = f.count(found.days)
    figure = gap_bars(
        gap_frame(ctx, gaps),
        limit=found.days,
        labels=GapLabels(
            t("churn.axis_days"), t("churn.axis_gaps"), t("churn.gap_limit", days=days)
        ),
        write=f.count,
        mode=ctx.theme,
    )
    draw(spec_of(figure), alt=t("churn.gaps_alt"), key="churn_gaps")
    share = f.share_short(found.rules.gap_quantile)
    st.caption(t("churn.gaps_note", share=share, n=f.count(int(gaps["gaps"].sum()))))
    st.selectbox(
        t("churn.split"),
        SPLITS,
        format_func=partial(_option, ctx),
        key=_SPLIT,
        on_change=urls.write_choice,
        args=(_SPLIT,),
        width=220,
        filter_mode=None,
    )
    ends = load.silence_ends(*key, by, view.where, view.among)
    table = proposals_table(ctx, view.split, proposals(gaps, ends, found.rules.gap_quantile))
    rows.table(ctx, proposals_shown(ctx, table), key="churn_proposals")
    st.caption(t("churn.proposals_note"))
    stamp = rows.stamp_of(
        ctx,
        subject=t("churn.gaps"),
        period=t("churn.all_time"),
        filters=described(ctx, view.where, view.among),
    )
    rows.download(ctx, table, name="silence_proposals", stamp=stamp)


def _option(ctx: PageContext, name: str) -> str:
    return ctx.t("churn.all_customers") if name == "none" else ctx.t(f"dimension.{name}")
