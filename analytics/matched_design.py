"""What was known before a contact, as columns of numbers for a model of who was contacted."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.overlap_weights import Flags
from analytics.stats import Floats

MOST_LEVELS = 8  # values of a text field with a column of their own; the rest are one
_MISSING, _REST = "—", "…"


@dataclass(frozen=True)
class Design:
    """Columns of the model and what they are called: a field, or ``field=value``."""

    names: list[str]
    columns: Floats


def design_of(people: pd.DataFrame, numbers: Sequence[str], levels: Sequence[str]) -> Design:
    """Return numbers as they are, and of each text field a column per frequent value.

    A value that is not known is one of its own. A field of two values needs one column: the other
    says the same. Columns that do not vary are left out.
    """
    names, columns = list(numbers), [people[n].to_numpy(dtype="float64") for n in numbers]
    for name in levels:
        words = _words(people[name])
        counts = words.value_counts().sort_index().sort_values(ascending=False, kind="stable")
        own = counts.index[:MOST_LEVELS].tolist()
        shown = words.where(words.isin(own), _REST)
        different = [*own, *([_REST] if len(counts) > len(own) else [])]
        for value in different[1:] if len(different) == 2 else different:
            names.append(f"{name}={value}")
            columns.append((shown == value).to_numpy(dtype="float64"))
    values = np.column_stack(columns)
    varies = values.std(axis=0) > 0
    return Design([n for n, v in zip(names, varies, strict=True) if v], values[:, varies])


def has_counterpart_level(people: pd.DataFrame, levels: Sequence[str], contacted: Flags) -> Flags:
    """Return who is of a kind that is there on both sides, in every text field.

    A campaign to people says nothing of companies, whatever a model would make of them.
    """
    kept = np.ones(len(people), dtype=bool)
    while True:
        was = int(kept.sum())
        for name in levels:
            words = _words(people[name])
            both = set(words[kept & contacted]) & set(words[kept & ~contacted])
            kept &= words.isin(both).to_numpy()
        if int(kept.sum()) == was:
            return kept


def _words(column: pd.Series) -> pd.Series:
    return column.astype("object").where(column.notna(), _MISSING).astype("str")
