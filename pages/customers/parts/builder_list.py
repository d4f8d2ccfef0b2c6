"""The saved segments, with size, value, owner and note."""

import pandas as pd
import streamlit as st

from ui import rows, urls
from ui import segment_actions as actions
from ui import segment_loaders as load
from ui.context import PageContext
from ui.errors import guarded
from ui.segment_actions import SavedSegment

_EDITED = "edit"


def listed(ctx: PageContext, saved: list[SavedSegment]) -> None:
    """Draw the list; a click opens a segment. Offer to bring back the one deleted last."""
    if actions.deleted():
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(ctx.t("builder.deleted"))
            st.button(
                ctx.t("builder.undo_delete"),
                key="builder_undo_delete",
                icon=":material/undo:",
                on_click=guarded(ctx.t, _bring_back),
                args=(ctx,),
            )
    if not saved:
        st.caption(ctx.t("builder.none_saved"))
        return
    table = pd.DataFrame([_row(ctx, one) for one in saved])
    chosen = rows.table(
        ctx, table, key="builder_saved", on_select="rerun", selection_mode="single-row"
    )
    picked = chosen.selection.rows if chosen is not None else []
    if picked and picked[0] < len(saved):
        key = saved[picked[0]].segment_id
        if st.query_params.get(_EDITED) != key and st.session_state.get("_segment_opened") != key:
            st.session_state["_segment_opened"] = key
            urls.write({_EDITED: [key]})
            st.rerun()
    else:
        st.session_state.pop("_segment_opened", None)
    st.caption(ctx.t("builder.list_note"))


def _row(ctx: PageContext, one: SavedSegment) -> dict[str, object]:
    found = load.size(ctx.settings, ctx.version, ctx.scope, one.definition)
    return {
        "segment_name": one.name,
        "customers": found.customers,
        "net_amount": float("nan") if found.net_amount is None else found.net_amount,
        "segment_owner": one.owner,
        "segment_note": one.note,
        "changed_at": pd.Timestamp(one.changed_at),
    }


def _bring_back(ctx: PageContext) -> None:
    one = actions.undo_delete(ctx)
    urls.write({_EDITED: [one.segment_id]})
