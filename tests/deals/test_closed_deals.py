import numpy as np
import pytest

from analytics.closed_deals import closed_by_period
from tests.deals.frames import Deal, day, deals

ROWS: list[Deal] = [
    ("2025-01-05", "2025-02-01", "won", 10.0),
    ("2025-02-05", "2025-03-31", "won", 20.0),
    ("2025-02-05", "2025-03-31", "won", None),
    ("2025-02-05", "2025-03-30", "lost", 99.0),
    ("2025-02-05", "2025-04-01", "won", 40.0),  # after the end
    ("2025-02-05", None, None, 80.0),
]
EXPECTED = ["2025-01-31", "2025-02-28", "2025-03-01", "2025-02-01", "2025-03-01", "2025-03-01"]


def test_actuals_are_placed_by_the_day_of_closing() -> None:
    # Named after the fault: by expected month it would be 10 in January and 20 in February.
    found = closed_by_period(deals(ROWS, EXPECTED), day("2025-01-01"), day("2025-04-01"))

    assert [str(on.date()) for on in found["period_on"]] == [
        "2025-01-01", "2025-02-01", "2025-03-01",
    ]  # fmt: skip
    assert found["won_value"].tolist() == [0, 10, 20]
    assert found["won"].tolist() == [0, 1, 2]
    assert found["lost"].tolist() == [0, 0, 1]
    assert found["won_unvalued"].tolist() == [0, 0, 1]
    assert found["win_rate"].tolist() == pytest.approx([np.nan, 1, 2 / 3], nan_ok=True)


def test_counted_days_give_the_same() -> None:
    frame = deals(ROWS)
    grouped = frame.assign(deals=1, unvalued=frame["amount"].isna().astype("int64"))
    by_day = grouped.groupby(["closed_on", "outcome"], as_index=False)[
        ["amount", "deals", "unvalued"]
    ].sum()

    span = day("2025-01-01"), day("2025-04-01")
    one, other = (closed_by_period(given, *span, unit="quarter") for given in (frame, by_day))

    assert one["won_value"].tolist() == other["won_value"].tolist() == [30]
    assert one["won_unvalued"].tolist() == other["won_unvalued"].tolist() == [1]
    assert one["won"].tolist() == other["won"].tolist() == [3]
