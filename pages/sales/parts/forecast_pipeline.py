"""The view 'pipeline' of the Forecast page: what the period will bring, by open deals."""

import streamlit as st

from charts.pipeline_forecast import spread
from pages.sales.parts import forecast_pipeline_deals, forecast_pipeline_past
from ui import pipeline_forecast_frames as frames
from ui import pipeline_forecast_loaders as load
from ui import rows
from ui.context import PageContext
from ui.defined_tile import tiles
from ui.figures import draw, spec_of
from ui.forecast_view import ForecastView
from ui.formats import is_missing, plain
from ui.pipeline_forecast_answers import Outlook
from ui.pipeline_forecast_tiles import behind, blend_text, figures, notes, stamp

_PER_ROW = 3


def part(ctx: PageContext, view: ForecastView) -> None:
    """Draw the view."""
    t = ctx.t
    past = load.past(ctx.settings, ctx.version, ctx.scope, view.deal_cut, view.until)
    if not view.is_now:  # what a model of today says of a past day would know what came after it
        st.info(t("pipe_forecast.today_only", day=ctx.formats.day(view.last)))
        forecast_pipeline_past.part(ctx, view, past)
        return
    key = (ctx.settings, ctx.version, ctx.scope, view.deal_cut, view.as_of)
    found = load.outlook(*key, (view.start, view.end))
    if is_missing(found.forecast.expected):
        st.info(t("pipe_forecast.nothing"), icon=":material/inbox:")
        return
    tiles(ctx, figures(ctx, view, found), behind(ctx, view), per_row=_PER_ROW)
    together = load.together(*key, (view.start, view.end))
    if together is not None:
        st.markdown(blend_text(ctx, together, write=plain))
    else:
        st.caption(t("pipe_forecast.deals_apart"))
    for note in notes(ctx, view, found):
        st.caption(note)
    with st.container(border=True):
        _spread(ctx, found)
    with st.container(border=True):
        st.subheader(t("pipe_forecast.parts"), anchor=False, help=t("pipe_forecast.parts_help"))
        table = frames.categories(ctx, found.forecast)
        rows.table(
            ctx, table, key="pipe_forecast_parts", money=("contribution", "amount"),
            widths={"forecast_part": 150},
        )  # fmt: skip
        about = stamp(ctx, view, "pipe_forecast.parts")
        rows.download(ctx, table, name="forecast_parts", stamp=about)
    with st.container(border=True):
        forecast_pipeline_deals.part(ctx, view, found)
    with st.container(border=True):
        forecast_pipeline_past.part(ctx, view, past)


def _spread(ctx: PageContext, found: Outlook) -> None:
    t, f, told = ctx.t, ctx.formats, found.forecast
    st.subheader(t("pipe_forecast.spread"), anchor=False, help=t("pipe_forecast.spread_help"))
    marks = [(told.expected, t("pipe_forecast.mark_expected"))]
    if not is_missing(found.quota) and found.quota > 0:
        marks.append((found.quota, t("pipe_forecast.mark_quota")))
    figure = spread(
        frames.bins(ctx, told), marks, share=t("pipe_forecast.share_of_draws"),
        write=f.money_compact, write_share=f.share, mode=ctx.theme,
    )  # fmt: skip
    draw(spec_of(figure), alt=t("pipe_forecast.spread_alt"), key="pipe_forecast_spread")
    key = "pipe_forecast.stretched" if told.stretch > 1 else "pipe_forecast.not_stretched"
    stretch = f.number(told.stretch, 2)
    st.caption(t(key, stretch=stretch, n=f.count(found.lead_weeks)))
