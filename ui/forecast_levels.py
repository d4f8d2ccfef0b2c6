"""A total and its parts, in the viewer's words and numbers."""

import numpy as np
import pandas as pd
import streamlit as st

from forecasting.hierarchy import TOTAL
from forecasting.levels import OTHER, Levels
from ui import urls
from ui.context import PageContext
from ui.filter_bar import value_label
from ui.forecast_answers import Answer, adds_up
from ui.forecast_view import ForecastView
from ui.forecast_words import between, candidate, value
from ui.formats import NOT_DEFINED, is_missing
from ui.frames import records

_OF_ORDERS = ("region", "category", "channel", "owner_id", "source", "country")
_OF_DEALS = ("team", "owner_id", "category", "source", "region")
_METHODS = ("base", "bottom_up", "mint")


def chosen_dimension(ctx: PageContext, view: ForecastView) -> str:
    """Draw the select of what the total is split by, and return it."""
    measure = view.series_cut().measure
    names = [d for d in (_OF_DEALS if view.is_of_deals else _OF_ORDERS) if adds_up(measure, d)]
    chosen = urls.choice("by", names)
    st.selectbox(
        ctx.t("forecast.split_by"), names, format_func=lambda one: ctx.t(f"dimension.{one}"),
        key="by", on_change=urls.write_choice, args=("by",), width=210, filter_mode=None,
    )  # fmt: skip
    return chosen


def member(ctx: PageContext, by: str, name: str, members: int = 1) -> str:
    """Return what a part is called."""
    if name == TOTAL:
        return ctx.t("forecast.total_row")
    if name == OTHER:
        return ctx.t("forecast.other_row", n=ctx.formats.count(members))
    return value_label(ctx, by, name)


def part_bars(ctx: PageContext, view: ForecastView, by: str, found: Levels) -> pd.DataFrame:
    """Return the bars of ``charts.forecast_parts.sum_bars``: parts without the total."""
    rows = []
    for row in records(found.parts.iloc[1:]):
        name = member(ctx, by, row["member"], row["members"])
        now, then = value(ctx, view, row["yhat"]), value(ctx, view, row["before"])
        hover = ctx.t("forecast.part_hover", name=name, value=now, before=then)
        rows.append({"label": name, "value": row["yhat"], "mark": row["before"], "hover": hover})
    return pd.DataFrame(rows)


def parts_shown(ctx: PageContext, view: ForecastView, by: str, found: Levels) -> pd.DataFrame:
    """Return one row per part as a page shows it: all cells are text."""
    f, total = ctx.formats, float(found.parts["yhat"].iloc[0])
    first = found.forecast.groupby("member").head(1).set_index("member")
    rows = []
    for row in records(found.parts):
        ahead = first.loc[row["member"]]
        change = np.nan if not row["before"] else row["yhat"] / row["before"] - 1
        rows.append(
            {
                "part": member(ctx, by, row["member"], row["members"]),
                "ahead_sum": value(ctx, view, row["yhat"]),
                "part_share": f.share(row["yhat"] / total, 1) if total else NOT_DEFINED,
                "to_year_before": NOT_DEFINED if is_missing(change) else f.change(change),
                "next_period": value(ctx, view, ahead["yhat"]),
                "band_80": between(ctx, view, ahead["low_80"], ahead["high_80"]),
                "wape": f.share(row["wape"], 1),
                "forecast_candidate": candidate(ctx, row["chosen"]),
            }
        )
    return pd.DataFrame(rows)


def adding_up(ctx: PageContext, view: ForecastView, found: Levels) -> str:
    """Return that the parts add up, with both sums."""
    total, parts = found.parts["yhat"].iloc[0], found.parts["yhat"].iloc[1:].sum()
    return ctx.t("forecast.adds_up", parts=value(ctx, view, parts), total=value(ctx, view, total))


def to_number(ctx: PageContext, view: ForecastView, found: Levels, whole: Answer) -> str:
    """Return why the total is another than that of the view of the number; empty: the same."""
    here = value(ctx, view, found.parts["yhat"].iloc[0])
    there = value(ctx, view, whole.made.forecast["yhat"].sum())
    if here == there:
        return ""
    name = ctx.t("forecast.view_number")
    return ctx.t("forecast.levels_differ", view=name, there=there, here=here)


def errors_shown(ctx: PageContext, found: Levels) -> pd.DataFrame:
    """Return the error of each level by method as a page shows it: all cells are text."""
    rows = []
    for level, part in found.errors.groupby("level", sort=False):
        errors = part.set_index("method")["wape"]
        cells = {f"by_{name}": ctx.formats.share(errors.get(name), 1) for name in _METHODS}
        count = ctx.formats.count(int(part["n"].iloc[0]))
        rows.append({"level": ctx.t(f"forecast.level_{level}"), **cells, "compared": count})
    return pd.DataFrame(rows)


def level_rows(ctx: PageContext, by: str, found: Levels) -> pd.DataFrame:
    """Return every part and period for files."""
    counts = found.parts.set_index("member")["members"]
    names = {one: member(ctx, by, one, int(counts[one])) for one in counts.index}
    table = found.forecast.assign(member=found.forecast["member"].map(names))
    return table.rename(columns={"member": "part", "ds": "period_on"})
