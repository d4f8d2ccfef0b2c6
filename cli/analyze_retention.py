"""``analyze retention``: cohorts of customers by first order, printed."""

from enum import StrEnum
from typing import Annotated

import pandas as pd
import typer

from analytics.cohort_curves import average_curve, curves_by_member
from analytics.retention import (
    CohortRetention,
    CohortUnit,
    last_complete_month,
    retention_of_cells,
)
from cli.analyze import analyze_app
from cli.app import print_error, print_line
from cli.asking import published
from cli.data import JsonOption
from cli.output import print_json, print_table
from crm_data.queries.cohorts import cohort_cells
from crm_data.queries.version_facts import version_facts
from crm_data.scope import EVERYTHING
from ui.frames import records


class By(StrEnum):
    """Unit of cohorts and ages."""

    month = "month"
    quarter = "quarter"


class Split(StrEnum):
    """What groups are made by."""

    region = "region"
    source = "source"
    first_category = "first_category"


_LINE = ("age", "retained_share", "low", "high", "active", "customers", "cohorts")


@analyze_app.command()
def retention(
    by: Annotated[By, typer.Option("--by", help="Cohorts by month or quarter.")] = By.month,
    split: Annotated[Split | None, typer.Option(help="A curve for each group.")] = None,
    rolling: Annotated[
        bool, typer.Option("--rolling", help="Active then or later, not exactly then.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Print which share of customers came back, by age of their cohort, with 95 % intervals."""
    with published() as (connection, version):
        facts = version_facts(connection).set_index("table_name")
        watermark = facts["watermark_on"].get("orders")
        cells = cohort_cells(connection, scope=EVERYTHING, by=split.value if split else "")
    if watermark is None or pd.isna(watermark) or cells.empty:
        print_error("No customer has an order with a date. Import orders, then build.")
        raise typer.Exit(1)
    last = last_complete_month(pd.Timestamp(watermark).date())
    unit: CohortUnit = "quarter" if by is By.quarter else "month"
    found = retention_of_cells(cells, last, unit=unit, is_rolling=rolling)
    if split:
        curves = curves_by_member(cells, last, unit=unit, is_rolling=rolling)
    else:
        curves = average_curve(found)
    if as_json:
        print_json(
            {
                "unit": unit,
                "is_rolling": rolling,
                "split": split.value if split else None,
                "version": version,
                "watermark": watermark,
                "last_complete_month": last,
                "curves": records(curves),
                "cohorts": _cohorts(found),
            }
        )
        return
    columns = [*(["member"] if split else []), *_LINE]
    print_table(columns, curves[columns].to_numpy(dtype=object).tolist())
    print_line(f"By {unit}, up to {last:%Y-%m}, version {version}, orders until {watermark.date()}")


def _cohorts(found: CohortRetention) -> list[dict[str, object]]:
    cells = found.tidy().groupby("cohort_on", sort=True)
    return [
        {
            "cohort_on": cohort,
            "customers": int(found.sizes[cohort]),
            "rates": part["retained_share"].tolist(),
            "running": float(found.unfinished[cohort]),
        }
        for cohort, part in cells
    ]
