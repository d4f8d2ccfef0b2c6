"""What the step ``churn`` says of itself: the gate, the proof, leaks. JSON values only.

A card (``churn_contract``, ``churn_silence``) always holds ``kind``, ``as_of``, ``horizon_days``,
``silence_days``, ``with_holders``, ``members`` (who can be lost today), ``scored``, ``fields``,
``verdict`` (``nobody``, ``too_little_data``, or as ``ChurnCard`` says), ``requirements`` and
``dates``. With enough data it holds ``ChurnCard.as_json`` (``segments`` by field), ``leaks``,
``left_out``, ``turned_out`` by judged date, ``tenths``, ``drift`` (``field`` is empty for the
score), ``chosen``, ``tried``, ``calibration``, ``learnt``, ``unused``; where somebody is scored,
``expected_left``. Where no model could be made, ``reason`` is the code of the error. The card
``churn_outcome`` has the same form, without days, horizon and what needs them; see
``scoring.churn_outcome`` for what it adds.
"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from analytics.churn import ChurnModel
from analytics.churn_card import by_segment
from analytics.churn_measures import lift_by_tenth
from analytics.churn_split import Split
from analytics.stats import Floats, wilson_interval
from analytics.value_rules import Requirement
from crm_data.marts.score_inputs_churn import UNDATED, is_dated
from scoring.churn_data import Past, Question

LEAST_OF_A_SEGMENT = 50  # members judged on; of fewer, nothing is said


def question_card(question: Question) -> dict[str, Any]:
    """Return what is predicted, of whom, and from what."""
    return {
        "kind": question.kind,
        "horizon_days": question.horizon_days,
        "silence_days": question.silence_days,
        "with_holders": question.with_holders,
        "fields": [{"field": name, "is_dated": is_dated(name)} for name in question.fields],
        "scored": 0,
        "reason": None,
    }


def counts(past: Past) -> dict[str, int]:
    """Return what the gate counts: see ``churn_model_rules.requirements``."""
    judged, left = past.is_judged, past.left
    return {
        "dates": len(past.dates),
        "learnt_left": int((left & ~judged).sum()),
        "learnt_kept": int((~left & ~judged).sum()),
        "judged_left": int((left & judged).sum()),
        "judged_kept": int((~left & judged).sum()),
    }


def gate_card(past: Past, needed: Sequence[Requirement]) -> dict[str, Any]:
    """Return the gate, and who was a member on each date and has left."""
    left = pd.Series(past.left).groupby(past.rows["on"].dt.date.to_numpy())
    dates = left.agg(["size", "sum"])
    return {
        "is_enough": all(one.is_met for one in needed),
        "requirements": [{**asdict(one), "is_met": one.is_met} for one in needed],
        "verdict": "too_little_data",
        "dates": [
            {"on": day, "members": int(dates["size"][day]), "left": int(dates["sum"][day]),
             "is_judged": day in past.judged}
            for day in past.dates
        ],
    }  # fmt: skip


def leak_card(leaks: pd.DataFrame) -> dict[str, Any]:
    """Return the fields that know the outcome, or look like it, and whether they are used."""
    found = leaks[leaks["reason"].notna()]
    return {"leaks": rows_of(found), "left_out": found.loc[~found["is_used"], "field"].tolist()}


def proof_card(past: Past, split: Split, fitted: ChurnModel, rows: pd.DataFrame) -> dict[str, Any]:
    """Return how predictions of the judged dates turned out: by date, tenth and segment."""
    judged = past.rows.iloc[split.test]
    left = past.left[split.test]
    probability = fitted.predict_proba(rows.iloc[split.test])[:, 1]
    return {
        "chosen": fitted.chosen_.name,
        "tried": [{"name": one.name, "log_loss": one.loss} for one in fitted.tried_],
        "calibration": fitted.calibration_.method,
        "unused": list(fitted.encoder_.unused),
        "learnt": {"rows": len(split.train), "left": int(past.left[split.train].sum())},
        "turned_out": [
            {"on": day, **_turned_out(left[own], probability[own])}
            for day in past.judged
            if (own := (judged["on"] == pd.Timestamp(day)).to_numpy()).any()
        ],
        "tenths": tenths(left, probability),
        "segments": {
            name: rows_of(by_segment(left, probability, large(judged[name]))) for name in UNDATED
        },
    }


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a frame as a list of rows; infinite numbers are not defined either."""
    plain = frame.astype(object).replace([np.inf, -np.inf], None)
    return [{str(name): value for name, value in row.items()} for row in plain.to_dict("records")]


def tenths(left: Any, probability: Floats) -> list[dict[str, Any]]:
    """Return tenths of the prediction, the highest first: members, predicted to leave, left.

    As ``lift_by_tenth`` cuts them: of equal probabilities across a border, left is shared out.
    """
    names = {"customers": "members", "churned": "left"}
    columns = ["tenth", "members", "predicted", "left", "rate", "low", "high"]
    return rows_of(lift_by_tenth(left, probability).rename(columns=names)[columns])


def _turned_out(left: Any, probability: Floats) -> dict[str, Any]:
    low, high = wilson_interval(left.sum(), len(left))
    return {
        "members": len(left),
        "predicted": float(probability.sum()),
        "left": int(left.sum()),
        "rate": float(left.mean()),
        "low": float(low),
        "high": float(high),
    }


def large(values: pd.Series) -> Any:
    """Return values as objects; those of few members are missing."""
    named = values.astype(object).where(values.notna(), None)
    size = named.map(named.value_counts())
    return named.where(size >= LEAST_OF_A_SEGMENT, None).to_numpy()
