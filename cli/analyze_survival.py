"""``analyze churn --view survival``: how long contracts last, and whether groups differ."""

from dataclasses import asdict
from typing import Any

import pandas as pd
import typer

from analytics.contract_lifetimes import LEAST_ENDED, Lifetimes, contract_lifetimes
from analytics.log_rank import LogRank
from cli.app import print_error, print_line
from cli.asking import published
from cli.output import print_json, print_table
from crm_data.calendar import MONTH_DAYS
from crm_data.queries.churn_contracts import contract_months
from crm_data.queries.churn_spells import ends_known_from, product_names, spell_counts
from crm_data.scope import EVERYTHING
from ui.frames import records

_COLUMNS = (
    "group", "n", "ended", "median", "median_low", "median_high", "mean", "mean_low", "mean_high",
)  # fmt: skip
_NO_GROUP = "all"


def print_survival(split: str, *, as_json: bool) -> None:
    """Print lifetimes of contracts, in days as JSON and in months as a table.

    Parameters
    ----------
    split : str
        One of the splits of ``spell_counts``, or empty.

    Raises
    ------
    typer.Exit
        There is no contract, or too few ended.
    """
    with published() as (connection, version):
        counts = spell_counts(connection, scope=EVERYTHING, by=split)
        known_from = ends_known_from(connection)
        last_day = contract_months(connection, scope=EVERYTHING)["last_on"].max()
        names = product_names(connection, tuple(counts["member"].dropna().unique()))
    if counts.empty:
        print_error("There is no contract with a start. Import subscriptions, then build.")
        raise typer.Exit(1)
    groups = counts["member"] if split else pd.Series(_NO_GROUP, index=counts.index)
    if split == "product":
        groups = groups.map(lambda key: names.get(key, key), na_action="ignore")
    found = contract_lifetimes(counts, groups)
    if not found.is_enough:
        print_error(
            f"Cannot tell: {found.ended} of {found.spells} times under contract ended. A curve "
            f"needs {LEAST_ENDED} that ended and a group of 20."
        )
        raise typer.Exit(1)
    facts = {"version": version, "last_day": last_day, "known_from": known_from}
    if as_json:
        print_json({"split": split or None, **facts, **_document(found)})
        return
    _print(found)
    print_line(
        f"Months under contract without a break, data until {last_day:%Y-%m-%d}, ends known from "
        f"{known_from}; {found.late} of {found.spells} began before; mean up to "
        f"{found.summaries['tau'].iloc[0] / MONTH_DAYS:.1f} months; version {version}"
    )


def _document(found: Lifetimes) -> dict[str, Any]:
    return {
        "spells": found.spells,
        "ended": found.ended,
        "began_before": found.late,
        "groups": records(found.curves.groups),
        "without_group": found.curves.without_group,
        "lifetimes": records(found.summaries),
        "log_rank": _test(found.test),
        "curves": records(found.curves.curves),
        "at_risk": records(found.at_risk),
        "hazard_per_month": records(found.hazard),
        "end_reasons": records(found.incidence),
    }


def _test(test: LogRank | None) -> dict[str, Any] | None:
    if test is None:
        return None
    plain = {key: value for key, value in asdict(test).items() if key != "groups"}
    return plain | {"verdict": test.verdict, "too_few": test.too_few}


def _print(found: Lifetimes) -> None:
    frame = found.summaries.copy()
    for name in _COLUMNS[3:]:
        frame[name] = (frame[name].astype(float) / MONTH_DAYS).round(2)
    print_table(_COLUMNS, [[row[name] for name in _COLUMNS] for row in records(frame)])
    test = found.test
    if test is None:
        return
    said = {
        "differ": "The groups differ",
        "no_difference_seen": "No difference seen between the groups",
        "cannot_tell": f"Cannot tell whether groups differ; too few in {test.too_few}",
    }[test.verdict]
    print_line(f"{said} (log-rank {test.statistic:.2f}, df {test.df}, p {test.p_value:.4f})")
