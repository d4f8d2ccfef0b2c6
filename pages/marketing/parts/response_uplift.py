"""Whom contact changes: the Qini curve of an experiment, and its fifths."""

import pandas as pd
import streamlit as st

from charts.experiments import effect_intervals
from charts.response import OrderLabels, order_curve
from pages.marketing.parts import response_save
from ui import response_frames as frames
from ui import response_words as words
from ui import rows
from ui.context import PageContext
from ui.figures import draw, spec_of
from ui.formats import plain
from ui.response_view import Response


def part(ctx: PageContext, seen: Response) -> None:
    """Draw curve and fifths where there is something to see, and what was refused."""
    if "parts" in seen.said:
        left, right = st.columns(2, gap="medium")
        with left, st.container(border=True, height="stretch"):
            _curve(ctx, seen)
        with right, st.container(border=True, height="stretch"):
            _parts(ctx, seen)
    for line in words.refusals(ctx, seen.said):
        st.caption(plain(line))


def _curve(ctx: PageContext, seen: Response) -> None:
    t, f, said = ctx.t, ctx.formats, seen.said
    st.subheader(t("response.qini"), anchor=False, help=t("response.qini_help"))
    figure = order_curve(
        pd.DataFrame(said["curve"]).astype("float64"),
        labels=OrderLabels(t("response.share_axis"), t("response.qini_line"),
                           t("response.interval"), t("response.at_random")),
        write=f.points, tick=lambda value: f.number(100 * value, 0), share=f.share_short,
        mode=ctx.theme,
    )  # fmt: skip
    draw(spec_of(figure), alt=t("response.qini_alt"), key="response_qini")
    told = {name: f.points(said[name]) for name in ("effect", "area", "low", "high")}
    st.caption(t("response.qini_note", **told))
    if said["coefficient"] is not None:
        ratio = {name: f.number(said[name]) for name in ("coefficient_low", "coefficient_high")}
        st.caption(
            t("response.qini_coefficient", value=f.number(said["coefficient"]),
              low=ratio["coefficient_low"], high=ratio["coefficient_high"])
        )  # fmt: skip


def _parts(ctx: PageContext, seen: Response) -> None:
    t, f, said = ctx.t, ctx.formats, seen.said
    st.subheader(t("response.parts"), anchor=False, help=t("response.parts_help"))
    figure = effect_intervals(
        frames.part_rows(ctx, said), label=t("response.parts_axis"),
        write=lambda value: f.number(100 * value, 0), mode=ctx.theme,
    )  # fmt: skip
    draw(spec_of(figure), alt=t("response.parts_alt"), key="response_parts")
    st.caption(words.leave_out(ctx, said))
    table = frames.parts(said)
    with st.expander(t("leads.as_table"), icon=":material/table:"):
        shown = rows.with_shares(ctx, table, "treated_rate", "control_rate")
        for name in ("effect", "low", "high"):
            shown[name] = table[name].map(f.points).astype("str")
        rows.table(ctx, shown, key="response_parts_table")
        rows.download(ctx, table, name="response_fifths", stamp=response_save.stamp(ctx, seen))
