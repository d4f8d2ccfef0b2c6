"""Budget: what does the next unit of money return in each channel, and what if it is moved?"""

import streamlit as st

from pages.marketing.parts import budget_channel, budget_move
from ui import budget_answers as told
from ui import budget_view as view
from ui import rows, urls
from ui.context import PageContext
from ui.segment_filter import not_filtered

MONEY = ("spent_now", "returned")
WIDTHS = {"returned_between": 190, "marginal_between": 130}


def render(ctx: PageContext) -> None:
    """Draw the table of channels, one curve, and the what-if."""
    t = ctx.t
    st.title(t("page.budget"), anchor=False)
    if not ctx.scope.is_everything:
        st.info(t("budget.not_yours"), icon=":material/lock:")
        return
    card = view.card(ctx)
    found = told.channels(card)
    if card is None or not found:
        why = "no_scores" if view.has_costs(ctx) else "no_data"
        st.info(t(f"budget.{why}"), icon=":material/inbox:")
        return
    not_filtered(ctx)
    able = [name for name, said in found.items() if said["verdict"] in told.TELLS]
    if not able:
        st.warning(t("budget.nothing_told"), icon=":material/block:")
    st.caption(t(f"budget.basis_{card['outcome']}"))
    with st.container(border=True):
        st.subheader(t("budget.channels"), anchor=False, help=t("budget.channels_help"))
        table = view.shown(ctx, found)
        rows.table(ctx, table, key="budget_channels", money=MONEY, widths=WIDTHS)
        stamp = rows.stamp_of(ctx, subject=t("page.budget"), period="", filters="")
        rows.download(ctx, told.summary(found), name="budget_channels", stamp=stamp)
    chosen = urls.choice(view.CHANNEL, list(found))
    st.segmented_control(
        t("budget.of"), list(found), format_func=lambda name: view.name_of(ctx, name),
        key=view.CHANNEL, required=True, on_change=urls.write_choice, args=(view.CHANNEL,),
    )  # fmt: skip
    with st.container(border=True):
        budget_channel.part(ctx, found[chosen], card["outcome"])
    with st.container(border=True):
        budget_move.part(ctx, {name: found[name] for name in able})
