"""Definitions of metrics in both languages: searching and writing them."""

from collections.abc import Iterable

from analytics.metric_registry import METRICS, Metric
from ui.context import PageContext
from ui.formats import plain
from ui.translations import LANGUAGES, catalogue


def matching(text: str) -> list[Metric]:
    """Return the metrics whose name or definition has every word of ``text``, in any language."""
    words = text.casefold().split()
    return [metric for metric in METRICS.values() if all(w in _haystack(metric) for w in words)]


def title(ctx: PageContext, metric: Metric) -> str:
    """Return the name in both languages, the viewer's first, and the key for commands."""
    other = next(language for language in LANGUAGES if language != ctx.language)
    own = ctx.t(f"metric.{metric.name}.name")
    second = catalogue(other)(f"metric.{metric.name}.name")
    return f"**{own}** · {second} · `{metric.name}`"


def parts(ctx: PageContext, metric: Metric) -> str:
    """Return meaning, formula, parts, unit, direction and pitfalls as Markdown."""
    t = ctx.t
    lines = [t(f"metric.{metric.name}.meaning")]
    shown = [part for part in ("formula", "numerator", "denominator") if _has(metric, part)]
    facts = [(t(f"definition.{part}"), t(f"metric.{metric.name}.{part}")) for part in shown]
    facts += [
        (t("glossary.unit"), t(f"unit.{metric.unit}")),
        (t("glossary.direction"), t(f"direction.{metric.direction}")),
        (t("definition.interval"), t(f"interval.{metric.interval}")),
        (t("definition.clock"), t(f"dimension.{metric.date_column}")),
        (t("definition.pitfalls"), t(f"metric.{metric.name}.pitfalls")),
    ]
    if metric.rivals:
        rivals = t("filter.separator").join(t(f"metric.{name}.name") for name in metric.rivals)
        facts.append((t("glossary.rivals"), rivals))
    return "\n\n".join([*lines, fact_lines(facts)])


def fact_lines(facts: Iterable[tuple[str, str]]) -> str:
    """Return label and value of each fact on a line of its own, as Markdown."""
    return "  \n".join(f":gray[{plain(label)}]\u2002{plain(value)}" for label, value in facts)


def _has(metric: Metric, part: str) -> bool:
    return part != "denominator" or metric.is_ratio


def _haystack(metric: Metric) -> str:
    words = [metric.name]
    for language in LANGUAGES:
        labels = catalogue(language)
        words += [labels(key) for key in metric.label_keys]
    return " ".join(words).casefold()
