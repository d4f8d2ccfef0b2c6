"""Cards of the churn model, small and counted by hand: one per verdict."""

from typing import Any

VERDICTS = (
    "useful", "no_better_than_baseline", "cannot_predict", "no_model", "too_little_data", "nobody",
)  # fmt: skip
JUDGED = VERDICTS[:3]
FIELDS = ("days_since_last_order", "last_nps", "region", "attributes.state")


def card_of(verdict: str, kind: str = "silence", **changed: Any) -> dict[str, Any]:
    """Return a card of a verdict; ``no_model`` is one whose fields do not differ."""
    card = _asked(kind) | {"verdict": verdict}
    if verdict == "nobody":
        card |= {"members": 0, "dates": []}
    if verdict == "too_little_data":
        card["requirements"][1] |= {"found": 40, "is_met": False}
        card["is_enough"] = False
    if verdict == "no_model":
        card |= {"verdict": "cannot_predict", "reason": "churn_no_field", **_leaks()}
    if verdict in JUDGED:
        card |= _leaks() | _proof(verdict)
    return card | changed


def _asked(kind: str) -> dict[str, Any]:
    names = ("dates", "learnt_left", "learnt_kept", "judged_left", "judged_kept")
    dated = {"region": False, "attributes.state": False}
    return {
        "kind": kind, "as_of": "2026-03-14", "horizon_days": 120, "silence_days": 120,
        "with_holders": False, "members": 77, "scored": 0, "reason": None, "is_enough": True,
        "fields": [{"field": name, "is_dated": dated.get(name, True)} for name in FIELDS],
        "requirements": [
            {"name": name, "found": 150, "needed": 2 if name == "dates" else 100, "is_met": True}
            for name in names
        ],
        "dates": [
            {"on": "2025-07-17", "members": 300, "left": 150, "is_judged": False},
            {"on": "2025-11-14", "members": 200, "left": 50, "is_judged": True},
        ],
    }  # fmt: skip


def _leaks() -> dict[str, Any]:
    return {
        "leaks": [
            {"field": "attributes.state", "reason": "suspected", "alone": 0.97, "others": None,
             "all": None, "is_dated": False, "is_used": False},
            {"field": "last_nps", "reason": "suspected", "alone": 0.81, "others": 0.7,
             "all": 0.83, "is_dated": True, "is_used": True},
        ],
        "left_out": ["attributes.state"],
    }  # fmt: skip


def _proof(verdict: str) -> dict[str, Any]:
    chance = verdict == "cannot_predict"
    beaten = verdict == "useful"
    counts = {"customers": 100, "n": 100}
    share = {"low": 0.32, "high": 0.5}
    return {
        "scored": 77 if beaten else 0, **({"expected_left": 19.4} if beaten else {}),
        "n": 200, "churned": 50, "rate": 0.25,
        "auc": 0.51 if chance else 0.731, "auc_low": 0.43 if chance else 0.66,
        "auc_high": 0.59 if chance else 0.79, "average_precision": 0.412,
        "brier": 0.1612, "brier_skill": 0.1403, "ece": 0.0315,
        "reliability": [
            {"predicted": 0.11, "observed": 0.1, "low": 0.05, "high": 0.18, "n": 100,
             "churned": 10},
            {"predicted": 0.37, "observed": 0.4, **share, "n": 100, "churned": 40},
        ],
        "lift": [{"tenth": 1, **counts, "churned": 40.0, "rate": 0.4, "lift": 1.6, "caught": 0.8}],
        "tenths": [
            {"tenth": 1, "members": 100, "predicted": 37.0, "left": 40, "rate": 0.4, **share},
            {"tenth": 2, "members": 100, "predicted": 11.0, "left": 10, "rate": 0.1, "low": 0.05,
             "high": 0.18},
        ],
        "turned_out": [
            {"on": "2025-11-14", "members": 200, "predicted": 48.0, "left": 50, "rate": 0.25,
             "low": 0.195, "high": 0.314},
        ],
        "baselines": [
            {"baseline": name, "auc": 0.5, "average_precision": 0.25, "brier": 0.1875,
             "ece": 0.01, "gain": 0.02, "low": 0.01 if good else -0.01, "high": 0.03,
             "is_beaten": good}
            for name, good in (("rate", True), ("recency", beaten), ("nps", True))
        ],
        "segments": {
            "kind": [_segment("person")],
            "region": [
                _segment("East", observed=0.35, p_value=0.004, is_miscalibrated=True),
                _segment("West", auc=0.55, auc_high=0.6, is_ranked_worse=True),
            ],
        },
        "importance": [
            {"field": "days_since_last_order", "auc_drop": 0.081, "spread": 0.01},
            {"field": "last_nps", "auc_drop": 0.003, "spread": 0.004},
        ],
        "drift": [
            _drift("", 0.05, "slight"), _drift("last_nps", 0.2, "shifted"),
            _drift("region", 0.001, "stable"),
        ],
        "chosen": "logistic", "calibration": "isotonic", "unused": ["was_upgraded"],
        "tried": [
            {"name": "logistic", "log_loss": 0.51}, {"name": "boosting", "log_loss": 0.52},
        ],
        "learnt": {"rows": 300, "left": 150},
    }  # fmt: skip


def _segment(name: str, **changed: Any) -> dict[str, Any]:
    return {
        "segment": name, "n": 100, "churned": 25, "observed": 0.25, "low": 0.17, "high": 0.34,
        "predicted": 0.24, "auc": 0.73, "auc_low": 0.6, "auc_high": 0.83, "brier": 0.16,
        "p_value": 0.8, "is_ranked_worse": False, "is_miscalibrated": False, **changed,
    }  # fmt: skip


def _drift(field: str, psi: float, verdict: str) -> dict[str, Any]:
    return {
        "field": field, "psi": psi, "threshold": 0.03, "missing_then": 0.1, "missing_now": 0.2,
        "verdict": verdict,
    }  # fmt: skip


def outcome_card(verdict: str, **changed: Any) -> dict[str, Any]:
    """Return a card of customers who carry their outcome: nothing dated, five parts, no days."""
    card = card_of(verdict, "outcome") | {
        "horizon_days": None, "silence_days": None, "dates": [], "like_ids": ["attributes.email"],
        "outcome": {"field": "attributes.left", "value": "Yes"}, "known": 200, "left": 50,
        "rate": 0.25, "low": 0.195, "high": 0.314, "members": 77,
        "fields": [{"field": name, "is_dated": False} for name in ("gender", "attributes.state")],
    }  # fmt: skip
    if verdict == "nobody":
        card |= {"known": 0, "left": 0, "members": 0, "reason": "outcome_value"}
    if verdict in JUDGED:
        trusted = {
            "field": "gender", "reason": "suspected", "alone": 0.81, "others": 0.7, "all": 0.83,
            "is_dated": False, "is_used": True,
        }  # fmt: skip
        card |= {"aucs": [0.71, 0.74, 0.76], "turned_out": [], "baselines": card["baselines"][:1]}
        card |= {"leaks": [card["leaks"][0], trusted]}
    return card | changed
