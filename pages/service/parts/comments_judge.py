"""The view 'judge' of the Comments page: how well comments are judged, and what cannot be."""

import streamlit as st

from charts.calibration import CalibrationLabels, calibration_plot
from ui import comment_frames as frames
from ui import rows
from ui.choices import selected
from ui.comment_figures import languages
from ui.comment_view import CommentView
from ui.context import PageContext
from ui.figures import draw, spec_of

_SHARES = (
    "judge_accuracy", "judge_low", "judge_high", "judge_balanced", "judge_majority",
    "judge_declined", "judge_judged", "judge_calibration",
)  # fmt: skip


def part(ctx: PageContext, view: CommentView) -> None:
    """Draw the view: of the whole company, whatever is chosen."""
    del view
    t = ctx.t
    found = languages(ctx)
    with st.container(border=True):
        st.subheader(t("comments.judge_title"), anchor=False, help=t("comments.judge_help"))
        if not found:
            st.info(t("comments.not_judged"), icon=":material/hourglass_empty:")
            return
        for name, one in found.items():
            key = f"comments.verdict_{one['verdict']}"
            say = st.success if one["verdict"] == "useful" else st.warning
            icon = ":material/check_circle:" if one["verdict"] == "useful" else ":material/block:"
            said = t(
                key, language=t(f"code.language.{name}"),
                positive=ctx.formats.count(one["positive"]),
                negative=ctx.formats.count(one["negative"]),
            )  # fmt: skip
            say(said, icon=icon)
        table = frames.judges(ctx)
        shown = rows.with_shares(ctx, table, *_SHARES)
        rows.table(ctx, shown, key="comments_judges", named=("comment_language", "judge_verdict"))
        st.caption(t("comments.judge_note"))
        stamp = rows.stamp_of(ctx, subject=t("comments.judge_title"), period="", filters="")
        rows.download(ctx, table, name="comment_judges", stamp=stamp)
    tested = [name for name, one in found.items() if "reliability" in one]
    if tested:
        with st.container(border=True):
            _calibration(ctx, tested)


def _calibration(ctx: PageContext, tested: list[str]) -> None:
    t = ctx.t
    st.subheader(t("comments.calibration_title"), anchor=False, help=t("comments.calibration_help"))
    chosen = selected(ctx, "of", tested, "comments.of") if len(tested) > 1 else tested[0]
    figure = calibration_plot(
        frames.reliability(ctx, chosen),
        labels=CalibrationLabels(t("comments.said"), t("comments.right"), t("comments.as_said")),
        write=ctx.formats.share_short,
        mode=ctx.theme,
    )
    draw(spec_of(figure), alt=t("comments.calibration_alt"), key="comments_calibration")
