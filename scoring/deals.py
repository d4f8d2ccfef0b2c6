"""The step ``deals``: how likely each open deal is to be won, and how well that was foretold."""

from datetime import date
from typing import Any

import pandas as pd

from analytics.churn_codes import middles
from analytics.deal_model import (
    MODEL,
    STAGE,
    DealProof,
    is_judgeable,
    learnt_from_all,
    like_it,
    prove,
    time_split,
)
from analytics.deal_reasons import deal_reasons
from analytics.deal_stage_average import by_stage, stage_averages
from analytics.field_leaks import usable_fields
from crm_data.errors import BadInputError
from crm_data.marts.score_inputs_deals import FEATURES, undated
from crm_data.score_store import ScoreStore
from scoring import deal_cards as cards
from scoring.deals_data import DealSpan, PastDeals, deals_at, read_past, read_span
from scoring.step import Scores

TABLE, CARD = "deal_scores", "deals"
_SEED = 20_240_507
_NONE = "none"


def step(store: ScoreStore, _customers: pd.DataFrame, _as_of: date) -> Scores:
    """Return rows of ``deal_scores`` and the card ``deals``; nothing without any deal.

    The last day with news of deals is the day that probabilities are of.
    """
    span = read_span(store)
    if span is None:
        return Scores()
    now = deals_at(store, span, span.last_on)
    past = read_past(store, span)
    card = cards.asked(span, past, now)
    averages = stage_averages(past.rows, past.won, past.rows["opportunity_id"])
    found = _by_stage(now, averages)
    proof = _proved(span, past, now, card)
    if proof is not None and proof.verdict == "useful":
        found = _by_model(proof, past, now, card)
    card |= cards.outcome(found, averages)
    return Scores(tables={TABLE: found}, cards={CARD: card})


def _proved(
    span: DealSpan, past: PastDeals, now: pd.DataFrame, card: dict[str, Any]
) -> DealProof | None:
    """Judge a model on the last days and fill the card; None where there is too little."""
    if not card["is_enough"]:
        return None
    deal, on, won = past.rows["opportunity_id"], past.rows["on"].to_numpy(), past.won
    first = past.judged[0]
    train, test = time_split(on, first, span.horizon_days)
    if not is_judgeable(won, deal, train) or not is_judgeable(won, deal, test):
        card["verdict"] = "too_little_history"
        return None
    late = undated(span.dated_from)
    fields = list(FEATURES)
    try:
        leaks = usable_fields(past.rows.loc[train, fields], won[train], now[fields], late)
        used = [name for name in fields if name in set(leaks.loc[leaks["is_used"], "field"])]
        proof = prove(
            past.rows, won, deal, on, fields=used, first_judged=first,
            horizon_days=span.horizon_days, seed=_SEED,
        )  # fmt: skip
    except BadInputError as error:  # too few of a kind, or nothing that varies
        card |= {"verdict": "cannot_predict", "reason": error.code}
        return None
    card |= cards.proved(proof, past, leaks, late)
    return proof


def _by_stage(now: pd.DataFrame, averages: pd.DataFrame) -> pd.DataFrame:
    told = by_stage(now, averages)
    is_told = told["probability"].notna()
    return _scores(now, told["probability"], told, is_told.map({True: STAGE, False: _NONE}), "[]")


def _by_model(
    proof: DealProof, past: PastDeals, now: pd.DataFrame, card: dict[str, Any]
) -> pd.DataFrame:
    fields = card["fields_used"]
    model = learnt_from_all(proof, past.rows, past.won, fields)
    if now.empty:
        return _scores(now, now["probability"], now.assign(low=0.0, high=0.0, deals=0), MODEL, "")
    card["drift"] = cards.plain(model.drift(now[fields]))
    probability = model.predict_proba(now[fields])[:, 1]
    reasons = deal_reasons(model, now[fields], middles(past.rows[fields]))
    like = like_it(probability, proof.reliability[MODEL])
    return _scores(now, probability, like, MODEL, reasons)


def _scores(
    now: pd.DataFrame, probability: Any, like: pd.DataFrame, method: Any, reasons: Any
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "opportunity_no": now["opportunity_no"],
            "opportunity_id": now["opportunity_id"],
            "win_probability": probability,
            "low": like["low"],
            "high": like["high"],
            "known_deals": like["deals"],
            "method": method,
            "reasons": reasons,
        }
    )
