"""Experiments: what did a campaign cause, and what would the next one take?"""

from importlib import import_module

import streamlit as st

from ui.choices import segmented
from ui.context import PageContext
from ui.experiment_drawer import MEMBERS

VIEWS = ("analyse", "plan", "assign")


def render(ctx: PageContext) -> None:
    """Draw the choice of view; each is a part of its own."""
    st.title(ctx.t("page.experiments"), anchor=False)
    name = segmented(ctx, "view", VIEWS, "experiments.view")
    import_module(f"pages.marketing.parts.experiments_{name}").part(ctx)
    MEMBERS.show_asked(ctx)
