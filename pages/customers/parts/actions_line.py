"""A line on a profile: an open retention task with its list, or that the customer is held back."""

from typing import Any

import pandas as pd
import streamlit as st

from ui import action_lists as lists
from ui import navigation
from ui.context import PageContext
from ui.frames import records


def part(ctx: PageContext, customer_id: str) -> None:
    """Draw the line of each running list with the customer; nothing without one."""
    t, f = ctx.t, ctx.formats
    for row in records(lists.memberships(ctx, customer_id, ctx.today)):
        is_held = row["arm"] == lists.HOLD_BACK
        if not is_held and not _is_open(row):
            continue
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if is_held:
                text = t("actions.line_held", day=f.day(pd.Timestamp(row["outcome_on"])))
                st.warning(text, icon=":material/do_not_disturb_on:", width="stretch")
            else:
                text = t("actions.line_task", day=f.day(pd.Timestamp(row["due_on"])),
                         status=t(f"actions.status_{row['status']}"))  # fmt: skip
                st.info(text, icon=":material/call:", width="stretch")
            more = {} if is_held else {"member": customer_id}
            navigation.link(
                "retention_actions", t("actions.line_link"), icon=":material/checklist:",
                list=row["list_id"], show="held" if is_held else "calls", **more,
            )  # fmt: skip


def is_to_call(ctx: PageContext, customer_id: str) -> bool:
    """Whether a running list has the customer to be contacted."""
    found = records(lists.memberships(ctx, customer_id, ctx.today))
    return any(row["arm"] != lists.HOLD_BACK and _is_open(row) for row in found)


def _is_open(row: dict[str, Any]) -> bool:
    return not row["is_closed"] and row["status"] in ("open", "contacted")
