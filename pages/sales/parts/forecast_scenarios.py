"""The view 'scenarios' of the Forecast page: what would be if, labelled as assumptions."""

import streamlit as st

from charts.forecast_parts import lines
from forecasting.scenarios import MOST, MOST_AMOUNT, Scenario
from pages.sales.parts import forecast_saved
from ui import forecast_loaders as load
from ui import forecast_scenarios as scenarios
from ui import forecast_words, rows
from ui.context import PageContext
from ui.errors import guarded
from ui.figures import draw, spec_of
from ui.forecast_figures import nothing_words, stamp
from ui.forecast_loaders import Answer
from ui.forecast_view import ForecastView
from ui.formats import plain
from ui.scenario_answers import compared


def part(ctx: PageContext, view: ForecastView) -> None:
    """Draw the view."""
    t = ctx.t
    with st.spinner(t("forecast.working")):
        answer = load.answer(ctx.settings, ctx.version, ctx.scope, view.series_cut(), view.horizon)
    if answer.made.forecast.empty:
        st.info(nothing_words(ctx, view, answer), icon=":material/inbox:")
    else:
        st.info(t("forecast.assumptions_note"), icon=":material/edit_note:")
        with st.container(border=True):
            _compared(ctx, view, answer, scenarios.scenarios())
        with st.container(border=True):
            _form(ctx, view, answer)
    with st.container(border=True):
        guarded(t, forecast_saved.part)(ctx)


def _compared(ctx: PageContext, view: ForecastView, answer: Answer, found: list[Scenario]) -> None:
    t = ctx.t
    st.subheader(t("forecast.compared_title"), anchor=False, help=t("forecast.compared_help"))
    points, columns = scenarios.lines_of(ctx, view, answer, found)
    figure = lines(
        points, columns, write=lambda v: forecast_words.value(ctx, view, v), mode=ctx.theme
    )
    draw(spec_of(figure), alt=t("forecast.compared_alt"), key="forecast_scenarios")
    table = compared(view, answer, found)
    shown = scenarios.compared_shown(ctx, view, answer, found, table)
    rows.table(ctx, shown, key="forecast_compared")
    if not found:
        st.caption(t("forecast.no_scenario"))
    if left_out := scenarios.unread():
        st.warning(t("forecast.unread_scenarios", n=left_out,
                     most=forecast_words.value(ctx, view, MOST_AMOUNT)))  # fmt: skip
    with st.container(horizontal=True, gap="small"):
        for one in found:
            st.button(
                t("forecast.remove", name=plain(one.name)), key=f"remove_{one.name}",
                icon=":material/close:", on_click=scenarios.remove, args=(one.name,),
            )  # fmt: skip
        forecast_saved.save_button(ctx, view, found, table)
    about = stamp(ctx, view, t("forecast.compared_title"))
    rows.download(ctx, table, name="forecast_scenarios", stamp=about)


def _form(ctx: PageContext, view: ForecastView, answer: Answer) -> None:
    t = ctx.t
    st.subheader(t("forecast.new_title"), anchor=False, help=t("forecast.new_help"))
    with st.form("scenario", border=False):
        name = st.text_input(t("forecast.scenario_name"), max_chars=40, key="scenario_name")
        left, middle, right = st.columns(3)
        with left:
            growth = _percent(ctx, "growth")
            price = _percent(ctx, "price")
            win_rate = _percent(ctx, "win_rate") if view.is_of_deals else 0.0
        with middle:
            extra = st.number_input(
                t("forecast.extra"), min_value=-MOST_AMOUNT, max_value=MOST_AMOUNT, value=0.0,
                key="scenario_extra", help=t("forecast.extra_help"),
            )  # fmt: skip
            extra_on = scenarios.period_select(ctx, view, answer, "extra_on")
        with right:
            moved = st.number_input(
                t("forecast.moved"), min_value=0.0, max_value=MOST_AMOUNT, value=0.0,
                key="scenario_moved",
                help=t("forecast.moved_help"),
            )  # fmt: skip
            moved_from = scenarios.period_select(ctx, view, answer, "moved_from")
            moved_to = scenarios.period_select(ctx, view, answer, "moved_to")
        is_sent = st.form_submit_button(t("forecast.compare"), icon=":material/add:")
    if is_sent:
        one = Scenario(
            name.strip() or t("forecast.scenario_default", n=len(scenarios.scenarios()) + 1),
            growth, price, win_rate, extra, extra_on if extra else None, moved,
            moved_from if moved else None, moved_to if moved else None,
        )  # fmt: skip
        scenarios.add(one)
        st.rerun()
    st.caption(t("forecast.most_scenarios", n=MOST))


def _percent(ctx: PageContext, name: str) -> float:
    given = st.number_input(
        ctx.t(f"forecast.{name}"), min_value=-100.0, max_value=500.0, value=0.0, step=1.0,
        key=f"scenario_{name}", help=ctx.t(f"forecast.{name}_help"),
    )  # fmt: skip
    return float(given) / 100
