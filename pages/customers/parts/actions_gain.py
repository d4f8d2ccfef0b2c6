"""The source "expected gain" of a retention list: the customers that the Churn page has chosen."""

import json
from typing import Any

import pandas as pd
import streamlit as st

from ui import churn_list_loaders as load
from ui import navigation
from ui.churn_list_view import choice_of, kinds, read_asked
from ui.context import PageContext
from ui.formats import plain
from ui.segment_filter import chosen_segment

_KEPT_BY = {"contract": "contract", "silence": "order"}


def part(ctx: PageContext) -> tuple[pd.DataFrame, dict[str, Any], str] | None:
    """Return the customers chosen by the terms of the address, and how; None where there are none.

    The same address on the Churn page shows the same customers: both ask for one decision.
    """
    known = {kind: terms for kind, terms in kinds(ctx).items() if terms["verdict"] == "useful"}
    if not known:
        st.caption(ctx.t("actions.gain_none"))
        navigation.link("churn", ctx.t("actions.gain_why"), icon=":material/logout:", view="list")
        return None
    segment = chosen_segment(ctx)
    asked = read_asked(ctx, known, segment.among if segment else "")
    found = choice_of(ctx, asked)
    f, kind = ctx.formats, ctx.t(f"churn.by_{asked.kind}")
    on_terms = ctx.t(
        "churn_list.on_terms", kind=kind, cost=f.money(asked.cost), margin=f.share(asked.margin),
        save=f.share(asked.terms.save_rate.value),
    )  # fmt: skip
    st.caption(plain(on_terms))
    if segment is not None:
        st.caption(plain(ctx.t("segments.described", name=segment.name)))
    navigation.link(
        "churn", ctx.t("actions.gain_change"), icon=":material/tune:", view="list", **asked.query()
    )
    frame = load.listed(ctx.settings, ctx.version, ctx.scope, found.customer_ids)
    loss = frame["churn_probability"] * frame["value_at_stake"].astype("float64") * asked.margin
    definition: dict[str, Any] = {
        "source": "gain",
        "kind": asked.kind,
        "offer_cost": asked.cost,
        "margin_share": asked.margin,
        "save_rate": asked.terms.save_rate.value,
        "is_guess": asked.is_guess,
        "capacity": asked.capacity,
        "expected_gain": found.decision.gain,
        "kept": _KEPT_BY[asked.kind],
        "days": int(known[asked.kind]["horizon_days"]),
    }
    if segment is not None:
        definition |= {"segment_id": segment.segment_id, "tree": json.loads(segment.among)}
    return frame.assign(expected_loss=loss), definition, ctx.t("actions.gain_name", kind=kind)
