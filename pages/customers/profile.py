"""Profile: everything known about one customer."""

from typing import Any

import streamlit as st

from pages.customers.parts import (
    actions_line,
    duplicates,
    history,
    identity,
    next_offers,
    numbers,
    rhythm,
    standing,
    tasks,
)
from pages.customers.parts.paging import one
from ui import customer_loaders as load
from ui import navigation
from ui.context import PageContext
from ui.formats import plain


def render(ctx: PageContext) -> None:
    """Draw the page."""
    navigation.link("customers", ctx.t("page.customers"), icon=":material/search:")
    customer_id = one("customer")
    if not customer_id:
        st.title(ctx.t("page.customer"), anchor=False)
        st.info(ctx.t("profile.choose"), icon=":material/person_search:")
        return
    customer = load.profile(ctx.settings, ctx.version, ctx.scope, customer_id)
    if customer is None:
        # The same for a customer that does not exist and for one that is somebody else's.
        st.title(ctx.t("page.customer"), anchor=False)
        st.warning(ctx.t("profile.unknown", customer=plain(customer_id[:80])))
        return
    _head(ctx, customer)
    duplicates.hint(ctx, customer)
    actions_line.part(ctx, str(customer["customer_id"]))
    months = load.order_months(ctx.settings, ctx.version, ctx.scope, customer["customer_id"])
    numbers.tiles(ctx, customer, months)
    left, right = st.columns([8, 5], gap="medium")
    with left:
        with st.container(border=True):
            numbers.orders_chart(ctx, customer, months)
        with st.container(border=True):
            rhythm.part(ctx, customer, months)
        with st.container(border=True):
            standing.part(ctx, customer)
        with st.container(border=True):
            tasks.part(ctx, customer)
    with right, st.container(border=True, height="stretch"):
        identity.part(ctx, customer)
    with st.container(border=True):
        next_offers.part(ctx, customer)
    with st.container(border=True):
        history.part(ctx, customer)


def _head(ctx: PageContext, customer: dict[str, Any]) -> None:
    st.title(plain(customer["name"] or customer["customer_id"]), anchor=False)
    facts = [customer["customer_id"]]
    if customer["kind"]:
        facts.append(identity.word(ctx, "kind", customer["kind"]))
    facts += [
        identity.word(ctx, name, customer[name]) for name in ("city", "region") if customer[name]
    ]
    owner = customer["owner_name"] or customer["owner_id"]
    if owner:
        facts.append(ctx.t("profile.owned_by", owner=owner))
    st.text(" · ".join(str(fact) for fact in facts))
