"""Cached reads about offers; the rules of ``ui.loaders`` hold here too."""

from datetime import date
from typing import Any, Literal, get_args

import pandas as pd
import streamlit as st

from analytics.white_space import WhiteSpace, next_steps
from analytics.white_space import white_space as laid_out
from crm_data.queries import offer_products as catalogue
from crm_data.queries import offer_targets as targets
from crm_data.queries import offers as queries
from crm_data.queries import white_space as spaces
from crm_data.queries.model_cards import model_card
from crm_data.queries.offer_targets import Channel, Outreach
from crm_data.queries.offers import OfferRule
from crm_data.queries.white_space import Worth
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from ui.loaders import TTL, card, reading

__all__ = ["Worth"]
CHANNELS: tuple[str, ...] = get_args(Channel)
WORTHS: tuple[Worth, ...] = get_args(Worth)
SpaceOrder = Literal["total", "gap"]
SPACE_ORDERS: tuple[SpaceOrder, ...] = get_args(SpaceOrder)
MAX_EXPORT = 20_000
LISTED, LISTED_BUYERS, OFFERS = 50, 25, 10
_NOTHING = pd.DataFrame()


@st.cache_data(ttl=TTL, max_entries=50, show_spinner=False)
def rule(settings: Settings, version: str) -> OfferRule | None:
    """Return how offers are made; None where the version has none. Says nothing of customers."""
    with reading(settings, version) as conn:
        found = model_card(conn, "offers")
    if found is None:
        return None
    return OfferRule(
        as_of=date.fromisoformat(found["as_of"]),
        half_life_days=found["half_life_days"],
        is_popular=found["used"] == found["popular"],
    )


def proof(settings: Settings, version: str, scope: AccessScope) -> dict[str, Any] | None:
    """Return the card of offers; None where there is none, or for who sees a part only."""
    return card(settings, version, scope, "offers")


@st.cache_data(ttl=TTL, max_entries=500, show_spinner=False)
def next_offers(
    settings: Settings, version: str, scope: AccessScope, customer_id: str
) -> pd.DataFrame:
    """Return what to offer a customer: ``NEXT_OFFERS``; empty where nothing is known."""
    made = rule(settings, version)
    if made is None:
        return _NOTHING
    with reading(settings, version) as conn:
        return queries.next_offers(
            conn, scope=scope, customer_id=customer_id, rule=made, limit=OFFERS
        )


@st.cache_data(ttl=TTL, max_entries=50, show_spinner=False)
def products(settings: Settings, version: str, scope: AccessScope) -> pd.DataFrame:
    """Return the most popular products: ``PRODUCTS_ON_OFFER``."""
    with reading(settings, version) as conn:
        return catalogue.products_on_offer(conn, scope=scope)


@st.cache_data(ttl=TTL, max_entries=50, show_spinner=False)
def strongest_pairs(settings: Settings, version: str, scope: AccessScope) -> pd.DataFrame:
    """Return the products that go together most: ``PRODUCT_PAIR_LIST``."""
    with reading(settings, version) as conn:
        return catalogue.strongest_pairs(conn, scope=scope)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def target_list(
    settings: Settings,
    version: str,
    scope: AccessScope,
    product_id: str,
    channel: Channel,
    among: str = "",
) -> pd.DataFrame:
    """Return the first customers to offer a product to: ``OFFER_TARGETS``."""
    return all_targets(settings, version, scope, product_id, channel, among, limit=LISTED)


def all_targets(
    settings: Settings,
    version: str,
    scope: AccessScope,
    product_id: str,
    channel: Channel,
    among: str = "",
    *,
    limit: int = MAX_EXPORT,
) -> pd.DataFrame:
    """Return the customers to offer a product to for an export; not cached."""
    made = rule(settings, version)
    if made is None:
        return _NOTHING
    with reading(settings, version) as conn:
        return targets.offer_targets(
            conn, scope=scope, ask=Outreach(product_id, channel), rule=made, limit=limit,
            among=among,
        )  # fmt: skip


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def target_counts(
    settings: Settings,
    version: str,
    scope: AccessScope,
    product_id: str,
    channel: Channel,
    among: str = "",
) -> dict[str, int]:
    """Return how many customers there are and are left out: ``OFFER_TARGET_COUNTS`` by column."""
    made = rule(settings, version)
    if made is None:
        return {}
    with reading(settings, version) as conn:
        found = targets.offer_target_counts(
            conn, scope=scope, ask=Outreach(product_id, channel), rule=made, among=among
        )
    return {str(name): int(value) for name, value in found.iloc[0].items()}


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def count_buyers(
    settings: Settings, version: str, scope: AccessScope, worth: Worth, among: str = ""
) -> int:
    """Return how many customers white space has."""
    with reading(settings, version) as conn:
        return spaces.count_buyers(conn, scope=scope, worth=worth, among=among)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def white_space(
    settings: Settings,
    version: str,
    scope: AccessScope,
    worth: Worth,
    among: str = "",
    order: SpaceOrder = "total",
    offset: int = 0,
) -> WhiteSpace:
    """Return what a page of customers buys of each category, and what not."""
    return all_white_space(
        settings, version, scope, worth, among, order, limit=LISTED_BUYERS, offset=offset
    )


def all_white_space(
    settings: Settings,
    version: str,
    scope: AccessScope,
    worth: Worth,
    among: str = "",
    order: SpaceOrder = "total",
    *,
    limit: int = MAX_EXPORT,
    offset: int = 0,
) -> WhiteSpace:
    """Return the same of the first customers, for an export; not cached."""
    steps = _next_steps(settings, version, scope)
    with reading(settings, version) as conn:
        amounts = spaces.category_amounts(
            conn, scope=scope, worth=worth, limit=limit, offset=offset, among=among,
            by_gap=order == "gap",
        )  # fmt: skip
        categories = spaces.categories_by_buyers(conn, scope=scope)
    found = laid_out(amounts, steps, categories=categories)
    # Whom the numbers are of, the viewer sees a part of: the category is said, without them.
    return found if scope.is_everything else found.without_numbers()


@st.cache_data(ttl=TTL, max_entries=20, show_spinner=False)
def _next_steps(settings: Settings, version: str, scope: AccessScope) -> pd.DataFrame:
    with reading(settings, version) as conn:
        return next_steps(spaces.category_pairs(conn, scope=scope))
