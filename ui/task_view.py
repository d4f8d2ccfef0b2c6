"""Which tasks a view shows: whose, due when, of which owner, kind and page. In the address."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

import pandas as pd

from ui.task_loaders import State, TaskPart
from ui.task_words import OWN_WORDS

WHEN = ("open", "overdue", "today", "week", "later", "snoozed", "done")
WINDOWS = WHEN[1:5]  # parts of what is open
NOBODY = "-"
_COLUMN = {"owner": "owner_id", "kind": "code", "origin": "origin"}
FIELDS = tuple(_COLUMN)


@dataclass(frozen=True)
class Chosen:
    """The tasks that filters keep: how many, the rows of a page, and all of them for a file."""

    total: int
    page: Callable[[int, int], pd.DataFrame]  # from a row on, so many
    every: Callable[[], pd.DataFrame]


@dataclass(frozen=True)
class TaskView:
    """A view of tasks; empty fields keep everything."""

    when: str = "open"
    owner: str = ""
    kind: str = ""
    origin: str = ""
    task: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, Sequence[str]]) -> Self:
        """Read the address; a time that there is none of is what is open."""
        named = {name: (query.get(name) or [""])[-1] for name in ("when", *FIELDS, "task")}
        if named["when"] not in WHEN:
            named["when"] = "open"
        return cls(**named)

    @property
    def state(self) -> State:
        """Return the state that its tasks are read by."""
        return self.when if self.when in ("snoozed", "done") else "open"  # type: ignore[return-value]  # one of the states

    def kept(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of ``TASKS`` or ``TASK_COUNTS`` of its owner, kind and page."""
        keys = keys_of(frame)
        keep = pd.Series(data=True, index=frame.index)
        for name in FIELDS:
            wanted = getattr(self, name)
            if wanted:
                keep &= keys[name] == wanted
        return frame[keep].reset_index(drop=True)

    def part(self, today: date, among: frozenset[str] | None) -> TaskPart:
        """Return its part of the open tasks of ``among``."""
        asked = {name: getattr(self, name) for name in FIELDS if getattr(self, name)}
        equal = tuple(
            (_COLUMN[name], None if value in (NOBODY, OWN_WORDS) else value)
            for name, value in asked.items()
        )
        tomorrow, sunday = today + timedelta(days=1), week_end(today)
        first, last = {
            "overdue": (None, today - timedelta(days=1)), "today": (today, today),
            "week": (tomorrow, sunday), "later": (sunday + timedelta(days=1), None),
        }.get(self.when, (None, None))  # fmt: skip
        return TaskPart(among, equal, first, last)


def keys_of(frame: pd.DataFrame) -> pd.DataFrame:
    """Return owner, kind and page of each row, as the address writes them."""
    return pd.DataFrame(
        {
            "owner": frame["owner_id"].fillna(NOBODY),
            "kind": frame["code"].fillna(OWN_WORDS),
            "origin": frame["origin"],
        }
    )


def week_end(today: date) -> date:
    """Return the Sunday that ends the week."""
    return today + timedelta(days=6 - today.weekday())


def next_monday(today: date) -> date:
    """Return the Monday after today."""
    return today + timedelta(days=7 - today.weekday())
