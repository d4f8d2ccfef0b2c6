"""The view 'product' of the page of offers: whom to offer a product to."""

from typing import Any, cast

import pandas as pd
import streamlit as st

from pages.customers.parts import offers_targets
from pages.customers.parts.next_offers import named
from pages.customers.parts.paging import one
from ui import offer_loaders as load
from ui import urls
from ui.context import PageContext
from ui.segment_filter import segment_picker

_PRODUCT, _CHANNEL = "product", "by"


def render(ctx: PageContext) -> None:
    """Draw the choice, who is left out, the list and its export."""
    products = load.products(ctx.settings, ctx.version, ctx.scope)
    on_sale = products[products["place"].notna()]
    if on_sale.empty:
        st.info(ctx.t("offers.none_on_sale"), icon=":material/inbox:")
        return
    product_id = _choice(ctx, on_sale)
    channel = cast(Any, urls.choice(_CHANNEL, load.CHANNELS))
    st.segmented_control(
        ctx.t("offers.by"),
        load.CHANNELS,
        format_func=lambda name: ctx.t(f"offers.by_{name}"),
        key=_CHANNEL,
        required=True,
        help=ctx.t("offers.by_help"),
        on_change=urls.write_choice,
        args=(_CHANNEL,),
    )
    key = (ctx.settings, ctx.version, ctx.scope, product_id, channel, segment_picker(ctx))
    counts = load.target_counts(*key)
    if not counts["matched"]:
        st.info(ctx.t("offers.targets_none"), icon=":material/inbox:")
        return
    _left_out(ctx, counts)
    found = load.target_list(*key)
    if found.empty:
        none = "left_none" if channel == "any" else "none_consented"
        st.info(ctx.t(f"offers.targets_{none}"), icon=":material/inbox:")
        return
    if channel == "any":
        st.caption(ctx.t("offers.any_note"))
    offers_targets.table(ctx, found)
    offers_targets.export(ctx, key, product_id, channel, counts["listed"])


def _choice(ctx: PageContext, products: pd.DataFrame) -> str:
    names = dict(
        zip(products["product_id"], named(products["name"], products["product_id"]), strict=True)
    )
    asked = one(_PRODUCT)
    chosen = asked if asked in names else next(iter(names))
    st.session_state[_PRODUCT] = chosen
    st.selectbox(
        ctx.t("offers.product"),
        list(names),
        format_func=lambda product: " · ".join(dict.fromkeys((names[product], product))),
        key=_PRODUCT,
        help=ctx.t("offers.product_help", n=ctx.formats.count(len(names))),
        on_change=urls.write_choice,
        args=(_PRODUCT,),
        width=640,
    )
    return str(chosen)


def _left_out(ctx: PageContext, counts: dict[str, int]) -> None:
    """Say how many customers there are, and how many are left out and why."""
    names = ("already_bought", "inactive", "without_consent", "without_address")
    said = [
        ctx.t(f"offers.{name}", n=ctx.formats.count(counts[name])) for name in names if counts[name]
    ]
    f = ctx.formats
    line = ctx.t("offers.listed", n=f.count(counts["listed"]), of=f.count(counts["matched"]))
    if said:
        line += ctx.t("offers.left_out", what=ctx.t("filter.separator").join(said))
    st.caption(line)
