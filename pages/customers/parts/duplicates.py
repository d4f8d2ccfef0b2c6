"""The hint that somebody may be in the data twice."""

from typing import Any

import streamlit as st

from ui import customer_loaders as load
from ui import navigation
from ui.context import PageContext
from ui.formats import is_missing, plain


def hint(ctx: PageContext, customer: dict[str, Any]) -> None:
    """Name other customers with the same e-mail or phone, each with a link."""
    own_id, email, phone = (customer[name] for name in ("customer_id", "email", "phone"))
    if not (email or phone):
        return
    same = load.possible_duplicates(ctx.settings, ctx.version, ctx.scope, own_id, email, phone)
    if not same:
        return
    total = int(same[0]["total"])
    with st.container(border=True, key="duplicates"):
        st.markdown(
            f":material/content_copy: {ctx.t('profile.duplicates', n=ctx.formats.count(total))}",
            help=ctx.t("profile.duplicates_help"),
        )
        with st.container(horizontal=True, gap="small"):
            for other in same:
                other_id = str(other["customer_id"])
                name = other_id if is_missing(other["name"]) else str(other["name"])
                reasons = [
                    ctx.t(f"profile.{reason}")
                    for reason in ("same_email", "same_phone")
                    if other[reason]
                ]
                label = (
                    plain(f"{name} ({other_id})") + " · " + ctx.t("customer.joiner").join(reasons)
                )
                navigation.link("customer", label, icon=":material/person:", customer=other_id)
        if total > len(same):
            st.caption(ctx.t("profile.duplicates_more", n=ctx.formats.count(total - len(same))))
