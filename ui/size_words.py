"""What is said where sizes of arms are not as planned, or were never planned."""

from collections.abc import Mapping
from typing import Any

from ui.context import PageContext


def of_uplift(ctx: PageContext, said: Mapping[str, Any]) -> list[str]:
    """Return that sizes were not checked, of an effect that is claimed all the same."""
    is_unchecked = said.get("sizes") == "unchecked" and "effect" in said
    return [ctx.t("sizes.unchecked", names=str(said["name"]))] if is_unchecked else []


def of_channel(ctx: PageContext, said: Mapping[str, Any]) -> list[str]:
    """Return which experiments of a channel were left out, and which were not checked."""
    joined = ctx.t("filter.joiner").join
    return [
        ctx.t(f"sizes.{name}", names=joined(said[name]))
        for name in ("left_out", "unchecked")
        if said.get(name)
    ]
