"""The saved segments, with size, value, owner and note."""

import pandas as pd
import streamlit as st

from ui import rows
from ui import segment_actions as actions
from ui import segment_loaders as load
from ui import segment_open as opened
from ui.context import PageContext
from ui.errors import guarded
from ui.people import person
from ui.segment_actions import SavedSegment


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
    ids = [one.segment_id for one in saved]
    asked = opened.asked()
    # Under another key for each: a row that was ticked before is not ticked any more.
    chosen = rows.table(
        ctx, table, key=f"builder_saved_{asked}", on_select="rerun", selection_mode="single-row",
        selection_default={"selection": {"rows": [ids.index(asked)]}} if asked in ids else None,
    )  # fmt: skip
    picked = chosen.selection.rows if chosen is not None else []
    if picked and picked[0] < len(ids) and ids[picked[0]] != asked:
        opened.open_one(ids[picked[0]])
        st.rerun()
    st.caption(ctx.t("builder.list_note"))


def _row(ctx: PageContext, one: SavedSegment) -> dict[str, object]:
    found = load.size(ctx.settings, ctx.version, ctx.scope, one.definition)
    return {
        "segment_state": _state(ctx, one.segment_id),
        "segment_name": one.name,
        "customers": found.customers,
        "net_amount": float("nan") if found.net_amount is None else found.net_amount,
        "segment_owner": person(ctx, one.owner),
        "segment_note": one.note,
        "changed_at": pd.Timestamp(one.changed_at),
    }


def _state(ctx: PageContext, segment_id: str) -> str:
    """Return whether a segment is open, and whether it has edits that are not saved."""
    is_open = segment_id == opened.asked()
    if opened.is_changed(segment_id):
        return ctx.t("builder.state_open_edited" if is_open else "builder.state_edited")
    return ctx.t("builder.state_open") if is_open else ""


def _bring_back(ctx: PageContext) -> None:
    opened.open_one(actions.undo_delete(ctx).segment_id)
