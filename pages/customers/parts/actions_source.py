"""Where the customers of a new list are from: a stage, expected gain, a segment, numbers."""

import json
import re
from typing import Any

import pandas as pd
import streamlit as st

from pages.customers.parts import actions_gain
from ui import action_loaders as load
from ui import urls
from ui.context import PageContext
from ui.segment_filter import segments_by_id
from ui.translations import customer_value_name

SOURCES = ("stage", "gain", "segment", "customers")
STAGES = ("at_risk", "lost", "loyal", "active", "returned")
_SOURCE, _STAGE, _SEGMENT = "source", "stage", "from"
Chosen = tuple[pd.DataFrame, dict[str, Any], str]


def part(ctx: PageContext) -> Chosen:
    """Draw the choice; return the customers, where they come from, and a name for the list."""
    source = urls.choice(_SOURCE, SOURCES)
    st.segmented_control(
        ctx.t("actions.source"),
        SOURCES,
        format_func=lambda name: ctx.t(f"actions.source_{name}"),
        key=_SOURCE,
        required=True,
        on_change=urls.write_choice,
        args=(_SOURCE,),
    )
    how = {"stage": _of_stage, "gain": _of_gain, "segment": _of_segment, "customers": _of_ids}
    return how[source](ctx)


def _of_stage(ctx: PageContext) -> Chosen:
    stage = urls.choice(_STAGE, STAGES)
    st.selectbox(
        ctx.t("actions.stage"),
        STAGES,
        format_func=lambda one: customer_value_name(ctx.t, "stage", one),
        key=_STAGE,
        on_change=urls.write_choice,
        args=(_STAGE,),
        filter_mode=None,
        width=260,
    )
    tree = json.dumps({"field": "stage", "op": "eq", "values": [stage]})
    name = _named(ctx, customer_value_name(ctx.t, "stage", stage))
    return _members(ctx, tree), {"source": "stage", "stage": stage}, name


def _of_gain(ctx: PageContext) -> Chosen:
    found = actions_gain.part(ctx)
    if found is None:
        return _nobody(ctx)
    frame, definition, source = found
    return frame, definition, _named(ctx, source)


def _of_segment(ctx: PageContext) -> Chosen:
    known = segments_by_id(ctx)
    if not known:
        st.caption(ctx.t("builder.none_saved"))
        return _nobody(ctx)
    chosen = known[urls.choice(_SEGMENT, list(known))]
    st.selectbox(
        ctx.t("segments.filter"),
        list(known),
        format_func=lambda key: known[key].name,
        key=_SEGMENT,
        on_change=urls.write_choice,
        args=(_SEGMENT,),
        width=260,
    )
    definition = {
        "source": "segment", "segment_id": chosen.segment_id, "name": chosen.name,
        "tree": json.loads(chosen.among),
    }  # fmt: skip
    return _members(ctx, chosen.among), definition, _named(ctx, chosen.name)


def _of_ids(ctx: PageContext) -> Chosen:
    text = st.text_area(
        ctx.t("actions.ids"), key="actions_ids", height=100, help=ctx.t("actions.ids_help")
    )
    asked = tuple(dict.fromkeys(one for one in re.split(r"[\s,;，；、]+", text) if one))
    if not asked:
        return _nobody(ctx)
    found = load.named(ctx.settings, ctx.version, ctx.scope, asked)
    known = set(found["customer_id"])
    missing = [one for one in asked if one not in known]
    if missing:
        st.warning(
            ctx.t("actions.ids_missing", n=ctx.formats.count(len(missing))),
            icon=":material/person_off:",
        )
        st.text(ctx.t("filter.joiner").join(missing[:20]))
    return found, {"source": "customers"}, _named(ctx, ctx.t("actions.source_customers"))


def _members(ctx: PageContext, tree: str) -> pd.DataFrame:
    return load.candidates(ctx.settings, ctx.version, ctx.scope, tree)


def _nobody(ctx: PageContext) -> Chosen:
    return load.named(ctx.settings, ctx.version, ctx.scope, ()), {}, ""


def _named(ctx: PageContext, source: str) -> str:
    return ctx.t("actions.default_name", source=source, day=ctx.formats.day(ctx.today))
