"""Two states of the same deals side by side, and which deals count on either day."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.risk_sets import Flags

Window = tuple[pd.Timestamp, pd.Timestamp]
Days = npt.NDArray[np.datetime64]
_SHOWN = {
    "amount": "amount",
    "expected_close_on": "close_on",
    "stage_no": "stage_no",
    "owner_id": "owner_id",
}


@dataclass(frozen=True, eq=False)
class Side:
    """All deals on one day, in the order of both days together.

    Attributes
    ----------
    frame : DataFrame
        Missing throughout where a deal was not there.
    present, inside, due, won, lost : ndarray of bool
        There at all; there in the chosen pipeline; expected to close in the window; outcome.
    """

    frame: pd.DataFrame
    present: Flags
    inside: Flags
    due: Flags
    won: Flags
    lost: Flags

    @property
    def amount(self) -> pd.Series:
        """Money, missing where unknown."""
        return self.frame["amount"]

    @property
    def is_closed(self) -> Flags:
        """Won or lost."""
        return self.won | self.lost

    @property
    def is_open(self) -> Flags:
        """There and neither won nor lost."""
        return self.present & ~self.is_closed

    @cached_property
    def counted(self) -> Flags:
        """In the pipeline that is being measured."""
        return self.is_open & self.inside & self.due

    @cached_property
    def close_on(self) -> Days:
        """Expected close, NaT where missing."""
        return self.frame["expected_close_on"].to_numpy(dtype="datetime64[D]")


@dataclass(frozen=True, eq=False)
class Sides:
    """The opening and the closing day."""

    numbers: pd.Index
    opening: Side
    closing: Side

    @property
    def later(self) -> Flags:
        """Expected to close later than before; False where either is missing."""
        return np.asarray(self.closing.close_on > self.opening.close_on)

    @property
    def earlier(self) -> Flags:
        """Expected to close earlier than before; False where either is missing."""
        return np.asarray(self.closing.close_on < self.opening.close_on)

    @property
    def closed_alike(self) -> Flags:
        """Closed on both days with the same outcome."""
        opening, closing = self.opening, self.closing
        return (opening.won & closing.won) | (opening.lost & closing.lost)

    def compared(self) -> pd.DataFrame:
        """Return both states of each deal in one row."""
        parts: dict[str, pd.Series] = {}
        for column, name in _SHOWN.items():
            parts[f"opening_{name}"] = self.opening.frame[column]
            parts[f"closing_{name}"] = self.closing.frame[column]
        frame = pd.DataFrame(parts).reset_index(names="opportunity_no")
        moved = frame["closing_close_on"] - frame["opening_close_on"]
        return frame.assign(days_moved=moved.dt.days.astype("float64"))


def sides_of(
    opening: pd.DataFrame, closing: pd.DataFrame, pipeline: str | None, window: Window | None
) -> Sides:
    """Lay both days side by side; see ``pipeline_movement``."""
    for frame in (opening, closing):
        if frame["opportunity_no"].duplicated().any():
            example = frame.loc[frame["opportunity_no"].duplicated(), "opportunity_no"].iloc[0]
            raise ValueError(f"A day holds deal {example} twice. Give one state per deal and day.")
    first, last = (frame.set_index("opportunity_no") for frame in (opening, closing))
    numbers = first.index.union(last.index)
    return Sides(numbers, *(_side(frame, numbers, pipeline, window) for frame in (first, last)))


def _side(
    frame: pd.DataFrame, numbers: pd.Index, pipeline: str | None, window: Window | None
) -> Side:
    present = numbers.isin(frame.index)
    wide = frame.reindex(numbers)
    inside, due = present.copy(), present.copy()
    if pipeline is not None:
        inside &= wide["pipeline"].eq(pipeline).to_numpy(dtype=bool, na_value=False)
    if window is not None:
        day = wide["expected_close_on"]
        due &= ((day >= window[0]) & (day < window[1])).to_numpy(dtype=bool)
    won, lost = (
        wide["outcome"].eq(name).to_numpy(dtype=bool, na_value=False) for name in ("won", "lost")
    )
    return Side(wide, present, inside, due, won, lost)
