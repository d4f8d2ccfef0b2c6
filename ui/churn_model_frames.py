"""Tables of the card of churn: one row per bin, tenth, day, segment, field. Codes, not words.

Shares are 0-1. Columns are those that pages show and files hold; ``worded`` names what has a name.
"""

from collections.abc import Sequence

import pandas as pd

from analytics.stats import wilson_interval
from ui.churn_model_view import Card
from ui.churn_reason_words import churn_field
from ui.context import PageContext
from ui.translations import value_name

RATES = ("predicted_rate", "observed_rate", "low", "high")


def bins(card: Card) -> pd.DataFrame:
    """Return the bins of the calibration plot, the lowest probabilities first."""
    found = pd.DataFrame(card["reliability"])
    found = found.rename(
        columns={"predicted": "predicted_rate", "observed": "observed_rate", "churned": "who_left"}
    )
    return found[["n", "who_left", *RATES]]


def tenths(card: Card) -> pd.DataFrame:
    """Return tenths, the highest probabilities first, with lift and the share caught so far."""
    found = _turned_out(card["tenths"])
    return found.assign(
        lift=found["observed_rate"] / card["rate"],
        caught_share=found["who_left"].cumsum() / found["who_left"].sum(),
    )[["tenth", "n", "expected_left", "who_left", *RATES, "lift", "caught_share"]]


def days(card: Card) -> pd.DataFrame:
    """Return the judged days: expected to leave, and left."""
    found = _turned_out(card["turned_out"])
    on = pd.to_datetime(found["on"])
    return found.assign(asked_on=on)[["asked_on", "n", "expected_left", "who_left", *RATES]]


def total_miss(card: Card) -> tuple[str, float] | None:
    """Return whether all judged days together were told too low or too high, and by what factor.

    None where as many left as predicted, but for chance: within the interval of the true share.
    """
    found = days(card)
    n, left, expected = (float(found[name].sum()) for name in ("n", "who_left", "expected_left"))
    low, high = (float(side) for side in wilson_interval(left, n))
    if not expected or low <= expected / n <= high:
        return None
    return "too_low" if left > expected else "too_high", left / expected


def asked_days(card: Card) -> pd.DataFrame:
    """Return all days with a known outcome, and what each was for."""
    found = pd.DataFrame(card["dates"], columns=["on", "members", "left", "is_judged"])
    role = found["is_judged"].map({True: "judged", False: "learnt"})
    return pd.DataFrame(
        {
            "asked_on": pd.to_datetime(found["on"]),
            "n": found["members"].astype("int64"),
            "who_left": found["left"].astype("int64"),
            "day_role": role.astype("str"),
        }
    )


def baselines(card: Card) -> pd.DataFrame:
    """Return the model, then each baseline and by how much it was beaten."""
    ours = {name: card[name] for name in ("auc", "average_precision", "brier", "ece")}
    found = pd.DataFrame([{"baseline": "model", **ours}, *card["baselines"]])
    found = found.rename(columns={"low": "gain_low", "high": "gain_high"})
    names = ("auc", "average_precision", "brier", "ece", "gain", "gain_low", "gain_high")
    return found[["baseline", *names]].astype(dict.fromkeys(names, "float64"))


def segments(card: Card) -> pd.DataFrame:
    """Return segments of every field, the worst miss first; ``remark`` is what is worse there."""
    rows = [
        {"feature": field, "remark": _remark(row), **row}
        for field, found in card["segments"].items()
        for row in found
    ]
    found = pd.DataFrame(rows).rename(
        columns={"predicted": "predicted_rate", "observed": "observed_rate", "churned": "who_left"}
    )
    if found.empty:
        return found
    numbers = ("p_value", "auc", "auc_low", "auc_high")
    found = found.sort_values("p_value", kind="stable", ignore_index=True)
    found = found.astype(dict.fromkeys(numbers, "float64"))
    return found[["feature", "segment", "n", "who_left", *RATES, *numbers, "remark"]]


def drifts(card: Card) -> pd.DataFrame:
    """Return the score (its ``feature`` is empty) and each field, the greatest shift first."""
    found = pd.DataFrame(card.get("drift", [])).rename(
        columns={"field": "feature", "verdict": "drift_verdict", "threshold": "psi_threshold"}
    )
    names = ["feature", "psi", "psi_threshold", "missing_then", "missing_now", "drift_verdict"]
    return found if found.empty else found[names]


def drivers(card: Card) -> pd.DataFrame:
    """Return fields by how much of the AUC goes with them; ``is_sure`` where beyond two spreads."""
    found = pd.DataFrame(card["importance"]).rename(columns={"field": "feature"})
    if found.empty:
        return found
    is_sure = found["auc_drop"] > 2 * found["spread"].fillna(0.0)
    return found.assign(is_sure=is_sure)[["feature", "auc_drop", "spread", "is_sure"]]


def candidates(card: Card) -> pd.DataFrame:
    """Return the models tried on the days learnt from, and which was taken."""
    found = pd.DataFrame(card["tried"]).rename(columns={"name": "model_candidate"})
    return found.assign(is_taken=found["model_candidate"] == card["chosen"])


def worded(ctx: PageContext, frame: pd.DataFrame, named: Sequence[str] = ()) -> pd.DataFrame:
    """Return a frame with words for fields, for values of fields, and for the codes ``named``."""
    shown = frame.copy()
    if "segment" in shown:
        pairs = zip(frame["feature"], frame["segment"], strict=True)
        shown["segment"] = [value_name(ctx.t, field, value) for field, value in pairs]
    if "feature" in shown:
        shown["feature"] = [feature_name(ctx, field) for field in frame["feature"]]
    for name in named:
        shown[name] = [value_name(ctx.t, name, value) for value in frame[name]]
    return shown


def feature_name(ctx: PageContext, field: str) -> str:
    """Return the name of a field; without one it is the score itself."""
    return churn_field(ctx.t, field) if field else ctx.t("churn_card.score")


def _turned_out(rows: list[Card]) -> pd.DataFrame:
    found = pd.DataFrame(rows)
    return found.rename(
        columns={
            "members": "n",
            "predicted": "expected_left",
            "left": "who_left",
            "rate": "observed_rate",
        }
    ).assign(predicted_rate=found["predicted"] / found["members"])


def _remark(row: Card) -> str:
    found = []
    if row["is_miscalibrated"]:
        found.append("too_low" if row["observed"] > row["predicted"] else "too_high")
    if row["is_ranked_worse"]:
        found.append("ranked_worse")
    return "_and_".join(found) or "none"
