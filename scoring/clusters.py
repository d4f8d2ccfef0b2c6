"""Clusters of customers by behaviour: found, named by their portrait, and held against RFM."""

from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from analytics.behaviour import BEHAVIOUR, behaviour, scaling
from analytics.clusters import LEAST_AGREEMENT, LEAST_CUSTOMERS, Clustering, find_clusters
from analytics.group_holdout import HoldOut, compare_groupings, rfm_groups
from analytics.group_sums import Feature, sums_of_rows
from analytics.portrait import portrait
from crm_data.marts.score_inputs_clusters import CLUSTER_INPUTS, cluster_inputs_sql
from crm_data.score_store import ScoreStore
from scoring.step import Scores

_SEED = 20_080_301
_SAMPLE = 20_000  # customers; everybody is assigned afterwards
_LONGEST, _SHORTEST = 180, 30  # days that are held out
_TRAITS = 5
_TOTAL = Feature("net_amount", "money", is_log=True)
_TRAIT_FIELDS = ["feature", "unit", "value", "value_rest", "effect", "effect_low", "effect_high"]


def step(store: ScoreStore, customers: pd.DataFrame, as_of: date) -> Scores:
    """Return ``cluster`` (c1, c2, … by value of a customer) and the card ``clusters``."""
    inputs = store.frame(cluster_inputs_sql(as_of, as_of), CLUSTER_INPUTS)
    clustering, names = _named(inputs)
    card: dict[str, Any] = {
        "as_of": as_of,
        "customers": len(inputs),
        "customers_without_orders": len(customers) - len(inputs),
        "least_customers": LEAST_CUSTOMERS,
        "least_agreement": LEAST_AGREEMENT,
        "method": clustering.method,
        "k": clustering.k,
        "stability": clustering.stability.to_dict("records"),
        "chance_agreement": clustering.chance_agreement,
        "is_continuum": clustering.is_continuum,
        "features": [feature.name for feature in BEHAVIOUR],
        "clusters": [],
        "against_rfm": None,
        "verdict": clustering.verdict,
    }
    if clustering.k:
        card["clusters"] = _described(inputs, names)
        cut, held_out = _against_rfm(store, inputs, clustering.k, as_of)
        card["against_rfm"] = {"cut_on": cut, **asdict(held_out)}
        card["verdict"] = held_out.verdict
    by_customer = pd.Series(names.to_numpy(), index=inputs["customer_no"].astype("int64"))
    column = customers["customer_no"].astype("int64").map(by_customer)
    return Scores(pd.DataFrame({"cluster": column.astype("str")}), cards={"clusters": card})


def _named(inputs: pd.DataFrame) -> tuple[Clustering, pd.Series]:
    """Return the clusters and the name of each customer's, the most valuable customers first."""
    rows = behaviour(inputs)
    scale = scaling(rows)
    points = scale(rows)
    clustering = find_clusters(points, seed=_SEED)
    if not clustering.k:
        return clustering, pd.Series(None, index=inputs.index, dtype="object")
    labels = pd.Series(clustering.assign(points), index=inputs.index)
    by_value = inputs["net_amount"].groupby(labels).mean().sort_values(ascending=False)
    names = {label: f"c{place}" for place, label in enumerate(by_value.index, start=1)}
    return clustering, labels.map(names)


def _described(inputs: pd.DataFrame, names: pd.Series) -> list[dict[str, Any]]:
    """Return size, revenue and the most telling traits of each cluster."""
    rows = behaviour(inputs).assign(
        net_amount=inputs["net_amount"],
        returned_share=inputs["returned_orders"] / inputs["orders"],
    )
    sums = sums_of_rows(rows, names, (*BEHAVIOUR, _TOTAL))
    revenue = inputs["net_amount"].groupby(names).sum()
    described = []
    for key, count in names.value_counts().sort_index().items():
        name = str(key)
        traits = portrait(sums, [name]).telling.head(_TRAITS)
        described.append(
            {
                "cluster": name,
                "customers": int(count),
                "net_amount": float(revenue[name]),
                "traits": traits[_TRAIT_FIELDS].to_dict("records"),
            }
        )
    return described


def _against_rfm(
    store: ScoreStore, inputs: pd.DataFrame, k: int, as_of: date
) -> tuple[date | None, HoldOut]:
    """Cluster as of an earlier day and see what that says of the time since.

    As many clusters as today, found in what was known then; RFM gets as many groups.
    """
    span = inputs["days_since_first_order"].max()
    days = min(_LONGEST, int(span) // 3)
    if days < _SHORTEST:
        return None, HoldOut("not_tested", 0, 0)
    cut = as_of - timedelta(days=days)
    before = store.frame(cluster_inputs_sql(cut, as_of), CLUSTER_INPUTS)
    if len(before) > _SAMPLE:
        drawn = np.random.default_rng(_SEED).choice(len(before), _SAMPLE, replace=False)
        before = before.iloc[np.sort(drawn)].reset_index(drop=True)
    rows = behaviour(before)
    points = scaling(rows)(rows)
    then = find_clusters(points, seed=_SEED, sizes=(k,))
    if not then.k:
        return cut, HoldOut("not_tested", len(before), 0)
    return cut, compare_groupings(
        then.assign(points), rfm_groups(before, k), before["later_amount"], before["later_orders"],
        seed=_SEED,
    )  # fmt: skip
