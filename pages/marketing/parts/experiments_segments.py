"""Effects by segment, with a brake on hunting: how many slices were looked at, and adjusted."""

import streamlit as st

from charts.experiments import effect_intervals
from pages.marketing.parts.experiments_analyse import export
from ui import experiment_frames as frames
from ui import experiment_loaders as load
from ui import rows
from ui.campaigns import arm_name
from ui.choices import selected
from ui.context import PageContext
from ui.experiment_slices import by_slice
from ui.experiment_view import Experiment
from ui.figures import draw, spec_of
from ui.formats import plain

_MOST = 40


def part(ctx: PageContext, seen: Experiment) -> None:
    """Draw the part."""
    t, f = ctx.t, ctx.formats
    st.subheader(t("experiments.segments"), anchor=False, help=t("experiments.segments_help"))
    field = selected(ctx, "by", load.SLICES, "experiments.by")
    found = by_slice(ctx, seen, field)
    effects = found.effects
    if not found.looked_at:
        st.info(t("experiments.no_slices"), icon=":material/inbox:")
        return
    names = [frames.slice_name(ctx, field, one) for one in effects["slice"]]
    st.markdown(t("experiments.looked_at", n=f.count(found.looked_at)))
    for arm, p in found.differs.items():
        key = "unknown" if p != p else "differs" if p < 0.05 else "same"
        st.markdown(
            t(f"experiments.slices_{key}", arm=plain(arm_name(ctx, arm)), p=frames.p_words(ctx, p))
            if not seen.is_blocked else t("experiments.verdict_blocked")
        )  # fmt: skip
    both = [f"{one} · {arm}" for one, arm in zip(names, effects["arm"], strict=True)]
    one_arm = effects["arm"].nunique() == 1
    points = frames.effect_rows(ctx, seen, effects, names if one_arm else both).head(_MOST)
    figure = effect_intervals(
        points, label=t(f"experiments.axis_{seen.kind}"), write=frames.axis_gap(ctx, seen),
        mode=ctx.theme,
    )  # fmt: skip
    draw(spec_of(figure), alt=t("experiments.segments_alt"), key="experiment_slices")
    table = frames.slices_shown(ctx, seen, effects, names)
    rows.table(ctx, table, key="experiment_slices_table")
    export(ctx, seen, table, "experiment_slices")
