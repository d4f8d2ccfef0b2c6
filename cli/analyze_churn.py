"""``analyze churn``: what counts as lost, rates, who came back, and how well it is foretold."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Annotated, Any

import pandas as pd
import typer

from analytics.churn_rates import (
    RATES,
    Rate,
    last_complete,
    monthly_rates,
    rate_of,
    with_levels,
    yearly_rate,
)
from analytics.churn_rules import DEFINITIONS, ChurnRules, Definition
from analytics.silence import Proposal, back_of, proposal, silence_observable_from
from cli.analyze import analyze_app
from cli.analyze_outcome import (
    Duration,
    KnownAfter,
    KnownBefore,
    OutcomeOption,
    asked_outcome,
    print_outcome,
)
from cli.app import print_error, print_line, settings
from cli.asking import published
from cli.data import JsonOption
from cli.output import print_json, print_table
from crm_data.errors import UsageError
from crm_data.queries.churn_contracts import contract_months, holders
from crm_data.queries.churn_silence import gap_counts, silence_ends, silence_months
from crm_data.queries.model_cards import model_card
from crm_data.queries.version_facts import version_facts
from crm_data.rules import stored_rules
from crm_data.scope import EVERYTHING


@dataclass(frozen=True, eq=False)
class _Found:
    definition: str
    days: int
    proposed: Proposal
    back: Proposal
    flows: pd.DataFrame
    last_day: date | None
    observable_from: date | None
    version: str
    models: Mapping[Definition, dict[str, Any] | None]


@analyze_app.command("churn")
def churn(
    by: Annotated[
        str | None,
        typer.Option("--by", help="contract or silence; with --duration: a field of groups."),
    ] = None,
    outcome: OutcomeOption = None,
    known_after: KnownAfter = None,
    known_before: KnownBefore = None,
    duration: Duration = None,
    as_json: JsonOption = False,
) -> None:
    """Print churn of the last complete month with 95 % intervals, and what a year would be.

    With --outcome: how well a field of customers that says who left is foretold by the others.
    """
    asked = asked_outcome(outcome, known_after, known_before, duration)
    if asked is not None:
        print_outcome(*asked, duration=duration, by=by, as_json=as_json)
        return
    if by is not None and by not in DEFINITIONS:
        raise UsageError("churn_by", f"--by is one of {', '.join(DEFINITIONS)}, not '{by}'.")
    rules = ChurnRules.from_stored(stored_rules(settings()).get("churn"))
    found = _found(rules, by)
    if found.flows.empty or found.last_day is None:
        print_error(
            "There is no contract and no order with a date. Import either, then build; or name the "
            "field of customers that says who left: --outcome attributes.Churn=Yes."
        )
        raise typer.Exit(1)
    levels = with_levels(found.flows, found.last_day, found.observable_from)
    month = last_complete(levels)
    if month is None:
        print_error(f"No month with customers at its start is complete by {found.last_day}.")
        raise typer.Exit(1)
    table = monthly_rates(levels)
    rates = {name: rate_of(table, name, month) for name in RATES if name in table}
    years = {name: yearly_rate(rates[name]) for name in RATES[:2] if name in rates}
    if as_json:
        print_json(_document(rules, found, month, rates, years))
        return
    _print(found, month, rates, years)


def _found(rules: ChurnRules, by: str | None) -> _Found:
    with published() as (connection, version):
        models = {kind: model_card(connection, f"churn_{kind}") for kind in DEFINITIONS}
        definition = by or rules.definition(*holders(connection, scope=EVERYTHING))
        gaps = gap_counts(connection, scope=EVERYTHING)
        ends = silence_ends(connection, scope=EVERYTHING)
        proposed = proposal(gaps, ends, rules.gap_quantile)
        days = rules.days(proposed.days)
        if definition == "contract":
            flows = contract_months(connection, scope=EVERYTHING)
            last_day, first = flows["last_on"].max(), None
        else:
            flows = silence_months(connection, scope=EVERYTHING, days=days)
            facts = version_facts(connection).set_index("table_name")
            last_day, first = (facts[name].get("orders") for name in ("watermark_on", "first_on"))
    known, begun = _day(last_day), _day(first)
    since = silence_observable_from(begun, days) if begun else None
    back = back_of(ends, days)
    return _Found(definition, days, proposed, back, flows, known, since, version, models)


def _day(value: Any) -> date | None:
    return None if value is None or pd.isna(value) else pd.Timestamp(value).date()


def _document(
    rules: ChurnRules,
    found: _Found,
    month: date,
    rates: dict[str, Rate],
    years: dict[str, Rate],
) -> dict[str, Any]:
    return {
        "definition": found.definition,
        "rules": rules.as_stored(),
        "silence_days": found.days,
        "month": month,
        "last_day": found.last_day,
        "version": found.version,
        "rates": {name: asdict(rate) for name, rate in rates.items()},
        "yearly": {name: asdict(rate) for name, rate in years.items()},
        "proposed": asdict(found.proposed),
        "came_back": asdict(found.back),
        "models": found.models,
    }


def _print(
    found: _Found, month: date, rates: dict[str, Rate], years: dict[str, Rate]
) -> None:  # fmt: skip
    columns = ("rate", "value", "low", "high", "numerator", "denominator", "n")
    named = {**rates, **{f"yearly_{name}": rate for name, rate in years.items()}}
    if found.back.followed:
        back, n = found.back, found.back.followed
        named["came_back"] = Rate(back.back_share, back.low, back.high, back.came_back, n, n)
    print_table(
        columns,
        [
            (name, one.value, one.low, one.high, one.numerator, one.denominator, one.n)
            for name, one in named.items()
        ],
    )
    print_line(
        f"Lost by {found.definition}; silence of {found.days} days "
        f"(proposed: {found.proposed.days}, of {found.proposed.gaps} gaps); {month:%Y-%m}, "
        f"data until {found.last_day}, version {found.version}"
    )
    for kind, card in found.models.items():
        if card is not None:
            print_line(f"Prediction of {kind}: {_told(card)}")


def _told(card: dict[str, Any]) -> str:
    """Return in a line how well leaving is foretold, or what is missing for that."""
    verdict = str(card["verdict"]).replace("_", " ")
    if "auc" not in card:
        missing = [
            f"{one['name']} {one['found']} of {one['needed']}"
            for one in card["requirements"]
            if not one["is_met"]
        ]
        return "; ".join([verdict, *missing])
    return (
        f"{verdict}; AUC {card['auc']:.3f} ({card['auc_low']:.3f} to {card['auc_high']:.3f}) of "
        f"{card['n']} customers, {card['churned']} of whom left; {card['scored']} are scored"
    )
