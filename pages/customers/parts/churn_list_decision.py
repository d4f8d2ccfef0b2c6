"""What contacting customers is expected to bring: the verdict, its figures, the curve."""

import streamlit as st

from charts.churn_gain import GainLabels, gain_curve
from ui import figures
from ui.churn_list_loaders import Choice
from ui.churn_list_view import Asked
from ui.context import PageContext
from ui.formats import is_missing, plain
from ui.frames import records

_DRAWN = {
    "contact": (st.success, ":material/call:"),
    "uncertain": (st.warning, ":material/help:"),
    "no_contact_pays": (st.info, ":material/block:"),
}


def verdict(ctx: PageContext, asked: Asked, found: Choice) -> None:
    """Say in a sentence what to do, and who could not be chosen."""
    f, t, decision = ctx.formats, ctx.t, found.decision
    draw, icon = _DRAWN[decision.verdict]
    draw(
        t(
            f"churn_list.says_{decision.verdict}",
            n=f.count(decision.best_n),
            gain=plain(f.money_compact(decision.gain)),
            low=plain(f.money_compact(decision.gain_low)),
            high=plain(f.money_compact(decision.gain_high)),
        ),
        icon=icon,
    )
    if asked.is_guess and decision.best_n:
        spent = asked.cost * decision.best_n
        breaks_even = asked.save * spent / (decision.gain + spent) if spent else 0.0
        st.caption(t("churn_list.breaks_even", rate=f.share(breaks_even)))
    if decision.unlimited_n > decision.best_n:
        st.caption(t("churn_list.limited", n=f.count(decision.unlimited_n)))
    for name in ("unvalued", "busy"):
        if number := getattr(found, name):
            st.caption(t(f"churn_list.{name}", n=f.count(number)))


def tiles(ctx: PageContext, found: Choice) -> None:
    """Draw number, threshold, gain, saved and cost."""
    f, t, decision = ctx.formats, ctx.t, found.decision
    (at,) = records(decision.curve[decision.curve["contacted"] == decision.best_n])
    threshold = f.money_compact(decision.threshold)
    shown = {
        "best": (
            f.count(decision.best_n),
            _between(ctx, f.count(decision.best_low), f.count(decision.best_high)),
        ),
        "threshold": (
            t("churn_list.never") if is_missing(decision.threshold) else threshold,
            t("churn_list.of_stake"),
        ),
        "gain": (
            f.money_compact(decision.gain),
            _between(
                ctx, f.money_compact(decision.gain_low), f.money_compact(decision.gain_high)
            ),
        ),
        "saved": (f.number(at["saved"], 1), t("churn_list.of_contacted",
                                                     n=f.count(decision.best_n))),
        "spent": (f.money_compact(at["cost"]), t("churn_list.whoever_takes_it")),
    }  # fmt: skip
    with st.container(horizontal=True, gap="small"):
        for name, (value, below) in shown.items():
            with st.container(border=True, gap="xxsmall", height="stretch", width=170):
                st.metric(t(f"churn_list.{name}"), value, help=t(f"churn_list.{name}_help"))
                st.caption(plain(below))


def chart(ctx: PageContext, found: Choice) -> None:
    """Draw the expected gain by the number of customers contacted."""
    f, t, decision = ctx.formats, ctx.t, found.decision
    st.subheader(t("churn_list.curve"), anchor=False, help=t("churn_list.curve_help"))
    hover = [
        t(
            "churn_list.curve_hover",
            n=f.count(row["contacted"]),
            gain=f.money_compact(row["gain"]),
            low=f.money_compact(row["low"]),
            high=f.money_compact(row["high"]),
            saved=f.number(row["saved"], 1),
        )
        for row in records(decision.curve)
    ]
    figure = gain_curve(
        decision.curve.assign(hover=hover),
        best=decision.best_n,
        labels=GainLabels(
            t("churn_list.axis"),
            t("churn_list.gain"),
            t("churn_list.interval"),
            t("churn_list.best_line", n=f.count(decision.best_n)),
        ),
        write=f.money_compact,
        count=f.count_compact,
        mode=ctx.theme,
    )
    figures.draw(figures.spec_of(figure), alt=t("churn_list.curve"), key="churn_gain")


def _between(ctx: PageContext, low: str, high: str) -> str:
    return ctx.t("actions.interval", low=low, high=high)
