"""The tasks of one customer on its profile, and a new one."""

from typing import Any

import streamlit as st

from pages.customers.parts import actions_line
from ui import navigation, task_form, task_rows
from ui import task_loaders as load
from ui.context import PageContext

_MOST = 5


def part(ctx: PageContext, customer: dict[str, Any]) -> None:
    """Draw what is open or snoozed about the customer and its deals, what is due first first."""
    st.subheader(ctx.t("tasks.of_customer"), anchor=False, help=ctx.t("tasks.of_customer_help"))
    found = load.of_customer(ctx, str(customer["customer_id"]))
    task_rows.undo(ctx)
    task_rows.rows(
        ctx, found.iloc[:_MOST], with_subject=bool(found["opportunity_id"].notna().any())
    )
    if len(found) > _MOST:
        navigation.link(
            "tasks", ctx.t("tasks.all_of", n=ctx.formats.count(len(found))),
            icon=":material/task_alt:",
        )  # fmt: skip
    elif found.empty:
        called = actions_line.is_to_call(ctx, str(customer["customer_id"]))
        st.caption(ctx.t("tasks.call_of_customer" if called else "tasks.none_of_customer"))
    task_form.new_task(
        ctx, origin="customer", customer_id=str(customer["customer_id"]),
        owner_id=customer["owner_id"] or None,
    )  # fmt: skip
