"""Why deals were lost, with those that say nothing in the picture."""

from functools import partial
from html import escape

import pandas as pd
import streamlit as st

from analytics.loss_reasons import loss_reasons
from charts.pipeline import rates_beside
from ui import deal_loaders as load
from ui import rows
from ui.context import PageContext
from ui.deal_columns import named
from ui.deal_drawer import DEALS
from ui.deal_figures import request, share_between
from ui.deal_stamp import stamp_of
from ui.deal_view import DealView
from ui.figures import clicked_row, draw, spec_of
from ui.formats import is_missing
from ui.frames import records
from ui.translations import value_name

_CHART, _REASON = "loss_reasons", "loss_reason"


def part(ctx: PageContext, view: DealView) -> None:
    """Draw the part."""
    t, f = ctx.t, ctx.formats
    key = (ctx.settings, ctx.version, ctx.scope)
    found = loss_reasons(load.losses(*key, view.cut, view.start, view.end))
    period = f.period(view.start, view.end)
    with st.container(border=True):
        st.subheader(t("pipeline.losses"), anchor=False, help=t("pipeline.losses_help"))
        if found.empty:
            st.info(t("pipeline.none_lost", period=period), icon=":material/inbox:")
            return
        blank = found["loss_reason"].isna()
        n = int(found["deals"].sum())
        none = int(found.loc[blank, "deals"].sum())
        st.caption(t("pipeline.losses_note", n=f.count(n), blank=f.count(none), period=period))
        names = [_name(ctx, reason) for reason in found["loss_reason"]]
        points = pd.DataFrame(
            {
                "label": [escape(name) for name in names], "value": found["share"],
                "low": found["low"], "high": found["high"],
                "hover": [_hover(ctx, name, row)
                          for name, row in zip(names, records(found), strict=True)],
            }
        )  # fmt: skip
        figure = rates_beside(
            points, title=t("pipeline.axis_lost"), write=lambda value: f.share(value, 0),
            mode=ctx.theme,
        )  # fmt: skip
        draw(spec_of(figure), alt=t("pipeline.losses_alt"), key=_CHART,
             on_click=partial(_clicked, ctx, view, found))  # fmt: skip
        _table(ctx, found, names)
        if none:
            st.caption(t("pipeline.highest_note"))
        _pick(ctx, view, found, names)
        stamp = stamp_of(ctx, view, t("pipeline.losses"), period)
        rows.download(ctx, named(found), name="loss_reasons", stamp=stamp)


def _table(ctx: PageContext, found: pd.DataFrame, names: list[str]) -> None:
    shares = [share_between(ctx, row["share"], row["low"], row["high"]) for row in records(found)]
    shown = pd.DataFrame(
        {
            "loss_reason": names, "deals": found["deals"], "share_between": shares,
            "highest": [ctx.formats.share(one) for one in found["highest"]],
            "deals_lost_value": found["amount"],
        }
    )  # fmt: skip
    rows.table(ctx, shown, key="loss_reasons_table", money=("deals_lost_value",))


def _pick(ctx: PageContext, view: DealView, found: pd.DataFrame, names: list[str]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        row = st.selectbox(
            ctx.t("column.loss_reason"), range(len(names)), key=_REASON, width=210,
            format_func=lambda one: names[one], filter_mode=None,
        )  # fmt: skip
        st.button(
            ctx.t("pipeline.show_deals"), key="losses_show", icon=":material/table_rows:",
            on_click=_ask, args=(ctx, view, found, row),
        )  # fmt: skip


def _clicked(ctx: PageContext, view: DealView, found: pd.DataFrame) -> None:
    row = clicked_row(_CHART)
    if row is not None:
        _ask(ctx, view, found, row)


def _ask(ctx: PageContext, view: DealView, found: pd.DataFrame, row: int) -> None:
    reason = found["loss_reason"].iloc[row]
    kept = (None,) if is_missing(reason) else (str(reason),)
    period = (view.start, view.end)
    pick = load.DealPick(view.cut, outcomes=("lost",), closed=period, reasons=kept)
    subject = ctx.t("pipeline.lost_because", reason=_name(ctx, reason))
    DEALS.ask(request(ctx, view, subject, ctx.formats.period(*period), pick))


def _name(ctx: PageContext, reason: object) -> str:
    if is_missing(reason):
        return ctx.t("pipeline.no_reason")
    return value_name(ctx.t, "loss_reason", reason)


def _hover(ctx: PageContext, name: str, row: dict[str, object]) -> str:
    said = share_between(ctx, *(float(str(row[side])) for side in ("share", "low", "high")))
    n = ctx.t("pipeline.n_deals", n=ctx.formats.count(int(str(row["deals"]))))
    return f"<b>{escape(name)}</b><br>{n}<br>{said}"
