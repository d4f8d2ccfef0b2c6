"""The view 'score' of the Leads page: is the score any good, and what it says of open leads."""

import pandas as pd
import streamlit as st

from analytics.lead_score import LeadScore
from charts.calibration import CalibrationLabels, calibration_plot
from pages.sales.parts.leads_choices import choices
from ui import lead_loaders as load
from ui import lead_scores, rows
from ui.context import PageContext
from ui.figures import draw, spec_of
from ui.lead_view import LeadView, behind


def part(ctx: PageContext, view: LeadView) -> None:
    """Draw the view."""
    choices(ctx, ("days",))
    key = (ctx.settings, ctx.version, ctx.scope, view.of_all_times)
    with st.spinner(ctx.t("leads.score_wait")):
        found, chances = load.open_scores(*key, view.days, view.until)
    with st.container(border=True):
        _proof(ctx, found)
    with st.container(border=True):
        _open(ctx, view, found, chances)


def _proof(ctx: PageContext, found: LeadScore) -> None:
    t, f = ctx.t, ctx.formats
    st.subheader(t("leads.score_title", days=f.count(found.days)), anchor=False,
                 help=t("leads.score_help"))  # fmt: skip
    draws = {"model": st.success, "source_rates": st.warning, "too_few": st.info}
    icons = {"model": "check_circle", "source_rates": "drag_handle", "too_few": "hourglass_empty"}
    words = t(f"leads.score_{found.status}", converted=f.count(found.converted))
    draws[found.status](words, icon=f":material/{icons[found.status]}:")
    card = found.card
    if card is None or not ctx.scope.is_everything:  # the proof is of the whole company
        return
    st.caption(lead_scores.card_text(ctx, found, card))
    frame = lead_scores.bins(ctx, card)
    figure = calibration_plot(
        frame,
        labels=CalibrationLabels(
            t("leads.score_predicted"), t("leads.score_observed"), t("churn_card.perfect")
        ),
        write=f.share_short,
        mode=ctx.theme,
    )
    draw(spec_of(figure), alt=t("leads.score_alt"), key="leads_calibration")
    st.caption(t("leads.score_note", ece=f.share(card.ece)))
    rows.table(ctx, lead_scores.against(ctx, card), key="leads_against")


def _open(ctx: PageContext, view: LeadView, found: LeadScore, chances: pd.DataFrame) -> None:
    t = ctx.t
    st.subheader(t("leads.open_title"), anchor=False, help=t("leads.open_help"))
    if chances.empty or found.status == "too_few":
        st.info(t("leads.open_none"), icon=":material/inbox:")
        return
    table = lead_scores.open_table(ctx, chances)
    rows.table(ctx, rows.with_shares(ctx, table, "chance"), key="leads_open")
    about = behind(ctx, view)
    stamp = rows.stamp_of(
        ctx, subject=t("leads.open_title"), period=ctx.formats.day(about.as_of),
        filters=about.filters,
    )  # fmt: skip
    rows.download(ctx, table, name="lead_scores", stamp=stamp)
