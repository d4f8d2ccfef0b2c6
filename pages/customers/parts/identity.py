"""Who a customer is: what the sources say, field by field."""

import json
from typing import Any

import pandas as pd
import streamlit as st

from ui import customer_loaders as load
from ui import rows
from ui.context import PageContext
from ui.formats import NOT_DEFINED
from ui.translations import value_name

_FIELDS = (
    "email", "phone", "city", "region", "country", "industry", "size", "source", "owner_id",
    "parent_id", "gender", "birth_on", "lifecycle", "created_at", "consent_email",
    "consent_phone", "consent_at",
)  # fmt: skip
# Always shown, a dash where nothing is known; the others only where there is something.
_ALWAYS = ("email", "phone", "city", "region", "industry", "source", "owner_id", "created_at",
           "consent_email", "consent_phone")  # fmt: skip


def part(ctx: PageContext, customer: dict[str, Any]) -> None:
    """Draw the fields, the people at the customer, and what else the source sent."""
    st.subheader(ctx.t("profile.who"), anchor=False)
    with st.container(gap="xxsmall"):
        for name in _FIELDS:
            if name in _ALWAYS or customer[name] is not None:
                with st.container(horizontal=True, wrap=False, gap="small"):
                    st.caption(ctx.t(f"dimension.{name}"), width=118)
                    st.text(_written(ctx, name, customer), width="stretch")
    people = load.contacts(ctx.settings, ctx.version, ctx.scope, customer["customer_id"])
    if len(people):
        st.markdown(f"**{ctx.t('profile.contacts')}**")
        shown = people.drop(columns="contact_id")
        rows.table(ctx, shown, key="profile_contacts")
    extra = attributes(customer["attributes"])
    if extra:
        st.markdown(f"**{ctx.t('profile.attributes')}**", help=ctx.t("profile.attributes_help"))
        shown = pd.DataFrame(extra, columns=["field", "value"]).astype("str")
        rows.table(ctx, shown, key="profile_attributes")


def attributes(text: str | None) -> list[tuple[str, str | None]]:
    """Return the keys and values of a JSON object; none where it is not one."""
    try:
        parsed = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return []
    if not isinstance(parsed, dict):
        return []
    return [(str(name), _flat(value)) for name, value in parsed.items()]


def word(ctx: PageContext, field: str, code: object) -> str:
    """Return a code of the data model in the viewer's language; what is no code, as it is."""
    key = f"code.{field}.{str(code).lower()}"
    return ctx.t(key) if key in ctx.t else value_name(ctx.t, field, code)


def _flat(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _written(ctx: PageContext, name: str, customer: dict[str, Any]) -> str:
    value = customer[name]
    if name == "owner_id":
        value = customer["owner_name"] or value
    if value is None:
        return NOT_DEFINED
    if name.startswith("consent_") and isinstance(value, bool):
        return ctx.t("yes" if value else "no")
    if name.endswith("_at"):
        return ctx.formats.instant(value)
    if name.endswith("_on"):
        return ctx.formats.day(value)
    return word(ctx, name, value)
