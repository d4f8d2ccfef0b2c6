"""Which tasks a view shows: whose, due when, of which owner, kind and page. In the address."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

import pandas as pd

from ui.task_loaders import State
from ui.task_words import OWN_WORDS

WHEN = ("open", "overdue", "today", "week", "later", "snoozed", "done")
WINDOWS = WHEN[1:5]  # parts of what is open
NOBODY = "-"
FIELDS = ("owner", "kind", "origin")


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
        """Return the rows of ``TASKS`` of its owner, kind and page."""
        keys = keys_of(frame)
        keep = pd.Series(data=True, index=frame.index)
        for name in FIELDS:
            wanted = getattr(self, name)
            if wanted:
                keep &= keys[name] == wanted
        return frame[keep].reset_index(drop=True)

    def due(self, frame: pd.DataFrame, today: date) -> pd.DataFrame:
        """Return the rows whose day falls into its window; all of them outside of a window."""
        if self.when not in WINDOWS:
            return frame
        return frame[windows(today)[self.when](frame["due_on"])].reset_index(drop=True)


def keys_of(frame: pd.DataFrame) -> pd.DataFrame:
    """Return owner, kind and page of each row, as the address writes them."""
    return pd.DataFrame(
        {
            "owner": frame["owner_id"].fillna(NOBODY),
            "kind": frame["code"].fillna(OWN_WORDS),
            "origin": frame["origin"],
        }
    )


def windows(today: date) -> dict[str, Callable[[pd.Series], pd.Series]]:
    """Return when a due day is overdue, today, later this week (to Sunday), or after that."""
    now = pd.Timestamp(today)
    sunday = pd.Timestamp(today + timedelta(days=6 - today.weekday()))
    return {
        "overdue": lambda due: due < now,
        "today": lambda due: due == now,
        "week": lambda due: (due > now) & (due <= sunday),
        "later": lambda due: (due > now) & (due > sunday),
    }


def next_monday(today: date) -> date:
    """Return the Monday after today."""
    return today + timedelta(days=7 - today.weekday())
