"""What a company sets for its scores: reading, saving and applying rules."""

from collections.abc import Callable, Mapping
from typing import Any

from crm_data.rules import save_rules, stored_rules
from ui.actions import rescore
from ui.context import PageContext


def stored(ctx: PageContext, name: str) -> dict[str, Any] | None:
    """Return a rule set as saved; None when it is at its default."""
    found: dict[str, Any] | None = stored_rules(ctx.settings).get(name)
    return found


def apply(
    ctx: PageContext,
    name: str,
    value: Mapping[str, Any] | None,
    progress: Callable[[str, float], None],
) -> str:
    """Save a rule set (None is the default), score everybody again and return the version."""
    save_rules(ctx.settings, name, value, now=ctx.now, actor=ctx.viewer)
    return rescore(ctx, progress)
