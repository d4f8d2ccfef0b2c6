"""The view 'customer' of the page of offers: what to offer one of them next."""

import pandas as pd
import streamlit as st

from pages.customers.parts import next_offers
from pages.customers.parts.paging import one
from ui import customer_loaders, navigation, urls
from ui.context import PageContext
from ui.formats import plain

_BOX, _CUSTOMER = "offers_customer_text", "customer"
_HITS = 20


def render(ctx: PageContext) -> None:
    """Draw the search, the choice among what it found, and the offers."""
    text = one("q").strip()[: customer_loaders.MAX_TEXT]
    st.session_state[_BOX] = text
    st.text_input(
        ctx.t("offers.customer_box"),
        key=_BOX,
        max_chars=customer_loaders.MAX_TEXT,
        icon=":material/search:",
        placeholder=ctx.t("lookup.placeholder"),
        on_change=_search,
        width=640,
    )
    hits = customer_loaders.found(ctx.settings, ctx.version, ctx.scope, text, "", _HITS, 0)
    asked = _asked(ctx)
    names = _names(hits) | asked
    if not names:
        st.info(ctx.t("lookup.nothing", text=plain(text)), icon=":material/person_search:")
        return
    chosen = next(iter(asked or names))
    st.session_state[_CUSTOMER] = chosen
    st.selectbox(
        ctx.t("offers.customer"),
        list(names),
        format_func=lambda customer: " · ".join(dict.fromkeys((names[customer], customer))),
        key=_CUSTOMER,
        on_change=urls.write_choice,
        args=(_CUSTOMER,),
        width=640,
    )
    known = customer_loaders.profile(ctx.settings, ctx.version, ctx.scope, chosen)
    if known is not None:
        with st.container(border=True):
            next_offers.part(ctx, known)
    if st.button(ctx.t("offers.open_profile"), icon=":material/person:", key="offers_profile"):
        navigation.go_to("customer", customer=chosen)


def _search() -> None:
    text = str(st.session_state[_BOX]).strip()
    urls.write({"q": [text]} if text else {}, clears=("q", _CUSTOMER))


def _asked(ctx: PageContext) -> dict[str, str]:
    """Return the customer of the address with its name, if the viewer may see it."""
    customer_id = one(_CUSTOMER)
    if not customer_id:
        return {}
    known = customer_loaders.profile(ctx.settings, ctx.version, ctx.scope, customer_id)
    if known is None:
        return {}
    return {str(known["customer_id"]): str(known["name"] or known["customer_id"])}


def _names(hits: pd.DataFrame) -> dict[str, str]:
    names = next_offers.named(hits["name"], hits["customer_id"])
    return {str(one): str(name) for one, name in zip(hits["customer_id"], names, strict=True)}
