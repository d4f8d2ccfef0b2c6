"""The view 'white space' of the page of offers: what key customers do not buy yet."""

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from analytics.white_space import WhiteSpace
from ui import offer_loaders as load
from ui import rows
from ui.context import PageContext
from ui.formats import is_missing
from ui.segment_filter import segment_picker
from ui.translations import value_name

_HEIGHT = 560


def render(ctx: PageContext) -> None:
    """Draw key customers by categories, and for each the next category."""
    st.subheader(ctx.t("offers.white_space"), anchor=False, help=ctx.t("offers.white_space_help"))
    found = load.white_space(ctx.settings, ctx.version, ctx.scope, segment_picker(ctx))
    if found.amounts.empty or not found.categories:
        key = "offers.no_customers" if found.amounts.empty else "offers.no_categories"
        st.info(ctx.t(key), icon=":material/inbox:")
        return
    st.dataframe(
        _shown(ctx, found),
        hide_index=True,
        height="content" if len(found.amounts) <= 15 else _HEIGHT,
        placeholder="",
        column_config=_columns(ctx, found),
        key="offers_white_space",
        alt=ctx.t("offers.white_space_alt"),
    )
    note = ctx.t(
        "offers.white_space_note",
        n=ctx.formats.count(len(found.amounts)),
        currency=ctx.settings.currency,
    )
    if found.left_out:
        note += ctx.t("offers.categories_left_out", n=ctx.formats.count(found.left_out))
    st.caption(note)
    stamp = rows.stamp_of(
        ctx, subject=ctx.t("offers.white_space"), period=ctx.t("period.all_time"), filters=""
    )
    rows.download(ctx, found.tidy(), name="white_space", stamp=stamp)


def _shown(ctx: PageContext, found: WhiteSpace) -> pd.DataFrame:
    people, following = found.amounts, found.suggested
    names = people["name"].where(people["name"].notna(), people["customer_id"])
    category = partial(value_name, ctx.t, "category")
    return pd.concat(
        [
            names,
            following["category"].map(category, na_action="ignore").rename("next_category"),
            people[list(found.categories)].add_prefix("c_"),
            pd.Series([_why(ctx, row) for row in following.to_dict("records")], name="why"),
        ],
        axis=1,
    )


def _why(ctx: PageContext, row: dict[Any, Any]) -> str | None:
    if is_missing(row["category"]):
        return None
    f, because = ctx.formats, value_name(ctx.t, "category", row["because"])
    if is_missing(row["share_both"]):
        return ctx.t("offers.next_category_unnumbered", because=because)
    return ctx.t(
        "offers.next_category",
        because=because,
        share=f.share(row["share_both"], 0),
        lift=f.number(row["lift"], 1),
    )


def _columns(ctx: PageContext, found: WhiteSpace) -> dict[str, Any]:
    c = st.column_config
    amounts = {
        f"c_{name}": c.NumberColumn(value_name(ctx.t, "category", name), format="%,.0f")
        for name in found.categories
    }
    return {
        "name": c.TextColumn(ctx.t("column.name"), pinned=True),
        "next_category": c.TextColumn(ctx.t("column.next_category")),
        **amounts,
        "why": c.TextColumn(ctx.t("column.offer_reason")),
    }
