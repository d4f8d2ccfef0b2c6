"""Comments: what do customers say, how do they feel about it, and who is to be called back?"""

from importlib import import_module

import streamlit as st

from ui import comment_loaders as load
from ui.choices import segmented
from ui.comment_drawer import COMMENTS
from ui.comment_figures import figures
from ui.comment_view import behind, comment_view
from ui.context import PageContext
from ui.defined_tile import tiles

VIEWS = ("topics", "trend", "list", "calls", "judge")


def render(ctx: PageContext) -> None:
    """Draw choices and figures; each view is a part of its own."""
    st.title(ctx.t("page.comments"), anchor=False)
    options = load.options(ctx.settings, ctx.version, ctx.scope)
    if options.empty:
        st.info(ctx.t("comments.no_data"), icon=":material/inbox:")
        return
    view = comment_view(ctx, options)
    tiles(ctx, figures(ctx, view), behind(ctx, view))
    name = segmented(ctx, "view", VIEWS, "comments.view")
    import_module(f"pages.service.parts.comments_{name}").part(ctx, view)
    COMMENTS.show_asked(ctx)
