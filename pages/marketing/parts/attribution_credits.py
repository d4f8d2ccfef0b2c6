"""The view 'credits' of the page Attribution: all rules on one chart, experiments over it."""

import streamlit as st

from charts.attribution import credit_spread
from ui import attribution_frames as frames
from ui import rows
from ui.attribution_experiments import tested
from ui.attribution_export import export
from ui.attribution_view import Attribution
from ui.context import PageContext
from ui.figures import draw, spec_of


def part(ctx: PageContext, seen: Attribution) -> None:
    """Draw the view."""
    t, f = ctx.t, ctx.formats
    write = frames.writer(ctx, seen)
    with st.container(border=True):
        st.subheader(t("attribution.spread"), anchor=False, help=t("attribution.spread_help"))
        st.warning(t("attribution.credit_not_cause"), icon=":material/balance:")
        caused, left_out = tested(ctx, seen)
        figure = credit_spread(
            frames.spread_rows(ctx, seen), frames.caused_rows(ctx, seen, caused),
            models=frames.model_names(ctx), caused=t("attribution.caused"),
            label=t(f"attribution.axis_{seen.of}"), write=frames.axis_writer(ctx, seen),
            mode=ctx.theme,
        )  # fmt: skip
        draw(spec_of(figure), alt=t("attribution.spread_alt"), key="attribution_spread")
        st.caption(
            t("attribution.adds_up", total=write(seen.total), untouched=write(seen.untouched),
              null=f.count(float(seen.paths.null.sum())),
              still=f.count(seen.found.open_journeys), old=f.count(seen.found.touches_too_old),
              since=f.day(seen.found.since), until=f.day(seen.found.until))
        )  # fmt: skip
        if seen.found.early:
            early = seen.found.early if seen.of == "conversions" else seen.found.early_value
            st.caption(t("attribution.early", early=write(early), n=f.count(seen.lookback)))
        table = frames.spread_shown(ctx, seen)
        rows.table(ctx, table, key="attribution_table", digits=1,
                   money=frames.credit_names(table) if seen.of == "value" else ())  # fmt: skip
        export(ctx, seen, table, "attribution_credits")
    with st.container(border=True):
        st.subheader(t("attribution.tested"), anchor=False, help=t("attribution.tested_help"))
        for line in frames.left_out_words(ctx, left_out):
            st.warning(line, icon=":material/block:")
        if caused.empty:
            st.info(t("attribution.no_tests"), icon=":material/science:")
            return
        told = frames.caused_shown(ctx, seen, caused)
        rows.table(ctx, told, key="attribution_tested")
        export(ctx, seen, told, "attribution_experiments")
