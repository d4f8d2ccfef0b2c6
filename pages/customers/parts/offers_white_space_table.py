"""The table of white space: what each customer buys by category, and the next category."""

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from analytics.white_space import WhiteSpace
from pages.customers.parts.next_offers import named
from ui.context import PageContext
from ui.formats import is_missing
from ui.translations import value_name


def white_space_frame(ctx: PageContext, found: WhiteSpace) -> pd.DataFrame:
    """Return a row per customer: the next category, its gap, amounts by category, and why."""
    people, following = found.amounts, found.suggested
    category = partial(value_name, ctx.t, "category")
    return pd.concat(
        [
            named(people["name"], people["customer_id"]),
            people["total"],
            following["category"].map(category, na_action="ignore").rename("next_category"),
            following["gap"],
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


def white_space_columns(ctx: PageContext, found: WhiteSpace, worth: str) -> dict[str, Any]:
    """Return how each column of ``white_space_frame`` is shown."""
    c = st.column_config
    amounts = {
        f"c_{name}": c.NumberColumn(value_name(ctx.t, "category", name))
        for name in found.categories
    }
    return {
        "name": c.TextColumn(ctx.t("column.name"), pinned=True),
        "total": c.NumberColumn(ctx.t(f"column.{worth}")),
        "next_category": c.TextColumn(ctx.t("column.next_category")),
        "gap": c.NumberColumn(ctx.t("column.gap"), help=ctx.t("offers.gap_help")),
        **amounts,
        "why": c.TextColumn(ctx.t("column.offer_reason")),
    }
