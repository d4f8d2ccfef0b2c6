"""Imports and versions: bring in files, undo an import, go back to an earlier version."""

import streamlit as st

from ui import urls
from ui.context import PageContext
from ui.ledger import batches_part, versions_part
from ui.repair_list import repairs_part
from ui.upload import command_lines, upload_form

SECTIONS = ("import", "repairs", "batches", "versions")


def render(ctx: PageContext) -> None:
    """Draw the page."""
    st.title(ctx.t("page.imports"), anchor=False)
    st.caption(ctx.t("imports.question"))
    if not ctx.scope.is_everything:
        # Refused rows hold anybody's names and addresses, and an undo takes away everybody's data.
        st.info(ctx.t("imports.not_yours", version=ctx.version), icon=":material/lock:")
        return
    section = urls.choice("section", SECTIONS)
    st.segmented_control(
        ctx.t("imports.section"),
        SECTIONS,
        format_func=lambda name: ctx.t(f"imports.tab_{name}"),
        required=True,
        key="section",
        on_change=urls.write_choice,
        args=("section",),
        label_visibility="collapsed",
    )
    if section == "batches":
        batches_part(ctx)
    elif section == "repairs":
        repairs_part(ctx)
    elif section == "versions":
        versions_part(ctx)
    else:
        with st.container(border=True):
            upload_form(ctx)
            command_lines(ctx)
