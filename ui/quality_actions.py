"""Rules about data that the company adds, as pages make and remove them."""

import streamlit as st

from crm_data.commands import quality_rules as store
from crm_data.commands.quality_rules import QualityRule
from crm_data.errors import NotPermittedError
from ui.context import PageContext

__all__ = ["QualityRule"]


def rules(ctx: PageContext) -> list[QualityRule]:
    """Return the rules by name."""
    _of_the_company(ctx)
    return store.quality_rules(ctx.settings)


def add(ctx: PageContext, name: str, definition: str) -> None:
    """Add a rule; for callbacks. What was written is taken out of the form."""
    _of_the_company(ctx)
    store.add_quality_rule(
        ctx.settings, name=name, definition=definition, now=ctx.now, actor=ctx.viewer
    )
    st.session_state["quality_rule_name"] = ""


def remove(ctx: PageContext, rule: QualityRule) -> None:
    """Remove a rule; for callbacks."""
    _of_the_company(ctx)
    store.remove_quality_rule(ctx.settings, rule.rule_id, now=ctx.now, actor=ctx.viewer)


def _of_the_company(ctx: PageContext) -> None:
    if not ctx.scope.is_everything:
        raise NotPermittedError(
            "quality_not_yours",
            "Data quality is of the whole company: only who sees every customer may see or change "
            "its rules. Ask an administrator.",
        )
