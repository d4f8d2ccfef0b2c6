"""The largest customers: bars with risks marked, and the table with every reason."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from analytics.key_customers import KeyCustomers, Rules
from charts.concentration import key_bars
from ui import navigation, rows
from ui.context import PageContext
from ui.figures import clicked_row, draw, spec_of
from ui.formats import NOT_DEFINED
from ui.key_customer_words import bars, key_table, money_columns
from ui.segment_filter import segment_words

BARS, _HEIGHT = 20, 560
_CHART, _OPEN = "key_bars", "_key_open"


def go_where_clicked() -> None:
    """Open the customer whose bar was clicked. Call it first in ``render``."""
    customer = st.session_state.pop(_OPEN, None)
    if customer is not None:
        navigation.go_to("customer", customer=customer)


def chart(ctx: PageContext, found: KeyCustomers) -> None:
    """Draw the largest customers as bars."""
    t, f = ctx.t, ctx.formats
    drawn = bars(ctx, found, BARS)
    title = t("key.bars", n=f.count(len(drawn)))
    st.subheader(title, anchor=False, help=t("key.bars_help", rules=rules_text(ctx)))
    names = (t("key.bar_safe"), t("key.bar_risky"))
    figure = key_bars(drawn, names=names, write=f.money_compact, mode=ctx.theme)
    draw(spec_of(figure), alt=t("key.bars_alt"), key=_CHART, on_click=_remember(found.frame))
    st.caption(t("key.bars_hint"))


def table(ctx: PageContext, found: KeyCustomers, period: str) -> None:
    """Draw the table, sortable by every column; a row opens the profile."""
    t = ctx.t
    title = t("key.table", n=ctx.formats.count(len(found.frame)))
    st.subheader(title, anchor=False, help=t("key.table_help"))
    shown = key_table(ctx, found)
    only = st.toggle(t("key.only_risky"), key="key_only_risky")
    if only:
        shown = shown[shown["is_at_risk"].astype(bool)].reset_index(drop=True)
    if shown.empty:
        st.info(t("key.none_risky"), icon=":material/verified_user:")
        return
    columns = rows.column_config(ctx, shown, digits=1)
    columns["key_name"] = st.column_config.TextColumn(t("column.key_name"), pinned=True)
    columns["is_at_risk"] = st.column_config.CheckboxColumn(
        t("column.is_at_risk"), help=f"{rules_text(ctx)} {t('key.sign_is_not')}"
    )
    # Narrow enough for the last contact to be seen beside it on a laptop.
    columns["reasons"] = st.column_config.TextColumn(t("column.reasons"), width=240)
    columns["last_contact_at"] = st.column_config.DatetimeColumn(
        t("column.last_contact_at"), format="YYYY-MM-DD"
    )
    money = money_columns(shown)
    columns |= {name: st.column_config.NumberColumn(t(f"column.{name}")) for name in money}
    chosen: Any = st.dataframe(
        rows.in_money(ctx, shown, money),
        hide_index=True,
        column_config=columns,
        height=min(_HEIGHT, 40 + 36 * len(shown)),
        placeholder=NOT_DEFINED,
        key="key_table",
        on_select="rerun",
        selection_mode="single-row",
    )
    picked = chosen.selection.rows if chosen is not None else []
    if picked and picked[0] < len(shown):
        navigation.go_to("customer", customer=str(shown["customer_id"].iloc[picked[0]]))
    st.caption(f"{t('rows.open_hint')} {rules_text(ctx)}")
    stamp = rows.stamp_of(ctx, subject=title, period=period, filters=segment_words(ctx))
    rows.download(ctx, shown, name="key_customers", stamp=stamp)


def rules_text(ctx: PageContext) -> str:
    """Say from when on something counts as a risk."""
    rules, f = Rules(), ctx.formats
    return ctx.t(
        "key.rules",
        rhythms=f.number(rules.silent_rhythms, 1),
        days=f.count(rules.least_order_days),
        down=f.share(rules.down_share, 0),
        nps=f.number(rules.low_nps, 0),
        contact=f.count(rules.no_contact_days),
    )


def _remember(frame: pd.DataFrame) -> Callable[[], None]:
    def on_click() -> None:
        row = clicked_row(_CHART)
        if row is not None and row < len(frame):
            st.session_state[_OPEN] = str(frame["customer_id"].iloc[row])

    return on_click
