"""The customers to contact, the most worth it first: a page of them, an export, the next step."""

from typing import Any

import pandas as pd
import streamlit as st

from pages.customers.parts.paging import PAGE, one, page_of, pager
from ui import churn_list_loaders as load
from ui import navigation, people, rows
from ui.action_words import named, reasons
from ui.churn_list_view import Asked
from ui.context import PageContext
from ui.formats import NOT_DEFINED
from ui.frames import records
from ui.segment_filter import segment_words

SIZE = 25
MOST_OF_A_LIST = 20_000
_MONEY = ("value_at_stake", "expected_loss")


def part(ctx: PageContext, asked: Asked, found: load.Choice) -> None:
    """Draw the list."""
    t, f, many = ctx.t, ctx.formats, len(found.customers)
    title = t("churn_list.title", n=f.count(many))
    with st.container(border=True):
        st.subheader(title, anchor=False, help=t("churn_list.title_help"))
        _next_step(ctx, asked, many)
        page = page_of(one(PAGE), many, SIZE)
        shown = table_of(ctx, asked, found.first_ids(SIZE, after=(page - 1) * SIZE))
        _table(ctx, shown)
        st.caption(t("rows.open_hint"))
        pager(ctx, page=page, size=SIZE, total=many, key="churn_list")
        _export(ctx, asked, found, title)


def table_of(ctx: PageContext, asked: Asked, ids: tuple[str, ...]) -> pd.DataFrame:
    """Return customers as the table and the file say them, in the viewer's language."""
    found = load.listed(ctx.settings, ctx.version, ctx.scope, ids)
    loss = found["churn_probability"] * found["value_at_stake"].astype("float64") * asked.margin
    told = records(found)
    return pd.DataFrame(
        {
            "name": [named(row) for row in told],
            "churn_probability": found["churn_probability"].to_numpy(),
            "value_at_stake": found["value_at_stake"].astype("float64").to_numpy(),
            "expected_loss": loss.to_numpy(),
            "reasons": [reasons(ctx, row["reasons"]) for row in told],
            "owner": people.with_names(ctx, found["owner_id"]).to_numpy(),
            "health_score": found["health_score"].to_numpy(),
            "last_contact_at": found["last_contact_at"].to_numpy(),
            "customer_id": found["customer_id"].to_numpy(),
        }
    )


def _table(ctx: PageContext, shown: pd.DataFrame) -> None:
    t, c = ctx.t, st.column_config
    shown = shown.assign(churn_probability=shown["churn_probability"] * 100)
    config = rows.column_config(ctx, shown)
    # On a phone the name leaves room for how likely, and how much is at stake.
    config["name"] = c.TextColumn(t("column.name"), pinned=True, width=150)
    config["reasons"] = c.TextColumn(t("column.reasons"), width=250)
    config["owner"] = c.TextColumn(t("column.owner"), width=150)
    config["churn_probability"] = c.NumberColumn(
        t("column.churn_probability"), format="%.1f%%", width=80
    )
    config["last_contact_at"] = c.DatetimeColumn(t("column.last_contact_at"), format="YYYY-MM-DD")
    config["health_score"] = c.NumberColumn(
        t("column.health_score"), format="%.0f", help=t("health.title_help")
    )
    config |= {name: c.NumberColumn(t(f"column.{name}"), width=90) for name in _MONEY}
    for name in ("reasons", "owner"):
        shown[name] = shown[name].fillna(NOT_DEFINED)
    chosen: Any = st.dataframe(
        rows.in_money(ctx, shown, _MONEY), hide_index=True, column_config=config,
        height="content", placeholder=NOT_DEFINED, key="churn_list_table", on_select="rerun",
        selection_mode="single-row",
    )  # fmt: skip
    picked = chosen.selection.rows if chosen is not None else []
    if picked and picked[0] < len(shown):
        navigation.go_to("customer", customer=str(shown["customer_id"].iloc[picked[0]]))


def _next_step(ctx: PageContext, asked: Asked, n: int) -> None:
    """Offer to make a retention list of exactly these customers."""
    if n > MOST_OF_A_LIST:
        st.caption(ctx.t("churn_list.too_many", most=ctx.formats.count(MOST_OF_A_LIST)))
        return
    navigation.link(
        "retention_actions", ctx.t("churn_list.make", n=ctx.formats.count(n)),
        icon=":material/playlist_add:", view="new", source="gain", **asked.query(),
    )  # fmt: skip


def _export(ctx: PageContext, asked: Asked, found: load.Choice, title: str) -> None:
    opened = st.popover(
        ctx.t("customer.export"), icon=":material/download:", key="churn_list_export",
        on_change="rerun",
    )  # fmt: skip
    if not opened.open:
        return
    f = ctx.formats
    words = ctx.t(
        "churn_list.on_terms", kind=ctx.t(f"churn.by_{asked.kind}"), cost=f.money(asked.cost),
        margin=f.share(asked.margin), save=f.share(asked.terms.save_rate.value),
    )  # fmt: skip
    with opened:
        stamp = rows.stamp_of(
            ctx, subject=title, period=ctx.t("period.all_time"),
            filters=ctx.t("filter.joiner").join(p for p in (words, segment_words(ctx)) if p),
        )  # fmt: skip
        rows.download(
            ctx, lambda: table_of(ctx, asked, found.first_ids(rows.EXPORT_ROWS)),
            name="churn_list", stamp=stamp,
        )  # fmt: skip
