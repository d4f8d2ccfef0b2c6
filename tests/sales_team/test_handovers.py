"""Why deals changed hands and what became of them, counted by hand."""

import pandas as pd
import pytest

from analytics.handovers import handed_over
from analytics.stats import wilson_interval

UNTIL = pd.Timestamp("2025-12-01")
DAYS = ("handed_on", "before_left_on", "closed_on", "last_contact_on")
COLUMNS = ["opportunity_no", "handed_on", "before_left_on", "outcome_then", "outcome", "closed_on",
           "amount", "last_contact_on"]  # fmt: skip
ROWS = [
    # 30 days before the last day is because of it, 31 are not; the day after is, too.
    (1, "2025-05-11", "2025-06-10", None, "won", "2025-06-30", 100.0, None),
    (2, "2025-05-10", "2025-06-10", None, "lost", "2025-05-20", 50.0, None),
    (3, "2025-09-01", "2025-06-10", None, None, None, 70.0, "2025-08-31"),
    (4, "2025-09-01", "2025-06-10", None, None, None, None, "2025-09-01"),
    (5, "2025-09-01", None, None, "lost", "2025-09-11", 10.0, None),
    # Twice: first moved, then because somebody left. It counts once, there.
    (6, "2025-03-01", None, None, "lost", "2025-07-01", 30.0, None),
    (6, "2025-06-01", "2025-06-10", None, "lost", "2025-07-01", 30.0, None),
    # Closed when it changed hands: left out.
    (7, "2025-06-01", "2025-06-10", "won", "won", "2025-01-01", 500.0, None),
]


def changes(rows: list[tuple[object, ...]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.assign(**{name: pd.to_datetime(frame[name]) for name in DAYS})


def test_reasons_and_fates() -> None:
    found = handed_over(changes(ROWS), until=UNTIL)
    deals = found.deals.set_index("opportunity_no")
    assert deals["reason"].to_dict() == {
        1: "left", 2: "moved", 3: "left", 4: "left", 5: "moved", 6: "left"
    }  # fmt: skip
    assert deals["fate"].to_dict() == {
        1: "won", 2: "lost", 3: "open", 4: "open", 5: "lost", 6: "lost"
    }  # fmt: skip
    assert deals.index[deals["is_untouched"]].tolist() == [3]
    assert deals["waited_days"].to_dict() == {1: 50, 2: 10, 3: 90, 4: 90, 5: 10, 6: 30}
    assert found.deals["opportunity_no"].tolist() == [3, 4, 5, 6, 1, 2]
    assert found.closed_before == 1


def test_without_contacts_it_is_not_told_who_is_untouched() -> None:
    found = handed_over(changes(ROWS), until=UNTIL, with_contacts=False)
    assert found.deals["is_untouched"].isna().all()
    assert found.summary["untouched"].isna().all()
    assert found.summary["open"].tolist() == handed_over(changes(ROWS), until=UNTIL).summary[
        "open"
    ].tolist()  # fmt: skip


def test_the_summary_counts_each_deal_once() -> None:
    table = handed_over(changes(ROWS), until=UNTIL).summary.set_index("reason")
    left, moved = table.loc["left"], table.loc["moved"]
    assert [left[n] for n in ("deals", "won", "lost", "open", "untouched", "closed")] == [
        4, 1, 1, 2, 1, 2
    ]  # fmt: skip
    assert [left["rate"], left["won_amount"], left["open_amount"]] == [0.5, 100.0, 70.0]
    low, high = wilson_interval(1, 2)
    assert (left["low"], left["high"]) == (pytest.approx(low), pytest.approx(high))
    assert [moved["deals"], moved["won"], moved["lost"]] == [2, 0, 2]
    assert pd.isna(moved["won_amount"])


def test_open_deals_are_not_failures() -> None:
    only_open = changes([row for row in ROWS if row[0] in (3, 4)])
    row = handed_over(only_open, until=UNTIL).summary.iloc[0]
    assert row["closed"] == 0
    assert pd.isna(row["rate"])
    assert pd.isna(row["low"])


def test_no_changes_give_empty_frames() -> None:
    found = handed_over(changes([]), until=UNTIL)
    assert found.deals.empty
    assert found.summary.empty
    assert {"rate", "low", "high", "untouched"} <= set(found.summary.columns)
