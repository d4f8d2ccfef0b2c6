"""The share still under contract by age, a curve a group; typical lifetimes; do they differ?"""

import streamlit as st

from analytics.contract_lifetimes import MOST_CURVES
from analytics.log_rank import LogRank
from analytics.survival_groups import LEAST
from charts.survival import AgeLabels, step_curves
from ui import rows
from ui.context import PageContext
from ui.figures import draw, spec_of
from ui.formats import plain
from ui.survival_frames import (
    at_risk_points,
    curve_points,
    curves_table,
    summaries_shown,
    summaries_table,
)
from ui.survival_stamp import stamp_of
from ui.survival_view import SAVED, Lasted, SurvivalView


def part(ctx: PageContext, found: Lasted, view: SurvivalView) -> None:
    """Draw the part."""
    t, f = ctx.t, ctx.formats
    st.subheader(t("survival.curves"), anchor=False, help=t("survival.curves_help"))
    at_risk = at_risk_points(found)
    figure = step_curves(
        curve_points(ctx, found),
        labels=AgeLabels(t("survival.axis_age_risk"), t("survival.axis_share")),
        write=f.share_short,
        ages=sorted({int(age) for age in at_risk["age"]}),
        at_risk=at_risk,
        write_count=f.count,
        mode=ctx.theme,
    )
    draw(spec_of(figure), alt=t("survival.curves_alt"), key="survival_curves")
    st.caption(" ".join([t("survival.curves_note"), *_left_out(ctx, found)]))
    st.markdown(_difference(ctx, found, view))
    table = summaries_table(found)
    rows.table(ctx, summaries_shown(ctx, table), key="survival_lifetimes")
    tau = f.number(float(table["tau_months"].iloc[0]), 1)
    st.caption(t("survival.lifetimes_note", months=tau))
    stamp = stamp_of(ctx, found, view, t("survival.lifetimes"))
    rows.download(ctx, table, name="contract_lifetimes", stamp=stamp)
    with st.expander(t("churn.as_table"), icon=":material/table:"):
        steps = curves_table(found)
        rows.table(ctx, steps, key="survival_steps", digits=4)
        rows.download(
            ctx, steps, name="contract_survival", stamp=stamp_of(ctx, found, view,
                                                                  t("survival.curves"))
        )  # fmt: skip


def _left_out(ctx: PageContext, found: Lasted) -> list[str]:
    """Say which groups have no curve, and why."""
    curves, lines = found.lifetimes.curves, []
    limits = {"too_small": LEAST, "too_many": MOST_CURVES}
    for status, limit in limits.items():
        some = curves.groups.loc[curves.groups["status"] == status, "group"]
        if len(some):
            names = ctx.t("filter.joiner").join(plain(found.names[str(one)]) for one in some)
            limit_text = ctx.formats.count(limit)
            lines.append(ctx.t(f"survival.{status}", names=names, limit=limit_text))
    if curves.without_group:
        lines.append(ctx.t("survival.without", n=ctx.formats.count(curves.without_group)))
    return lines


def _difference(ctx: PageContext, found: Lasted, view: SurvivalView) -> str:
    """Say in words whether the curves differ by more than chance."""
    t, test = ctx.t, found.lifetimes.test
    if test is None:
        if view.by == SAVED:
            return t("survival.no_test_shared")
        return "" if view.by == "none" else t("survival.no_test_one")
    if test.verdict == "cannot_tell":
        few = [found.names[str(one)] for one in test.too_few]
        names = t("filter.joiner").join(plain(name) for name in few)
        return t("survival.cannot_tell", names=names or t("survival.all_groups"))
    return t(f"survival.{test.verdict}", **_numbers(ctx, test))


def _numbers(ctx: PageContext, test: LogRank) -> dict[str, str]:
    f = ctx.formats
    p = f"< {f.number(0.001, 3)}" if test.p_value < 0.001 else f"= {f.number(test.p_value, 3)}"
    return {"statistic": f.number(test.statistic, 1), "df": f.count(test.df), "p": p}
