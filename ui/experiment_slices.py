"""An experiment cut by a field of customers."""

import pandas as pd

from analytics.experiment_slices import Slices, slices_of_sums
from ui import experiment_loaders as load
from ui.context import PageContext
from ui.experiment_view import Experiment


def by_slice(ctx: PageContext, seen: Experiment, field: str) -> Slices:
    """Return effects in each value of a field, from sums as the query counts them."""
    cells = load.arms(ctx.settings, ctx.version, ctx.scope, *seen.key, by=field)
    return slices_of_cells(cells, seen)


def slices_of_cells(cells: pd.DataFrame, seen: Experiment) -> Slices:
    """Return effects by slice; who has no arm is in none."""
    known = cells[cells["arm"].notna()]
    sums: dict[str | None, pd.DataFrame] = {
        None if pd.isna(value) else str(value): part.reset_index(drop=True)
        for value, part in known.groupby("slice", dropna=False)
    }
    return slices_of_sums(sums, seen.control, seen.kind)
