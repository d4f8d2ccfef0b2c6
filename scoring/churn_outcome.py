"""Who leaves by the company's own account: an outcome that customers carry, and nothing dated.

The card ``churn_outcome`` is one of ``scoring.churn_cards`` with ``kind`` ``outcome``; its members
are customers whose outcome is not known, and only they have probabilities. It is proved out of
fold, not on a later day. It adds ``outcome`` (``field``, ``value``), ``known`` (customers with an
outcome) and ``left``, ``low`` and ``high`` of ``rate`` (95 %), ``aucs`` by part, ``like_ids``
(fields left out because they tell customers apart). ``segments`` are of the most important text
fields.
"""

from dataclasses import asdict
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from analytics.churn_card import by_segment
from analytics.churn_codes import middles
from analytics.churn_features import Flags
from analytics.churn_model_rules import LEAST_LEARNT, ChurnModelRules
from analytics.churn_outcome import (
    MOST_JUDGED,
    Outcome,
    OutOfFold,
    leaks_of,
    like_ids,
    out_of_fold,
    typed,
)
from analytics.churn_refit import refitted
from analytics.stats import wilson_interval
from analytics.value_rules import Requirement
from crm_data.errors import BadInputError, UsageError
from crm_data.marts import score_inputs_outcome as sql
from crm_data.marts.score_inputs_churn import ATTRIBUTE_KEYS, attribute_keys_sql
from crm_data.score_store import ScoreStore
from scoring import churn_cards as cards
from scoring.churn_data import model_rules
from scoring.churn_with_reasons import with_reasons

SEED = 20_240_507
_MOST_AT_A_BUILD = 20_000  # customers judged; an AUC is then known to about 0.01
_SEGMENT_FIELDS, _MOST_SEGMENTS = 3, 10


def outcome_scores(store: ScoreStore, as_of: date) -> tuple[dict[str, Any], pd.DataFrame] | None:
    """Return the card and ``scores`` of ``outcome_card``; None where the rules name no outcome."""
    rules = model_rules(store.rules)
    if rules.outcome is None:
        return None
    keys = tuple(store.frame(attribute_keys_sql(sql.MOST_KEYS), ATTRIBUTE_KEYS)["key"].astype(str))
    rows = store.frame(sql.snapshot_sql(keys), sql.snapshot(keys))
    return outcome_card(rows, rules, as_of=as_of, most=_MOST_AT_A_BUILD, is_strict=False)


def outcome_card(
    rows: pd.DataFrame,
    rules: ChurnModelRules,
    *,
    as_of: date | None,
    most: int = MOST_JUDGED,
    is_strict: bool = True,
) -> tuple[dict[str, Any], pd.DataFrame]:
    """Return the card, and what is said of each customer.

    Parameters
    ----------
    rows : DataFrame
        ``score_inputs_outcome.snapshot``.
    rules : ChurnModelRules
        With an ``outcome``.
    as_of : date or None
        Last day of the data.
    most : int
        Customers judged at most.
    is_strict : bool
        Whether an outcome that nobody has is an error; else the card says so.

    Returns
    -------
    card : dict
    scores : DataFrame
        One row per row: ``customer_id``, ``is_member``, ``probability``, ``reasons``.

    Raises
    ------
    UsageError
        Those of ``Outcome.of``, if ``is_strict``.
    """
    outcome = Outcome.parse(rules.outcome or "")
    scores = pd.DataFrame(
        {
            "customer_id": rows["customer_id"].astype(object),
            "is_member": False,
            "probability": np.nan,
            "reasons": pd.Series(None, index=rows.index, dtype=object),
        }
    )
    card = _asked(outcome, as_of)
    try:
        said = outcome.of(rows)
    except UsageError as error:
        if is_strict:
            raise
        return card | {"verdict": "nobody", "reason": error.code}, scores
    scores["is_member"] = said.isna().to_numpy()
    known = said.notna().to_numpy()
    left = said[known].to_numpy(dtype=bool)
    everybody = features_of(rows, outcome)
    ids = like_ids(everybody[known])
    everybody = everybody.drop(columns=list(ids))
    card |= _counted(everybody, left, members=int((~known).sum())) | {"like_ids": list(ids)}
    if not card["is_enough"]:
        return card, scores
    try:
        found, used = _proved(everybody[known], left, rules, card, most)
    except BadInputError as error:  # no field that varies is left
        return card | {"verdict": "cannot_predict", "reason": error.code}, scores
    if card["verdict"] == "useful" and not known.all():
        _score(found, everybody[used], known, left, card, scores)
    return card, scores


