"""Whether the arms were alike before: a difference here is chance, or a broken draw."""

import streamlit as st

from pages.marketing.parts.experiments_analyse import export
from ui import experiment_frames as frames
from ui import experiment_loaders as load
from ui import rows
from ui.context import PageContext
from ui.experiment_looks import balance_of_units
from ui.experiment_view import Experiment


def part(ctx: PageContext, seen: Experiment) -> None:
    """Draw the part."""
    t, f = ctx.t, ctx.formats
    st.subheader(t("experiments.balance"), anchor=False, help=t("experiments.balance_help"))
    units = load.units(ctx.settings, ctx.version, ctx.scope, *seen.key)
    balance = balance_of_units(units)
    if balance is None:
        st.info(t("experiments.no_fields"), icon=":material/inbox:")
        return
    apart = int((~balance["is_balanced"]).sum())
    said = {"n": f.count(len(balance)), "apart": f.count(apart)}
    if apart:
        st.warning(t("experiments.unbalanced", **said), icon=":material/warning:")
    else:
        st.success(t("experiments.balanced", **said), icon=":material/check_circle:")
    table = frames.balance_shown(ctx, balance)
    rows.table(ctx, table, key="experiment_balance_table")
    export(ctx, seen, table, "experiment_balance")
