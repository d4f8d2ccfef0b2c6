"""What a company sets for its scores: reading, saving and applying rules."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from analytics import forecast_rules, lifecycle_rules, rfm_rules
from analytics.churn_model_rules import ChurnModelRules
from analytics.churn_rules import ChurnRules
from analytics.decline_rules import DeclineRules
from analytics.health_score import HealthRules
from analytics.response_model import RULES as RESPONSE_RULES
from analytics.response_model import ResponseRules
from analytics.value_rules import ValueRules
from crm_data.rules import last_change, save_rules, stored_rules
from crm_data.stage_rules import STAGE_RULES, stage_rules_from, stored_stage_rules
from ui.actions import rescore
from ui.context import PageContext

# What was typed, checked and in the form in which it is stored.
_CHECKED: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "rfm": lambda value: rfm_rules.rules_from(value).as_json(),
    "lifecycle": lambda value: lifecycle_rules.rules_from(value).as_json(),
    "churn": lambda value: ChurnRules.from_stored(value).as_stored(),
    "churn_model": lambda value: ChurnModelRules.from_stored(value).as_stored(),
    "decline": lambda value: DeclineRules.from_stored(value).as_stored(),
    forecast_rules.RULES: forecast_rules.as_stored,
    "health": lambda value: HealthRules.from_stored(value).as_stored(),
    RESPONSE_RULES: lambda value: ResponseRules.from_stored(value).as_stored(),
    "value": lambda value: ValueRules.from_stored(value).as_stored(),
    STAGE_RULES: lambda value: stored_stage_rules(stage_rules_from(value)),
}


def stored(ctx: PageContext, name: str) -> dict[str, Any] | None:
    """Return a rule set as saved; None when it is at its default."""
    found: dict[str, Any] | None = stored_rules(ctx.settings).get(name)
    return found


def changed(ctx: PageContext, name: str) -> tuple[str, datetime] | None:
    """Return who changed a rule set last and when."""
    return last_change(ctx.settings, name)


def apply(
    ctx: PageContext,
    name: str,
    value: Mapping[str, Any] | None,
    progress: Callable[[str, float], None],
) -> str:
    """Save a rule set (None is the default), score everybody again and return the version.

    Raises
    ------
    BadInputError
        The rules cannot be; nothing is saved.
    """
    checked = None if value is None else _CHECKED[name](value)
    save_rules(ctx.settings, name, checked, now=ctx.now, actor=ctx.viewer)
    return rescore(ctx, progress)
