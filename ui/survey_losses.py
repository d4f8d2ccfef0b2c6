"""Who left after an answer, by the rules of churn in force: by contract, or by silence."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd

from analytics.metric_registry import metric
from analytics.satisfaction_behaviour import LaterBehaviour, did_later
from analytics.satisfaction_scales import Kind
from crm_data.queries import surveys
from crm_data.queries.survey_losses import contract_spans, silence_spans
from crm_data.queries.surveys import AnswerCut
from crm_data.scope import AccessScope
from crm_data.sql import Connection
from ui.base_metrics import base_for

MOST_ANSWERS = 20_000  # the newest: enough for any interval, and read in a moment


@dataclass(frozen=True, eq=False)
class Left:
    """Who left, by class, and by which rule.

    Attributes
    ----------
    found : LaterBehaviour
        Of those who were there when they answered.
    definition : str
        ``contract`` or ``silence``.
    silence_days : int
        Days without a paid order after which a customer counts as lost; 0 by contract.
    last_on : date
        Last day for which losses are known.
    """

    found: LaterBehaviour
    definition: str
    silence_days: int
    last_on: date


def left_after(
    conn: Connection, cut: AnswerCut, *, scope: AccessScope, kind: Kind, scale: int, days: int,
    stored: Mapping[str, Any] | None,
) -> Left | None:  # fmt: skip
    """Return who left within ``days`` after the answer; None where no loss can be known.

    ``stored`` is the rule set ``churn``.
    """
    base = base_for(conn, scope, metric("churn_rate"), stored, None)
    if base.last_day is None or base.first is None:
        return None
    given = surveys.answers(conn, cut, scope=scope, limit=MOST_ANSWERS)
    # Before ends were recorded, who left and who stayed look the same.
    given = given[given["answered_on"] >= pd.Timestamp(base.first)]
    since = given["answered_on"].min()
    of_given = replace(cut, start=None if pd.isna(since) else since.date())
    if base.definition == "contract":
        spans = contract_spans(conn, of_given, scope=scope)
    else:
        spans = silence_spans(conn, of_given, scope=scope, days=base.days)
    losses = spans.loc[spans["is_lost"], ["customer_id", "ended_on"]]
    found = did_later(
        given, losses.rename(columns={"ended_on": "happened_on"}), days=days,
        last_on=pd.Timestamp(base.last_day), kind=kind, scale=scale, present=spans,
    )  # fmt: skip
    return Left(found, base.definition, base.days, base.last_day)
