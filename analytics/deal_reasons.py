"""Why a deal is likely to be won, or not: codes with the figures behind them, no words.

A code says what the field is like against the middle of the deals learnt from (``field:high``,
``field:low``, ``field:usual``, ``field:missing``, ``field:yes``, ``field:no``, ``field=value``);
``effect`` says what it does: above 0 it speaks for winning.
"""

import json
from typing import Any

import numpy as np
import pandas as pd

from analytics.churn import ChurnModel
from analytics.churn_codes import HIGH, LOW, MISSING, NO, YES
from analytics.churn_reasons import CHUNK, TOP, top_reasons

USUAL = "usual"


def deal_reasons(
    model: ChurnModel, rows: pd.DataFrame, middle: dict[str, float], *, top: int = TOP
) -> pd.Series:
    """Return the fields that move each deal's log-odds most, either way.

    Parameters
    ----------
    model : ChurnModel
        Fitted.
    rows : DataFrame
        Open deals.
    middle : dict
        See ``churn_codes.middles``.
    top : int
        Most reasons of a deal.

    Returns
    -------
    Series of str
        A JSON list by deal, the strongest first: ``code``, ``effect`` (log-odds before calibration)
        and, of numbers, ``value`` and ``usual`` (the middle). As ``rows``.
    """
    written: list[str] = []
    names = model.encoder_.names
    for first in range(0, len(rows), CHUNK):
        frame = rows.iloc[first : first + CHUNK]
        moved = model.scorer_.contributions(model.encoder_.matrix(frame))
        best = top_reasons(np.abs(moved), frame, names, top=top)
        effect = moved[best["row"], best["field"].cat.codes]
        said: list[list[dict[str, Any]]] = [[] for _ in range(len(frame))]
        for row, field, value, own in zip(
            best["row"], best["field"].astype(str), best["value"], effect, strict=True
        ):
            said[row].append({**_told(field, value, middle), "effect": round(float(own), 4)})
        written += [json.dumps(one, ensure_ascii=False) for one in said]
    return pd.Series(written, index=rows.index, dtype="str")


def _told(field: str, value: Any, middle: dict[str, float]) -> dict[str, Any]:
    if pd.isna(value):
        return {"code": f"{field}:{MISSING}"}
    if field in middle:
        number, usual = float(value), middle[field]
        level = HIGH if number > usual else LOW if number < usual else USUAL
        return {"code": f"{field}:{level}", "value": round(number, 4), "usual": round(usual, 4)}
    if isinstance(value, bool | np.bool_):
        return {"code": f"{field}:{YES if value else NO}"}
    return {"code": f"{field}={value}"}
