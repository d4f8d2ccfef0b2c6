"""What an outcome comes to in each arm of an experiment: sums that are then compared."""

from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.stats import Floats
from crm_data.errors import BadInputError
from crm_data.frames import Column, FrameSpec

Kind = Literal["rate", "count", "money"]
Codes = npt.NDArray[np.int64]
ARM_SUMS = FrameSpec(
    "arm_sums",
    "one row per arm",
    ("arm",),
    (
        Column("arm", "text"),
        Column("n", "count", "Units whose outcome is known."),
        Column("missing", "count", "Units whose outcome is not known (yet)."),
        Column("total", "number", "Sum of the known outcomes."),
        Column("variance", "number", "Of the known outcomes, n − 1; missing below two."),
    ),
)


def arm_codes(frame: pd.DataFrame, arm: str) -> tuple[Codes, list[str]]:
    """Return the place of each row's value in the sorted values, -1 where missing, and those."""
    codes, names = pd.factorize(experiment_column(frame, arm), sort=True)
    return codes.astype("int64"), [str(name) for name in names]


def sums_of(codes: Codes, names: list[str], values: Floats) -> pd.DataFrame:
    """Return ``ARM_SUMS`` of coded arms."""
    count = len(names)
    is_in = codes >= 0
    known = is_in & ~np.isnan(values)
    here, kept = codes[known], values[known]
    n = np.bincount(here, minlength=count)
    total = np.bincount(here, weights=kept, minlength=count)
    mean = np.divide(total, n, out=np.zeros(count), where=n > 0)
    squares = np.bincount(here, weights=(kept - mean[here]) ** 2, minlength=count)
    return ARM_SUMS.conform(
        pd.DataFrame(
            {
                "arm": names,
                "n": n,
                "missing": np.bincount(codes[is_in], minlength=count) - n,
                "total": total,
                "variance": np.where(n > 1, squares / np.maximum(n - 1, 1), np.nan),
            }
        )
    )


def outcome_numbers(frame: pd.DataFrame, outcome: str) -> Floats:
    """Return an outcome as numbers; NaN where it is missing."""
    column = experiment_column(frame, outcome)
    if column.dtype == object:  # whole columns of None, or decimals
        column = pd.to_numeric(column, errors="coerce").where(column.notna())
        is_read = bool((column.notna() | frame[outcome].isna()).all())
    else:
        is_read = pd.api.types.is_numeric_dtype(column) or not len(column)
    values = column.to_numpy(dtype="float64", na_value=np.nan) if is_read else np.array([np.inf])
    if np.isinf(values).any():
        raise BadInputError(
            "experiment_outcome",
            f"The outcome '{outcome}' is not a number everywhere. Give 0 and 1, a count or an "
            "amount; leave it empty where it is not known.",
            field=outcome,
        )
    return values


def outcome_kind(values: Floats) -> Kind:
    """Return what an outcome is: only 0 and 1 a rate, whole numbers from 0 a count, else money."""
    known = values[~np.isnan(values)]
    if ((known == 0) | (known == 1)).all():
        return "rate"
    return "count" if (known >= 0).all() and (known == np.floor(known)).all() else "money"


def experiment_column(frame: pd.DataFrame, name: str) -> pd.Series:
    """Return a column, or say which columns there are."""
    if name not in frame.columns:
        raise BadInputError(
            "experiment_column",
            f"There is no column '{name}'. Columns are: {', '.join(map(str, frame.columns))}.",
            field=name,
            fields=", ".join(map(str, frame.columns)),
        )
    return frame[name]
