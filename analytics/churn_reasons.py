"""Why a customer is at risk: the fields that move the log-odds most, no words."""

from typing import Any

import numpy as np
import pandas as pd

from analytics.stats import Floats

TOP = 3
CHUNK = 1 << 16  # customers


def top_reasons(
    contributions: Floats, frame: pd.DataFrame, names: list[str], *, top: int = TOP, first: int = 0
) -> pd.DataFrame:
    """Return each customer's largest contributions.

    Parameters
    ----------
    contributions : ndarray of shape (n_customers, n_fields)
        Log-odds.
    frame : DataFrame
        The customers, with the values as they are.
    names : list of str
        Fields, in the order of ``contributions``.
    top : int
        Most reasons of a customer.
    first : int
        Position of the first customer.

    Returns
    -------
    DataFrame
        ``row`` (position of the customer), ``rank`` (from 1), ``field`` (categorical), ``value``
        (as in the frame), ``contribution`` (log-odds). What speaks for leaving comes first, the
        largest first; where that is less than ``top`` fields, what speaks against it follows, the
        largest first. What adds nothing is no reason. Equal ones are in the order of the fields.
    """
    width = min(top, len(names))
    height = float(np.abs(contributions).max(initial=0.0))
    # Growing in this number: against, by size, from 0 to the height; for, above it.
    order = np.where(contributions > 0, contributions + height, -contributions)
    best = np.argsort(-order, axis=1, kind="stable")[:, :width]
    chosen = np.take_along_axis(contributions, best, axis=1).ravel()
    row = np.repeat(np.arange(len(contributions), dtype=np.int64), width)
    rank = np.tile(np.arange(1, width + 1, dtype=np.int8), len(contributions))
    field = best.ravel()
    said = chosen != 0
    row, rank, field, chosen = row[said], rank[said], field[said], chosen[said]
    return pd.DataFrame(
        {
            "row": row + first,
            "rank": rank,
            "field": pd.Categorical.from_codes(field, categories=pd.Index(names)),
            "value": pd.Series(_values(frame, names, row, field), dtype=object),
            "contribution": chosen,
        }
    )


def joined(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Put the reasons of chunks one under another (at least one chunk)."""
    return parts[0] if len(parts) == 1 else pd.concat(parts, ignore_index=True)


def _values(frame: pd.DataFrame, names: list[str], row: Any, field: Any) -> Any:
    values = np.empty(len(row), dtype=object)
    for position, name in enumerate(names):
        here = np.flatnonzero(field == position)
        values[here] = frame[name].iloc[row[here]].to_numpy(dtype=object)
    return values
