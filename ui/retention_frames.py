"""Frames behind the charts of the Retention page, in the viewer's words and numbers."""

from collections.abc import Callable
from datetime import date
from html import escape

import pandas as pd

from crm_data.calendar import step
from ui.context import PageContext
from ui.customer_drawer import CustomersRequest
from ui.filter_bar import value_label
from ui.formats import is_missing
from ui.frames import records
from ui.retention_loaders import CohortCell
from ui.retention_view import Seen, View, average, one_cohort, split_curves

MOST_ROWS = 36
MOST_SERIES = 6


def table_cells(ctx: PageContext, found: Seen, view: View) -> tuple[pd.DataFrame, list[str]]:
    """Return the cells of the heat map and the names of its rows, the average first.

    Columns ``row``, ``age``, ``value``, ``text``, ``hover``, ``is_complete``, ``cohort_on``
    (missing in the average). Only the newest ``MOST_ROWS`` cohorts and the first ages of the view.
    """
    sizes = found.retention.sizes.iloc[-MOST_ROWS:]
    grid = grid_of(found, view).loc[sizes.index]
    grid = grid.iloc[:, : view.most_ages + 1]  # ages from 0
    first = 1 if view.measure == "customers" else 0
    write = cell_writer(found, view)
    cells: list[tuple[object, ...]] = [
        _cell(ctx, view, row, age, float(value), write, cohort, int(sizes[cohort]))
        for row, cohort in enumerate(sizes.index, start=1)
        for age, value in grid.loc[cohort].dropna().items()
        if age >= first
    ]
    cells += _average_cells(ctx, found, view, write)
    if view.measure == "customers":
        cells += _running_cells(ctx, found, view, list(sizes.index))
    names = [f"<b>{ctx.t('retention.all_cohorts')}</b>"]
    names += [
        f"{ctx.formats.bucket(cohort, view.unit)} · {ctx.formats.count(int(sizes[cohort]))}"
        for cohort in pd.DatetimeIndex(sizes.index)
    ]
    columns = ["row", "age", "value", "text", "hover", "is_complete", "cohort_on"]
    return pd.DataFrame(cells, columns=columns).astype({"is_complete": bool}), names


def grid_of(found: Seen, view: View) -> pd.DataFrame:
    """Return cohorts by age of what is measured."""
    return found.retention.rates if view.measure == "customers" else found.grown[view.measure]


def cell_writer(found: Seen, view: View) -> Callable[[float], str]:
    """Return how a number is written in a cell: percent, or money in ``money_unit``."""
    if view.measure == "customers":
        return lambda value: f"{100 * value:.0f}"
    unit = money_unit(found, view)
    return lambda value: (
        f"{value / unit:.0f}" if abs(value) >= 99.5 * unit else f"{value / unit:.1f}"
    )


def money_unit(found: Seen, view: View) -> int:
    """Return 1, 1,000 or 1,000,000: in this unit money fits into a cell."""
    largest = grid_of(found, view).abs().max().max()
    if is_missing(largest) or largest < 1_000:
        return 1
    return 1_000 if largest < 1_000_000 else 1_000_000


def curve_points(ctx: PageContext, found: Seen, view: View) -> pd.DataFrame:
    """Return the points of the curves: ``series``, ``age``, ``value``, ``low``, ``high``, ``n``.

    Members of the split, or the average and the cohorts chosen.
    """
    if view.split != "none":
        points = split_curves(ctx, view, found.last_month)
        names = {
            member: escape(value_label(ctx, view.split, member), quote=False)
            for member in points["member"].unique()
        }
        kept = list(dict.fromkeys(points["member"]))[:MOST_SERIES]
        points = points[points["member"].isin(kept)]
        points = points.assign(series=points["member"].map(names))
    else:
        parts = [average(found, view).assign(series=ctx.t("retention.all_cohorts"))]
        for day in view.cohorts:
            cohort = pd.Timestamp(day)
            if cohort in found.retention.sizes.index:
                name = ctx.formats.bucket(cohort, view.unit)
                parts.append(one_cohort(found, view, cohort).assign(series=name))
        points = pd.concat(parts, ignore_index=True)
    points = points[points["age"] <= view.most_ages].dropna(subset="value")
    return points.assign(hover=[_point_hover(ctx, view, row) for row in records(points)])


