"""What campaigns and their arms are called, where the data holds their ids."""

import pandas as pd
import streamlit as st

from crm_data.queries.sales_options import campaign_names
from crm_data.settings import Settings
from ui.context import PageContext
from ui.loaders import TTL, reading


@st.cache_data(ttl=TTL, max_entries=20, show_spinner=False)
def names(settings: Settings, version: str) -> dict[str, str]:
    """Return names by id; with the id where two have the same name."""
    with reading(settings, version) as conn:
        found = campaign_names(conn)
    named = found[found["name"].notna()]
    twice = named["name"].duplicated(keep=False)
    told = named["name"].where(~twice, named["name"] + " (" + named["campaign_id"] + ")")
    return dict(zip(named["campaign_id"], told, strict=True))


def campaign(ctx: PageContext, campaign_id: str) -> str:
    """Return the name of a campaign; the id itself where it has none."""
    return names(ctx.settings, ctx.version).get(campaign_id, campaign_id)


def arm_name(ctx: PageContext, arm: str) -> str:
    """Return an arm's name as people say it."""
    return ctx.t("experiments.control_arm") if arm == "control" else arm


def with_names(ctx: PageContext, ids: pd.Series) -> pd.Series:
    """Return ids as names; missing stays missing."""
    known = names(ctx.settings, ctx.version)
    return ids.map(lambda one: known.get(one, one), na_action="ignore")
