"""Satisfaction: is it good, did it move, for whom, what goes with it, and what came after?"""

from importlib import import_module

import streamlit as st

from ui import survey_loaders as load
from ui.choices import segmented
from ui.context import PageContext
from ui.defined_tile import tiles
from ui.survey_drawer import ANSWERS
from ui.survey_figures import figures
from ui.survey_view import behind, counted, survey_view

VIEWS = ("trend", "groups", "later", "drivers")


def render(ctx: PageContext) -> None:
    """Draw choices and figures; each view is a part of its own."""
    st.title(ctx.t("page.satisfaction"), anchor=False)
    options = load.options(ctx.settings, ctx.version, ctx.scope)
    if options.empty:
        st.info(ctx.t("survey.no_data"), icon=":material/inbox:")
        return
    view = survey_view(ctx, options)
    tiles(ctx, figures(ctx, view), behind(ctx, view), per_row=3)
    found = counted(ctx, view.kind, view.of_all_times)
    if found.held is None:
        st.warning(found.refused, icon=":material/rule:")
    else:
        name = segmented(ctx, "view", VIEWS, "survey.view")
        import_module(f"pages.service.parts.satisfaction_{name}").part(ctx, view, found.held.scale)
    ANSWERS.show_asked(ctx)
