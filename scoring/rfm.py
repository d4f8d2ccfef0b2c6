"""RFM of every customer, today and on the month ends before."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from analytics.month_ends import month_ends
from analytics.rfm import CutPoints, letters, score, vertical
from analytics.rfm_history import RfmMonthRows, letters_at
from analytics.rfm_rules import SEGMENTS, SIZE, rules_from
from crm_data.marts.score_inputs_rfm import ORDER_MONTHS, ORDER_MONTHS_SQL
from crm_data.score_store import ScoreStore
from scoring.histories import day_number, month_slices, named, owners, places, text_of
from scoring.step import Scores

RULES = "rfm"


def rfm(store: ScoreStore, customers: pd.DataFrame, as_of: date) -> Scores:
    """Return r, f, m, rfm_segment, rfm_history; ``rfm_cells``; the card of the cut points."""
    rules = rules_from(store.rules.get(RULES))
    scored = score(customers, as_of, rules)
    has_order = scored["r"].notna().to_numpy(bool)
    code = pd.Index(SEGMENTS).get_indexer(pd.Index(scored["segment"]))
    order_months = store.frame(ORDER_MONTHS_SQL, ORDER_MONTHS)
    days = [day_number(day) for day in month_ends(as_of)[:-1]]
    history = list(letters_at(len(customers), _months(customers, order_months), days, rules))
    history.append(letters(code[has_order].astype(np.uint8), has_order))
    columns = scored[["r", "f", "m"]].assign(
        rfm_segment=named(code, SEGMENTS).array, rfm_history=text_of(history).array
    )
    card = {
        "as_of": as_of,
        "rules": rules.as_json(),
        "customers": int(has_order.sum()),
        "cut_points": {
            measure: _described(points) for measure, points in scored.attrs["cut_points"].items()
        },
    }
    return Scores(columns, {"rfm_cells": _cells(customers, columns)}, {RULES: card})


def _months(
    customers: pd.DataFrame, order_months: pd.DataFrame
) -> Iterator[tuple[int, RfmMonthRows]]:
    who = places(customers, order_months)
    last = order_months["last_no"].to_numpy(np.int32)
    orders = order_months["orders"].to_numpy(np.float64)
    value = order_months["net_amount"].fillna(0.0).to_numpy(np.float64)
    for month, rows in month_slices(order_months):
        yield month, RfmMonthRows(who[rows], last[rows], orders[rows], value[rows])


def _cells(customers: pd.DataFrame, columns: pd.DataFrame) -> pd.DataFrame:
    """Return ``RFM_CELLS``."""
    has_order = columns["r"].notna().to_numpy(bool)
    r, f, m = (columns[name][has_order].to_numpy(np.int64) for name in ("r", "f", "m"))
    owner, names = owners(customers)
    cell = (vertical(f, m) - 1) * SIZE + r - 1
    key = owner[has_order] * SIZE**2 + cell
    weights = {
        "orders": customers["orders"][has_order].to_numpy(np.float64),
        "net_amount": customers["net_amount"].fillna(0.0)[has_order].to_numpy(np.float64),
    }
    count = np.bincount(key)
    found = np.flatnonzero(count)
    sums = {name: np.bincount(key, by)[found] for name, by in weights.items()}
    place = found % SIZE**2
    first = pd.Series(columns["rfm_segment"][has_order].to_numpy(), index=cell)
    segment = first[~first.index.duplicated()]
    return pd.DataFrame(
        {
            "owner_id": names.take(found // SIZE**2).array,
            "r": place % SIZE + 1,
            "fm": place // SIZE + 1,
            "rfm_segment": segment.reindex(place).astype("str").array,
            "customers": count[found],
            **sums,
        }
    )


def _described(points: CutPoints) -> dict[str, Any]:
    """Return cut points as JSON values; a score that begins nowhere has no border."""
    return {
        "borders": [b if np.isfinite(b) else None for b in points.borders],
        "used": points.used,
        "is_fixed": points.is_fixed,
        "is_tied": points.is_tied,
    }
