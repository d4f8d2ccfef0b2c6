"""The view 'assign' of the page Experiments: a saved segment, drawn by lot into arms."""

import streamlit as st

from analytics.sample_ratio import sample_ratio_test
from ui import experiment_assign as assign
from ui import experiment_frames as frames
from ui import navigation, rows
from ui import segment_reach as reach
from ui.campaigns import arm_name
from ui.choices import selected
from ui.context import PageContext
from ui.formats import plain
from ui.plan_form import number
from ui.segment_filter import chosen_segment, segment_picker, segments_by_id


def part(ctx: PageContext) -> None:
    """Draw the view."""
    t, f = ctx.t, ctx.formats
    st.caption(t("experiments.assign_note"))
    known = segments_by_id(ctx)
    if not known:
        st.info(t("experiments.no_segment"), icon=":material/groups:")
        navigation.link("segments", t("page.segments"), icon=":material/arrow_forward:")
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        segment_picker(ctx, known)
        channel = selected(ctx, "channel", reach.CHANNELS, "builder.channel")
        stratum = selected(ctx, "strata", assign.STRATA, "experiments.strata")
        arms = int(number(ctx, "arms", "experiments.arms", 2, least=2, most=9, digits=0))
        held = number(ctx, "held", "experiments.held", 20, least=1, most=90, digits=1) / 100
        segment = chosen_segment(ctx)
        own = reach.own_seed(segment.name if segment else "")
        seed = int(number(ctx, "seed", "experiments.seed", own, least=0, most=1e6, digits=0))
    if segment is None:
        st.info(t("experiments.choose_segment"), icon=":material/groups:")
        return
    names = [chr(ord("A") + place) for place in range(arms - 1)]
    shares = [(assign.HOLD_OUT, held), *((one, (1 - held) / len(names)) for one in names)]
    draw = assign.Draw(segment.among, channel, tuple(shares), seed, stratum)
    reached = reach.found(ctx.settings, ctx.version, ctx.scope, draw.asked)
    left = [t(f"builder.left_{why}", n=f.count(n)) for why, n in reached.left_out.items()]
    said = t("builder.reached", n=f.count(len(reached.frame)), members=f.count(reached.members))
    st.markdown("\n- ".join([said, *left]))
    if len(reached.frame) < 2 * arms:
        st.info(t("experiments.too_few_members"), icon=":material/block:")
        return
    with st.container(border=True):
        _drawn(ctx, draw, segment.name)


def _drawn(ctx: PageContext, draw: assign.Draw, segment: str) -> None:
    t, f = ctx.t, ctx.formats
    found = assign.drawn(ctx.settings, ctx.version, ctx.scope, draw)
    counts = {arm: int((found["arm"] == arm).sum()) for arm, _ in draw.shares}
    ratio = sample_ratio_test(counts, dict(draw.shares))
    balance = assign.balance_of(found)
    apart = int((~balance["is_balanced"]).sum())
    st.subheader(t("experiments.assigned"), anchor=False, help=t("experiments.assigned_help"))
    said = {"n": f.count(len(balance)), "apart": f.count(apart)}
    tell = st.warning if apart else st.success
    tell(t("experiments.unbalanced" if apart else "experiments.balanced", **said))
    rows.table(ctx, frames.drawn_shown(ctx, ratio), key="experiment_drawn", digits=0)
    with st.expander(t("experiments.balance"), icon=":material/balance:"):
        rows.table(ctx, frames.balance_shown(ctx, balance), key="experiment_drawn_balance")
    shares = t("filter.joiner").join(
        f"{arm_name(ctx, arm)} {f.share(share)}" for arm, share in draw.shares
    )
    channel = t(f"builder.channel_{draw.channel}")
    filters = t("experiments.assign_filters", segment=segment, shares=shares, seed=draw.seed,
                channel=channel, strata=t(f"experiments.strata_{draw.stratum}"))  # fmt: skip
    stamp = rows.stamp_of(ctx, subject=segment, period=t("period.all_time"), filters=filters)
    table = assign.for_file(found, draw.channel)
    rows.download(ctx, table, name="experiment_assignment", stamp=stamp)
    st.caption(plain(filters))
