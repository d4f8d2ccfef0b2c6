"""Segments side by side where a table does not fit: one trait below the other, a line each."""

import pandas as pd
import streamlit as st

from ui.context import PageContext
from ui.formats import plain

# Keys by which ui/assets/words.css shows one of both, by the width of the screen.
WIDE, NARROW = "compare_wide", "compare_narrow"


def cards(ctx: PageContext, shown: pd.DataFrame) -> None:
    """Draw each row of the table as a paragraph: ``label``, then a line for each segment."""
    names = [str(name) for name in shown.columns if name != "label"]
    with st.container(key=NARROW):
        for label, *cells in shown[["label", *names]].itertuples(index=False, name=None):
            lines = [
                ctx.t("compare.line", group=plain(name), value=plain(str(cell)))
                for name, cell in zip(names, cells, strict=True)
                if not pd.isna(cell)
            ]
            with st.container(border=True, gap="xxsmall"):
                st.markdown("\n".join([f"**{plain(str(label))}**\n", *(f"- {x}" for x in lines)]))
