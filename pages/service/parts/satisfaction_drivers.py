"""The view 'drivers' of the Satisfaction page: what goes together with the score."""

import streamlit as st

from analytics.satisfaction_drivers import Drivers
from analytics.satisfaction_scales import Kind
from charts.satisfaction import MapLabels, driver_map
from ui import rows, urls
from ui import survey_frames as frames
from ui import survey_loaders as load
from ui.context import PageContext
from ui.figures import draw, spec_of
from ui.survey_view import SurveyView, behind


def part(ctx: PageContext, view: SurveyView, scale: int) -> None:
    """Draw the view."""
    del scale
    t, f = ctx.t, ctx.formats
    with st.container(border=True):
        st.subheader(t("survey.drivers_title"), anchor=False, help=t("survey.drivers_help"))
        kind, found = _enough(ctx, view)
        if found is None:
            st.info(t("survey.drivers_none"), icon=":material/hourglass_empty:")
            return
        if kind != view.kind:
            names = {name: t(f"code.survey_kind.{name}") for name in (kind, view.kind)}
            st.caption(t("survey.drivers_of", few=names[view.kind], shown=names[kind]))
        st.warning(t("survey.associations"), icon=":material/link:")
        figure = driver_map(
            frames.driver_rows(ctx, found),
            labels=MapLabels(t("survey.performance"), t("survey.importance")),
            write=f.share_short,
            mode=ctx.theme,
        )
        draw(spec_of(figure), alt=t("survey.drivers_alt"), key="survey_drivers")
        sides = {"low": f.share(found.explained_low), "high": f.share(found.explained_high)}
        st.caption(t("survey.explained", share=f.share(found.explained), **sides,
                     n=f.count(found.n), left=f.count(found.left_out)))  # fmt: skip
        table = frames.driver_table(found)
        shown = rows.with_shares(
            ctx,
            table,
            "driver_share",
            "answer_share_low",
            "answer_share_high",
            "driver_performance",
        )
        rows.table(ctx, shown, key="survey_drivers_table", named=("driver", "driver_quadrant"))
        about = behind(ctx, view)
        stamp = rows.stamp_of(
            ctx, subject=t("survey.drivers_title"), period=about.period, filters=about.filters
        )
        rows.download(ctx, table, name=f"{kind}_drivers", stamp=stamp)


def _enough(ctx: PageContext, view: SurveyView) -> tuple[Kind, Drivers | None]:
    """Return the drivers of the score, or, where none was asked for, of the first with enough."""
    others = [] if "kind" in urls.query() else [one for one in view.kinds if one != view.kind]
    for kind in (view.kind, *others):
        found = load.drivers(ctx.settings, ctx.version, ctx.scope, view.of(kind))
        if found is not None:
            return kind, found
    return view.kind, None
