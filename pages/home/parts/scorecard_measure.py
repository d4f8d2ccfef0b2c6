"""One measure of the scorecard by month, with the months on either side and the rows behind."""

import streamlit as st

from charts.scorecard import BeforeAfterLabels, before_after_lines
from ui import scorecard_frames as frames
from ui import scorecard_words as words
from ui import urls
from ui.context import PageContext
from ui.defined_tile import request
from ui.figures import draw, spec_of
from ui.scorecard_answers import Measured
from ui.scorecard_drawer import ROWS, behind
from ui.scorecard_view import ScorecardView


def part(ctx: PageContext, view: ScorecardView, found: list[Measured]) -> None:
    """Draw the choice of the measure and its chart."""
    told = {one.name: one for one in found if one.change is not None}
    if not told:
        return
    t = ctx.t
    with st.container(border=True):
        st.subheader(t("scorecard.by_month"), anchor=False, help=t("scorecard.by_month_help"))
        name = urls.choice("of", tuple(told))
        st.selectbox(
            t("scorecard.of"), tuple(told), format_func=lambda one: t(f"metric.{one}.name"),
            key="of", on_change=urls.write_choice, args=("of",), width=300, filter_mode=None,
        )  # fmt: skip
        _chart(ctx, view, told[name])
        _behind(ctx, view, told[name])


def _chart(ctx: PageContext, view: ScorecardView, one: Measured) -> None:
    t, change = ctx.t, one.change
    if change is None:
        return
    labels = BeforeAfterLabels(
        t("scorecard.before"), t("scorecard.after"), t("scorecard.neither"),
        view.versus_words if one.other is not None else "",
    )  # fmt: skip
    figure = before_after_lines(
        frames.points(ctx, one), means=(change.before.value, change.after.value), labels=labels,
        write=lambda value: words.written(ctx, one.name, value), mode=ctx.theme,
    )  # fmt: skip
    alt = t("scorecard.alt", name=t(f"metric.{one.name}.name"), answer=words.answer(ctx, one))
    draw(spec_of(figure), alt=alt, key="scorecard_chart")
    st.caption(words.months(ctx, one.at))


def _behind(ctx: PageContext, view: ScorecardView, one: Measured) -> None:
    about, name = behind(ctx, view), ctx.t(f"metric.{one.name}.name")
    with st.container(horizontal=True, gap="small"):
        for side, months in (("before", one.at.before), ("after", one.at.after)):
            asked = request(
                ctx, about, f"{name} · {ctx.t(f'scorecard.{side}')}", words.span(ctx, months),
                one.pick(view.asked.group, side),
            )  # fmt: skip
            st.button(
                ctx.t(f"scorecard.rows_{side}"), key=f"scorecard_rows_{side}",
                icon=":material/table_rows:", on_click=ROWS.ask, args=(asked,),
            )  # fmt: skip