def export_table(found: Seen) -> pd.DataFrame:
    """Return one row per cohort and age: retention with interval, value per customer so far."""
    table = found.retention.tidy()
    for name, grown in found.grown.items():
        flat = grown.reset_index().melt("cohort_on", var_name="age", value_name=f"{name}_so_far")
        flat = flat.astype({"age": "int64", f"{name}_so_far": "float64"})
        table = table.merge(flat, on=["cohort_on", "age"], how="left")
    return table


def _cell(
    ctx: PageContext,
    view: View,
    row: int,
    age: object,
    value: float,
    write: Callable[[float], str],
    cohort: pd.Timestamp,
    size: int,
) -> tuple[object, ...]:
    hover = ctx.t(
        f"retention.cell_hover_{view.measure}",
        cohort=ctx.formats.bucket(cohort, view.unit),
        period=ctx.formats.bucket(step(cohort.date(), view.unit, int(str(age))), view.unit),
        value=value_text(ctx, view, value),
        n=ctx.formats.count(size),
        active=ctx.formats.count(round(value * size)),
    )
    return row, int(str(age)), value, write(value), hover, True, cohort


def _average_cells(
    ctx: PageContext, found: Seen, view: View, write: Callable[[float], str]
) -> list[tuple[object, ...]]:
    curve = average(found, view).dropna(subset="value")
    curve = curve[(curve["age"] <= view.most_ages)]
    if view.measure == "customers":
        curve = curve[curve["age"] >= 1]
    return [
        (
            0,
            row["age"],
            row["value"],
            write(row["value"]),
            _point_hover(ctx, view, row),
            True,
            pd.NaT,
        )
        for row in records(curve)
    ]


def _running_cells(
    ctx: PageContext, found: Seen, view: View, cohorts: list[pd.Timestamp]
) -> list[tuple[object, ...]]:
    ages = found.retention.rates.notna().sum(axis=1)
    cells: list[tuple[object, ...]] = []
    for row, cohort in enumerate(cohorts, start=1):
        age, share = int(ages[cohort]), float(found.retention.unfinished[cohort])
        if age <= view.most_ages:
            hover = ctx.t(
                "retention.running_hover",
                cohort=ctx.formats.bucket(cohort, view.unit),
                period=ctx.formats.bucket(step(cohort.date(), view.unit, age), view.unit),
                value=ctx.formats.share(share),
            )
            cells.append((row, age, share, f"{100 * share:.0f}", hover, False, cohort))
    return cells


def _point_hover(ctx: PageContext, view: View, row: dict[str, object]) -> str:
    f = ctx.formats
    name = row.get("series") or ctx.t("retention.all_cohorts")
    head = ctx.t("retention.point_hover", series=name, age=row["age"], unit=age_word(ctx, view))
    lines = [f"<b>{head}</b>", value_text(ctx, view, float(str(row["value"])))]
    if not is_missing(row["low"]):
        lines[1] += f" ({f.share(float(str(row['low'])))} – {f.share(float(str(row['high'])))})"
    lines.append(ctx.t("retention.n_hover", n=f.count(int(str(row["n"]))), cohorts=row["cohorts"]))
    return "<br>".join(lines)


def value_text(ctx: PageContext, view: View, value: float) -> str:
    """Return a value as it is written outside cells."""
    f = ctx.formats
    return f.share(value) if view.measure == "customers" else f.money_compact(value)


def age_word(ctx: PageContext, view: View) -> str:
    """Return what the columns count."""
    return ctx.t(f"retention.age_{view.unit}")


def members_request(
    ctx: PageContext, view: View, cohort: date, age: int, filters: str, who: str = "active"
) -> CustomersRequest:
    """Return the request for the customers of a cell: active then, not active, or all of them."""
    begins = step(cohort, view.unit, age)
    ends = None if view.is_rolling else step(begins, view.unit)
    is_active = {"active": True, "not_active": False}.get(who)
    cell = CohortCell(
        cohort,
        step(cohort, view.unit),
        begins,
        ends,
        is_active=is_active,
        where=view.where,
        among=view.among,
    )
    f = ctx.formats
    kind = "rolling" if view.is_rolling else "classic"
    return CustomersRequest(
        ctx.t("retention.members_of", cohort=f.bucket(cohort, view.unit)),
        ctx.t(f"retention.who_{who}_{kind}", period=f.bucket(begins, view.unit)),
        filters,
        cell,
    )
