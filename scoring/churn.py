"""The step ``churn``: who is leaving, why, and how well that was foretold so far."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from analytics.churn import ChurnModel, hold_out_card
from analytics.churn_codes import middles
from analytics.churn_model_rules import requirements
from analytics.churn_refit import refitted
from analytics.stats import Floats
from crm_data.errors import BadInputError
from crm_data.score_store import ScoreStore
from scoring import churn_cards as cards
from scoring import health
from scoring.churn_data import (
    Past,
    Question,
    features,
    members,
    model_rules,
    numeric_attributes,
    questions,
    read_past,
)
from scoring.churn_leaks import found_leaks
from scoring.churn_outcome import outcome_scores
from scoring.churn_with_reasons import with_reasons
from scoring.step import Scores

COLUMNS = (
    "churn_kind", "churn_horizon_days", "churn_probability", "churn_reasons", *health.COLUMNS,
)  # fmt: skip
_SEED = 20_240_507
_RECENCY, _NPS = "days_since_last_order", "last_nps"


def step(store: ScoreStore, customers: pd.DataFrame, as_of: date) -> Scores:
    """Return ``COLUMNS`` of members, and cards ``churn_contract``, ``churn_silence``, ``health``.

    Where the rules name an outcome that customers carry themselves, the card ``churn_outcome`` too;
    customers without an answer, who are members of neither, are then its members.

    Probabilities and reasons are there where the card's verdict is ``useful`` only; what applies to
    a member (``churn_kind``, ``churn_horizon_days``) and the health score always. Customers who are
    lost already, by the definition that applies to them, have none of it.
    """
    found = pd.DataFrame(
        {
            "churn_kind": pd.Series(None, index=customers.index, dtype="str"),
            "churn_horizon_days": pd.Series(None, index=customers.index, dtype="Int64"),
            "churn_probability": pd.Series(np.nan, index=customers.index, dtype="float64"),
            "churn_reasons": pd.Series(None, index=customers.index, dtype="str"),
            "health_score": pd.Series(np.nan, index=customers.index, dtype="float64"),
            "health_parts": pd.Series(None, index=customers.index, dtype="Int64"),
        }
    )
    place = pd.Index(customers["customer_no"])
    told: dict[str, dict[str, Any]] = {}
    rules = health.health_rules(store.rules)
    audits: dict[str, dict[str, Any] | None] = {}
    for question in questions(store, store.rules):
        today = members(store, question, as_of)
        at = customers.index[place.get_indexer(pd.Index(today["customer_no"]))]
        found.loc[at, "churn_kind"] = question.kind
        found.loc[at, "churn_horizon_days"] = question.horizon_days
        for name, values in health.scored(today, rules).items():
            found.loc[at, name] = values.to_numpy()
        card = {"as_of": as_of, **cards.question_card(question), "members": len(today)}
        past = read_past(store, question, as_of)
        said = np.full(len(past.rows), np.nan)
        scores = _scored(store, question, past, today, card, said)
        audits[question.kind] = health.audited(past, rules, said)
        if scores is not None:
            found.loc[at, "churn_probability"] = scores["probability"].to_numpy()
            found.loc[at, "churn_reasons"] = scores["reasons"].to_numpy()
        told[f"churn_{question.kind}"] = card
    told["health"] = health.health_card(found, rules, audits)
    asked = outcome_scores(store, as_of)
    if asked is not None:
        told["churn_outcome"], scores = asked
        _fill_in(found, customers, scores)
    return Scores(found, cards=told)


def _fill_in(found: pd.DataFrame, customers: pd.DataFrame, scores: pd.DataFrame) -> None:
    """Give customers who are no members so far what the snapshot says of them."""
    of_customer = scores.set_index("customer_id").reindex(customers["customer_id"].astype(object))
    at = found.index[(found["churn_kind"].isna() & of_customer["is_member"].eq(True).to_numpy())]
    place = found.index.get_indexer(at)
    found.loc[at, "churn_kind"] = "outcome"
    found.loc[at, "churn_probability"] = of_customer["probability"].to_numpy()[place]
    found.loc[at, "churn_reasons"] = of_customer["reasons"].to_numpy()[place]


def _scored(
    store: ScoreStore,
    question: Question,
    past: Past,
    today: pd.DataFrame,
    card: dict[str, Any],
    said: Floats,
) -> pd.DataFrame | None:
    """Return ``probability`` and ``reasons`` of members, or None; the card says why.

    ``said`` is filled with what the model said of the rows that it was judged on.
    """
    needed = requirements(**cards.counts(past))
    card |= cards.gate_card(past, needed)
    if not all(one.is_met for one in needed):
        if today.empty and not past.dates:
            card["verdict"] = "nobody"
        return None
    numeric = numeric_attributes(past, question)
    try:
        declared = model_rules(store.rules).known_after
        leaks = found_leaks(past, today, question, numeric, declared)
        card |= cards.leak_card(leaks)
        used = leaks.loc[leaks["is_used"], "field"].tolist()
        rows = features(past.rows, [name for name in question.fields if name in used], numeric)
        model = _judged(past, question, rows, card, said)
    except BadInputError as error:  # nothing that varies, or an outcome that is the same for all
        card |= {"verdict": "cannot_predict", "reason": error.code}
        return None
    now = features(today, list(rows.columns), numeric)
    if len(now):
        card["drift"] = cards.rows_of(model.drift(now))
    if card["verdict"] != "useful":
        return None
    scores = with_reasons(model, now, middles(rows))
    card |= {"scored": len(now), "expected_left": float(scores["probability"].sum())}
    return scores


def _judged(
    past: Past, question: Question, rows: pd.DataFrame, card: dict[str, Any], said: Floats
) -> ChurnModel:
    """Judge a model on the last dates, and return one that has learnt from all of them."""
    model = ChurnModel(
        recency=_RECENCY if _RECENCY in rows else None,
        nps=_NPS if _NPS in rows else None,
        horizon_days=question.horizon_days,
        seed=_SEED,
    )
    # By id: numbers are a version's own, and the same data should give the same model.
    who = past.rows["customer_id"].to_numpy(dtype=object)
    judged, split, fitted = hold_out_card(model, rows, past.left, groups=who, as_of=past.split_on)
    card |= judged.as_json() | cards.proof_card(past, split, fitted, rows)
    said[split.test] = fitted.predict_proba(rows.iloc[split.test])[:, 1]
    return refitted(fitted, rows, past.left)
