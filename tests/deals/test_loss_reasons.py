import numpy as np
import pandas as pd
import pytest

from analytics.loss_reasons import loss_reasons
from analytics.stats import wilson_interval


def losses(rows: list[tuple[str | None, int, int, float]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["loss_reason", "deals", "valued", "amount"]).astype(
        {"loss_reason": "str", "deals": "int64", "valued": "int64", "amount": "float64"}
    )


ROWS: list[tuple[str | None, int, int, float]] = [
    ("Price", 3, 3, 30.0),
    (None, 4, 2, 50.0),
    ("  ", 1, 0, 0.0),
    ("Timing", 2, 2, 20.0),
]


def test_blank_reasons_are_shown() -> None:
    # Named after the fault: without blanks the price would have lost 60 % of the deals.
    found = loss_reasons(losses(ROWS))

    assert found["loss_reason"].iloc[:2].tolist() == ["Price", "Timing"]
    assert found["loss_reason"].isna().tolist() == [False, False, True]
    assert found["deals"].tolist() == [3, 2, 5]
    assert found["unvalued"].tolist() == [0, 0, 3]
    assert found["share"].tolist() == [0.3, 0.2, 0.5]
    assert found["highest"].tolist() == pytest.approx([0.8, 0.7, np.nan], nan_ok=True)
    assert found["amount_share"].tolist() == [0.3, 0.2, 0.5]
    low, high = wilson_interval(3, 10)
    assert found.loc[0, ["low", "high"]].tolist() == [low, high]


def test_nothing_lost_and_nothing_valued() -> None:
    assert loss_reasons(losses([])).empty
    found = loss_reasons(losses([("Price", 1, 0, 0.0)]))
    assert found["share"].tolist() == [1]
    assert found["amount_share"].isna().all()
