"""Small deals for the tests of this folder."""

from collections.abc import Sequence

import pandas as pd

DAY = "datetime64[us]"
Deal = tuple[str | None, str | None, str | None, float | None]


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text)


def deals(rows: Sequence[Deal], expected: Sequence[str | None] | None = None) -> pd.DataFrame:
    """Rows of (created, closed, outcome, amount), and when each was expected to close."""
    created, closed, outcome, amount = zip(*rows, strict=True) if rows else ((), (), (), ())
    return pd.DataFrame(
        {
            "created_on": pd.Series(created, dtype=DAY),
            "closed_on": pd.Series(closed, dtype=DAY),
            "expected_close_on": pd.Series(expected or [None] * len(rows), dtype=DAY),
            "outcome": pd.Series(outcome, dtype="str"),
            "amount": pd.Series(amount, dtype="float64"),
        }
    )


State = tuple[int, str | None, float | None, str | None]


def states(rows: Sequence[State], pipelines: Sequence[str] | None = None) -> pd.DataFrame:
    """Rows of (number, expected close, amount, outcome) as known on one day."""
    number, close, amount, outcome = zip(*rows, strict=True) if rows else ((), (), (), ())
    return pd.DataFrame(
        {
            "opportunity_no": pd.Series(number, dtype="int64"),
            "pipeline": pd.Series(pipelines or ["new"] * len(rows), dtype="str"),
            "stage_no": pd.Series([0] * len(rows), dtype="int64"),
            "amount": pd.Series(amount, dtype="float64"),
            "expected_close_on": pd.Series(close, dtype=DAY),
            "owner_id": pd.Series(["a"] * len(rows), dtype="str"),
            "outcome": pd.Series(outcome, dtype="str"),
        }
    )
