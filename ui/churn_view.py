"""What the view of churn rates is asked to show, read from the address, and what was found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from analytics.churn_band import ChurnBand, churn_band
from analytics.churn_rates import RATES, last_complete, monthly_rates, with_levels
from analytics.churn_rules import DEFINITIONS, ChurnRules, Definition
from analytics.silence import Proposal, back_of, proposal, silence_observable_from
from ui import churn_loaders as load
from ui import rule_actions, survival_loaders, urls
from ui.context import PageContext
from ui.filters import MISSING, Horizon

FILTERS: tuple[str, ...] = ("region", "source")
SPLITS: tuple[str, ...] = ("none", *load.SPLITS)


@dataclass(frozen=True)
class View:
    """The choices of the page; every one of them is in the address.

    Attributes
    ----------
    definition : str
        ``contract`` or ``silence``: shown.
    in_force : str
        By the company's rules; offered first.
    offered : tuple of str
        Definitions that the data allows.
    measure : str
        Which rate the chart shows.
    split : str
        Groups of the gap distribution; ``none`` for all customers.
    """

    definition: Definition
    in_force: Definition
    offered: tuple[Definition, ...]
    measure: str
    split: str
    where: load.Where
    among: str


@dataclass(frozen=True, eq=False)
class Seen:
    """What was found for a view.

    Attributes
    ----------
    rules : ChurnRules
        In force.
    proposed, back : Proposal or None
        Days of silence proposed, and who came back after the days in force; without orders, None.
    levels, rates : DataFrame
        ``with_levels`` and ``monthly_rates``.
    last_day : date
        Last day that the data of the definition knows.
    month : date or None
        Last complete month; None where there is none yet.
    known_from : date or None
        First day from which losses can be known; None for contracts none of which has ended.
    """

    rules: ChurnRules
    proposed: Proposal | None
    back: Proposal | None
    levels: pd.DataFrame
    rates: pd.DataFrame
    last_day: date
    month: date | None
    known_from: date | None

    @property
    def band(self) -> ChurnBand | None:
        """Return the newest complete month beside what was expected; None without one."""
        return None if self.month is None else churn_band(self.levels, self.month)

    @property
    def is_cut(self) -> bool:
        """Whether customers were there in months before losses can be known."""
        unseen = ~self.levels["is_observable"].astype(bool)
        return bool((unseen & (self.levels["start_customers"] > 0)).any())

    @property
    def days(self) -> int:
        """Return the days of silence in force."""
        return self.rules.days(self.proposed.days if self.proposed else 0)

    @property
    def measures(self) -> tuple[str, ...]:
        """Return the rates that the data has."""
        return tuple(name for name in RATES if name in self.rates)


def current_rules(ctx: PageContext) -> ChurnRules:
    """Return the rules in force; the default where what is stored cannot be."""
    try:
        return ChurnRules.from_stored(rule_actions.stored(ctx, "churn"))
    except (TypeError, ValueError):
        return ChurnRules()


def offered_filters(values: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return the values that filters offer; one value is no choice."""
    return {name: list(values[name]) for name in FILTERS if len(values[name]) > 1}


def kept_filters(offered: Mapping[str, Sequence[str]]) -> load.Where:
    """Return the filters that the address names, of those offered."""
    query = urls.query()
    return tuple(
        (name, tuple(None if v == MISSING else v for v in kept))
        for name, values in offered.items()
        if (kept := [v for v in values if v in set(query.get(name, ()))])
    )


def read_view(
    ctx: PageContext,
    rules: ChurnRules,
    offered: Mapping[str, Sequence[str]],
    among: str,
    *,
    has_orders: bool,
) -> View | None:
    """Read the view from the address; None where there is neither a contract nor an order."""
    with_contract, with_order = load.holders(ctx.settings, ctx.version, ctx.scope)
    has = {"contract": with_contract > 0, "silence": has_orders and with_order > 0}
    in_force = rules.definition(with_contract, with_order)
    known = tuple(name for name in DEFINITIONS if has[name])
    if not known:
        return None
    options = sorted(known, key=lambda name: name != in_force)
    where = kept_filters(offered)
    definition: Definition = "silence" if urls.choice("churn", options) == "silence" else "contract"
    measures = RATES if definition == "contract" else RATES[:1]
    measure = urls.choice("measure", measures)
    split = urls.choice("split", SPLITS)
    return View(definition, in_force, tuple(options), measure, split, where, among)


def seen(ctx: PageContext, view: View, rules: ChurnRules, horizon: Horizon | None) -> Seen:
    """Read what came and went, and compute rates, the proposal and who came back."""
    key = (ctx.settings, ctx.version, ctx.scope)
    chosen = (view.where, view.among)
    proposed = back = None
    first: date | None
    if "silence" in view.offered:
        # The days are the company's: of all that the viewer sees, whatever is filtered.
        gaps = load.gap_counts(*key, "", (), "")
        proposed = proposal(gaps, load.silence_ends(*key, "", (), ""), rules.gap_quantile)
        back = back_of(load.silence_ends(*key, "", *chosen), rules.days(proposed.days))
    if view.definition == "silence" and proposed and horizon:
        flows = load.silence_months(*key, rules.days(proposed.days), *chosen)
        last_day = horizon.watermark
        first = silence_observable_from(horizon.first, rules.days(proposed.days))
    else:
        flows = load.contract_months(*key, *chosen)
        last_day = _last_change(load.contract_months(*key, (), ""))
        first = survival_loaders.ends_known_from(ctx.settings, ctx.version)
    levels = with_levels(flows, last_day, first or date.max)
    rates = monthly_rates(levels)
    return Seen(rules, proposed, back, levels, rates, last_day, last_complete(levels), first)


def _last_change(flows: pd.DataFrame) -> date:
    """Return the last day with a start or an end: contracts are known up to it."""
    return pd.Timestamp(flows["last_on"].max()).date()
