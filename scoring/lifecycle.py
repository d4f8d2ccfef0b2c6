"""Stage of every customer, today and on the month ends before, and what became of each stage."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.lifecycle import Days, Histories, MonthRows, snapshots
from analytics.lifecycle_proof import HORIZONS, next_orders, outcomes
from analytics.lifecycle_rules import LETTERS, NO_LETTER, STAGES, rules_from
from analytics.month_ends import month_ends
from crm_data.marts.score_inputs_rfm import ORDER_MONTHS, ORDER_MONTHS_SQL
from crm_data.score_store import ScoreStore
from scoring.histories import Letters, day_number, month_slices, named, owners, places, text_of
from scoring.step import Scores

RULES = "lifecycle"
_NAMES = (*STAGES, "unknown")  # a customer not known yet
_PLACE = np.zeros(256, dtype=np.int64)
_PLACE[list((LETTERS + NO_LETTER).encode())] = range(len(_NAMES))
Months = list[tuple[int, MonthRows]]


def lifecycle(store: ScoreStore, customers: pd.DataFrame, as_of: date) -> Scores:
    """Return stage, stage_history, rhythm, days since, silence; ``stage_flows``; the card."""
    rules = rules_from(store.rules.get(RULES))
    order_months = store.frame(ORDER_MONTHS_SQL, ORDER_MONTHS)
    purchases = order_months[order_months["orders"] > 0].reset_index(drop=True)
    months = list(_months(customers, purchases))
    ends = month_ends(as_of)
    histories = Histories(_known_from(customers, as_of), rules)
    history: list[Letters] = []
    for shot in snapshots(histories, iter(months), [day_number(day) for day in ends]):
        history.append(shot.stage)
    columns = pd.DataFrame(
        {
            "stage": named(_PLACE[shot.stage], _NAMES).array,
            "stage_history": text_of(history).array,
            "rhythm_days": shot.rhythm_days,
            "days_since_last_order": pd.Series(shot.days_since).astype("Int64").array,
            "silence": shot.days_since / shot.rhythm_days,
        }
    )
    card = {
        "as_of": as_of,
        "rules": rules.as_json(),
        "typical_gap_days": shot.typical_gap,
        "proof": _proof(months, history, ends),
    }
    tables = {
        "stage_flows": _flows(customers, history, ends),
        "stage_cells": _cells(customers, _PLACE[shot.stage]),
    }
    return Scores(columns, tables, {RULES: card})


def _months(customers: pd.DataFrame, order_months: pd.DataFrame) -> Iterator[tuple[int, MonthRows]]:
    who = places(customers, order_months)
    first, last, order_days = (
        order_months[name].to_numpy(np.int32) for name in ("first_no", "last_no", "order_days")
    )
    for month, rows in month_slices(order_months):
        yield month, MonthRows(who[rows], first[rows], last[rows], order_days[rows])


def _known_from(customers: pd.DataFrame, as_of: date) -> Days:
    """Return since when each customer is known without an order.

    Where that is not recorded an order makes a customer known, and today everybody is.
    """
    created = customers["created_at"].fillna(pd.Timestamp(as_of))
    days = created.to_numpy("datetime64[D]").astype(np.int64)
    return np.minimum(days, day_number(as_of)).astype(np.int32)


def _proof(
    months: Months, history: Sequence[Letters], ends: Sequence[date]
) -> dict[str, Any] | None:
    """Return what became of the stages of the last month end that was watched long enough."""
    watched = [n for n, end in enumerate(ends) if (ends[-1] - end).days >= max(HORIZONS)]
    if not watched or not months or months[0][0] > day_number(ends[watched[-1]]):
        return None
    stage, after = history[watched[-1]], day_number(ends[watched[-1]])
    found = outcomes(stage, next_orders(len(stage), months, after), after)
    return {"as_of": ends[watched[-1]], "outcomes": [asdict(one) for one in found]}


def _cells(customers: pd.DataFrame, stage: npt.NDArray[np.int64]) -> pd.DataFrame:
    """Return ``STAGE_CELLS``; net value is missing where nobody has any."""
    owner, owner_names = owners(customers)
    key = owner * len(_NAMES) + stage
    count = np.bincount(key)
    amount = customers["net_amount"].to_numpy(np.float64)
    valued = np.bincount(key, ~np.isnan(amount))
    total = np.where(valued > 0, np.bincount(key, np.nan_to_num(amount)), np.nan)
    found = np.flatnonzero(count)
    return pd.DataFrame(
        {
            "owner_id": owner_names.take(found // len(_NAMES)).array,
            "stage": named(found % len(_NAMES), _NAMES).array,
            "customers": count[found],
            "net_amount": pd.Series(total[found]).astype("Float64").array,
        }
    )


def _flows(
    customers: pd.DataFrame, history: Sequence[Letters], ends: Sequence[date]
) -> pd.DataFrame:
    """Return ``STAGE_FLOWS``; who is not known on both days is left out."""
    owner, owner_names = owners(customers)
    kinds = len(_NAMES)
    parts = []
    for step in range(len(ends) - 1):
        before, after = _PLACE[history[step]], _PLACE[history[step + 1]]
        count = np.bincount((owner * kinds + before) * kinds + after)
        count[kinds * kinds - 1 :: kinds * kinds] = 0
        key = np.flatnonzero(count)
        parts.append(
            pd.DataFrame(
                {
                    "owner_id": owner_names.take(key // kinds**2).array,
                    "from_on": pd.Timestamp(ends[step]),
                    "to_on": pd.Timestamp(ends[step + 1]),
                    "from_stage": named(key // kinds % kinds, _NAMES).array,
                    "to_stage": named(key % kinds, _NAMES).array,
                    "customers": count[key],
                }
            )
        )
    return pd.concat(parts, ignore_index=True)
