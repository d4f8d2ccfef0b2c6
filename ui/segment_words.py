"""Conditions of a segment in words, in the viewer's language."""

from functools import partial
from typing import Any

from ui import people
from ui.context import PageContext
from ui.translations import customer_value_name, value_name

_MOST_VALUES = 6
_NUMBERS = (int, float)


def field_label(ctx: PageContext, name: str, event: str = "") -> str:
    """Return what a field is called; an attribute of the uploader's own by its own name."""
    if name.startswith("attributes."):
        return name.removeprefix("attributes.")
    for key in (f"field.{event}.{name}", f"field.{name}", f"dimension.{name}", f"column.{name}"):
        if key in ctx.t:
            return ctx.t(key)
    return name


def described(ctx: PageContext, node: dict[str, Any]) -> str:
    """Return a tree as one sentence."""
    t = ctx.t
    if "not" in node:
        return t("builder.words_not", inner=described(ctx, node["not"]))
    if "event" in node:
        return _event(ctx, node)
    if "field" in node:
        return _condition(ctx, node)
    is_all = "all" in node
    items = node["all"] if is_all else node["any"]
    if not items:
        return t("builder.words_everybody" if is_all else "builder.words_nobody")
    return t("builder.words_and" if is_all else "builder.words_or").join(
        _bracketed(ctx, item) for item in items
    )


def value_text(ctx: PageContext, name: str, value: object, event: str = "") -> str:
    """Return a value as shown: the stage of a deal is not that of a customer."""
    if isinstance(value, bool):
        return ctx.t("yes" if value else "no")
    if isinstance(value, _NUMBERS):
        return ctx.formats.number(value, 2)
    if name in people.FIELDS:
        return people.person(ctx, str(value))
    named = value_name if event else customer_value_name
    return named(ctx.t, name, value)


def _bracketed(ctx: PageContext, node: dict[str, Any]) -> str:
    text = described(ctx, node)
    inner = node.get("all") or node.get("any") or []
    return ctx.t("builder.words_group", inner=text) if len(inner) > 1 else text


def _condition(ctx: PageContext, node: dict[str, Any], event: str = "") -> str:
    name, values = node["field"], node.get("values", [])
    written = [value_text(ctx, name, value, event) for value in values]
    shown = ctx.t("builder.words_list").join(written[:_MOST_VALUES])
    if len(written) > _MOST_VALUES:
        more = ctx.formats.count(len(written) - _MOST_VALUES)
        shown = ctx.t("builder.words_more", values=shown, n=more)
    return ctx.t(
        f"builder.words_{node['op']}",
        field=field_label(ctx, name, event),
        values=shown,
        low=written[0] if written else "",
        high=written[-1] if written else "",
    )


def _event(ctx: PageContext, node: dict[str, Any]) -> str:
    t, n = ctx.t, int(node.get("n", 1))
    count = node.get("count", "at_least")
    if node.get("within_days") is not None:
        when = t("builder.words_within", n=ctx.formats.count(node["within_days"]))
    elif node.get("since"):
        when = t("builder.words_since", day=node["since"])
    else:
        when = t("builder.words_ever")
    write = partial(_condition, ctx, event=node["event"])
    filters = t("builder.words_and").join(write(one) for one in node.get("filters", []))
    key = "builder.words_event_none" if (count, n) == ("exactly", 0) else f"builder.words_{count}"
    return t(
        key,
        event=t(f"event.{node['event']}"),
        n=ctx.formats.count(n),
        when=when,
        filters=t("builder.words_filters", filters=filters) if filters else "",
    )
