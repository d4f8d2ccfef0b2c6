"""Whether a customer agreed to be contacted, and how: what is not on record is no consent."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from ui.context import PageContext

WAYS = ("email", "phone")


def note(ctx: PageContext, customer: Mapping[str, Any]) -> bool:
    """Say by which ways a customer may be contacted; return whether there is one.

    ``customer`` has ``consent_email``, ``consent_phone``, ``email`` and ``phone``.
    """
    agreed = {way: customer[f"consent_{way}"] is True for way in WAYS}
    if not any(agreed.values()):
        refused = any(customer[f"consent_{way}"] is False for way in WAYS)
        key = "contact.refused" if refused else "contact.not_recorded"
        st.warning(ctx.t(key), icon=":material/do_not_disturb_on:")
        return False
    line = ctx.t("contact.agreed", by=by(ctx, agreed))
    if not all(agreed.values()):
        line += ctx.t("contact.not_agreed", by=by(ctx, {way: not agreed[way] for way in WAYS}))
    unknown = {way: agreed[way] and not str(customer[way] or "").strip() for way in WAYS}
    if any(unknown.values()):
        line += ctx.t("contact.no_address", by=by(ctx, unknown))
    st.caption(line)
    return True


def by(ctx: PageContext, ways: Mapping[str, Any]) -> str:
    """Return the ways that hold, in words; empty without one."""
    return ctx.t("filter.separator").join(
        ctx.t(f"contact.by_{way}") for way in WAYS if bool(ways[way])
    )
