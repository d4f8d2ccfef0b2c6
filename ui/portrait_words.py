"""Portraits in words: what a trait is called, what it says, and what a cluster is called by it."""

from collections.abc import Iterable, Mapping
from typing import Any

from ui.context import PageContext
from ui.translations import customer_value_name

_DIGITS = {"number": 1, "count": 1, "hours": 1, "days": 0}
_VOCABULARY = {"first_category": "category", "gender": "gender"}
# Made of the same rows: who has not bought for long is silent, lost and hardly alive by any model.
_SAME_FAMILY = {
    "days_since_last_order": "lately",
    "silence": "lately",
    "p_alive": "lately",
    "stage": "lately",
    "rfm_segment": "lately",
    "lifecycle": "lately",
    "orders": "frequency",
    "order_days": "frequency",
    "orders_365d": "frequency",
    "categories": "breadth",
    "net_amount": "value",
    "net_amount_365d": "value",
    "margin": "value",
    "expected_value": "value",
    "subscription": "contract",
    "monthly_amount": "contract",
    "kind": "company",
    "industry": "company",
    "size": "company",
    "gender": "company",
    "median_gap_days": "gap_days",
}
Trait = Mapping[str, Any]


def figure(ctx: PageContext, value: float | None, unit: str) -> str:
    """Return a figure of a trait."""
    f = ctx.formats
    if unit == "money":
        return f.value_short(value, "money")
    if unit == "share":
        return f.share(value)
    written = f.number(value, _DIGITS.get(unit, 1))
    return ctx.t(f"portrait.unit_{unit}", n=written) if unit in ("days", "hours") else written


def title(ctx: PageContext, trait: Trait) -> str:
    """Return what a trait is called: a feature, with its level where it is a category."""
    name = ctx.t(f"portrait.feature.{trait['feature']}")
    if trait.get("kind") == "missing":
        own = f"portrait.none.{trait['feature']}"
        if own in ctx.t:
            return ctx.t(own)
        return ctx.t("portrait.title_missing", feature=name)
    if not trait.get("level"):
        return name
    return ctx.t("portrait.title_level", feature=name, level=level_name(ctx, trait))


def level_name(ctx: PageContext, trait: Trait) -> str:
    """Return the name of a level of a category."""
    feature = str(trait["feature"])
    return customer_value_name(ctx.t, _VOCABULARY.get(feature, feature), trait["level"])


def sentence(ctx: PageContext, trait: Trait) -> str:
    """Return what a trait says, as plain text: "Orders: 8.2 against 2.1 (much more)"."""
    unit, kind = str(trait["unit"]), str(trait.get("kind", "number"))
    value, rest = float(trait["value"]), float(trait["value_rest"])
    effect = float(trait["effect"])
    way = "more" if effect > 0 else "less"
    how = "often" if kind != "number" else "much"
    disagrees = kind == "number" and (value - rest) * effect < 0
    return ctx.t(
        "portrait.sentence_typical" if disagrees else f"portrait.sentence_{_form(kind, unit)}",
        title=title(ctx, trait),
        value=figure(ctx, value, unit),
        rest=figure(ctx, rest, unit),
        size=ctx.t(f"portrait.{how}_{way}_{trait['size']}"),
    )


def _form(kind: str, unit: str) -> str:
    if kind != "number":
        return "share"
    return "ratio" if unit == "share" else "number"


def told(traits: Iterable[Trait], most: int) -> list[Trait]:
    """Return the most telling traits, only the strongest of each feature and of its kin."""
    seen: set[str] = set()
    chosen = []
    for trait in traits:
        family = _SAME_FAMILY.get(str(trait["feature"]), str(trait["feature"]))
        if family not in seen:
            seen.add(family)
            chosen.append(trait)
    return chosen[:most]


def cluster_title(ctx: PageContext, cluster: str, traits: Iterable[Trait]) -> str:
    """Return the name of a cluster: its number and its two most telling traits."""
    known = [t for t in traits if f"portrait.high.{t['feature']}" in ctx.t and not t.get("level")]
    named = [t for t in known if t.get("kind", "number") == "number"]
    words = [
        ctx.t(f"portrait.{'high' if float(t['effect']) > 0 else 'low'}.{t['feature']}")
        for t in told(named, 2)
    ]
    number = cluster.removeprefix("c")
    if not words:
        return ctx.t("clusters.name_plain", number=number)
    return ctx.t("clusters.name", number=number, traits=ctx.t("portrait.joiner").join(words))
