"""The view 'pairs' of the page of offers: products that go together most."""

import pandas as pd
import streamlit as st

from pages.customers.parts.next_offers import EXPORTED, named
from ui import offer_loaders as load
from ui import rows
from ui.context import PageContext


def render(ctx: PageContext) -> None:
    """Draw the strongest pairs, each once, with how many times chance."""
    st.subheader(ctx.t("offers.pairs"), anchor=False, help=ctx.t("offers.pairs_help"))
    pairs = load.strongest_pairs(ctx.settings, ctx.version, ctx.scope)
    if pairs.empty:
        st.info(ctx.t("offers.pairs_none"), icon=":material/inbox:")
        return
    shown = pd.DataFrame(
        {
            "product_name": named(pairs["product_name"], pairs["product_id"]),
            "other_name": named(pairs["other_name"], pairs["other_id"]),
            "customers_both": pairs["customers_both"],
            "pair_expected": pairs["expected"],
            "pair_lift": pairs["lift"],
            "offer_score": pairs["score"],
        }
    )
    note = ctx.t("offers.pairs_note")
    if not ctx.scope.is_everything:
        shown = shown.drop(columns=["customers_both", "pair_expected", "pair_lift"])
        pairs = pairs.drop(columns=["customers_both", "expected", "lift"])
        note += ctx.t("offers.numbers_for_all")
    rows.table(ctx, shown, key="offers_pairs", digits=2)
    st.caption(note)
    stamp = rows.stamp_of(
        ctx, subject=ctx.t("offers.pairs"), period=ctx.t("period.all_time"), filters=""
    )
    rows.download(ctx, pairs.rename(columns=EXPORTED), name="product_pairs", stamp=stamp)
