"""The win rate in four definitions side by side, each with when it misleads; won by closing day."""

from functools import partial

import pandas as pd
import streamlit as st

from analytics.win_rates import WinRate
from charts.pipeline import rates_beside, won_bars
from ui import deal_loaders as load
from ui import rows
from ui.context import PageContext
from ui.deal_columns import named
from ui.deal_drawer import DEALS
from ui.deal_figures import request, share_between
from ui.deal_frames import caveats_text, parts_text, rate_points, rate_text, rates_table
from ui.deal_results import Closed, closed_in
from ui.deal_stamp import stamp_of
from ui.deal_view import DealView
from ui.figures import clicked_row, draw, spec_of
from ui.formats import is_missing, plain
from ui.frames import records

_CHART = "win_rates"


def part(ctx: PageContext, view: DealView) -> None:
    """Draw the part."""
    t, f = ctx.t, ctx.formats
    key = (ctx.settings, ctx.version, ctx.scope)
    found = closed_in(*key, view.cut, view.start, view.end, view.as_of)
    period = f.period(view.start, view.end)
    with st.container(border=True):
        st.subheader(t("pipeline.rates"), anchor=False, help=t("pipeline.rates_help"))
        st.caption(period)
        figure = rates_beside(
            rate_points(ctx, found.rates), title=t("pipeline.axis_share"),
            write=lambda value: f.share(value, 0), mode=ctx.theme,
        )  # fmt: skip
        draw(spec_of(figure), alt=t("pipeline.rates_alt"), key=_CHART,
             on_click=partial(_clicked, ctx, view, found))  # fmt: skip
        for rate in found.rates.all():
            _said(ctx, view, rate)
        _eventual(ctx, found)
        table = rates_table(found.rates)
        stamp = stamp_of(ctx, view, t("pipeline.rates"), period)
        rows.download(ctx, table, name="win_rates", stamp=stamp)
    with st.container(border=True):
        _won(ctx, view, found)


def _said(ctx: PageContext, view: DealView, rate: WinRate) -> None:
    t = ctx.t
    with st.container(key=f"rate_{rate.code}", gap="xxsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(
                f"**{t(f'pipeline.rate_{rate.code}')}: {rate_text(ctx, rate)}**", width="content"
            )
            st.button(
                t("pipeline.show_deals"), key=f"rate_deals_{rate.code}", type="tertiary",
                icon=":material/table_rows:", on_click=_ask, args=(ctx, view, rate),
            )  # fmt: skip
        st.caption(f"{plain(parts_text(ctx, rate))} {t(f'pipeline.rate_{rate.code}_misleads')}")
        for sentence in caveats_text(ctx, rate):
            st.warning(plain(sentence), icon=":material/warning:")


def _eventual(ctx: PageContext, found: Closed) -> None:
    f, share = ctx.formats, found.rates.eventual
    if is_missing(share.share):
        return
    st.markdown(
        ctx.t(
            "pipeline.eventual", share=share_between(ctx, share.share, share.low, share.high),
            days=f.count(share.by_days), undecided=f.share(share.undecided),
        )
    )  # fmt: skip


def _clicked(ctx: PageContext, view: DealView, found: Closed) -> None:
    row = clicked_row(_CHART)
    if row is not None:
        _ask(ctx, view, found.rates.all()[row])


def _ask(ctx: PageContext, view: DealView, rate: WinRate) -> None:
    period = (view.start, view.end)
    pick = (
        load.DealPick(view.cut, created=period) if rate.code == "created_cohort"
        else load.DealPick(view.cut, outcomes=("won", "lost"), closed=period)
    )  # fmt: skip
    subject = ctx.t(f"pipeline.rate_{rate.code}")
    DEALS.ask(request(ctx, view, subject, ctx.formats.period(*period), pick))


def _won(ctx: PageContext, view: DealView, found: Closed) -> None:
    t, f, unit = ctx.t, ctx.formats, found.unit
    st.subheader(t("pipeline.won_by"), anchor=False, help=t("pipeline.won_by_help"))
    table = found.periods
    months = 1 if unit == "month" else 3
    starts = pd.DatetimeIndex(table["period_on"])
    whole = (starts >= pd.Timestamp(view.start)) & (
        starts + pd.DateOffset(months=months) <= pd.Timestamp(view.end)
    )
    hovers = [
        f"<b>{f.bucket(row['period_on'], unit)}</b><br>{f.money(row['won_value'])} · "
        f"{t('pipeline.n_deals', n=f.count(row['won']))}<br>"
        f"{share_between(ctx, row['win_rate'], row['low'], row['high'])}"
        for row in records(table)
    ]
    labels = [f.month_short(day) if unit == "month" else f.quarter_short(day) for day in starts]
    points = pd.DataFrame(
        {"label": labels, "value": table["won_value"], "hover": hovers, "is_complete": whole}
    )
    figure = won_bars(points, value=t("pipeline.won_value"), write=f.money_compact, mode=ctx.theme)
    draw(spec_of(figure), alt=t("pipeline.won_by_alt"), key="won_by_period")
    st.caption(t("pipeline.won_by_note"))
    stamp = stamp_of(ctx, view, t("pipeline.won_by"), f.period(view.start, view.end))
    rows.download(ctx, named(table), name="won_by_period", stamp=stamp)
