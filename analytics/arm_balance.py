"""Whether arms were alike before the experiment, field by field."""

from typing import cast

import numpy as np
import pandas as pd

from analytics.differences import share_difference, standardised_difference
from analytics.multiplicity import holm
from crm_data.frames import Column, FrameSpec

MOST_APART = 0.1
ARM_BALANCE = FrameSpec(
    "arm_balance",
    "one row per arm, field and value of a field of words",
    ("arm", "field", "value"),
    (
        Column("arm", "text"),
        Column("field", "text"),
        Column("value", "text", "Missing for fields of numbers."),
        Column("here", "number", "Mean, or share that has the value, in the arm."),
        Column("rest", "number", "The same in all other arms."),
        Column("apart", "number", "Standardised difference; missing where nothing varies."),
        Column("p_value", "share", "Adjusted by Holm over all rows."),
        Column("is_balanced", "flag", "At most 0.1 apart, or no farther than chance takes them."),
    ),
)
_MOST_VALUES = 20


def arm_balance(frame: pd.DataFrame, arm: str, fields: list[str]) -> pd.DataFrame:
    """Compare each arm with all others by what was known before: ``ARM_BALANCE``.

    Numbers by standardised means, words by the share of each of their twenty most frequent values;
    missing values are a value of words, and left out of numbers.

    Notes
    -----
    P. C. Austin (2009), Statistics in Medicine 28, 3083–3107: 0.1 as the usual border.
    """
    rows: list[tuple[object, ...]] = []
    arms = frame[arm].astype("str").where(frame[arm].notna())
    for name in sorted(arms.dropna().unique()):
        here = (arms == name).to_numpy(dtype=bool, na_value=False)
        rest = arms.notna().to_numpy() & ~here
        if not rest.any():
            continue
        for field in fields:
            rows += [(name, field, *one) for one in _compared(frame[field], here, rest)]
    found = pd.DataFrame(
        rows, columns=["arm", "field", "value", "here", "rest", "apart", "p_value"]
    )
    found["p_value"] = holm(found["p_value"].to_numpy(dtype="float64"))
    close = found["apart"].abs() <= MOST_APART
    found["is_balanced"] = (close | (found["p_value"] > 0.05)).where(found["apart"].notna(), True)
    return ARM_BALANCE.conform(found)


def _compared(
    column: pd.Series, here: "np.ndarray[tuple[int], np.dtype[np.bool_]]",
    rest: "np.ndarray[tuple[int], np.dtype[np.bool_]]",
) -> list[tuple[object, ...]]:  # fmt: skip
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        values = column.to_numpy(dtype="float64", na_value=np.nan)
        sides = [v[~np.isnan(v)] for v in (values[here], values[rest])]
        if min(len(side) for side in sides) < 2:
            return []
        sums = [([len(v)], [v.sum()], [(v**2).sum()]) for v in sides]
        found = standardised_difference(sums[0], sums[1])
        means = (float(side.mean()) for side in sides)
        return [(None, *means, float(found.effect[0]), float(found.p_value[0]))]
    words = column.astype("str").where(column.notna(), "–")
    values_of = cast("list[str]", words[here | rest].value_counts().index[:_MOST_VALUES].tolist())
    n1, n2 = int(here.sum()), int(rest.sum())
    rows: list[tuple[object, ...]] = []
    for value in values_of:
        has = (words == value).to_numpy(dtype=bool)
        x1, x2 = int((has & here).sum()), int((has & rest).sum())
        if x1 + x2 == n1 + n2:
            rows.append((value, 1.0, 1.0, np.nan, np.nan))
            continue
        found = share_difference([x1], [n1], [x2], [n2])
        effect, p_value = float(found.effect[0]), float(found.p_value[0])
        rows.append((value, x1 / n1, x2 / n2, effect, p_value))
    return rows
