"""The view 'evidence' of the Campaigns page: effects with intervals, and the claim of one."""

import pandas as pd
import streamlit as st

from charts.experiments import effect_intervals
from pages.marketing.parts.campaigns_matched import matched
from ui import campaign_frames as frames
from ui import campaign_loaders as load
from ui import campaign_words as words
from ui import rows, urls
from ui.campaign_view import CampaignView, results
from ui.choices import segmented
from ui.context import PageContext
from ui.figures import draw, spec_of
from ui.formats import plain
from ui.frames import records

OUTCOMES = ("conversion", "revenue", "margin")


def part(ctx: PageContext, view: CampaignView) -> None:
    """Draw the view."""
    t = ctx.t
    found = results(ctx, view.cut)
    found = found[found["members"] > 0].reset_index(drop=True)
    if found.empty:
        st.info(t("campaigns.no_members"), icon=":material/inbox:")
        return
    st.caption(t("campaigns.grades"))
    if not ctx.scope.is_everything or view.cut.among:
        st.caption(t("matched.company_only"))
    with st.container(border=True):
        outcome = _effects(ctx, found)
    ids = found.sort_values("grade", kind="stable")["campaign_id"].tolist()
    named = {row["campaign_id"]: frames.label(row) for row in records(found)}
    chosen = urls.choice("campaign", ids)
    st.selectbox(
        t("campaigns.which"), ids, format_func=lambda one: named[one], key="campaign",
        on_change=urls.write_choice, args=("campaign",), width=420,
    )  # fmt: skip
    with st.container(border=True):
        row = next(r for r in records(found) if r["campaign_id"] == chosen)
        _claim(ctx, view, row)
        matched(ctx, view, row, outcome)


def _effects(ctx: PageContext, found: pd.DataFrame) -> str:
    t, f = ctx.t, ctx.formats
    st.subheader(t("campaigns.effects_title"), anchor=False, help=t("campaigns.effects_help"))
    outcome = segmented(ctx, "outcome", OUTCOMES, "campaigns.outcome")
    shown = frames.effect_rows(ctx, found, outcome)
    if shown.empty:
        st.info(t("campaigns.no_experiments"), icon=":material/science:")
        return outcome
    is_rate = outcome == "conversion"
    write = (lambda v: f.number(100 * v, 1)) if is_rate else f.money_compact
    label = t("experiments.axis_rate" if is_rate else "experiments.axis_money")
    figure = effect_intervals(
        shown, label=label, write=write, mode=ctx.theme
    )  # fmt: skip
    draw(spec_of(figure), alt=t("campaigns.effects_alt"), key="campaign_effects")
    st.caption(t("campaigns.looked_at", n=f.count(len(shown))))
    return outcome


def _claim(ctx: PageContext, view: CampaignView, row: words.Row) -> None:
    t, f = ctx.t, ctx.formats
    st.subheader(plain(frames.label(row)), anchor=False)
    colour = words.COLOURS.get(words.told(row, "conversion"), "gray")
    st.markdown(
        f":{colour}-badge[{words.grade(ctx, row)}] :{colour}-badge[{words.verdict(ctx, row)}]"
    )
    if row["grade"] == "C":
        credit = t("campaigns.credit", orders=f.count(row["orders"]),
                   margin=f.money_compact(row["margin"]), roi=f.share(row["roi"]))  # fmt: skip
        st.markdown(plain(credit))
    else:
        lines = [
            t(f"campaigns.claim_{one}", effect=words.effect(ctx, row, one),
              total=words.total(ctx, row, one), verdict=words.verdict(ctx, row, one))
            for one in OUTCOMES
        ]  # fmt: skip
        roi = words.sides(ctx, row, "caused_roi", f.share)
        said = "campaigns.claim_roi_B" if row["grade"] == "B" else "campaigns.claim_roi"
        cost = f.money_compact(row["caused_cost"])
        lines.append(t(said, roi=roi, attributed=f.share(row["roi"]), cost=cost))
        st.markdown("\n".join(f"- {plain(line)}" for line in lines))
    key = (ctx.settings, ctx.version, ctx.scope, view.cut)
    arms = load.outcomes(*key)
    arms = arms[arms["campaign_id"] == row["campaign_id"]]
    shown = frames.arms_shown(ctx, arms)
    rows.table(ctx, shown, key="campaign_arms", money=("revenue_a_member", "margin_a_member"))
    until = arms["window_end_on"].max()
    st.caption(t("campaigns.window", day=f.day(until.date() if pd.notna(until) else None)))
    stamp = rows.stamp_of(ctx, subject=frames.label(row), period="", filters=view.filters)
    rows.download(ctx, arms, name="campaign_arms", stamp=stamp)
