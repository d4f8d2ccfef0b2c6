"""The step ``identity``: who is probably there twice, of customers, contacts and leads."""

import json
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from analytics.identity import SAME, Duplicates, find_duplicates
from crm_data.marts.score_inputs_identity import (
    IDENTITY_RECORDS,
    MOST,
    RECORD_COUNT,
    identity_records_sql,
    record_count_sql,
)
from crm_data.merged_records import KINDS
from crm_data.score_store import ScoreStore
from scoring.step import Scores

CARD = "identity"
SHOWN_FROM = 0.2  # probability from which a pair is shown to be decided on


def step(store: ScoreStore, customers: pd.DataFrame, as_of: date) -> Scores:  # noqa: ARG001 - of a step
    """Return ``duplicate_pairs``, ``score_duplicates`` and the card ``identity``."""
    pairs, card = [], {}
    clusters = pd.DataFrame()
    for kind in KINDS:
        records, total = _records(store, kind)
        found = find_duplicates(records, threshold=SHOWN_FROM)
        pairs.append(_pairs(kind, records, found))
        card[kind] = _told(found, len(records), total)
        if kind == "customers":
            clusters = _clusters(records, found)
    return Scores(
        tables={
            "duplicate_pairs": pd.concat(pairs, ignore_index=True),
            "score_duplicates": clusters,
        },
        cards={CARD: card},
    )


def _records(store: ScoreStore, kind: str) -> tuple[pd.DataFrame, int]:
    total = int(store.frame(record_count_sql(kind), RECORD_COUNT)["records"].iloc[0])
    sql = identity_records_sql(kind, is_large=total > MOST)
    return store.frame(sql, IDENTITY_RECORDS), total


def _told(found: Duplicates, looked_at: int, total: int) -> dict[str, Any]:
    same = int((found.pairs["match_probability"] >= SAME).sum())
    return {
        "records": total,
        "looked_at": looked_at,
        "compared": found.compared,
        "pairs": same,
        "is_trained": found.is_trained,
    }


def _pairs(kind: str, records: pd.DataFrame, found: Duplicates) -> pd.DataFrame:
    """Return ``DUPLICATE_PAIRS``."""
    pairs = found.pairs
    owner = records.set_index("customer_id")["owner_id"]
    told: dict[tuple[str, str], list[list[Any]]] = {}
    rows = found.reasons.itertuples(index=False)
    for left, right, field, level, weight in rows:
        told.setdefault((left, right), []).append([field, level, round(float(weight), 2)])
    ids = list(zip(pairs["customer_id_l"], pairs["customer_id_r"], strict=True))
    return pd.DataFrame(
        {
            "kind": np.full(len(pairs), kind, object),
            "id_l": pairs["customer_id_l"].to_numpy(object),
            "id_r": pairs["customer_id_r"].to_numpy(object),
            "owner_l": pairs["customer_id_l"].map(owner).to_numpy(object),
            "owner_r": pairs["customer_id_r"].map(owner).to_numpy(object),
            "probability": pairs["match_probability"].to_numpy(np.float64),
            "weight": pairs["match_weight"].to_numpy(np.float64),
            "reasons": np.array([json.dumps(told[pair]) for pair in ids], object),
        }
    )


def _clusters(records: pd.DataFrame, found: Duplicates) -> pd.DataFrame:
    """Return ``SCORE_DUPLICATES`` of the records looked at."""
    clusters = found.clusters.assign(
        orders=records["orders"].to_numpy(np.float64),
        known_since=records["known_since"].fillna("9999").to_numpy(object),
    )
    first = clusters.sort_values(
        ["cluster_id", "orders", "known_since", "customer_id"], ascending=[True, False, True, True]
    ).drop_duplicates("cluster_id")
    survivor = first.set_index("cluster_id")["customer_id"]
    same = found.pairs[found.pairs["match_probability"] >= SAME]
    sides = [same[[side, "match_probability"]].set_axis(["id", "p"], axis=1)
             for side in ("customer_id_l", "customer_id_r")]  # fmt: skip
    best = pd.concat(sides).groupby("id")["p"].max()
    return pd.DataFrame(
        {
            "customer_id": clusters["customer_id"],
            "cluster_id": clusters["cluster_id"],
            "survivor_id": clusters["cluster_id"].map(survivor),
            "probability": clusters["customer_id"].map(best).astype("float64"),
        }
    )
