"""White space: what the next category of each customer would be worth."""

from datetime import date

import numpy as np
import pandas as pd

from analytics.white_space import gap_shares, next_steps
from crm_data.marts.score_inputs_offers import (
    CATEGORY_NAMES,
    CATEGORY_NAMES_SQL,
    CATEGORY_PAIRS_SQL,
    CUSTOMER_CATEGORY_NUMBERS,
    CUSTOMER_CATEGORY_NUMBERS_SQL,
)
from crm_data.score_store import ScoreStore
from crm_data.tables.scores import CATEGORY_PAIRS
from scoring.histories import places
from scoring.step import Scores


def step(store: ScoreStore, customers: pd.DataFrame, as_of: date) -> Scores:
    """Return ``gap`` and ``gap_365d`` of every customer, from the pairs that offers found."""
    del as_of  # all time
    steps = next_steps(store.frame(CATEGORY_PAIRS_SQL, CATEGORY_PAIRS))
    names = pd.Index(store.frame(CATEGORY_NAMES_SQL, CATEGORY_NAMES)["category"])
    held = store.frame(CUSTOMER_CATEGORY_NUMBERS_SQL, CUSTOMER_CATEGORY_NUMBERS)
    numbered = zip(
        names.get_indexer(steps["because"]).tolist(),
        names.get_indexer(steps["category"]).tolist(),
        steps["worth"].tolist(),
        strict=True,
    )
    shares = gap_shares(
        places(customers, held).astype(np.int64),
        held["category"].to_numpy(np.int64),
        list(numbered),
        n_customers=len(customers),
    )
    return Scores(
        pd.DataFrame(
            {
                gap: shares * customers[total].where(customers[total] > 0).to_numpy(np.float64)
                for gap, total in (("gap", "net_amount"), ("gap_365d", "net_amount_365d"))
            }
        )
    )
