"""What the view of declines shows: the rules in force, filters of the address, what was found."""

from dataclasses import dataclass

import pandas as pd

from analytics.decline import decline_rates, last_known
from analytics.decline_rules import DeclineRules
from crm_data.queries.decline import AMOUNT
from ui import decline_loaders as load
from ui import rule_actions
from ui.churn_loaders import Where
from ui.context import PageContext
from ui.formats import plain

_ATTRIBUTE = ".attributes."


@dataclass(frozen=True, eq=False)
class Seen:
    """What was found: the cut, ``decline_rates`` with a hover a row, and the last month told."""

    cut: load.DeclineCut
    rates: pd.DataFrame
    month: pd.Timestamp | None


def current_rules(ctx: PageContext) -> DeclineRules:
    """Return the rules in force; the default where what is stored cannot be."""
    try:
        return DeclineRules.from_stored(rule_actions.stored(ctx, "decline"))
    except (TypeError, ValueError):
        return DeclineRules()


def field_name(ctx: PageContext, field: str) -> str:
    """Return what is followed as it is called: attributes as their file calls them."""
    if field == AMOUNT:
        return ctx.t("decline.amount")
    table, _, key = field.partition(_ATTRIBUTE)
    of = f"decline.of_{table}"
    return ctx.t(of, name=plain(key)) if of in ctx.t else field


def seen(ctx: PageContext, rules: DeclineRules, field: str, where: Where, among: str) -> Seen:
    """Read and compute; without a complete month that can be compared, ``month`` is None."""
    cut = load.DeclineCut(field, rules.measure, rules.fall, where, among)
    rates = decline_rates(load.months(ctx.settings, ctx.version, ctx.scope, cut))
    last = last_known(rates)
    return Seen(cut, rates, None if last is None else pd.Timestamp(last))
