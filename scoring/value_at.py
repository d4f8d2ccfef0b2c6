"""The test of customer value up to a day of the caller's choice."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from crm_data.marts.score_inputs import (
    SCORED_CUSTOMERS,
    SCORED_CUSTOMERS_SQL,
    WATERMARK,
    WATERMARK_SQL,
)
from scoring.value_cards import holdout_card
from scoring.value_data import Reader, basis_of, holdout_of, rules_of


def holdout_at(
    reader: Reader, stored: Mapping[str, Any], calibration_on: date
) -> dict[str, Any] | None:
    """Return the card of the test that knows data up to a day; None where there is nothing to test.

    Whether there is enough data for values to be shown is the gate's question, not this one's.
    """
    watermark = reader.frame(WATERMARK_SQL, WATERMARK)["as_of"]
    if watermark.empty or pd.isna(watermark.iloc[0]):
        return None
    as_of = watermark.iloc[0].date()
    basis = basis_of(reader, rules_of(stored), as_of)
    order = reader.frame(SCORED_CUSTOMERS_SQL, SCORED_CUSTOMERS)["customer_no"]
    tested = holdout_of(reader, basis, order, calibration_on=calibration_on, until=as_of)
    if tested is None:
        return None
    return holdout_card(tested[0], basis, tested[1], as_of)
