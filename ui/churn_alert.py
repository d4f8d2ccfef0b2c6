"""Whether churn of the newest month is as expected: in words, and for pages that only warn."""

import streamlit as st

from analytics.churn_band import MIN_LOST, MIN_MONTHS, ChurnBand
from ui import churn_loaders as load
from ui.churn_view import View, current_rules, seen
from ui.context import PageContext
from ui.filters import Horizon


def notice(ctx: PageContext, band: ChurnBand) -> None:
    """Draw one sentence: loud where churn left its band, quiet else."""
    words = band_text(ctx, band)
    if band.verdict == "above":
        st.warning(words, icon=":material/trending_up:")
    elif band.verdict == "below":
        st.info(words, icon=":material/trending_down:")
    else:
        st.caption(words, help=ctx.t("churn.band_help"))


def band_text(ctx: PageContext, band: ChurnBand) -> str:
    """Return where the newest month lies, or why that cannot be told."""
    f = ctx.formats
    if band.verdict == "cannot_tell":
        return ctx.t(
            "churn.band_cannot_tell",
            months=f.count(band.months),
            lost=f.count(band.base_lost),
            min_months=f.count(MIN_MONTHS),
            min_lost=f.count(MIN_LOST),
        )
    return ctx.t(
        f"churn.band_{band.verdict}",
        month=f.bucket(band.month, "month"),
        value=f.share(band.value),
        low=f.share(band.low),
        high=f.share(band.high),
        months=f.count(band.months),
    )


def standing(ctx: PageContext, horizon: Horizon) -> ChurnBand | None:
    """Return the newest month by the definition in force, of all that the viewer sees.

    None where there is no such month, and for silence where the viewer sees a part only: its days
    would be proposed from the orders of each customer, too slow for a page that only warns.
    """
    rules = current_rules(ctx)
    holders = load.holders(ctx.settings, ctx.version, ctx.scope)
    definition = rules.definition(*holders)
    is_there = holders[0] if definition == "contract" else holders[1]
    if not is_there or (definition == "silence" and not ctx.scope.is_everything):
        return None
    view = View(definition, definition, (definition,), "churn_rate", "none", (), "")
    return seen(ctx, view, rules, horizon).band
