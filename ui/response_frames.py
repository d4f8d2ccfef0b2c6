"""Tables and rows of charts of the page Whom to contact."""

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd

from analytics.stats import wilson_interval
from ui.churn_reason_words import churn_field, churn_reason
from ui.context import PageContext
from ui.formats import NOT_DEFINED
from ui.frames import records
from ui.response_answers import Choice
from ui.response_words import response_field

RATES = ("predicted_response", "response_rate", "low", "high")
_MOST_REASONS = 2


def profit_rows(ctx: PageContext, found: Choice) -> pd.DataFrame:
    """Return the curve of the profit as its chart takes it."""
    f, curve = ctx.formats, found.curve
    hover = [
        ctx.t(
            "response.profit_hover", n=f.count(round(row["contacted"])),
            expected=f.number(row["expected"], 0), low=f.number(row["low"], 0),
            high=f.number(row["high"], 0), profit=f.money_compact(row["profit"]),
        )
        for row in records(curve)
    ]  # fmt: skip
    return pd.DataFrame(
        {
            "contacted": curve["contacted"], "gain": curve["profit"], "low": curve["profit_low"],
            "high": curve["profit_high"], "hover": hover,
        }
    )  # fmt: skip


def curve_shown(found: Choice) -> pd.DataFrame:
    """Return the same as a table, about twenty rows of it."""
    step = max(1, (len(found.curve) - 1) // 20)
    some = found.curve.iloc[::step]
    return pd.DataFrame(
        {
            "contacted": some["contacted"].round().astype("int64"),
            "expected_responses": some["expected"], "low": some["low"], "high": some["high"],
            "responses_at_random": some["at_random"], "profit": some["profit"],
            "profit_low": some["profit_low"], "profit_high": some["profit_high"],
        }
    ).reset_index(drop=True)  # fmt: skip


def list_shown(ctx: PageContext, found: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Return whom to contact with reasons in words."""
    write = ctx.formats.points if outcome == "caused" else ctx.formats.share
    shown = pd.DataFrame(
        {
            "name": found["name"].where(found["name"].notna(), found["customer_id"]),
            "response_score": found["score"].map(write).astype("str"),
            "response_reasons": [reasons(ctx, one) for one in found["reasons"]],
            "contacts_30d": found["contacts_30d"],
            "last_order_on": found["last_order_on"],
            "region": found["region"],
            "owner_id": found["owner_id"],
            "customer_id": found["customer_id"],
        }
    )
    return shown.drop(columns="response_reasons") if outcome == "caused" else shown


def reasons(ctx: PageContext, told: Any) -> str:
    """Return the first reasons of a customer in words."""
    codes = json.loads(told) if isinstance(told, str) else []
    found = []
    for code in codes[:_MOST_REASONS]:
        field = code.rpartition(":")[0] or code.partition("=")[0]
        words = churn_reason(ctx.t, code)
        own, plain = response_field(ctx.t, field), churn_field(ctx.t, field)
        found.append(words.replace(plain, own, 1) if own != plain else words)
    return ctx.t("filter.joiner").join(found) or NOT_DEFINED


def tenths(said: Mapping[str, Any]) -> pd.DataFrame:
    """Return tenths of the prediction, the likeliest first: rates, lift, share of all caught."""
    found = pd.DataFrame(said["tenths"])
    return pd.DataFrame(
        {
            "tenth": found["tenth"], "n": found["members"].astype("int64"),
            "responses": found["left"].astype("float64"),
            "predicted_response": (found["predicted"] / found["members"]).astype("float64"),
            "response_rate": found["rate"].astype("float64"),
            "low": found["low"].astype("float64"), "high": found["high"].astype("float64"),
            "lift": (found["rate"] / said["rate"]).astype("float64"),
            "lift_low": (found["low"] / said["rate"]).astype("float64"),
            "lift_high": (found["high"] / said["rate"]).astype("float64"),
            "caught_share": (found["left"].cumsum() / found["left"].sum()).astype("float64"),
        }
    )  # fmt: skip


def gain_rows(said: Mapping[str, Any]) -> pd.DataFrame:
    """Return the share of responses caught by share contacted, with Wilson's interval."""
    found = pd.DataFrame(said["tenths"])
    caught, n = found["left"].cumsum().to_numpy(), float(found["left"].sum())
    low, high = wilson_interval(caught, [n] * len(found))
    share = (found["members"].cumsum() / found["members"].sum()).to_numpy()
    frame = pd.DataFrame(
        {"share": share, "caused": caught / n, "low": low, "high": high, "at_random": share}
    )
    start = pd.DataFrame([dict.fromkeys(frame.columns, 0.0)])
    return pd.concat([start, frame], ignore_index=True).astype("float64")


def bins(said: Mapping[str, Any]) -> pd.DataFrame:
    """Return bins of the probability against who responded."""
    found = pd.DataFrame(said["reliability"])
    names = {"predicted": "predicted_response", "observed": "response_rate", "churned": "responses"}
    return found.rename(columns=names)[["n", "responses", *RATES]]


def baselines(ctx: PageContext, said: Mapping[str, Any]) -> pd.DataFrame:
    """Return the model and its baselines."""
    ours = {"baseline": "model", **{name: said[name] for name in ("auc", "brier", "ece")}}
    found = pd.DataFrame([ours, *said["baselines"]])
    beaten = found["is_beaten"] if "is_beaten" in found else pd.Series(None, index=found.index)
    return pd.DataFrame(
        {
            "response_way": [ctx.t(f"response.way_{name}") for name in found["baseline"]],
            "auc": found["auc"].astype("float64"), "brier": found["brier"].astype("float64"),
            "ece": found["ece"].astype("float64"),
            "is_beaten": [NOT_DEFINED if pd.isna(one) else ctx.t(f"response.beaten_{bool(one)}")
                          for one in beaten],
        }
    )  # fmt: skip


def drivers(ctx: PageContext, said: Mapping[str, Any], most: int = 10) -> pd.DataFrame:
    """Return the fields that the order rests on."""
    found = pd.DataFrame(said["importance"], columns=["field", "auc_drop", "spread"]).head(most)
    named = [response_field(ctx.t, name) for name in found["field"]]
    return pd.DataFrame({"driver": named, "auc_drop": found["auc_drop"].astype("float64")})


def campaigns(said: Mapping[str, Any]) -> pd.DataFrame:
    """Return the campaigns learnt from and judged on, the latest first."""
    found = pd.DataFrame(said["campaigns"])
    return pd.DataFrame(
        {
            "campaign": found["name"], "assigned_on": pd.to_datetime(found["assigned_on"]),
            "contacted": found["contacted"].astype("int64"),
            "responses": found["responded"].astype("int64"),
            "response_rate": (found["responded"] / found["contacted"]).astype("float64"),
        }
    ).iloc[::-1].reset_index(drop=True)  # fmt: skip


def parts(said: Mapping[str, Any]) -> pd.DataFrame:
    """Return fifths of the order by uplift with their effects."""
    found = pd.DataFrame(said["parts"])
    names = {"part": "fifth", "treated": "n_treated", "control": "n_control"}
    found = found.rename(columns=names)
    for name in ("n_treated", "n_control"):
        found[name] = found[name].round().astype("int64")
    return found


def part_rows(ctx: PageContext, said: Mapping[str, Any]) -> pd.DataFrame:
    """Return the same as the chart of effects takes it."""
    f, found = ctx.formats, parts(said)
    hover = [
        ctx.t("response.part_hover", n=row["fifth"], effect=f.points(row["effect"]),
              low=f.points(row["low"]), high=f.points(row["high"]))
        for row in records(found)
    ]  # fmt: skip
    return pd.DataFrame(
        {
            "name": [ctx.t("response.fifth", n=one) for one in found["fifth"]],
            "difference": found["effect"], "low": found["low"], "high": found["high"],
            "is_told": (found["low"] > 0) | (found["high"] < 0), "hover": hover,
        }
    )  # fmt: skip
