"""What a gain does not know: probabilities that are off as a whole, and who comes back."""

from typing import Any

import streamlit as st

from analytics.silence import back_of
from ui import churn_loaders as load
from ui.churn_list_view import Asked
from ui.churn_model_frames import total_miss
from ui.context import PageContext


def part(ctx: PageContext, asked: Asked, terms: dict[str, Any]) -> None:
    """Say both, where they are known."""
    t, f = ctx.t, ctx.formats
    missed = total_miss(terms) if terms["turned_out"] else None
    if missed is not None:
        said, factor = missed
        st.caption(t(f"churn_card.total_{said}", factor=f.number(factor)))
    if asked.kind != "silence":
        return
    days = int(terms["silence_days"])
    ends = load.silence_ends(ctx.settings, ctx.version, ctx.scope, "", (), asked.among)
    back = back_of(ends, days)
    if back.back_share is not None:
        st.caption(
            t(
                "churn_list.come_back",
                days=f.count(days),
                share=f.share(back.back_share),
                low=f.share(back.low),
                high=f.share(back.high),
                n=f.count(back.followed),
            )
        )
