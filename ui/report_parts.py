"""What pages show, as parts of reports."""

import pandas as pd

from ui.context import PageContext
from ui.defined_tile import DefinedFigure
from ui.report import Fact


def facts_of(ctx: PageContext, found: list[DefinedFigure]) -> tuple[Fact, ...]:
    """Return a page's figures for a report."""
    return tuple(Fact(ctx.t(one.label("name")), one.value, one.note) for one in found)


def headed(ctx: PageContext, table: pd.DataFrame) -> pd.DataFrame:
    """Return a table under labels in the viewer's language."""
    return table.rename(columns={name: ctx.t(f"column.{name}") for name in table})
