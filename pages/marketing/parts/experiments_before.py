"""Effects adjusted for what each member spent before (CUPED), beside the plain ones."""

import streamlit as st

from analytics.cuped import cuped
from charts.experiments import effect_intervals
from pages.marketing.parts.experiments_analyse import export
from ui import experiment_frames as frames
from ui import experiment_loaders as load
from ui import rows
from ui.campaigns import arm_name
from ui.context import PageContext
from ui.experiment_looks import has_value_before
from ui.experiment_view import Experiment
from ui.figures import draw, spec_of


def part(ctx: PageContext, seen: Experiment) -> None:
    """Draw the part."""
    t, f = ctx.t, ctx.formats
    st.subheader(t("experiments.before"), anchor=False, help=t("experiments.before_help"))
    units = load.units(ctx.settings, ctx.version, ctx.scope, *seen.key)
    if not has_value_before(units):
        st.info(t("experiments.nothing_before"), icon=":material/inbox:")
        return
    found = cuped(units, "arm", "outcome", "net_before", seen.control)
    names, parts = [], []
    for key, effects in (("plain", found.plain), ("adjusted", found.effects)):
        parts.append(effects)
        names += [f"{arm_name(ctx, arm)} · {t(f'experiments.{key}')}" for arm in effects["arm"]]
    both = frames.together(parts)
    figure = effect_intervals(
        frames.effect_rows(ctx, seen, both, names), label=t(f"experiments.axis_{seen.kind}"),
        write=frames.axis_gap(ctx, seen), mode=ctx.theme,
    )  # fmt: skip
    draw(spec_of(figure), alt=t("experiments.before_alt"), key="experiment_cuped")
    st.markdown(t("experiments.reduction", share=f.share(found.reduction),
                  n=f.count(found.missing_before)))  # fmt: skip
    apart = found.before["verdict"].isin(["higher", "lower"]).any()
    st.caption(t("experiments.before_apart" if apart else "experiments.before_alike"))
    table = frames.effects_shown(ctx, seen, both).drop(columns=["relative_lift"])
    rows.table(ctx, table, key="experiment_cuped_table")
    export(ctx, seen, table, "experiment_cuped")
