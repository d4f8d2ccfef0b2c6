"""Stages as the company sees them, where it says something else than its deals do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import duckdb

from crm_data.errors import UsageError

STAGE_RULES = "pipeline_stages"  # name of the rule set
Outcome = Literal["won", "lost", "open"]
Category = Literal["commit", "best", "pipeline", "omitted"]


@dataclass(frozen=True)
class StageRule:
    """Place, outcome and forecast category of one stage; what is None is learned from the deals."""

    pipeline: str | None
    stage: str
    position: int | None = None
    outcome: Outcome | None = None
    category: Category | None = None


def stage_rules_from(value: Mapping[str, Any] | None) -> tuple[StageRule, ...]:
    """Read a stored rule set: ``{"stages": [{"pipeline", "stage", "position", …}]}``.

    Raises
    ------
    UsageError
        A stage is named twice, or an outcome or category is none of those there are.
    """
    rules = tuple(StageRule(**entry) for entry in (value or {}).get("stages", ()))
    keys = [(rule.pipeline, rule.stage) for rule in rules]
    for rule in rules:
        if keys.count((rule.pipeline, rule.stage)) > 1:
            raise _refused(rule, "it is named twice")
        if rule.outcome is not None and rule.outcome not in get_args(Outcome):
            raise _refused(rule, f"its outcome is one of {', '.join(get_args(Outcome))}")
        if rule.category is not None and rule.category not in get_args(Category):
            raise _refused(rule, f"its category is one of {', '.join(get_args(Category))}")
    return rules


def stored_stage_rules(rules: Sequence[StageRule]) -> dict[str, Any]:
    """Return the JSON that ``stage_rules_from`` reads."""
    return {"stages": [vars(rule) for rule in rules]}


def write_stage_rules(con: duckdb.DuckDBPyConnection, rules: Sequence[StageRule]) -> None:
    """Create the table ``stage_rules`` that the marts of deals read."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE stage_rules (pipeline VARCHAR, stage VARCHAR, "
        "position BIGINT, outcome VARCHAR, category VARCHAR)"
    )
    for rule in rules:
        con.execute(
            "INSERT INTO stage_rules VALUES (?, ?, ?, ?, ?)",
            [rule.pipeline, rule.stage, rule.position, rule.outcome, rule.category],
        )


def _refused(rule: StageRule, why: str) -> UsageError:
    return UsageError(
        "bad_stage_rule", f"The stage '{rule.stage}' cannot be set: {why}.", stage=rule.stage
    )