def features_of(rows: pd.DataFrame, outcome: Outcome) -> pd.DataFrame:
    """Return what may tell the outcome, as numbers where it is; columns without a value are not."""
    wanted = [
        name
        for name in rows.columns
        if name not in ("customer_id", "lifecycle", outcome.field) and rows[name].notna().any()
    ]
    return typed(rows[wanted])


def _asked(outcome: Outcome, as_of: date | None) -> dict[str, Any]:
    return {
        "kind": "outcome", "as_of": as_of, "horizon_days": None, "silence_days": None,
        "with_holders": False, "outcome": asdict(outcome), "members": 0, "scored": 0, "fields": [],
        "known": 0, "left": 0, "requirements": [], "is_enough": False, "dates": [],
        "like_ids": [], "reason": None, "verdict": "too_little_data",
    }  # fmt: skip


def _counted(rows: pd.DataFrame, left: Flags, *, members: int) -> dict[str, Any]:
    needed = (
        Requirement("learnt_left", int(left.sum()), LEAST_LEARNT),
        Requirement("learnt_kept", int((~left).sum()), LEAST_LEARNT),
    )
    low, high = wilson_interval(left.sum(), len(left))
    return {
        "members": members,
        "known": len(left),
        "left": int(left.sum()),
        "rate": float(left.mean()),
        "low": float(low),
        "high": float(high),
        "fields": [{"field": name, "is_dated": False} for name in rows.columns],
        "is_enough": all(one.is_met for one in needed),
        "requirements": [{**asdict(one), "is_met": one.is_met} for one in needed],
    }


def _proved(
    rows: pd.DataFrame, left: Flags, rules: ChurnModelRules, card: dict[str, Any], most: int
) -> tuple[OutOfFold, list[str]]:
    """Judge out of fold without the fields that know the outcome, and fill the card."""
    leaks = leaks_of(rows, left, rules.known_after, rules.known_before)
    card |= cards.leak_card(leaks)
    out = set(card["left_out"])
    used = [name for name in rows.columns if name not in out]
    rows = rows[used]
    found = out_of_fold(rows, left, most=most, seed=SEED)
    judged, true = rows.iloc[found.rows], left[found.rows]
    model = found.model
    rate = {name: card[name] for name in ("rate", "low", "high")}
    card |= found.card.as_json() | rate | {
        "aucs": list(found.aucs),
        "chosen": model.chosen_.name,
        "tried": [{"name": one.name, "log_loss": one.loss} for one in model.tried_],
        "calibration": model.calibration_.method,
        "unused": list(model.encoder_.unused),
        "learnt": {"rows": len(true), "left": int(true.sum())},
        "turned_out": [],
        "tenths": cards.tenths(true, found.probability),
        "segments": _segments(judged, true, found),
        "drift": [],
    }  # fmt: skip
    return found, used


def _segments(judged: pd.DataFrame, left: Flags, found: OutOfFold) -> dict[str, Any]:
    """Return how the groups of the most important text fields were predicted."""
    few = [
        name
        for name in found.card.importance["field"]
        if not pd.api.types.is_numeric_dtype(judged[name])
        and judged[name].nunique() <= _MOST_SEGMENTS
    ]
    return {
        name: cards.rows_of(by_segment(left, found.probability, cards.large(judged[name])))
        for name in few[:_SEGMENT_FIELDS]
    }


def _score(
    found: OutOfFold,
    rows: pd.DataFrame,
    known: Flags,
    left: Flags,
    card: dict[str, Any],
    scores: pd.DataFrame,
) -> None:
    """Give customers without an outcome their probability."""
    model = refitted(found.model, rows[known], left)
    said = with_reasons(model, rows[~known], middles(rows[known]))
    for name in ("probability", "reasons"):
        scores.loc[~known, name] = said[name].to_numpy()
    card |= {
        "scored": len(said),
        "expected_left": float(said["probability"].sum()),
        "drift": cards.rows_of(model.drift(rows[~known])),
    }
