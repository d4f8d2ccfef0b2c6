"""Tables of the chances of deals: codes and numbers, one column per label."""

from typing import Any

import pandas as pd

from ui.context import PageContext
from ui.translations import value_name

WAYS = ("model", "stage", "hand", "rate")


def ways(terms: dict[str, Any]) -> pd.DataFrame:
    """Return how each way to say the chance did on the judged days, the model first."""
    found = pd.DataFrame(terms["ways"]).rename(columns={"way": "chance_way", "deals": "judged_n"})
    names = ("brier", "log_loss", "auc", "auc_low", "auc_high", "gain", "gain_low", "gain_high")
    found = found.astype(dict.fromkeys(names, "float64"))
    is_model = found["chance_way"] == WAYS[0]  # it gains nothing over itself
    for name in ("gain", "gain_low", "gain_high"):
        found[name] = found[name].mask(is_model)
    return found[["chance_way", "judged_n", *names]]


def bins(terms: dict[str, Any]) -> pd.DataFrame:
    """Return what was predicted and what was won, by way and bin."""
    parts = [
        pd.DataFrame(rows).assign(way=way) for way, rows in (terms["reliability"] or {}).items()
    ]
    found = pd.concat(parts, ignore_index=True)
    found = found.rename(columns={"predicted": "predicted_chance", "observed": "won_rate"})
    return found[["way", "deals", "n", "predicted_chance", "won_rate", "low", "high"]]


def stages(terms: dict[str, Any], pipelines: set[Any]) -> pd.DataFrame:
    """Return the averages of stages of some pipelines."""
    names = {
        "pipeline": "in_pipeline", "stage": "in_stage", "closed": "learnt_n",
        "learned": "win_probability", "learned_low": "low", "learned_high": "high",
    }  # fmt: skip
    found = pd.DataFrame(terms["stages"] or [], columns=list(names))
    found = found[found["pipeline"].isin(pipelines)].rename(columns=names)
    shares = ("win_probability", "low", "high")
    return found.astype(dict.fromkeys(shares, "float64")).reset_index(drop=True)


def open_deals(chances: pd.DataFrame) -> pd.DataFrame:
    """Return open deals with their chances as a table is headed."""
    found = chances.rename(
        columns={"name": "open_deal", "stage": "in_stage", "probability": "hand_probability"}
    )
    named = found["open_deal"].fillna(found["opportunity_id"])
    columns = [
        "open_deal", "win_probability", "low", "high", "amount", "weighted_amount", "in_stage",
        "owner_id", "hand_probability", "customer_name",
    ]  # fmt: skip
    return found.assign(open_deal=named)[columns]


def names(ctx: PageContext, field: str, values: pd.Series) -> pd.Series:
    """Return the names of values of a field whose column has another name."""
    return values.map(lambda value: value_name(ctx.t, field, value), na_action="ignore")
