"""What the Retention page is asked to show, read from the address, and what was found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, cast

import pandas as pd

from analytics.cohort_curves import (
    average_curve,
    average_value,
    cumulated_value,
    curves_by_member,
    members_of,
    stacked,
)
from analytics.retention import (
    CohortRetention,
    CohortUnit,
    last_complete_month,
    retention_of_cells,
)
from ui import retention_loaders as load
from ui import urls
from ui.context import PageContext
from ui.filters import MISSING, Horizon

Measure = Literal["customers", "net_amount", "margin"]
UNITS: tuple[CohortUnit, ...] = ("month", "quarter")
KINDS: tuple[str, ...] = ("classic", "rolling")
MEASURES: tuple[Measure, ...] = ("customers", "net_amount", "margin")
SPLITS: tuple[str, ...] = ("none", *load.SPLITS)
AGES: tuple[str, ...] = ("12", "24", "all")
FILTERS: tuple[str, ...] = ("region", "source", "first_category")
COHORTS = "cohort"
TILE_AGES: Mapping[str, tuple[int, ...]] = {"month": (1, 3, 6, 12), "quarter": (1, 2, 3, 4)}
KNOWN = {"net_amount": "valued_customers", "margin": "costed_customers"}
MOST_COHORTS_CHOSEN = 4
POINTS = ("age", "cohorts", "n", "value", "low", "high")


@dataclass(frozen=True)
class View:
    """The choices of the page; every one of them is in the address."""

    unit: CohortUnit
    is_rolling: bool
    measure: Measure
    split: str
    ages: str
    where: load.Where
    cohorts: tuple[date, ...]
    among: str = ""

    @property
    def most_ages(self) -> int:
        """Return how many ages are drawn."""
        return 10_000 if self.ages == "all" else int(self.ages)


@dataclass(frozen=True, eq=False)
class Seen:
    """What was found for a view.

    Attributes
    ----------
    cells : DataFrame
        ``COHORT_CELLS`` without split.
    retention : CohortRetention
        Of customers, as the view counts them.
    grown : dict of str to DataFrame
        ``cumulated_value`` of ``net_amount`` and ``margin``.
    last_month : date
        Last complete month.
    """

    cells: pd.DataFrame
    retention: CohortRetention
    grown: dict[str, pd.DataFrame]
    last_month: date


def read_view(offered: Mapping[str, Sequence[str]], among: str = "") -> View:
    """Read the view from the address; what is not on offer falls back to the default.

    ``among`` holds the conditions of the segment that is chosen, if one is.
    """
    query = urls.query()
    where = tuple(
        (name, tuple(None if v == MISSING else v for v in kept))
        for name in FILTERS
        if (kept := [v for v in offered.get(name, ()) if v in set(query.get(name, ()))])
    )
    return View(
        cast("CohortUnit", urls.choice("unit", UNITS)),
        urls.choice("kind", KINDS) == "rolling",
        cast("Measure", urls.choice("measure", MEASURES)),
        urls.choice("split", SPLITS),
        urls.choice("ages", AGES),
        where,
        tuple(sorted({day for text in query.get(COHORTS, ()) if (day := _day(text))})),
        among,
    )


def offered_filters(
    regions: Sequence[str], sources: Sequence[str], categories: Sequence[str]
) -> dict[str, list[str]]:
    """Return the values that filters offer; one value is no choice."""
    named = dict(zip(FILTERS, (regions, sources, categories), strict=True))
    return {name: list(values) for name, values in named.items() if len(values) > 1}


def seen(ctx: PageContext, view: View, horizon: Horizon) -> Seen:
    """Read the cells and compute retention and value by cohort."""
    cells = load.cells(ctx.settings, ctx.version, ctx.scope, view.where, "", view.among)
    last = last_complete_month(horizon.watermark)
    retention = retention_of_cells(cells, last, unit=view.unit, is_rolling=view.is_rolling)
    grown = {
        name: cumulated_value(cells, last, column=name, known=known, unit=view.unit)
        for name, known in KNOWN.items()
    }
    return Seen(cells, retention, grown, last)


def split_curves(ctx: PageContext, view: View, last_month: date) -> pd.DataFrame:
    """Return the curves of the members of the split: ``member``, ``age``, ``value``, ``n``, …"""
    cells = load.cells(ctx.settings, ctx.version, ctx.scope, view.where, view.split, view.among)
    if view.measure == "customers":
        found = curves_by_member(cells, last_month, unit=view.unit, is_rolling=view.is_rolling)
        return _as_points(found)
    parts = [(m, _average_value(part, view, last_month)) for m, part in members_of(cells)]
    return stacked(parts, POINTS)


def average(seen: Seen, view: View) -> pd.DataFrame:
    """Return the average over all cohorts by age: ``age``, ``value``, ``low``, ``high``, ``n``."""
    if view.measure == "customers":
        return _as_points(average_curve(seen.retention))
    return _average_value(seen.cells, view, seen.last_month)


def one_cohort(seen: Seen, view: View, cohort: pd.Timestamp) -> pd.DataFrame:
    """Return the curve of one cohort, as ``average`` does."""
    if view.measure == "customers":
        tidy = seen.retention.tidy()
        part = tidy[tidy["cohort_on"] == cohort].rename(columns={"cohort_size": "customers"})
        return _as_points(part.assign(cohorts=1))
    value = seen.grown[view.measure].loc[cohort].dropna()
    size = int(seen.retention.sizes[cohort])
    return pd.DataFrame(
        {
            "age": value.index.astype("int64"), "value": value.to_numpy(),
            "low": float("nan"), "high": float("nan"), "n": size, "cohorts": 1,
        }
    )  # fmt: skip


def _as_points(curve: pd.DataFrame) -> pd.DataFrame:
    return curve.rename(columns={"retained_share": "value", "customers": "n"})


def _average_value(cells: pd.DataFrame, view: View, last_month: date) -> pd.DataFrame:
    sizes = retention_of_cells(cells, last_month, unit=view.unit).sizes
    grown = cumulated_value(
        cells, last_month, column=view.measure, known=KNOWN[view.measure], unit=view.unit
    )
    found = average_value(grown, sizes).rename(columns={"customers": "n"})
    return found.assign(low=float("nan"), high=float("nan"))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
