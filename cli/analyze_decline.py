"""``analyze churn --view decline``: who uses, holds or buys much less than they did."""

from dataclasses import asdict

import pandas as pd
import typer

from analytics.decline import decline_rates, last_known
from analytics.decline_rules import DeclineRules
from cli.app import print_error, print_line, settings
from cli.asking import published
from cli.output import print_json, print_table
from crm_data.queries.decline import (
    DeclineCut,
    decline_fields,
    decline_months,
    declined_customers,
)
from crm_data.rules import stored_rules
from crm_data.scope import EVERYTHING

_MOST = 1_000
_COLUMNS = ("month_on", "decline_rate", "low", "high", "rise_rate", "declined", "compared")


def print_decline(*, as_json: bool) -> None:
    """Print declines by month, by the rules of the company; with JSON, who they were last."""
    rules = DeclineRules.from_stored(stored_rules(settings()).get("decline"))
    with published() as (connection, version):
        if rules.field is None:
            fields = ", ".join(decline_fields(connection)) or "nothing that has a day"
            print_error(
                "Nothing is followed yet. Choose what on the page Churn, view Balance or use; "
                f"there are: {fields}."
            )
            raise typer.Exit(1)
        cut = DeclineCut(rules.field, rules.measure, rules.fall)
        rates = decline_rates(decline_months(connection, scope=EVERYTHING, cut=cut))
        month = last_known(rates)
        who = pd.DataFrame()
        if month is not None:
            who = declined_customers(
                connection, scope=EVERYTHING, cut=cut, month_on=month, limit=_MOST
            )
    if as_json:
        months = rates.astype(object).where(rates.notna(), None).to_dict("records")
        print_json(
            {"rules": asdict(rules), "version": version, "month": month, "months": months,
             "customers": who.astype(object).where(who.notna(), None).to_dict("records")}
        )  # fmt: skip
        return
    print_table(_COLUMNS, list(rates[list(_COLUMNS)].itertuples(index=False, name=None)))
    print_line(f"{rules.field}, {rules.measure} of a month, fall of {rules.fall:.0%} or more")
