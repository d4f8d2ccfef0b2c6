"""Experiments: what did a campaign cause, and what would the next one take?"""

from importlib import import_module

import streamlit as st

from ui.choices import segmented
from ui.context import PageContext
from ui.experiment_drawer import MEMBERS
from ui.segment_filter import not_filtered

VIEWS = ("analyse", "plan", "assign")


def render(ctx: PageContext) -> None:
    """Draw the choice of view; each is a part of its own."""
    st.title(ctx.t("page.experiments"), anchor=False)
    name = segmented(ctx, "view", VIEWS, "experiments.view")
    if name != "assign":  # there arms are drawn from the segment
        not_filtered(ctx)  # who is in a segment today was decided after the draw
    import_module(f"pages.marketing.parts.experiments_{name}").part(ctx)
    MEMBERS.show_asked(ctx)
