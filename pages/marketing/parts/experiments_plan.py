"""The view 'plan' of the page Experiments: how many it takes, and whether it can be learnt."""

import streamlit as st

from analytics.experiment_plan import Design, plan_experiment
from ui import experiment_view as views
from ui import rows
from ui.choices import segmented
from ui.context import PageContext
from ui.experiment_plan_view import Start, gap_text, plan_table, start_of
from ui.experiment_view import Experiment
from ui.plan_form import number

STARTS = ("own", "experiment")
KINDS = ("rate", "money")


def part(ctx: PageContext) -> None:
    """Draw the view."""
    t = ctx.t
    st.caption(t("experiments.plan_note"))
    tried = views.experiments(ctx)
    begin = segmented(ctx, "from", STARTS, "experiments.from") if len(tried) else "own"
    seen: Experiment | None = None
    if begin == "experiment":
        seen = views.chosen(ctx, tried)
        if seen.problem:
            st.info(t(f"experiments.problem_{seen.problem}"), icon=":material/hourglass_empty:")
            return
        is_rate = seen.kind == "rate"
    else:
        is_rate = segmented(ctx, "kind", KINDS, "experiments.kind") == "rate"
    with st.container(border=True):
        _plan(ctx, start_of(seen, is_rate=is_rate), seen, is_rate=is_rate)


def _plan(ctx: PageContext, start: Start, seen: Experiment | None, *, is_rate: bool) -> None:
    t, f = ctx.t, ctx.formats
    unit = 100.0 if is_rate else 1.0
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        most, kind = (100.0, "rate") if is_rate else (1e9, "money")
        if seen is None:
            base = number(ctx, "base", f"experiments.base_{kind}", start.baseline * unit,
                          least=0.0, most=most, digits=3) / unit  # fmt: skip
        else:
            base = start.baseline
            said = f.share(base, 3) if is_rate else f.money(base)
            st.metric(t("experiments.control_now"), said)
        usual = base * unit / 10 or 1.0
        effect = number(ctx, "effect", f"experiments.effect_{kind}", usual,
                        least=-most, most=most, step=0.1, digits=5) / unit  # fmt: skip
        sd = start.sd
        if sd is not None and seen is None:
            sd = number(ctx, "sd", "experiments.sd", sd, least=0.01, most=1e9)
        arms = int(number(ctx, "arms", "experiments.arms", start.arms, least=2, most=9, digits=0))
        share = number(ctx, "held", "experiments.held", round(100 / arms, 3), least=1, most=99,
                       digits=3) / 100  # fmt: skip
        power = number(ctx, "power", "experiments.power", 80, least=50, most=99, digits=0) / 100
        units = int(number(ctx, "units", "experiments.units", start.units, least=0, most=1e9,
                           step=100, digits=0))  # fmt: skip
        daily = number(ctx, "daily", "experiments.per_day", 0, least=0, most=1e9, digits=0)
        wait = int(number(ctx, "wait", "experiments.wait", 0, least=0, most=3650, digits=0))
    if effect == 0 or (is_rate and not 0 <= base + effect <= 1):
        st.info(t("experiments.no_plan"), icon=":material/edit:")
        return
    design = Design(arms, share, power=power)
    made = plan_experiment(base, effect, sd=sd, design=design, units=units or None,
                           units_per_day=daily or None, most_days=wait or None)  # fmt: skip
    says = {"total": f.count(made.total), "n": f.count(made.available)}
    if made.answer == "too_few":
        st.error(t("experiments.answer_too_few", **says), icon=":material/block:")
    elif made.answer == "enough":
        st.success(t("experiments.answer_enough", **says), icon=":material/check_circle:")
    else:
        st.info(t("experiments.answer_open", **says), icon=":material/groups:")
    table = plan_table(ctx, made, design, is_rate=is_rate)
    rows.table(ctx, table, key="experiment_plan_table")
    gap = gap_text(ctx, effect, is_rate=is_rate)
    filters = t(
        "experiments.plan_of", effect=gap, base=f.share(base, 3) if is_rate else f.money(base)
    )
    stamp = rows.stamp_of(ctx, subject=t("experiments.view_plan"), period="", filters=filters)
    rows.download(ctx, table, name="experiment_plan", stamp=stamp)
