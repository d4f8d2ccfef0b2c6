"""View "Win probability": which chance is used and why, how true it was, and reasons of a deal."""

import streamlit as st

from pages.sales.parts import deal_model_deals, deal_model_proof
from ui import deal_model_loaders as load
from ui.context import PageContext
from ui.deal_model_words import missing, question, verdict, worth

_LOOKS = {
    "useful": (st.success, ":material/check_circle:"),
    "no_better": (st.info, ":material/balance:"),
    "cannot_predict": (st.warning, ":material/shuffle:"),
    "too_few_closed": (st.info, ":material/hourglass_empty:"),
    "too_little_history": (st.info, ":material/hourglass_empty:"),
    "nobody": (st.info, ":material/inbox:"),
}


def part(ctx: PageContext, cut: load.DealCut) -> None:
    """Draw the view for the open deals of a cut; chances are of today only."""
    t = ctx.t
    st.subheader(t("deal_model.title"), anchor=False, help=t("deal_model.help"))
    if cut.as_of is not None:
        st.info(t("deal_model.today_only"), icon=":material/history:")
        return
    terms = load.terms(ctx.settings, ctx.version, ctx.scope)
    if terms is None:
        st.info(t("deal_model.no_deals"), icon=":material/inbox:")
        return
    look, icon = _LOOKS[terms["verdict"]]
    lines = [f"- {line}" for line in missing(ctx, terms)]
    look("\n\n".join([verdict(ctx, terms), "\n".join(lines)]).strip(), icon=icon)
    found = load.weighted(ctx.settings, ctx.version, ctx.scope, cut)
    if found.empty:
        st.info(t("deal_model.none_open"), icon=":material/inbox:")
        return
    said = [question(ctx, terms), *worth(ctx, found)]
    st.markdown("\n".join(f"- {line}" for line in said))
    deal_model_deals.part(ctx, cut, terms)
    deal_model_proof.part(ctx, terms, set(found["pipeline"]))
