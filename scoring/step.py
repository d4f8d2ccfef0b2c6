"""What a step of scoring is given, and what it gives back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd

from crm_data.score_store import ScoreStore


@dataclass(frozen=True)
class Scores:
    """What one step found.

    Attributes
    ----------
    columns : DataFrame
        Columns of ``customer_scores``, row for row the customers that the step was given.
    tables : mapping of str to DataFrame
        Rows of other score tables.
    cards : mapping of str to mapping
        Model cards by name: JSON values only, None where something cannot be told.
    """

    columns: pd.DataFrame = field(default_factory=pd.DataFrame)
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    cards: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


# Takes the store, the customers (SCORED_CUSTOMERS) and the day that "today" means in every score:
# WATERMARK. There need not be any order.
Step = Callable[[ScoreStore, pd.DataFrame, date], Scores]
