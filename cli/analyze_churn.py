"""``analyze churn``: what counts as lost, rates, who came back, and how well it is foretold."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

import pandas as pd
import typer

from analytics.churn_band import ChurnBand, churn_band
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
from cli.analyze_decline import print_decline
from cli.analyze_outcome import (
    Duration,
    KnownAfter,
    KnownBefore,
    OutcomeOption,
    asked_outcome,
    print_outcome,
)
from cli.analyze_survival import print_survival
from cli.app import now, print_error, print_line, settings
from cli.asking import published
from cli.churn_decision import Asked, asked, decisions, print_decisions
from cli.data import JsonOption
from cli.output import print_json, print_table
from crm_data.errors import UsageError
from crm_data.queries.churn_contracts import contract_months, holders
from crm_data.queries.churn_silence import gap_counts, silence_ends, silence_months
from crm_data.queries.churn_spells import ends_known_from
from crm_data.queries.model_cards import model_card
from crm_data.queries.version_facts import version_facts
from crm_data.rules import stored_rules
from crm_data.scope import EVERYTHING


class View(StrEnum):
    """What is asked of churn."""

    rates = "rates"
    survival = "survival"
    decline = "decline"


class Split(StrEnum):
    """What groups of contracts are made by."""

    region = "region"
    source = "source"
    kind = "kind"
    product = "product"
    rfm_segment = "rfm_segment"


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
    decisions: dict[str, dict[str, Any]] | None

    @property
    def levels(self) -> pd.DataFrame:
        """Return months with what each began with."""
        return with_levels(self.flows, self.last_day or date.min, self.observable_from)

    def band(self, month: date) -> ChurnBand:
        """Return the newest complete month beside what was expected of it."""
        return churn_band(self.levels, month)


@analyze_app.command("churn")
def churn(
    by: Annotated[
        str | None,
        typer.Option("--by", help="contract or silence; with --duration: a field of groups."),
    ] = None,
    view: Annotated[
        View,
        typer.Option("--view", help="Rates by month, how long contracts last, or declines of use."),
    ] = View.rates,
    split: Annotated[
        Split | None, typer.Option("--split", help="Survival by group of contracts.")
    ] = None,
    outcome: OutcomeOption = None,
    known_after: KnownAfter = None,
    known_before: KnownBefore = None,
    duration: Duration = None,
    offer_cost: Annotated[
        float | None, typer.Option(help="Cost of a contact: adds whom to keep, by kind of leaving.")
    ] = None,
    save_rate: Annotated[
        float | None, typer.Option(help="Share of leavers that a contact keeps; a guess: 0.2.")
    ] = None,
    capacity: Annotated[int | None, typer.Option(help="Most customers to contact.")] = None,
    margin: Annotated[
        float | None, typer.Option(help="Share of value that is margin; default: the known one.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Print churn of the last complete month with 95 % intervals, and what a year would be.

    With --view survival, how long contracts last without a break, and whether groups differ. With
    --outcome: how well a field of customers that says who left is foretold by the others.
    """
    snapshot = asked_outcome(outcome, known_after, known_before, duration)
    if snapshot is not None:
        print_outcome(*snapshot, duration=duration, by=by, as_json=as_json)
        return
    if by is not None and by not in DEFINITIONS:
        raise UsageError("churn_by", f"--by is one of {', '.join(DEFINITIONS)}, not '{by}'.")
    if view is View.decline:
        print_decline(as_json=as_json)
    elif view is View.survival:
        _survival(by, split, as_json=as_json)
    else:
        _rates(by, split, asked(offer_cost, save_rate, capacity, margin), as_json=as_json)


def _survival(by: str | None, split: Split | None, *, as_json: bool) -> None:
    if by == "silence":
        print_error("Survival is of contracts only: leave out --by silence.")
        raise typer.Exit(2)
    print_survival(split.value if split else "", as_json=as_json)


def _rates(by: str | None, split: Split | None, terms: Asked | None, *, as_json: bool) -> None:
    if split:
        print_error("Rates have no split: add --view survival, or leave out --split.")
        raise typer.Exit(2)
    rules = ChurnRules.from_stored(stored_rules(settings()).get("churn"))
    found = _found(rules, by, terms)
    if found.flows.empty or found.last_day is None:
        print_error(
            "There is no contract and no order with a date. Import either, then build; or name the "
            "field of customers that says who left: --outcome attributes.Churn=Yes."
        )
        raise typer.Exit(1)
    levels = found.levels
    month = last_complete(levels)
    if month is None:
        reason = f"No month with customers at its start is complete by {found.last_day}."
        if found.observable_from == date.max:
            reason = "No contract has ended yet, so it is not known whether ends are recorded."
        print_error(reason)
        raise typer.Exit(1)
    table = monthly_rates(levels)
    rates = {name: rate_of(table, name, month) for name in RATES if name in table}
    years = {name: yearly_rate(rates[name]) for name in RATES[:2] if name in rates}
    if as_json:
        print_json(_document(rules, found, month, rates, years))
        return
    _print(found, month, rates, years)


def _found(rules: ChurnRules, by: str | None, terms: Asked | None) -> _Found:
    with published() as (connection, version):
        decided = None if terms is None else decisions(connection, terms, now().date())
        models = {kind: model_card(connection, f"churn_{kind}") for kind in DEFINITIONS}
        definition = by or rules.definition(*holders(connection, scope=EVERYTHING))
        gaps = gap_counts(connection, scope=EVERYTHING)
        ends = silence_ends(connection, scope=EVERYTHING)
        proposed = proposal(gaps, ends, rules.gap_quantile)
        days = rules.days(proposed.days)
        if definition == "contract":
            flows = contract_months(connection, scope=EVERYTHING)
            last_day = flows["last_on"].max()
            since: date | None = ends_known_from(connection) or date.max
        else:
            flows = silence_months(connection, scope=EVERYTHING, days=days)
            facts = version_facts(connection).set_index("table_name")
            last_day = facts["watermark_on"].get("orders")
            since = _silence_from(_day(facts["first_on"].get("orders")), days)
    known = _day(last_day)
    back = back_of(ends, days)
    return _Found(definition, days, proposed, back, flows, known, since, version, models, decided)


def _silence_from(first: date | None, days: int) -> date | None:
    return silence_observable_from(first, days) if first else None


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
        "known_from": found.observable_from,
        "version": found.version,
        "rates": {name: asdict(rate) for name, rate in rates.items()},
        "expected": asdict(found.band(month)),
        "yearly": {name: asdict(rate) for name, rate in years.items()},
        "proposed": asdict(found.proposed),
        "came_back": asdict(found.back),
        "models": found.models,
    } | ({} if found.decisions is None else {"decision": found.decisions})


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
    band = found.band(month)
    if band.low is None or band.high is None:
        print_line(f"Expected: cannot tell from {band.months} months and {band.base_lost} losses")
    else:
        print_line(
            f"Expected from {band.months} months before: {band.low:.4f} to {band.high:.4f}; "
            f"{band.verdict}"
        )
    for kind, card in found.models.items():
        if card is not None:
            print_line(f"Prediction of {kind}: {_told(card)}")
    print_decisions(found.decisions or {})


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
        f"{card['n']} predictions, {card['churned']} left; {card['scored']} are scored"
    )
