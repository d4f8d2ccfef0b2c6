"""What leaving customers alone is expected to cost, stated before anybody is left alone."""

import pandas as pd
import streamlit as st

from ui import action_loaders as load
from ui.context import PageContext
from ui.formats import plain

_HALF = 0.5  # leave where no model says how many: more than of nearly any list


def cost_stated(
    ctx: PageContext, frame: pd.DataFrame, share: float, guess: float, cost: float
) -> None:
    """State the cost of the hold-back; where it is switched off, what will not be known.

    Where each customer's expected loss is known (``expected_loss``), that is what is forgone;
    else the value at stake, as if everybody left.
    """
    f, t = ctx.formats, ctx.t
    if not share:
        st.warning(t("actions.no_hold_back"), icon=":material/warning:")
        return
    worth = "expected_loss" if "expected_loss" in frame else "value_at_stake"
    lost = load.hold_back_cost(frame[worth], share=share, save_rate=guess, offer_cost=cost)
    key = "gain_forgone" if worth == "expected_loss" else "cost_stated"
    st.info(
        t(
            f"actions.{key}",
            n=f.count(round(len(frame) * share)),
            cost=plain(f.money_compact(lost)),
            guess=f.share(guess, 0),
        ),
        icon=":material/balance:",
    )
    _can_tell(ctx, frame, share, guess)


def _can_tell(ctx: PageContext, frame: pd.DataFrame, share: float, guess: float) -> None:
    """Say before the draw whether a list of this size will be able to tell what it achieved."""
    f, t = ctx.formats, ctx.t
    leaving, key = _HALF, "if_half_left"
    if "churn_probability" in frame:
        leaving, key = float(frame["churn_probability"].mean()), "as_expected"
    needed = load.customers_to_tell(leaving, guess, hold_back_share=share)
    if needed is None:
        return
    is_enough = len(frame) >= needed
    told = t(
        f"actions.to_tell_{key}", leaving=f.share(leaving, 0), guess=f.share(guess, 0),
        needed=f.count(needed), n=f.count(len(frame)),
    )  # fmt: skip
    verdict = t("actions.will_tell" if is_enough else "actions.will_not_tell")
    (st.caption if is_enough else st.warning)(plain(f"{told} {verdict}"))
