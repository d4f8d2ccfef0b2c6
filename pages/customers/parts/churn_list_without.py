"""Why nobody has a probability of leaving, and what can be done without one."""

from typing import Any

import streamlit as st

from ui import navigation
from ui.context import PageContext


def part(ctx: PageContext, kind: str, terms: dict[str, Any]) -> None:
    """Say what the test of the model found, or what it lacks, and lead on."""
    t, f = ctx.t, ctx.formats
    lines = [t(f"churn_model.verdict_{terms['verdict']}")]
    if terms["verdict"] == "too_little_data":
        lines += [
            "- "
            + t(
                f"churn_model.need_{one['name']}",
                found=f.count(one["found"]),
                needed=f.count(one["needed"]),
            )
            for one in terms["requirements"] or ()
            if not one["is_met"]
        ]
    st.info("\n".join([lines[0], "", *lines[1:]]), icon=":material/visibility_off:")
    st.markdown(t(f"churn_list.instead_{kind}"))
    navigation.link(
        "retention_actions", t("churn_list.instead_link"), icon=":material/playlist_add:",
        view="new", source="stage", stage="at_risk",
    )  # fmt: skip
