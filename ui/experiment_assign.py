"""A saved segment drawn by lot into arms: who is in which, whether that is balanced, the file."""

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from crm_data.scope import AccessScope
from crm_data.settings import Settings
from ui import segment_reach as reach
from ui.arm_draw import HOLD_OUT, STRATA, balance_of, for_file, into_arms
from ui.loaders import TTL

__all__ = ["HOLD_OUT", "STRATA", "Draw", "balance_of", "drawn", "for_file"]


@dataclass(frozen=True)
class Draw:
    """What is drawn: shares by arm, hold-out included, the seed, and the field of the strata."""

    definition: str
    channel: str
    shares: tuple[tuple[str, float], ...]
    seed: int
    stratum: str

    @property
    def asked(self) -> reach.Asked:
        """Return the question for whom the channel may reach; the hold-out is drawn here."""
        return reach.Asked("", self.definition, self.channel, 0.0, 0)


@st.cache_data(ttl=TTL, max_entries=20, show_spinner=False)
def drawn(settings: Settings, version: str, scope: AccessScope, draw: Draw) -> pd.DataFrame:
    """Return who may be reached, with ``arm``; who is held out has no address.

    Consent is asked before the draw, of every arm: else the arms would differ by it.
    """
    frame = reach.found(settings, version, scope, draw.asked).frame
    return into_arms(frame, dict(draw.shares), seed=draw.seed, stratum=draw.stratum)
