"""What a group differs in by its own conditions: apart from the findings, and folded away."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from analytics.portrait import Portrait
from ui import portrait_words as words
from ui.context import PageContext
from ui.formats import plain
from ui.frames import records
from ui.segment_fields import MISSING

_SENTENCES = 12


def split(found: Portrait, own: frozenset[str]) -> tuple[Portrait, pd.DataFrame]:
    """Return the portrait without the features ``own``, and the traits that these are."""
    feature, is_missing = found.traits["feature"], found.traits["kind"] == "missing"
    is_own = feature.isin(own) | (is_missing & (MISSING + feature).isin(own))
    kept = replace(found, traits=found.traits[~is_own])
    if kept.verdict == "told" and kept.telling.empty:
        kept = replace(kept, verdict="alike")
    return kept, found.traits[is_own]


def said(ctx: PageContext, decided: pd.DataFrame) -> None:
    """Draw the differences among the traits that conditions decide, in words."""
    is_told = decided["is_claimed"].astype("bool") & (decided["size"] != "none")
    told = words.told(records(decided[is_told]), _SENTENCES)
    if told:
        with st.expander(ctx.t("portrait.by_definition"), icon=":material/rule:"):
            st.markdown("\n".join(f"- {plain(words.sentence(ctx, trait))}" for trait in told))
