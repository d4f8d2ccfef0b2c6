"""What the page Churn model is asked to show: the kind in the address, its card, the rules."""

from typing import Any, Literal, get_args

from analytics.churn_model_rules import ChurnModelRules
from ui import loaders, rule_actions, urls
from ui.context import PageContext

KIND = "churn"  # as on the page Churn: a link between the two keeps what is looked at
Card = dict[str, Any]
Kind = Literal["contract", "silence", "outcome"]  # outcome: customers carry it themselves, undated
KINDS: tuple[Kind, ...] = get_args(Kind)

# What a verdict leaves to show. Probabilities were judged; what drives a guess drives nothing.
_JUDGED = ("useful", "no_better_than_baseline", "cannot_predict")
_TELLS = ("useful", "no_better_than_baseline")


def cards(ctx: PageContext) -> dict[Kind, Card]:
    """Return the card of each kind that was asked for; the one about nobody comes last."""
    found: dict[Kind, Card] = {}
    for kind in KINDS:
        card = loaders.card(ctx.settings, ctx.version, ctx.scope, f"churn_{kind}")
        if card is not None:
            found[kind] = card
    return dict(sorted(found.items(), key=lambda item: item[1]["verdict"] == "nobody"))


def chosen(found: dict[Kind, Card]) -> Kind:
    """Return the kind in the address; the first that there is where it is none of them."""
    asked = urls.choice(KIND, list(found))
    return next(kind for kind in found if kind == asked)


def is_outcome(card: Card) -> bool:
    """Whether customers carry what came of them: nothing is dated, and no day was judged."""
    return bool(card["kind"] == "outcome")


def is_judged(card: Card) -> bool:
    """Whether a model was made and held against days that it had not learnt from."""
    return card["verdict"] in _JUDGED and card["reason"] is None


def tells(card: Card) -> bool:
    """Whether the order of customers is better than chance."""
    return card["verdict"] in _TELLS


def current_rules(ctx: PageContext) -> ChurnModelRules:
    """Return the rules in force; the default where what is stored cannot be."""
    try:
        return ChurnModelRules.from_stored(rule_actions.stored(ctx, "churn_model"))
    except (TypeError, ValueError):
        return ChurnModelRules()
