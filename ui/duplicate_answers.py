"""Which pairs are to be decided on, shared by the page Duplicates and ``cli duplicates``."""

import json
from collections.abc import Sequence

import pandas as pd

from crm_data.identity_store import decisions
from crm_data.merged_records import KINDS, survivor
from crm_data.queries.duplicates import duplicate_pairs
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from crm_data.sql import Connection

__all__ = ["KINDS", "above", "decided", "open_pairs", "reasons_of", "undecided"]


def decided(settings: Settings) -> pd.DataFrame:
    """Return the decisions that stand: ``identity_store.DECISIONS``."""
    return decisions(settings)


def open_pairs(
    conn: Connection, scope: AccessScope, kind: str, known: pd.DataFrame
) -> pd.DataFrame:
    """Return pairs nobody has decided on, the most probable first: ``DUPLICATE_PAIRS``."""
    return undecided(duplicate_pairs(conn, scope=scope, kind=kind), kind, known)


def undecided(pairs: pd.DataFrame, kind: str, known: pd.DataFrame) -> pd.DataFrame:
    """Return those pairs of a kind that ``DECISIONS`` say nothing of.

    A pair is decided on, too, where both go on as the same record by way of others.
    """
    mine = known[known["kind"] == kind]
    merges, apart = mine[mine["action"] == "merge"], mine[mine["action"] == "apart"]
    onward = {
        (kind, record): other
        for record, other in zip(merges["record_id"], merges["other_id"], strict=True)
    }
    told = set(zip(apart["record_id"], apart["other_id"], strict=True))
    is_open = [
        survivor(onward, kind, one) != survivor(onward, kind, other)
        and (min(one, other), max(one, other)) not in told
        for one, other in zip(pairs["id_l"], pairs["id_r"], strict=True)
    ]
    return pairs[pd.Series(is_open, pairs.index, dtype=bool)].reset_index(drop=True)


def above(pairs: pd.DataFrame, probability: float) -> pd.DataFrame:
    """Return the pairs of at least a probability."""
    return pairs[pairs["probability"] >= probability]


def reasons_of(text: str) -> Sequence[tuple[str, str, float]]:
    """Return field, level and weight, what says most first."""
    told = [(str(field), str(level), float(weight)) for field, level, weight in json.loads(text)]
    return sorted(told, key=lambda one: -abs(one[2]))
