"""Customers by what they are expected to bring: how it is spread, by attribute, one by one."""

from functools import partial
from typing import Any, cast

import pandas as pd
import streamlit as st

from charts.value import bands
from pages.customers.parts import value_list
from ui import figures, rows, urls
from ui import value_loaders as load
from ui.context import PageContext
from ui.frames import records
from ui.translations import value_name

_BY = "value_by"


def part(
    ctx: PageContext, totals: dict[str, float | None], card: dict[str, Any] | None, among: str
) -> None:
    """Draw the distribution, totals by an attribute, and the list of customers."""
    st.subheader(ctx.t("value.customers"), anchor=False, help=ctx.t("value.customers_help"))
    left, right = st.columns(2, gap="medium")
    with left:
        _bands(ctx, among)
    with right:
        _by(ctx, among)
    value_list.part(ctx, int(totals["valued"] or 0), card, among)


def _bands(ctx: PageContext, among: str) -> None:
    f = ctx.formats
    found = records(load.bands(ctx.settings, ctx.version, ctx.scope, among))
    counted = {int(row["band"]): row for row in found}
    shown = []
    for band in range(min(counted), max(counted) + 1):
        row = counted.get(band, {"customers": 0, "expected_value": 0.0})
        low = f.money_compact(load.BANDS[band])
        label = ctx.t("value.band", low=low)
        hover = ctx.t("value.band_hover", band=label, n=f.count(row["customers"]),
                      value=f.money_compact(row["expected_value"]))  # fmt: skip
        shown.append({"label": label, "customers": int(row["customers"]), "hover": hover})
    st.markdown(f"**{ctx.t('value.bands')}**", help=ctx.t("value.bands_help"))
    figure = bands(
        pd.DataFrame(shown),
        title=ctx.t("value.band_axis"),
        write=f.count_compact,
        mode=ctx.theme,
    )
    figures.draw(figures.spec_of(figure), alt=ctx.t("value.bands"), key="value_bands")


def _by(ctx: PageContext, among: str) -> None:
    dimension = urls.choice(_BY, load.VALUE_DIMENSIONS)
    st.segmented_control(
        ctx.t("value.by"),
        load.VALUE_DIMENSIONS,
        format_func=lambda name: ctx.t(f"column.{name}"),
        key=_BY,
        required=True,
        on_change=urls.write_choice,
        args=(_BY,),
    )
    key = (ctx.settings, ctx.version, ctx.scope, among)
    frame = load.by(*key, cast("load.ValueDimension", dimension))
    shown = frame.assign(
        member=frame["member"].map(partial(value_name, ctx.t, dimension), na_action="ignore")
    )
    rows.table(ctx, shown.rename(columns={"member": dimension}), key="value_by_table", digits=0)
