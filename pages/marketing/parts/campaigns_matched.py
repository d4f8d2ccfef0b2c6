"""What stands behind a claim of grade B, or why there is none, in the view 'evidence'."""

import pandas as pd
import streamlit as st

from analytics.matched_effect import MOST_DIFFERENCE
from charts.matched import EventLabels, LoveLabels, event_plot, love_plot
from ui import campaign_loaders as load
from ui import matched_frames as frames
from ui import matched_words as words
from ui import rows
from ui.campaign_view import CampaignView
from ui.context import PageContext
from ui.figures import draw, spec_of
from ui.formats import plain
from ui.frames import records

_TREND = "conversion"


def matched(ctx: PageContext, view: CampaignView, row: words.Row, outcome: str) -> None:
    """Draw the comparison of one campaign; nothing where none was tried."""
    t = ctx.t
    key = (ctx.settings, ctx.version, ctx.scope, view.cut)
    found = load.matches(*key)
    match = found.matches[found.matches["campaign_id"] == row["campaign_id"]]
    if match.empty:
        return
    one = records(match)[0]
    mine = [
        part[part["campaign_id"] == row["campaign_id"]]
        for part in (found.effects, found.balance, found.periods)
    ]
    st.subheader(t("matched.title"), anchor=False, help=t("matched.help"))
    if row["grade"] != "B":
        st.markdown(plain(words.refused(ctx, one)))
    said = _sentences(ctx, row, one, mine[0], outcome)
    st.markdown("\n".join(f"- {plain(line)}" for line in said))
    if mine[0].empty:
        return
    _trend(ctx, mine[2], outcome)
    _balance(ctx, mine[1])
    if row["grade"] == "B":
        rows.table(ctx, frames.effects_shown(ctx, mine[0]), key="matched_effects", digits=3)
    stamp = rows.stamp_of(ctx, subject=t("matched.title"), period="", filters=view.filters)
    rows.download(ctx, frames.balance_shown(ctx, mine[1]), name="campaign_balance", stamp=stamp)


def _sentences(
    ctx: PageContext, row: words.Row, match: words.Row, effects: pd.DataFrame, outcome: str
) -> list[str]:
    said = words.compared(ctx, match)
    if row["grade"] == "B":
        said += words.found(ctx, match, records(effects[effects["outcome"] == outcome])[0])
        said.append(words.assumed(ctx, match))
    return said


def _trend(ctx: PageContext, periods: pd.DataFrame, outcome: str) -> None:
    t, f = ctx.t, ctx.formats
    shown = frames.period_rows(ctx, periods, outcome)
    if shown.empty:
        return
    st.markdown(f"**{t('matched.periods_title')}**", help=t("matched.periods_help"))
    labels = EventLabels(t("matched.before"), t("matched.own"), t("matched.later"))
    write = f.points if outcome == _TREND else f.money_compact
    figure = event_plot(shown, labels=labels, write=write, mode=ctx.theme)
    draw(spec_of(figure), alt=t("matched.periods_alt"), key="matched_periods")


def _balance(ctx: PageContext, balance: pd.DataFrame) -> None:
    t, f = ctx.t, ctx.formats
    st.markdown(f"**{t('matched.balance_title')}**", help=t("matched.balance_help"))
    labels = LoveLabels(t("matched.unweighted"), t("matched.weighted"), t("matched.deviations"))
    shown = frames.balance_rows(ctx, balance)
    figure = love_plot(
        shown, labels=labels, border=MOST_DIFFERENCE, write=f.number,
        mode=ctx.theme,
    )  # fmt: skip
    draw(spec_of(figure), alt=t("matched.balance_alt"), key="matched_balance")
    with st.expander(t("matched.all_terms", n=f.count(len(balance)))):
        rows.table(ctx, frames.balance_shown(ctx, balance), key="matched_terms", digits=3)
