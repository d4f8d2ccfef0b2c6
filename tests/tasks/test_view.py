"""Windows of due days meet without a gap or an overlap, whatever the day of the week."""

from datetime import date, timedelta

import pandas as pd
import pytest

from ui.task_view import WINDOWS, TaskView, next_monday, week_end

MONDAY = date(2026, 3, 16)
DAY = timedelta(days=1)


@pytest.mark.parametrize("after_monday", range(7))
def test_every_due_day_is_in_one_window(after_monday: int) -> None:
    today = MONDAY + after_monday * DAY
    due = pd.to_datetime([today + shift * DAY for shift in range(-9, 16)])
    frame = pd.DataFrame({"due_on": due})
    kept = [TaskView(when=name).part(today, None).kept(frame)["due_on"] for name in WINDOWS]

    assert sorted(pd.concat(kept)) == due.tolist()
    assert [len(days) for days in kept] == [9, 1, 6 - after_monday, 9 + after_monday]
    assert kept[3].min() == pd.Timestamp(week_end(today) + DAY) == pd.Timestamp(MONDAY + 7 * DAY)
    assert next_monday(today) == MONDAY + 7 * DAY


def test_what_the_address_keeps() -> None:
    frame = pd.DataFrame(
        {
            "owner_id": ["e1", None, "e1"], "code": ["deal_stuck", None, None],
            "origin": ["pipeline", "tasks", "customer"],
            "due_on": pd.to_datetime([MONDAY, MONDAY, MONDAY + DAY]),
        }
    )  # fmt: skip

    def kept(**query: str) -> list[int]:
        view = TaskView.from_query({name: [value] for name, value in query.items()})
        marked = frame.assign(at=frame.index)
        part = view.part(MONDAY, None).kept(marked)["at"].tolist()
        if view.when == "open":  # counts are kept by the same fields
            assert view.kept(marked)["at"].tolist() == part
        return part

    assert kept() == kept(when="nonsense") == kept(when="done") == [0, 1, 2]
    assert kept(when="today") == [0, 1]
    assert kept(owner="e1") == [0, 2]
    assert kept(owner="-") == kept(origin="tasks") == [1]
    assert kept(kind="own", when="week") == [2]
    assert kept(kind="own", owner="e1", origin="pipeline") == []
    assert [TaskView(when=name).state for name in ("open", "week", "snoozed", "done")] == [
        "open", "open", "snoozed", "done",
    ]  # fmt: skip
